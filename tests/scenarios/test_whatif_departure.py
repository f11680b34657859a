"""What happens when somebody leaves: nothing is lost, nothing else changes, and the batch holds before `verify`."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from chambers import HOME, chambers, typed
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from small import absence, attachment, balance, enforcer, proceeding, writ
from variants import DAY, MOMENT, events, of, situations

from tengbol.batch import distribute
from tengbol.io.write import csv_bytes
from tengbol.model.codes import CATEGORIES, DEPARTURES
from tengbol.model.tables import TABLES
from tengbol.ruling import rule
from tengbol.runner import run
from tengbol.scenarios.whatif import Attach, Join, Leave, Return, Rule, Transfer, apply, departure
from tengbol.scenarios.whatif.coming import own_departures
from tengbol.scenarios.whatif.course import lot_seed
from tengbol.verify import verify

LATE = datetime(2027, 2, 1, 9, 30)


def leave(who: str = "E1", reason: str = "licence_suspended", on: date = DAY, **cells) -> Leave:
    return Leave(kind="leave", enforcer_id=who, reason=reason, on=on, **cells)


def same(one, other) -> bool:
    return all(getattr(one, name).equals(getattr(other, name)) for name in TABLES)


def alike(one, other) -> bool:
    """The same rows, in whatever order."""

    def rows(chamber):
        return {name: Counter(getattr(chamber, name).rows()) for name in TABLES}

    return rows(one) == rows(other)


def equal(one, other) -> bool:
    tables = ("assignments", "unassigned", "balances", "standing", "bundles", "pools")

    def told(batch, name, of):
        return getattr(batch, name).select(getattr(of, name).columns)

    return one.proof == other.proof and all(told(one, name, one).equals(told(other, name, one)) for name in tables)


def home(**tables):
    return typed({**HOME, **tables})


@settings(max_examples=settings.default.max_examples // 3)
@given(chambers())
def test_a_variant_without_events_is_its_base(tables):
    chamber = of(tables)
    changed = apply(chamber, [], as_of=MOMENT)
    assert same(changed.chamber, chamber)
    assert same(changed.chamber, chamber)
    answer = departure(chamber, [], as_of=MOMENT, lots=2)
    base = distribute(chamber, as_of=MOMENT, seed=lot_seed("0", 0, DAY))
    assert equal(answer.distribution, base)
    assert answer.moved.is_empty()
    assert answer.taken.is_empty()
    assert answer.load.is_empty()
    assert answer.unplaced.is_empty()
    assert answer.pools.is_empty()
    measures = answer.uniformity.drop("moment")
    assert measures.filter(answer.uniformity["moment"] == "base").equals(
        measures.filter(answer.uniformity["moment"] == "after")
    )


@pytest.mark.parametrize("reason", [*DEPARTURES, "sickness"])
def test_a_return_ends_what_began_before_that_day_and_no_departure_of_that_very_day(reason):
    chamber = home(ledger=[proceeding("P1", "E1")])
    sick = leave(reason="sickness", on=DAY)
    later = DAY + timedelta(days=1)
    gone = [leave(reason=reason, on=later), Return(kind="return", enforcer_id="E1", on=later)]
    for order in permutations([sick, *gone]):
        away = apply(chamber, order, as_of=LATE, since=MOMENT).chamber.absences
        assert away.select("reason", "start", "end").sort("start", "reason").rows() == [
            ("sickness", DAY, DAY), (reason, later, None),
        ]  # fmt: skip


@given(situations(), st.randoms(use_true_random=False))
def test_events_of_different_people_commute(situation, random):
    chamber, befalls = situation
    assume(len(befalls) > 1)
    # An absence of the base that grows long before LATE moves his proceedings by itself, in whichever step comes first.
    away = set(chamber.absences["enforcer_id"])
    assume(not any(isinstance(one, Leave | Transfer) and one.enforcer_id in away for one in befalls))
    shuffled = random.sample(befalls, len(befalls))
    once = apply(chamber, befalls, as_of=LATE, since=MOMENT)
    assert same(once.chamber, apply(chamber, shuffled, as_of=LATE, since=MOMENT).chamber)
    # Also when one is applied to what another has made.
    step = chamber
    for one in shuffled:
        step = apply(step, [one], as_of=LATE, since=MOMENT).chamber
    event(f"{len(befalls)} events")
    assert alike(step, once.chamber)


@settings(max_examples=settings.default.max_examples // 2)
@given(situations())
def test_p3_what_departs_is_moved_or_reported_unplaced_category_by_category(situation):
    chamber, befalls = situation
    answer = departure(chamber, befalls, as_of=MOMENT, lots=1)
    gone = {
        one.enforcer_id
        for one in befalls
        if isinstance(one, Transfer)
        or (
            isinstance(one, Leave)
            and (one.reason in DEPARTURES or (one.until is not None and one.until > date(2026, 12, 30)))
        )
    }
    had = chamber.ledger.filter(pl.col("closed_at").is_null(), pl.col("enforcer_id").is_in(list(gone)))
    event(f"moves: {min(len(had), 2)}")
    told = {(row["enforcer_id"], row["category"]): row["open"] for row in answer.moved.iter_rows(named=True)}
    assert Counter(told) >= Counter(had.select("enforcer_id", "category").iter_rows())
    for row in answer.moved.iter_rows(named=True):
        assert row["open"] == row["pending"] + row["placed"] + row["unplaced"]
    taken = answer.taken.group_by("category").agg(pl.col("mean").sum())
    placed = answer.moved.group_by("category").agg(pl.col("placed").sum())
    assert dict(taken.iter_rows()) == {name: number for name, number in placed.iter_rows() if number}
    stuck = answer.unplaced.filter("moved").group_by("category").len()
    assert dict(stuck.iter_rows()) == {
        name: number
        for name, number in answer.moved.group_by("category").agg(pl.col("unplaced").sum()).iter_rows()
        if number
    }
    held = answer.through[-1].chamber.ledger.filter(pl.col("closed_at").is_null())
    assert not held["enforcer_id"].is_in(answer.moved["enforcer_id"].implode()).any()


@settings(max_examples=settings.default.max_examples // 6)
@given(situations())
def test_what_moved_holds_before_the_independent_check(situation):
    chamber, befalls = situation
    answer = departure(chamber, befalls, as_of=MOMENT, seed="5", lots=1)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for table in TABLES:
            frame = getattr(answer.through[-1].chamber, table)
            (folder / "in" / f"{table}.csv").write_bytes(csv_bytes(frame))
        found, reading = run(
            folder / "in", folder / "out", as_of=answer.as_of, seed=lot_seed("5", 0, answer.as_of.date())
        )
        assume(reading.rejected.is_empty())
        event(f"moves: {min(len(answer.through[-1].back), 2)}")
        given = answer.distribution.assignments
        assert found.assignments.select(given.columns).equals(given)
        report = verify(folder / "in", folder / "out")
        assert report.ok, str(report)


def test_p3_proceedings_of_the_departed_go_to_those_left_of_the_district_as_evenly_as_may_be():
    ledger = [proceeding(f"P{n}", "E1", category=CATEGORIES[n % 2]) for n in range(12)]
    answer = departure(home(ledger=ledger), [leave()], as_of=MOMENT, lots=3)
    assert answer.moved.rows() == [(DAY, "E1", name, 6, 0, 6, 0, 0) for name in ("individual", "legal_entity")]
    assert answer.taken.select("enforcer_id", "category", "mean", "least", "most").rows() == [
        (who, category, 3.0, 3, 3) for who in ("E2", "E3") for category in CATEGORIES[:2]
    ]
    assert set(answer.through[-1].chamber.ledger["closed_at"]) == {datetime.combine(DAY, time())}
    # A year's ledger of 12 writs on one day, 2 March: 184 working days until 22 November, of two then three people.
    assert answer.load.select("enforcer_id", "open_before", "added").rows() == [
        ("E2", 0, 6.0), ("E3", 0, 6.0), ("E1", 12, 0.0)
    ]  # fmt: skip
    load = {row["enforcer_id"]: row for row in answer.load.iter_rows(named=True)}
    assert load["E2"]["a_day_after"] == pytest.approx(1.5 * load["E2"]["a_day_before"])
    assert load["E2"]["intake_days"] == pytest.approx(6 / load["E2"]["a_day_after"])


def test_p9_what_nobody_can_be_given_and_who_is_left_alone_is_told():
    chamber = home(
        ledger=[proceeding("P1", "A1", district_id="D2"), proceeding("P2", "A1", district_id="D4")],
        writs=[writ("waits", debtor_district_id="D4")],
    )
    answer = departure(chamber, [leave("A1")], as_of=MOMENT, lots=1)
    assert answer.unplaced.rows() == [("P2", "D4", "individual", True, date(2026, 11, 26))]
    assert answer.pools.select("district_id", "eligible_before", "eligible_after", "left_alone").rows() == [
        ("D2", 2, 1, "A2"), ("D3", 2, 1, "A2")
    ]  # fmt: skip


def test_p18_a_short_leave_moves_nothing_and_a_long_one_everything():
    chamber = home(ledger=[proceeding("P1", "E1")])

    def moved(*befalls) -> int:
        return len(apply(chamber, befalls, as_of=LATE, since=MOMENT).proceedings)

    assert moved(leave(reason="sickness", until=date(2026, 12, 22))) == 0
    assert moved(leave(reason="sickness", until=date(2026, 12, 23))) == 1
    assert moved(leave(reason="sickness")) == 1
    assert moved(leave(reason="sickness"), Return(kind="return", enforcer_id="E1", on=date(2026, 12, 1))) == 0


def trio(**tables):
    """Three colleagues in D1, the first with five proceedings, the second with four."""
    held = {"E1": 5, "E2": 4}
    ledger = [proceeding(f"P{who}{n}", who) for who, many in held.items() for n in range(many)]
    return typed({
        "districts": HOME["districts"], "enforcers": [enforcer(f"E{n}") for n in (1, 2, 3)], "ledger": ledger, **tables
    })  # fmt: skip


NEXT, AFTER, MONTHS = date(2026, 11, 24), date(2026, 11, 27), date(2027, 2, 24)


def test_each_departure_is_distributed_on_its_own_day_among_those_who_are_there_then():
    """¶3, ¶7: E1 is suspended for three days; what happens elsewhere in December does not call him back for it."""
    events = [
        leave(on=NEXT, until=date(2026, 11, 26)),
        Attach(kind="attach", enforcer_id="E3", district_id="D2", on=AFTER),
    ]
    answer = departure(trio(), events, as_of=MOMENT, lots=4)
    assert answer.moved.rows() == [(NEXT, "E1", "individual", 5, 0, 5, 0, 0)]
    assert set(answer.taken["enforcer_id"]) == {"E2", "E3"}
    assert answer.taken["mean"].sum() == 5


def test_whoever_joins_later_takes_nothing_of_what_left_before_and_whoever_leaves_later_brings_it_back():
    joins = Join(kind="join", enforcer_id="N1", district_id="D1", on=MONTHS)
    answer = departure(trio(), [leave(on=NEXT), joins], as_of=MOMENT, lots=4)
    assert set(answer.taken["enforcer_id"]) == {"E2", "E3"}
    answer = departure(trio(), [leave(on=NEXT), leave("E2", on=MONTHS)], as_of=MOMENT, lots=8)
    first, second = answer.moved.rows(named=True)
    assert (first["on"], first["open"]) == (NEXT, 5)
    # Four that he had, and of E1's two or three.
    assert second["on"] == MONTHS
    assert second["open"] == 6.5
    # E3 ends with all nine, whatever the lot.
    end = answer.through[-1].chamber.ledger.filter(pl.col("closed_at").is_null())
    held = end["writ_id"].to_list() + answer.distribution.assignments["writ_id"].to_list()
    assert len(held) == len(set(held)) == 9
    assert set(answer.distribution.assignments["enforcer_id"]) == {"E3"}


def test_what_the_base_does_by_itself_is_no_effect_of_a_variant():
    gone = trio(absences=[absence("E1", "licence_suspended", start=NEXT.isoformat(), end=None)])
    elsewhere = Join(kind="join", enforcer_id="N1", district_id="D2", on=AFTER)
    for befalls in ([elsewhere], []):
        answer = departure(gone, befalls, as_of=MOMENT, lots=2)
        assert answer.moved.is_empty()
        assert answer.taken.is_empty()
    told = own_departures(gone, as_of=MOMENT, until=AFTER)
    assert told.select("enforcer_id", "on", "open").rows() == [("E1", NEXT, 5)]
    assert own_departures(gone, as_of=MOMENT, until=DAY).is_empty()


def test_what_nobody_could_be_given_one_day_is_given_on_a_later_one():
    alone = typed({**HOME, "ledger": [proceeding("P1", "E1")], "enforcers": [enforcer("E1"), enforcer("E9", "D9")]})
    helped = Attach(kind="attach", enforcer_id="E9", district_id="D1", on=AFTER)
    answer = departure(alone, [leave(on=NEXT), helped], as_of=MOMENT, lots=1)
    assert answer.moved.rows() == [(NEXT, "E1", "individual", 1, 0, 1, 0, 0)]
    assert answer.unplaced.is_empty()
    assert departure(alone, [leave(on=NEXT)], as_of=MOMENT, lots=1).unplaced["writ_id"].to_list() == ["P1"]


def test_equals_are_equal_and_what_is_not_exact_says_how_uncertain_it_is():
    """Five writs to two equals are 2.5 each; where a share already owed sets them apart, that is not known."""
    equal = departure(trio(), [leave(on=NEXT)], as_of=MOMENT, lots=3).taken
    assert equal.select("mean", "margin").rows() == [(2.5, 0.0)] * 2
    owed = trio(balances=[balance("E2", "individual", 0, "0.4")])
    unequal = departure(owed, [leave(on=NEXT)], as_of=MOMENT, lots=8).taken
    assert all(0 < margin < 1 for margin in unequal["margin"])
    assert departure(owed, [leave(on=NEXT)], as_of=MOMENT, lots=1).taken["margin"].null_count() == 2


def test_what_was_given_before_he_left_returns_as_it_would_on_average():
    """E2 has four, and of E1's five he was given 2.5 on average, as E3 was, who is in the same position that day."""
    answer = departure(trio(), [leave(on=NEXT), leave("E2", on=MONTHS)], as_of=MOMENT, lots=3)
    assert answer.moved.select("enforcer_id", "open", "margin").rows() == [("E1", 5.0, 0.0), ("E2", 6.5, 0.0)]


