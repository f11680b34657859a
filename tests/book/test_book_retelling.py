"""Whoever changes a book's rows and makes all hashes anew still has to meet what its batches have published."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock

import polars as pl
import pytest
from books import NOW, assign, batch, clerk, home, mark, opened, take, tengbol
from held_by import unlocked
from publishing import publish
from small import balance, recusal, writ

from tengbol.book import canon
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.drawing import announce
from tengbol.book.kept import held
from tengbol.book.schema import TABLES
from tengbol.report.public.chain import START, canonical, link
from tengbol.verify.public import verify_public


@pytest.fixture
def store(url, tmp_path):
    """Two batches and an urgent writ, with a pair, a writ that waits and a row that was rejected."""
    writs = [
        *(writ(f"W{n}") for n in range(5)),
        *(writ(f"P{n}", case_id="K", debtor_id="pair") for n in range(2)),
        writ("unsigned", signature="absent"),
        writ("bad", amount="much"),
        writ("U", immediate="true"),
    ]
    store = opened(url, tmp_path, home(balances=[balance("E1", "individual", 1, "0.5")], writs=writs))
    assign(store, clerk(), "U", as_of=NOW)
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ("X1"), writ("X2", debtor_district_id="D2"), writ("worse", amount="more")])
    announce(store, "C1", "the lottery", clerk())
    announce(store, "C1", "what nobody asked for", clerk())
    batch(store, clerk(), as_of=NOW, given_value="7-11")
    assert audit(store).ok, str(audit(store))
    return unlocked(store)


def forged(store: Any, table: str, condition: str, **cells: Any) -> dict[str, Any]:
    """Change a row, and make its hash, its event's digests and the chain of events anew; returns it as it was."""
    own = TABLES[table].columns
    row = held(store, table, condition)[0]
    other = row.with_columns(pl.lit(value).alias(name) for name, value in cells.items())
    (row_hash,) = canon.row_hashes(table, canon.lines(other, ["since", *own], TABLES[table].later))
    for column, value in {**cells, "row_hash": row_hash}.items():
        store.execute(f'UPDATE "{table}" SET "{column}" = :value WHERE id = :id', value=value, id=row["id"][0])
    anew(store, table, row["since"][0])
    return row.row(0, named=True)


def anew(store: Any, table: str, seq: int) -> None:
    """Make the digest of the rows that an event wrote, and all hashes of events, fit what is there."""
    columns = TABLES[table].stored
    names = ", ".join(f't."{name}"' for name in columns)
    rows = store.frame(f'SELECT {names} FROM "{table}" t WHERE since = :seq', columns, seq=seq)
    digest = canon.digest(canon.lines(rows, TABLES[table].columns, TABLES[table].later))
    before = canon.FIRST_HASH
    for event in events(store).iter_rows(named=True):
        if event["seq"] == seq:
            told = json.loads(event["payload"])
            told["wrote"][table] = {"rows": rows.height, "digest": digest}
            if not rows.height:
                del told["wrote"][table]
            event["payload"] = canonical(told)
        event["previous"] = before
        before = canon.event_hash(event)
        values = {"payload": event["payload"], "before": event["previous"], "hash": before, "seq": event["seq"]}
        store.execute(
            "UPDATE events SET payload = :payload, previous = :before, hash = :hash WHERE seq = :seq", **values
        )


