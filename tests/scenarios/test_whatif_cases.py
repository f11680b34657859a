"""Ten small scenarios, each worked out by hand: in d1, A holds five proceedings, B four, C two; Z sits in d2."""

from __future__ import annotations

import datetime as dt
from shutil import copy

import pytest
from books import batch, leave, opened
from books import clerk as clerk_at
from small import absence, balance, district, enforcer, proceeding, writ, write_tables

from tengbol.book.export import export_all
from tengbol.errors import UnusableInputError
from tengbol.report.whatif.findings import AMOUNTS
from tengbol.scenarios.whatif.answer import ask
from tengbol.scenarios.whatif.scenario import parse

HEAD = 'base = "in"\nas_of = {as_of}\nseed = "2026"\ndays = {days}\nreplications = 2\nlots = 8\n'
SUSPENDED = {"kind": "leave", "reason": "licence_suspended"}
OCTOBER = "2026-10-05T10:00:00"


def held(who, count, **cells):
    return [proceeding(f"{who}{n}", who, district_id="d1", assigned_at=OCTOBER, **cells) for n in range(count)]


def tables(**more):
    people = [enforcer(who, "d1", name=f"N{who}") for who in "ABC"]
    return {
        "districts": [district("d1"), district("d2")],
        "enforcers": [*people, enforcer("Z", "d2")],
        "ledger": [*held("A", 5), *held("B", 4), *held("C", 2)],
        "writs": [],
        **more,
    }


def value(cell):
    return str(cell).lower() if isinstance(cell, bool | int) or str(cell).startswith("20") else f'"{cell}"'


def answered(folder, variants, days=0, as_of="2026-11-23T18:00:00", **more):
    """Ask: variants by name, each a list of events as cells."""
    if not (folder / "in").exists():
        write_tables(folder / "in", **tables(**more))
    text = HEAD.format(days=days, as_of=as_of)
    for name, events in variants.items():
        text += f'[[variant]]\nname = "{name}"\n'
        for cells in events:
            text += "[[variant.event]]\n" + "".join(f"{key} = {value(cell)}\n" for key, cell in cells.items())
    return ask(parse(text, "s.toml", folder=folder))


def said(answer, variant):
    return answer.findings.filter(variant=variant)["finding"].to_list()


def test_02_each_departure_is_answered_on_its_own_day(tmp_path):
    suspended = {**SUSPENDED, "enforcer_id": "A", "on": "2026-11-24"}
    answer = answered(
        tmp_path,
        {
            "short": [
                {**suspended, "until": "2026-11-26"},
                {"kind": "attach", "enforcer_id": "Z", "district_id": "d1", "on": "2026-12-10"},
            ],
            "then B": [suspended, {**SUSPENDED, "enforcer_id": "B", "on": "2027-02-24"}],
            "J joins": [suspended, {"kind": "join", "enforcer_id": "J", "district_id": "d1", "on": "2027-02-24"}],
        },
    )
    moved = answer.tables["moved"].select("variant", "on", "enforcer_id", "open")
    november, february = dt.date(2026, 11, 24), dt.date(2027, 2, 24)
    # B leaves with his four and half of A's five.
    assert moved.rows() == [
        ("short", november, "A", 5.0), ("then B", november, "A", 5.0), ("then B", february, "B", 6.5),
        ("J joins", november, "A", 5.0),
    ]  # fmt: skip
    taken = answer.tables["taken"].select("variant", "enforcer_id", "mean")
    equal = [("B", 2.5), ("C", 2.5)]
    assert taken.filter(variant="short").drop("variant").rows() == equal
    assert taken.filter(variant="J joins").drop("variant").rows() == equal


def test_03_what_befalls_the_base_anyhow_is_no_effect_of_the_variant(tmp_path):
    joins = {"kind": "join", "enforcer_id": "J", "district_id": "d2", "on": "2026-11-26"}
    own = absence("A", "licence_suspended", start="2026-11-25", end=None)
    answer = answered(tmp_path, {"join in d2": [joins], "nothing": []}, days=4, absences=[own])
    assert answer.tables["own"].select("enforcer_id", "open").rows() == [("A", 5)]
    assert said(answer, "base") == ["In the base itself 5 open proceedings of NA return on 25 November 2026 (¶3)."]
    assert answer.tables["moved"].is_empty()
    assert answer.tables["taken"].is_empty()
    for name in ("days", "evenness", "people"):
        one, other = (answer.tables[name].filter(variant=which).drop("variant") for which in ("base", "nothing"))
        assert one.equals(other)


def test_05_a_return_and_a_suspension_on_one_day(tmp_path):
    gone = {**SUSPENDED, "enforcer_id": "A", "on": "2026-11-25"}
    back = {"kind": "return", "enforcer_id": "A", "on": "2026-11-25"}
    sick = absence("A", "sickness", start="2026-11-10", end="2026-12-01")
    answer = answered(tmp_path, {"while sick": [gone], "back and gone": [back, gone]}, absences=[sick])
    assert answer.tables["moved"].select("variant", "open").rows() == [("while sick", 5.0), ("back and gone", 5.0)]