def test_an_absence_without_an_end_tells_when_proceedings_return():
    """¶3, ¶18: sick from 24 November without an end, longer than a month on 25 December."""
    chamber = home(ledger=[proceeding("P1", "E1"), proceeding("P2", "E1")])
    sick = leave(reason="sickness", on=date(2026, 11, 24))
    answer = departure(chamber, [sick], as_of=MOMENT, lots=1)
    assert answer.moved.is_empty()
    assert answer.later.select("enforcer_id", "on", "open").rows() == [("E1", date(2026, 12, 24), 2)]
    back = Return(kind="return", enforcer_id="E1", on=date(2026, 12, 1))
    assert departure(chamber, [sick, back], as_of=MOMENT, lots=1).later.is_empty()


def test_departures_of_the_base_are_over():
    gone = home(ledger=[proceeding("P1", "E1")], absences=[absence("E1", "expelled", start="2026-11-20", end=None)])
    assert apply(gone, [], as_of=LATE, since=MOMENT).proceedings.is_empty()
    coming = home(ledger=[proceeding("P1", "E1")], absences=[absence("E1", "expelled", start="2026-12-20", end=None)])
    assert apply(coming, [], as_of=MOMENT, since=MOMENT).proceedings.is_empty()
    assert len(apply(coming, [], as_of=LATE, since=MOMENT).proceedings) == 1