#: Table, row, what is changed in it, and what is said of it.
CHANGES = (
    ("assignments", "t.writ_id = 'W1'", {"enforcer_id": "E9"}, "assignments"),
    ("assignments", "t.writ_id = 'W1'", {"category": "state"}, "assignments"),
    ("assignments", "t.writ_id = 'W1'", {"writ_id": "W9"}, "assignments"),
    ("assignments", "t.writ_id = 'W1'", {"bundle_id": "W9"}, "did not go by the ids"),
    ("unassigned", "t.writ_id = 'unsigned'", {"code": "state_interest"}, "unassigned"),
    ("standing", "t.enforcer_id = 'E1' AND t.received_before = 1", {"share_before": 500_000_001}, "opening"),
    ("standing", "t.enforcer_id = 'E1' AND t.received_before = 1", {"received_after": 7}, "left E1 other balances"),
    ("assignments", "t.writ_id = 'W1'", {"alike": 2}, "other alike"),
    ("shares", "t.enforcer_id = 'E1' AND t.batch_id = 'C1-000002'", {"writs": 9}, "other shares"),
    ("shares", "t.enforcer_id = 'E1' AND t.batch_id = 'C1-000002'", {"share": "9.000000000"}, "other shares"),
    ("balances", "t.enforcer_id = 'E1' AND t.category = 'individual'", {"received": 7}, "left E1 other balances"),
    ("writs", "t.writ_id = 'W1'", {"amount": "50001"}, "another input"),
    ("enforcers", "t.enforcer_id = 'E2'", {"licensed_from": "2019-01-01"}, "another input"),
    ("pools", "t.enforcer_id = 'E2'", {"enforcer_id": "E9"}, "pools"),
    ("batches", "t.number = 2", {"input_digest": "0" * 64}, "input_digest"),
    ("standing", "t.enforcer_id = 'E1' AND t.received_before = 1", {"name": "Another"}, "keeps E1 under another"),
    ("standing", "t.enforcer_id = 'E1' AND t.received_before = 1", {"district_id": "D2"}, "keeps E1 under another"),
    (
        "standing",
        "t.enforcer_id = 'E1' AND t.received_before = 1",
        {"chamber_id": "C2"},
        "(enforcers so: 1)",
    ),
    ("batches", "t.number = 2", {"kind": "urgent writ"}, "its event is batch"),
    ("batches", "t.number = 1", {"kind": "batch"}, "its event is urgent writ"),
    ("batches", "t.number = 2", {"kind": "party"}, "its event is batch"),
    ("batches", "t.number = 2", {"public_source": "the lottery"}, "announced for it was –"),
    ("batches", "t.number = 3", {"public_source": "another"}, "announced for it was the lottery"),
    ("batches", "t.number = 3", {"public_source": None}, "announced for it was the lottery"),
    ("batches", "t.number = 2", {"as_of": "2026-11-22T18:00:00"}, "day"),
    ("batches", "t.number = 2", {"manifest": "{}"}, "manifest"),
    ("batches", "t.number = 2", {"commitment": "0" * 64}, "does not fit the commitment"),
)


def test_a_row_that_was_changed_with_all_hashes_made_anew_is_named_by_what_was_published(store):
    for table, condition, cells, odd in CHANGES:
        row = forged(store, table, condition, **cells)
        faults = audit(store).faults
        # What an assignment was made of, and what was made of it, speak against it; hashes do not.
        assert {"batches"} <= {fault.table for fault in faults} <= {"batches", "ledger", "states"}, table
        assert any(odd in fault.sentence for fault in faults), [str(fault) for fault in faults]
        assert table in ("pools", "writs", "enforcers") or row["since"] in {fault.seq for fault in faults}
        forged(store, table, f"t.id = {row['id']}", **{name: row[name] for name in cells})
        assert audit(store).ok, str(audit(store))


#: Cells that cannot be read, and commands that would read them.
UNREADABLE = (
    ("assignments", "distribute_by", "2026-02-31", ("due", "verify")),
    ("assignments", "collect_by", "soon", ("verify",)),
    ("states", "at", "2026-11-23", ()),
    ("ledger", "assigned_at", "2026-13-45T10:00:00", ()),
    ("enforcers", "licensed_from", "yesterday", ("batch", "export")),
    ("recusals", "valid_to", "never", ("export",)),
)


@pytest.mark.parametrize(("table", "column", "value", "commands"), UNREADABLE)
def test_a_cell_that_cannot_be_read_is_named_whatever_hashes_say(table, column, value, commands, store, tmp_path, url):
    take(store, tmp_path, writs=[writ("last")], recusals=[recusal("last", "E1")])
    (first,) = held(store, table).head(1)["id"]
    row = forged(store, table, f"t.id = {first}", **{column: value})
    told = f"{table}: {column} is '{value}', which cannot be read"
    faults = [str(fault).replace(" · ", ": ") for fault in audit(store).faults]
    assert f"event {row['since']}: {told}" in faults, faults
    # Where its last event was noted, nothing but that is said of it.
    store.noted_at.unlink()
    for command in commands:
        more = {"verify": ["1"], "export": [str(tmp_path / "out")]}.get(command, [])
        done = tengbol("book", command, *more, "--book", url)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert f"{column} is '{value}', which cannot be read. `tengbol book audit` says more" in done.stderr, (
            done.stderr
        )