def test_06_weekly_batches_do_not_lessen_waiting(tmp_path):
    stuck = [writ(f"w{n}", debtor_district_id="d3") for n in (1, 2)]
    weekly = {"kind": "rule", "period": 5, "on": "2026-11-24"}
    places = [district(f"d{n}") for n in (1, 2, 3)]
    answer = answered(tmp_path, {"weekly": [weekly]}, days=20, writs=stuck, districts=places, ledger=[])
    assert set(answer.tables["days"]["waiting"]) == {2}


@pytest.mark.parametrize("known", [True, False])
def test_07_a_changed_index_says_what_it_cannot_change(tmp_path, known):
    claims = [writ(f"w{n}", amount=amount, creditor_kind="state", debtor_district_id="d1") for n, amount in
              enumerate((4_000_000, 5_000_000))] if known else []  # fmt: skip
    past = held("A", 9, category="state")
    answer = answered(
        tmp_path, {"one": [{"kind": "rule", "mci": 1, "on": "2026-11-24"}]}, days=5, writs=claims, ledger=past
    )
    assert AMOUNTS in said(answer, "one")


def test_10_rejected_rows_of_the_base_are_told(tmp_path):
    lost = [{**row, "assigned_at": "once"} for row in held("A", 5)]
    with pytest.raises(UnusableInputError, match="Rows that restrict or remember and cannot be read: 5"):
        answered(tmp_path, {"A": [{**SUSPENDED, "enforcer_id": "A", "on": "2026-11-25"}]}, ledger=lost)


def test_13_an_absence_without_an_end_says_when_it_will_have_grown_long(tmp_path):
    """Sick on 24 November and still on 24 December is longer than a month (B6); nobody knows it before that day."""
    sick = {"kind": "leave", "enforcer_id": "A", "reason": "sickness", "on": "2026-11-24"}
    answer = answered(tmp_path, {"sick": [sick]})
    told = "5 open proceedings of NA return on 24 December 2026, if nothing brings him back by then (¶3, ¶18)."
    assert told in said(answer, "sick")


def test_15_equals_are_equal(tmp_path):
    answer = answered(tmp_path, {"l": [{**SUSPENDED, "enforcer_id": "A", "on": "2026-11-25"}]}, ledger=held("A", 5))
    assert answer.tables["taken"].select("enforcer_id", "mean", "margin").rows() == [("B", 2.5, 0.0), ("C", 2.5, 0.0)]
    assert "These averages are exact: whoever is in the same position gets as much on average." in said(answer, "l")
    # Whoever is owed more is in another position: then the noise is shown.
    owed = [balance("B", "individual", 0, "0.4")]
    answer = answered(tmp_path / "o", {"l": [{**SUSPENDED, "enforcer_id": "A", "on": "2026-11-25"}]}, balances=owed)
    assert answer.tables["taken"]["margin"].min() > 0
    assert any("± " in sentence for sentence in said(answer, "l"))
    assert not any("at most" in sentence and "lot" in sentence for sentence in said(answer, "l"))


def test_29_two_transfers_of_one_man_on_one_day_are_refused_with_line_and_reason(tmp_path):
    moves = [
        {"kind": "transfer", "enforcer_id": "A", "district_id": where, "on": "2026-11-25"} for where in ("d2", "d1")
    ]
    with pytest.raises(UnusableInputError, match=r"s\.toml, line 17, variant 1, event 2.*transferred twice.*line 9"):
        answered(tmp_path, {"a": moves})


def test_50_a_redistribution_is_no_arrival(tmp_path, empty_book):
    """Nine writs came in a book, of which B's three were given again when he was suspended: 4.5 a day, not 6."""
    copy(empty_book, tmp_path / "a.book")
    came = [writ(f"w{n}", received_at="2026-11-20T09:00:00", debtor_district_id="d1") for n in range(9)]
    friday, monday = dt.datetime(2026, 11, 20, 18), dt.datetime(2026, 11, 23, 18)
    store = opened(f"sqlite:///{tmp_path / 'a.book'}", tmp_path, tables(ledger=[], writs=came), clerk_at(at=friday))
    batch(store, clerk_at(at=friday), as_of=friday)
    hour = dt.timedelta(hours=1)
    leave(
        store, clerk_at(at=monday - hour), "B", reason="licence_suspended", start=monday.date(), end=None,
        at=monday - hour,
    )  # fmt: skip
    batch(store, clerk_at(at=monday), as_of=monday)
    export_all(store, tmp_path / "in")
    store.close()
    gone = {**SUSPENDED, "enforcer_id": "A", "on": "2026-11-24"}
    answer = answered(tmp_path, {"A": [gone]}, as_of="2026-11-24T18:00:00")
    assert answer.reading.chamber.ledger.height == 12
    load = answer.tables["load"]
    # C alone is left, and has all: nine writs over the two working days of the past.
    assert load.filter(enforcer_id="C")["a_day_after"].item() == pytest.approx(4.5)