def test_p3_whoever_is_transferred_keeps_what_he_holds_in_his_new_district():
    chamber = home(ledger=[proceeding("P1", "E1"), proceeding("P2", "E1", district_id="D4")])
    answer = departure(
        chamber, [Transfer(kind="transfer", enforcer_id="E1", district_id="D4", on=DAY)], as_of=MOMENT, lots=1
    )
    assert answer.moved["open"].to_list() == [1]
    assert answer.distribution.assignments["writ_id"].to_list() == ["P1"]
    assert answer.distribution.assignments["enforcer_id"].item() in ("E2", "E3")


def test_a_writ_that_is_pending_already_is_not_pending_twice():
    chamber = home(
        ledger=[proceeding("P1", "E1")],
        writs=[writ("P1", origin="returned", previous_enforcer_id="E1", debtor_id="debtor of P1")],
    )
    answer = departure(chamber, [leave()], as_of=MOMENT, lots=1)
    assert answer.moved.rows() == [(DAY, "E1", "individual", 1, 1, 0, 0, 0)]
    assert answer.through[-1].chamber.writs["writ_id"].to_list() == ["P1"]


def test_without_binding_what_came_back_and_what_somebody_holds_goes_to_anybody():
    chamber = home(
        enforcers=[enforcer("E1"), enforcer("E2")],
        ledger=[proceeding("P", "E1", category="alimony", debtor_id="payer")],
        writs=[
            writ("w", claim="alimony", amount=None, debtor_id="payer"),
            *(writ(f"r{n}", origin="returned", previous_enforcer_id="E1") for n in range(5)),
        ],
    )
    answer = departure(chamber, [Rule(kind="rule", on=DAY, binding=False)], as_of=MOMENT, lots=1)
    assert set(answer.distribution.assignments["basis"]) == {"registered"}
    assert sorted(answer.distribution.assignments["enforcer_id"].value_counts()["count"]) == [3, 3]
    # The ledger itself stands as it did: what he holds would still return if he left.
    assert answer.through[-1].chamber.ledger.equals(chamber.ledger)