def test_a_proceeding_or_state_that_is_not_what_the_batch_assigned_is_named(store):
    """By it the next writs of the same debtor would be bound to another (¶13, ¶14)."""
    (given,) = held(store, "assignments", "t.writ_id = 'W1'")["enforcer_id"]
    other = "E2" if given == "E1" else "E1"
    for table, cells, odd in (
        ("ledger", {"enforcer_id": other}, f"to {given}, and the ledger has it opened with {other}"),
        ("ledger", {"closed_at": NOW.isoformat()}, "opened with -"),
        ("states", {"state": "closed"}, "the state written then is closed"),
    ):
        row = forged(store, table, "t.writ_id = 'W1'", **cells)
        fault = audit(store).faults[0]
        assert (fault.seq, fault.table, fault.row) == (row["since"], table, "W1")
        assert odd in fault.sentence, str(fault)
        forged(store, table, f"t.id = {row['id']}", **{name: row[name] for name in cells})
        assert audit(store).ok, str(audit(store))


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("ledger", {"debtor_id": "another"}),
        ("ledger", {"case_id": "K"}),
        ("ledger", {"category": "state"}),
        ("ledger", {"district_id": "D2"}),
        ("ledger", {"assigned_at": "2026-11-22T18:00:00"}),
        ("states", {"at": "2026-11-22T18:00:00"}),
        ("states", {"batch_id": "C1-000001"}),
    ],
)
def test_every_cell_of_what_a_batch_opened_is_that_of_its_assignment_and_writ(store, table, cells):
    """By debtor and case the next writs are bound, too."""
    row = forged(store, table, "t.writ_id = 'W1'", **cells)
    fault = audit(store).faults[0]
    assert (fault.seq, fault.table, fault.row) == (row["since"], table, "W1")
    (name,) = cells
    assert f"as {name}, and the row written then has {cells[name]}" in fault.sentence


def test_a_proceeding_that_its_batch_did_not_open_is_named(store):
    """A row that a batch never wrote; and one that a mark wrote as if the proceeding were another's."""
    row = held(store, "ledger", "t.writ_id = 'W1'").row(0, named=True)
    names = ", ".join(name for name in TABLES["ledger"].columns if name != "writ_id")
    copied = f"INSERT INTO ledger (writ_id, {names}, since, row_hash) SELECT 'other', {names}, since, '' FROM ledger t"
    store.execute(f"{copied} WHERE id = :id", id=row["id"])
    forged(store, "ledger", "t.writ_id = 'other'")
    assert [(fault.row, "did not assign" in fault.sentence) for fault in audit(store).faults] == [("other", True)]


@pytest.mark.parametrize(
    "cells", [{"enforcer_id": "F1"}, {"category": "state"}, {"assigned_at": "2026-11-22T18:00:00"}]
)
def test_a_later_row_of_a_proceeding_that_makes_it_anothers_is_named(store, cells):
    mark(store, clerk(), "closed", ["W1"], at=NOW)
    row = forged(store, "ledger", "t.writ_id = 'W1'", **cells)
    told = [fault.sentence for fault in audit(store).faults if (fault.seq, fault.row) == (row["since"], "W1")]
    assert any("opened this proceeding" in sentence for sentence in told)


def test_the_end_of_a_book_is_vouched_for_by_whoever_noted_its_last_hash(store):
    """All there is of its last event can be taken away, and what is left fits."""
    told = audit(store)
    assert told.ok
    assert any("vouch" in line for line in told.lines())
    assert not any("vouch" in line for line in audit(store, head=told.head).lines())


def test_a_rejected_row_that_was_taken_away_is_missed_by_the_batch_that_told_of_it(store):
    seq = held(store, "rejected", "t.row = 4")["since"][0]
    store.execute("DELETE FROM rejected WHERE since = :seq", seq=seq)
    anew(store, "rejected", seq)
    assert [(fault.table, fault.row) for fault in audit(store).faults] == [("batches", "C1-000003")]


