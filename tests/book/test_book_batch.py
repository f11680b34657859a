"""Batches from the book: whole or not at all, never twice, by a seed that was promised before; on both stores."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import threading

import polars as pl
import pytest
from books import NOW, assign, batch, clerk, opened, take, tengbol
from small import balance, district, enforcer, proceeding, recusal, writ

from tengbol.batch import distribute, draw
from tengbol.book import batches, canon
from tengbol.book.access import connect
from tengbol.book.acts import events, payload
from tengbol.book.audit import audit
from tengbol.book.drawing import announce
from tengbol.book.gathering import chamber_of, of_chamber
from tengbol.book.kept import held
from tengbol.book.opening import key_of
from tengbol.book.past import export_batch
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.report.public.chain import START, link
from tengbol.report.public.part import lot_digest
from tengbol.ruling import rule, turn_of
from tengbol.verify import verify

#: A chamber in which something of everything happens.
FULL = {
    "districts": [district("D1"), district("D2")],
    "enforcers": [*(enforcer(f"E{n}") for n in range(1, 5)), enforcer("F1", "D2"), enforcer("F2", "D2")],
    "ledger": [proceeding("L1", "E2", debtor_id="payer", category="alimony"), proceeding("L2", "F1", case_id="K9")],
    "recusals": [recusal("W3", "E1")],
    "balances": [balance("E1", "individual", 3, "2.25"), balance("E2", "individual", 2, "2.25")],
    "writs": [
        *(writ(f"W{n}") for n in range(8)),
        *(writ(f"pair-{half}", case_id="K1", debtor_id="d1") for half in "ab"),
        writ("alimony", claim="alimony", amount=None, debtor_id="payer"),
        writ("elsewhere", debtor_district_id="D2"),
        writ("unsigned", signature="absent"),
        writ("later", received_at="2026-11-24T09:00:00"),
    ],
}


def holds(source, result):
    """Whether verify finds nothing broken; the lot goes by masked ids."""
    report = verify(source, result)
    assert report.ok, str(report)
    return True


def of_lot(kept):
    """Digest of what the lot went by."""
    return lot_digest(json.loads(kept["manifest"])["public"])


def made(store, **asked):
    return batch(store, clerk(), **{"as_of": NOW, **asked})


def test_a_batch_assigns_what_waits_and_a_second_one_does_nothing(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    first = made(store)
    assert (first.batch_id, first.number) == ("C1-000001", 1)
    assert first.waiting == {"received_later": 1, "signature_not_valid": 1}
    states = dict(held(store, "states").group_by("state").len().rows())
    assert states == {"assigned": 12, "pending": 2}
    before = events(store)
    again = made(store)
    assert again.result is None and again.waiting == first.waiting
    assert events(store).equals(before)
    assert audit(store).ok, str(audit(store))


def test_what_is_kept_is_what_distribute_says_of_the_same_tables_seed_and_key(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    tables = of_chamber(store, "C1")
    made(store)
    kept = held(store, "batches").row(0, named=True)
    due = distribute(chamber_of(tables), as_of=NOW, seed=kept["seed"], key=key_of(store))  # nobody's claims are equal
    given = held(store, "assignments").select("writ_id", "enforcer_id", "basis", "pool_id", "lot_id").sort("writ_id")
    want = due.assignments.join(due.bundles, on="bundle_id").select(given.columns).sort("writ_id")
    assert given.equals(want)
    ledger = held(store, "ledger", "t.closed_at IS NULL").select("writ_id", "enforcer_id", "assigned_at")
    new = ledger.filter(assigned_at=NOW.isoformat()).drop("assigned_at").sort("writ_id")
    assert new.equals(want.select("writ_id", "enforcer_id"))
    now = held(store, "balances").select("enforcer_id", "category", "received", "share").sort("enforcer_id", "category")
    closing = due.balances.with_columns(pl.col("share").cast(pl.String)).filter(
        (pl.col("received") > 0) | (pl.col("share") != "0.000000000")
    )
    assert now.equals(closing.sort("enforcer_id", "category"))


def test_the_seed_follows_from_the_secret_promised_before_the_input_and_nothing_else(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    promised = payload(events(store).row(-1, named=True))["commitments"]["C1"]
    made(store)
    take(store, tmp_path, writs=[writ("next")])
    made(store)
    first, second = held(store, "batches").sort("number").iter_rows(named=True)
    assert canon.commitment(first["secret"]) == promised
    assert canon.commitment(second["secret"]) == first["commitment_next"]
    assert first["seed"] == canon.seed(first["secret"], of_lot(first), "")
    for one, before in ((first, START), (second, first["link"])):
        assert one["link"] == link(before, json.loads(one["manifest"])["public"])


def test_a_public_value_counts_only_if_its_source_was_named_before_and_then_it_must_be_given(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    with pytest.raises(UnusableInputError, match="no source was named"):
        made(store, given_value="123")
    announce(store, "C1", "the lottery of 23 November, first draw", clerk())
    with pytest.raises(UnusableInputError, match="the lottery of 23 November"):
        made(store)
    made(store, given_value="7-12-33")
    kept = held(store, "batches").row(0, named=True)
    assert kept["public_value"] == "7-12-33"
    assert kept["seed"] == canon.seed(kept["secret"], of_lot(kept), "7-12-33")
    take(store, tmp_path, writs=[writ("next")])
    with pytest.raises(UnusableInputError, match="no source was named"):
        made(store, given_value="7-12-33")


def test_a_dry_run_keeps_nothing_but_that_it_ran_and_tells_nothing_of_the_lot_to_come(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    before = {name: held(store, name) for name in TABLES}
    tried = made(store, dry_run=True)
    assert tried.tried and tried.batch_id is None
    for name, rows in before.items():
        assert held(store, name).equals(rows), name
    event = events(store).row(-1, named=True)
    assert event["what"] == "batch tried"
    assert tried.result.seed == payload(event)["seed"]
    made(store)
    assert held(store, "batches")["seed"][0] != tried.result.seed


def test_a_past_batch_is_exported_as_input_and_result_of_which_nothing_breaks(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    made(store)
    take(store, tmp_path, writs=[writ("W90"), writ("W91", debtor_district_id="D2"), writ("W1", amount=1)])
    take(store, tmp_path, enforcers=[enforcer("E9")], districts=[district("D1", name="renamed")])
    made(store, as_of=NOW + dt.timedelta(days=1))
    for number in (1, 2):
        source, result = export_batch(store, tmp_path / f"b{number}", number, "C1")
        assert holds(source, result)
        assert (source / "enforcers.csv").read_text().count("\nE9,") == number - 1
    with pytest.raises(UnusableInputError, match="no batch 3"):
        export_batch(store, tmp_path / "b3", 3, "C1")


def test_p7_an_immediate_writ_is_distributed_at_once_with_those_that_must_go_with_it(url, tmp_path):
    urgent = {"immediate": "true", "debtor_id": "d9", "case_id": "K9"}
    rows = [*FULL["writs"], writ("U", **urgent), writ("U2", **{**urgent, "immediate": "false"})]
    store = opened(url, tmp_path, {**FULL, "writs": rows})
    done = assign(store, clerk(), "U", as_of=NOW)
    assert done.result.assignments["writ_id"].to_list() == ["U", "U2"]
    assert done.result.assignments["enforcer_id"].n_unique() == 1
    assert dict(held(store, "states").group_by("state").len().rows()) == {"assigned": 2, "pending": 14}
    source, result = export_batch(store, tmp_path / "b", 1, "C1")
    assert holds(source, result)
    made(store)
    assert audit(store).ok, str(audit(store))
    with pytest.raises(UnusableInputError, match="it is assigned; E"):
        assign(store, clerk(), "U", as_of=NOW)


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"debtor_id": "payer", "claim": "alimony", "amount": None},
        {"origin": "returned", "previous_enforcer_id": "F1"},
        {"debtor_id": "debtor of L2", "case_id": "K9"},
    ],
    ids=["free", "bound", "returned from elsewhere", "case held elsewhere"],
)
def test_p7_the_urgent_lane_decides_as_a_batch_of_that_writ_alone_would(tmp_path, cells):
    """Same rules, balances, lot and explanation: only what bears on the writ is read, and it is enough."""
    url = f"sqlite:///{tmp_path / 'chamber.book'}"
    store = opened(url, tmp_path, {**FULL, "writs": [writ("U", immediate="true", **cells)]})
    tables = of_chamber(store, "C1")
    done = assign(store, clerk(), "U", as_of=NOW)
    due = distribute(chamber_of(tables), as_of=NOW, seed=done.result.seed, key=key_of(store))
    assert done.result.assignments.equals(due.assignments)
    assert done.result.proof == due.proof


def test_between_claims_of_one_age_on_an_urgent_writ_the_order_of_the_books_secret_decides(tmp_path):
    cells = {"debtor_id": "d9", "case_id": "K9", "assigned_at": "2026-10-01T09:00:00"}
    tables = {
        **FULL,
        "ledger": [proceeding(f"L{n}", f"E{n}", **cells) for n in range(1, 5)],
        "writs": [writ("U", immediate="true", debtor_id="d9", case_id="K9")],
    }
    for number in range(6):
        store = opened(f"sqlite:///{tmp_path / str(number)}.book", tmp_path, tables)
        before = chamber_of(of_chamber(store, "C1"))
        assign(store, clerk(), "U", as_of=NOW)
        secret, holder = held(store, "batches")["secret"][0], held(store, "assignments")["enforcer_id"][0]
        asked = rule(before, as_of=NOW, turn=turn_of(secret, ""), key=key_of(store))
        assert asked.todo.bundles["bound_to"].to_list() == [holder]


def test_p7_only_immediate_writs_that_are_ready_go_at_once(url, tmp_path):
    bad = writ("bad", immediate="true", signature="invalid")
    store = opened(url, tmp_path, {**FULL, "writs": [*FULL["writs"], bad]})
    with pytest.raises(UnusableInputError, match="not marked immediate"):
        assign(store, clerk(), "W1", as_of=NOW)
    with pytest.raises(UnusableInputError, match="signature_not_valid"):
        assign(store, clerk(), "bad", as_of=NOW)
    with pytest.raises(UnusableInputError, match="not in the book"):
        assign(store, clerk(), "nowhere", as_of=NOW)
    assert held(store, "batches").is_empty()


def test_a_batch_under_way_is_told_and_another_chamber_is_not_kept_waiting(url, tmp_path):
    two = {
        "districts": [district("D1"), district("D2", "C2")],
        "enforcers": [enforcer("E1"), enforcer("F1", "D2")],
        "writs": [writ("W1"), writ("V1", debtor_district_id="D2")],
    }
    store = opened(url, tmp_path, two)
    with pytest.raises(UnusableInputError, match="C1, C2"):
        made(store)
    other = connect(url)
    with other.alone("C1", 0):
        with pytest.raises(UnusableInputError, match=r"a batch is being made by .*process"):
            made(store, chamber_id="C1")
        assert made(store, chamber_id="C2").number == 1
    assert made(store, chamber_id="C1").number == 1
    other.close()


def test_when_the_input_changes_while_it_is_solved_the_batch_is_made_anew(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path, FULL)
    other = connect(url)
    calls = []

    def draw_slowly(*given, **asked):
        if not calls:
            take(other, tmp_path, writs=[writ("just-come")])
        calls.append(1)
        return draw(*given, **asked)

    monkeypatch.setattr("tengbol.book.reckoner.draw", draw_slowly)
    done = made(store)
    assert len(calls) == 2
    assert done.number == 1
    assert "just-come" in held(store, "assignments")["writ_id"].to_list()
    begun = events(store, "what = 'batch begun'")
    assert len({payload(event)["input_digest"] for event in begun.iter_rows(named=True)}) == 2
    assert audit(store).ok
    other.close()


def test_two_batches_started_together_give_every_writ_once(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    said = []

    def run():
        own = connect(url)
        try:
            said.append(batch(own, clerk(), as_of=NOW, wait=30).number)
        finally:
            own.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said, key=str) == [1, None, None]
    assert held(store, "assignments")["writ_id"].is_unique().all()


def test_a_batch_that_fails_leaves_nothing_but_that_it_was_begun(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path, FULL)
    before = {name: held(store, name) for name in TABLES}

    def broken(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("tengbol.book.committing.keep_secret", broken)
    with pytest.raises(RuntimeError):
        made(store)
    for name, rows in before.items():
        assert held(store, name).equals(rows), name
    assert events(store)["what"][-1] == "batch begun"
    monkeypatch.undo()
    assert made(store).number == 1
    assert audit(store).ok


def test_no_batch_lies_before_the_last_one(url, tmp_path):
    store = opened(url, tmp_path, FULL)
    made(store)
    hour = dt.timedelta(hours=1)
    with pytest.raises(UnusableInputError, match="lies before batch 1"):
        batches.batch(store, clerk(document="Order 3", at=NOW + hour), as_of=NOW - hour)


def test_the_commands_distribute_and_export(tmp_path):
    book = tmp_path / "chamber.book"
    opened(f"sqlite:///{book}", tmp_path, {**FULL, "writs": [*FULL["writs"], writ("U", immediate="true")]}).close()
    past = ("--document", "a past day")
    urgent = tengbol("book", "assign", "U", "--book", book, "--as-of", "2026-11-23T12:00:00", *past)
    assert urgent.returncode == 0, urgent.stderr
    assert "U → E" in urgent.stdout
    asked = ("--book", book, "--as-of", "2026-11-23T18:00:00", *past)
    assert "nothing is kept" in tengbol("book", "batch", "--dry-run", *asked).stdout
    done = tengbol("book", "batch", *asked)
    assert done.returncode == 0, done.stderr
    assert "Batch C1-000002: 12 writs assigned" in done.stdout
    assert "Nothing is to be distributed" in tengbol("book", "batch", *asked).stdout
    assert tengbol("book", "export", tmp_path / "out", "--batch", 2, "--book", book).returncode == 0
    assert holds(tmp_path / "out" / "input", tmp_path / "out" / "result")


def test_whoever_is_between_two_licences_keeps_his_balances_in_an_exported_batch(tmp_path, empty_book):
    """As in files: the batch verifies, and his row is the one that he came with."""
    shutil.copy(empty_book, tmp_path / "b")
    people = [*FULL["enforcers"], enforcer("between", licensed_to="2026-10-31")]
    sums = [*FULL["balances"], balance("between", "state", 7, "6.5")]
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, {**FULL, "enforcers": people, "balances": sums})
    batch(store, clerk(), as_of=NOW)
    source, result = export_batch(store, tmp_path / "past", 1, "C1")
    found = verify(source, result)
    assert found.ok, str(found)
    after = pl.read_parquet(result / "balances.parquet").filter(enforcer_id="between", category="state")
    assert after.select("received", pl.col("share").cast(pl.Float64)).row(0) == (7, 6.5)
