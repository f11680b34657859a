"""Rows that end with nothing in their place, and writs that a batch held back, are named though all hashes fit."""

from __future__ import annotations

import json
from unittest import mock

import polars as pl
import pytest
from books import NOW, batch, clerk, home, mark, opened, recuse, take
from held_by import holder, two, unlocked
from small import writ
from test_book_retelling import anew

from tengbol.book import canon, gathering
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.kept import held
from tengbol.book.schema import TABLES
from tengbol.report.public.chain import canonical


@pytest.fixture
def store(url, tmp_path):
    """A batch, a mark, a recusal that takes a writ back, and a writ that came later and waits."""
    store = opened(
        url, tmp_path, home(writs=[*(writ(f"W{n}") for n in range(4)), writ("unsigned", signature="absent")])
    )
    batch(store, clerk(), as_of=NOW)
    mark(store, clerk(), "closed", ["W1"], at=NOW)
    recuse(store, two(), "W3", holder(store, "W3")[0], ground="article_54", decision="No. 5", at=NOW)
    take(store, tmp_path, writs=[writ("X1")])
    assert audit(store).ok, str(audit(store))
    return unlocked(store)


def ended(store, table, condition, seq):
    """End a row by an event that did not, and make all hashes fit."""
    (row,) = held(store, table, condition).head(1).rows(named=True)
    store.execute(f'UPDATE "{table}" SET until = :seq WHERE id = :id', seq=seq, id=row["id"])
    columns = TABLES[table].stored
    names = ", ".join(f't."{name}"' for name in columns)
    rows = store.frame(f'SELECT {names} FROM "{table}" t WHERE until = :seq', columns, seq=seq)
    (event,) = events(store, "seq = :seq", seq=seq).rows(named=True)
    told = json.loads(event["payload"])
    digest = canon.digest(canon.lines(rows, TABLES[table].columns, TABLES[table].later))
    told.setdefault("ended", {})[table] = {"rows": rows.height, "digest": digest}
    store.execute("UPDATE events SET payload = :payload WHERE seq = :seq", payload=canonical(told), seq=seq)
    anew(store, "batches", held(store, "batches")["since"][0])


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("balances", "t.received > 0"),
        ("states", "t.writ_id = 'W0'"),
        ("ledger", "t.writ_id = 'W0'"),
        ("writs", "t.writ_id = 'W0'"),
        ("writs", "t.writ_id = 'X1'"),
    ],
)
def test_a_row_that_ended_with_nothing_in_its_place_is_named(store, table, condition):
    seq = events(store)["seq"].max()
    ended(store, table, condition, seq)
    named = {(fault.seq, fault.table) for fault in audit(store).faults if "nothing in its place" in fault.sentence}
    assert named == {(seq, table)}


def test_a_row_that_ended_before_it_was_written_is_named(store):
    ended(store, "states", "t.writ_id = 'X1'", 4)
    assert any((fault.table, fault.row) == ("states", "X1") for fault in audit(store).faults)


def test_what_a_correction_took_from_another_than_had_it_is_named(store):
    """To him it would be given again."""
    (row,) = held(store, "corrections").rows(named=True)
    other = {**row, "enforcer_id": "F1"}
    frame = pl.DataFrame([other])
    (row_hash,) = canon.row_hashes("corrections", canon.lines(frame, ["since", *TABLES["corrections"].columns]))
    store.execute("UPDATE corrections SET enforcer_id = 'F1', row_hash = :h", h=row_hash)
    anew(store, "corrections", row["since"])
    assert [(fault.seq, fault.table, fault.row) for fault in audit(store).faults] == [
        (row["since"], "corrections", "W3")
    ]


def test_a_state_that_was_given_to_another_writ_leaves_one_that_no_batch_takes(store):
    row = held(store, "states", "t.writ_id = 'X1'").row(0, named=True)
    frame = pl.DataFrame(
        [{**row, "writ_id": "X9"}], schema={name: pl.String() for name in row} | {"id": pl.Int64(), "since": pl.Int64()}
    )
    (row_hash,) = canon.row_hashes("states", canon.lines(frame, ["since", *TABLES["states"].columns]))
    store.execute("UPDATE states SET writ_id = 'X9', row_hash = :h WHERE id = :id", h=row_hash, id=row["id"])
    anew(store, "states", row["since"])
    assert (row["since"], "writs", "X1") in {(fault.seq, fault.table, fault.row) for fault in audit(store).faults}


def test_a_writ_that_waited_and_was_held_back_by_a_program_of_somebody_s_own_is_named(store):
    """All that this batch says is true; of the writ it says nothing."""
    honest = gathering.pending

    def held_back(*asked, **values):
        return honest(*asked, **values).filter(pl.col("writ_id") != "X1")

    with mock.patch("tengbol.book.gathering.pending", held_back):
        made = batch(store, clerk(), as_of=NOW)
    seq = held(store, "batches", "t.number = 2")["since"][0]
    assert made is not None
    (fault,) = audit(store).faults
    assert (fault.seq, fault.table) == (seq, "batches") and "1, X1 for one" in fault.sentence
    # The next one takes it, and the fault stays.
    batch(store, clerk(), as_of=NOW)
    assert [fault.seq for fault in audit(store).faults] == [seq]