def test_what_others_have_kept_is_all_that_binds_whoever_makes_links_anew_too(store):
    """He makes the public part and the links fit as well: only a link that was published still tells."""
    kept = held(store, "batches").sort("number")["link"].to_list()
    row = forged(store, "unassigned", "t.writ_id = 'unsigned'", code="state_interest")
    before = kept[0]
    for number in (2, 3):
        manifest = json.loads(held(store, "batches", f"t.number = {number}")["manifest"][0])
        if row["since"] == held(store, "batches", f"t.number = {number}")["since"][0]:
            manifest["public"]["unassigned"]["code"] = ["state_interest"]
        before = link(before, manifest["public"])
        forged(store, "batches", f"t.number = {number}", manifest=canonical(manifest), link=before)
    assert audit(store).ok, str(audit(store))
    assert held(store, "batches").sort("number")["link"].to_list()[1] != kept[1]


# ---- Who among equals


def exchanged(store: Any) -> None:
    """Two enforcers exchange all that the last batch gave them, as even as before, and everything is made anew."""
    last = held(store, "batches").sort("number").row(-1, named=True)
    own, cells = f"t.since = {last['since']}", f"t.since = {last['since']} AND t.category = 'individual'"
    given = held(store, "assignments", own)
    got = given["enforcer_id"][0]
    before = {row["enforcer_id"]: row["received_before"] for row in held(store, "standing", cells).to_dicts()}
    other = next(who for who in ("E1", "E2", "E3") if who != got and before[who] == before[got])
    turned = {got: other, other: got}
    for row in given.to_dicts():
        if row["enforcer_id"] in turned:
            forged(store, "assignments", f"t.id = {row['id']}", enforcer_id=turned[row["enforcer_id"]])
    for table, column in (("standing", "received_after"), ("balances", "received")):
        rows = {row["enforcer_id"]: row for row in held(store, table, cells).to_dicts()}
        for one, two in turned.items():
            forged(store, table, f"t.id = {rows[one]['id']}", **{column: rows[two][column]})
    for row in held(store, "ledger", own).to_dicts():
        if row["enforcer_id"] in turned:
            forged(store, "ledger", f"t.id = {row['id']}", enforcer_id=turned[row["enforcer_id"]])
    manifest = json.loads(last["manifest"])
    told = manifest["public"]["assignments"]
    told["enforcer"] = [turned.get(who, who) for who in told["enforcer"]]
    links = [START, *held(store, "batches").sort("number")["link"]]
    new = link(links[last["number"] - 1], manifest["public"])
    forged(store, "batches", f"t.number = {last['number']}", manifest=canonical(manifest), link=new)


@pytest.mark.parametrize("urgent", [True, False])
def test_two_enforcers_exchanged_with_all_hashes_made_anew_are_found_by_audit_and_from_what_is_published(
    url, tmp_path, urgent
):
    """All fits but the lot: so it was an honest run of a program that favours somebody."""
    writs = [writ("U", immediate="true")] if urgent else [writ(f"W{n}") for n in range(4)]
    store = opened(url, tmp_path, home(writs=writs))
    if urgent:
        assign(store, clerk(), "U", as_of=NOW)
    else:
        batch(store, clerk(), as_of=NOW)
    assert audit(store).ok
    assert not audit(store).unshown
    exchanged(unlocked(store))
    faults = audit(store).faults
    assert [fault.table for fault in faults] == ["batches"], [str(fault) for fault in faults]
    assert "what its seed does not" in faults[0].sentence
    report = verify_public(publish(store, tmp_path / "public.jsonl"))
    assert {finding.check for finding in report.broken()} == {"lot"}


def test_what_the_audit_does_not_show_of_a_lot_it_names(store):
    with mock.patch("tengbol.book.retelling.lot_of_part", lambda *_: ([], ["not shown here"])):
        found = audit(store)
    assert found.ok
    assert len(found.unshown) == 3
    assert all(name in str(found) for name in found.unshown)


def test_a_manifest_nested_without_end_is_named_though_all_hashes_were_made_anew(store):
    forged(store, "batches", "t.number = 1", manifest="[" * 5000 + "]" * 5000)
    assert any("cannot be read" in fault.sentence for fault in audit(store).faults)