def test_a_claim_that_binds_nobody_is_asked_of_the_law_and_not_of_tables_without_it():
    writs = [writ("w", claim="alimony", amount=None, debtor_id="payer"), writ("P", debtor_id="payer")]
    chamber = home(ledger=[proceeding("P", "E1", category="alimony", debtor_id="payer")], writs=writs)
    answer = departure(chamber, [Rule(kind="rule", on=DAY, binding=False)], as_of=MOMENT, lots=1)
    # What is told as new and is an open proceeding is not distributed again, whatever binds.
    assert answer.distribution.unassigned["code"].to_list() == ["already_distributed"]
    assert answer.distribution.assignments["basis"].to_list() == ["registered"]


@pytest.mark.parametrize(("read", "left"), [("nobody_present", 1), ("nobody_registered", 0)])
def test_the_pools_of_an_answer_are_those_of_the_reading_it_is_asked_by(read, left):
    tables = {"enforcers": [enforcer("E1"), enforcer("E2", "D2")], "attachments": [attachment("D1", "E2")]}
    ill = Leave(kind="leave", enforcer_id="E1", reason="sickness", on=DAY, until=DAY + timedelta(days=1))
    asked = Rule(kind="rule", on=DAY, attached_when=read)
    answer = departure(home(writs=[writ("w")], **tables), [ill, asked], as_of=MOMENT, lots=1)
    assert answer.pools.select("district_id", "eligible_before", "eligible_after").rows() == [("D1", 1, left)]
    assert (answer.distribution.assignments.height == 1) is (left == 1)


