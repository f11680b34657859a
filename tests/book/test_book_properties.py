"""Of any chamber: a batch from the book decides as the same tables from files do, and can be had again afterwards."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path
from shutil import copy

import polars as pl
from books import assign, batch, clerk
from chambers import chambers, one_chamber
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import AS_OF, write_tables

from tengbol.batch import draw
from tengbol.book import canon
from tengbol.book.audit import audit
from tengbol.book.gathering import chamber_of, of_chamber
from tengbol.book.importing import import_tables
from tengbol.book.kept import cells, held
from tengbol.book.opening import init, key_of, secret_of
from tengbol.book.past import input_of
from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.ruling import rule, turn_of

MOMENT = dt.datetime.fromisoformat(AS_OF)


def from_files(store, chamber, made):
    """Distribute a chamber by the seed of a batch of the book, and equal claims by its turn (docs/book.md)."""
    turn = turn_of(secret_of(store, "C1", made.number), "")
    return draw(rule(chamber, as_of=MOMENT, turn=turn, key=key_of(store)), made.result.seed)


@settings(max_examples=settings.default.max_examples // 2)
@given(tables=chambers())
def test_a_batch_from_the_book_is_that_of_the_same_tables_from_files(empty_book, tables):
    with tempfile.TemporaryDirectory() as folder:
        place = write_tables(Path(folder) / "in", **one_chamber(tables))
        reading = read(place)
        copy(empty_book, Path(folder) / "b")
        store, _ = init(f"sqlite:///{Path(folder) / 'b'}", clerk())
        found = import_tables(store, place, clerk())
        assert found.rejected.equals(reading.rejected)
        made = batch(store, clerk(), as_of=MOMENT)
        assume(made.result is not None)
        due = from_files(store, reading.chamber, made)
        assert made.result.assignments.equals(due.assignments)
        assert made.result.unassigned.equals(due.unassigned)
        want = cells(due.balances, "balances").filter((pl.col("received") > 0) | (pl.col("share") != "0.000000000"))
        kept = held(store, "balances").join(want, on=["enforcer_id", "category"], how="semi").select(want.columns)
        assert kept.sort(kept.columns).equals(want.sort(want.columns))
        kept = held(store, "batches").row(0, named=True)
        kept["since"] = held(store, "batches")["since"][0]
        again = input_of(store, kept)
        assert canon.input_digest(again) == kept["input_digest"]
        assert chamber_of(again).writs.height == reading.chamber.writs.height
        assert audit(store).ok, str(audit(store))
        store.close()


@settings(max_examples=settings.default.max_examples // 2)
@given(tables=chambers(), place=st.integers(0, 11))
def test_p7_an_urgent_writ_goes_where_a_batch_of_its_bundle_alone_would_send_it(empty_book, tables, place):
    """Only what bears on it is read: the answer, its explanation and its proof are those of the whole chamber."""
    assume(tables["writs"])
    urgent = tables["writs"][place % len(tables["writs"])]
    urgent["immediate"] = "true"
    with tempfile.TemporaryDirectory() as folder:
        source = write_tables(Path(folder) / "in", **one_chamber(tables))
        copy(empty_book, Path(folder) / "b")
        store, _ = init(f"sqlite:///{Path(folder) / 'b'}", clerk())
        import_tables(store, source, clerk())
        whole = chamber_of(of_chamber(store, "C1"))
        try:
            made = assign(store, clerk(), urgent["writ_id"], as_of=MOMENT)
        except UnusableInputError as error:
            assert "cannot be distributed now" in str(error) or "not in the book" in str(error)
            return
        bundle = whole.writs.join(made.result.assignments, on="writ_id", how="semi")
        assert urgent["writ_id"] in bundle["writ_id"].to_list()
        due = from_files(store, replace(whole, writs=bundle), made)
        assert made.result.assignments.equals(due.assignments)
        assert made.result.proof == due.proof
        assert audit(store).ok
        store.close()