@pytest.mark.parametrize("binds", ["all", "collection"])
def test_another_reading_from_a_day_on_is_what_the_batch_goes_by(binds):
    case = {"case_id": "2/1", "debtor_id": "payer"}
    chamber = home(writs=[writ("a", **case), writ("b", claim="eviction", amount=None, **case)])
    answer = departure(chamber, [Rule(kind="rule", on=DAY, case_binds=binds)], as_of=MOMENT, lots=1)
    assert answer.distribution.assignments["bundle_id"].n_unique() == (1 if binds == "all" else 2)


def test_a_higher_mci_from_a_day_on_lets_larger_claims_of_the_state_through():
    large = {"creditor_kind": "state", "amount": 5_000_000}
    chamber = home(writs=[writ("before", **large), writ("after", received_at="2026-11-24T08:00:00", **large)])
    rule = Rule(kind="rule", on=date(2026, 11, 24), mci=5_000)
    answer = departure(chamber, [rule], as_of=MOMENT, lots=1)
    assert answer.distribution.assignments["writ_id"].to_list() == ["after"]


def test_whoever_is_attached_stands_in_the_pool_of_a_district_without_anybody():
    chamber = home(writs=[writ("w", debtor_district_id="D4")], attachments=[attachment("D2", "A1")])
    attach = Attach(kind="attach", enforcer_id="E1", district_id="D4", on=DAY)
    answer = departure(chamber, [attach], as_of=datetime.combine(DAY, time(18)), lots=1)
    assert answer.distribution.assignments.select("writ_id", "enforcer_id").rows() == [("w", "E1")]
    assert answer.pools["district_id"].to_list() == ["D4"]


@settings(max_examples=settings.default.max_examples // 2)
@given(chambers(), st.data())
def test_any_single_event_leaves_a_chamber_that_can_be_distributed(tables, data):
    chamber = of(tables)
    one = data.draw(events(chamber))
    answer = departure(chamber, [one], as_of=MOMENT, lots=1)
    pending = answer.through[-1].chamber.writs["writ_id"].to_list()
    out = [*answer.distribution.assignments["writ_id"], *answer.distribution.unassigned["writ_id"]]
    assert Counter(out) == Counter(pending)


def test_lots_share_what_the_rules_say_also_where_the_lot_decides_between_claims(monkeypatch):
    asked = []

    def noted(*given, **named):
        asked.append(named["turn"])
        return rule(*given, **named)

    monkeypatch.setattr("tengbol.scenarios.whatif.course.rule", noted)
    tables = {"ledger": [proceeding(f"P{n}", "E1") for n in range(4)]}
    departure(home(**tables), [leave()], as_of=MOMENT, lots=4)
    assert len(asked) == 2  # the base's and the variant's
    tables["writs"] = [writ("w", debtor_id="owes", case_id="2/1")]
    tables["ledger"] += [proceeding(f"Q{n}", f"E{n}", debtor_id="owes", case_id="2/1") for n in (2, 3)]
    asked.clear()
    answer = departure(home(**tables), [leave()], as_of=MOMENT, lots=4)
    assert len(asked) == 2
    assert answer.distribution.assignments.filter(writ_id="w")["basis"].item() == "same_case"
