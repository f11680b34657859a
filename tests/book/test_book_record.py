"""A period of the book as a report's frames, and a year of it beside the same year from file to file."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from books import NOW, STORES, batch, clerk, home, mark, opened, take
from small import CATEGORIES, writ

from tengbol.batch import distribute
from tengbol.book.importing import import_tables
from tengbol.book.kept import cells, held
from tengbol.book.opening import init, key_of
from tengbol.book.record import frames, period
from tengbol.errors import UnusableInputError
from tengbol.io.write import csv_bytes
from tengbol.model.tables import TABLES as CONTRACT
from tengbol.scenarios.stream import Recipe, draw

NEXT = NOW + dt.timedelta(days=1)


@pytest.fixture
def store(url, tmp_path):
    store = opened(
        url, tmp_path, home(writs=[*home()["writs"], writ("bad", amount="much"), writ("un", signature="absent")])
    )
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ("X", received_at="2026-11-24T09:00:00", immediate="true")])
    mark(store, clerk(), "collected", ["W0"], at=NEXT)
    mark(store, clerk(), "notified", ["W0"], at=NEXT + dt.timedelta(hours=1))
    batch(store, clerk(), as_of=NEXT)
    return store


def test_a_record_has_every_batch_of_the_days_and_what_belongs_to_it(store):
    whole = frames(store)
    assert whole["batches"]["batch_id"].to_list() == ["C1-000001", "C1-000002"]
    second = frames(store, first=NEXT.date())
    assert second["assignments"]["writ_id"].to_list() == ["X"]
    assert second["assignments"]["immediate"].to_list() == [True]
    assert second["rejected"].is_empty()
    first = frames(store, last=NOW.date())
    assert first["rejected"].select("batch_id", "code").rows() == [("C1-000001", "bad_number")]
    assert first["unassigned"]["code"].to_list() == ["signature_not_valid"]
    done = first["assignments"].filter(writ_id="W0").row(0, named=True)
    assert (done["collected_at"], done["notified_at"]) == (NEXT, NEXT + dt.timedelta(hours=1))
    assert done["received_at"] == dt.datetime(2026, 11, 20, 10) and done["amount"] == 50000.0
    assert first["standing"].height == 4 * len(CATEGORIES)
    assert set(first["pools"]["enforcer_id"]) == {"E1", "E2", "E3"}
    commitments = whole["batches"]["commitment"].to_list()
    assert commitments == held(store, "batches").sort("number")["commitment_next"].to_list()


def test_a_report_can_be_made_of_a_period_of_the_book(store):
    made = period(store, chamber_id="C1")
    assert made.batches["number"].to_list() == [1, 2]
    assert made.assignments.height == 7
    assert set(made.events["what"]) >= {"book opened", "import", "batch", "collected"}
    with pytest.raises(UnusableInputError, match="no batch in these days"):
        period(store, first=dt.date(2027, 1, 1))


def year_beside_files(url, tmp_path, recipe):
    """Days of a stream through the book, each distributed once more from the files it would have been."""
    drawn = draw(recipe)
    # Of one away longer than a month the book lets all writs wait again (¶18), which files cannot show.
    days_away = (pl.col("end") - pl.col("start")).dt.total_days()
    brief = drawn.chamber.absences.filter(days_away < 28).unique("enforcer_id", keep="first", maintain_order=True)
    stream = replace(drawn, chamber=replace(drawn.chamber, absences=brief))
    people = tmp_path / "people"
    people.mkdir()
    for name in ("districts", "enforcers", "attachments", "absences", "ledger"):
        (people / f"{name}.csv").write_bytes(csv_bytes(getattr(stream.chamber, name)))
    store, _ = init(url, clerk())
    import_tables(store, people, clerk())
    waiting, ledger = stream.writs.clear(), stream.chamber.ledger
    balances = CONTRACT["balances"].empty()
    for day in stream.days:
        place = tmp_path / str(day)
        place.mkdir()
        (place / "writs.csv").write_bytes(csv_bytes(stream.arriving(day)))
        import_tables(store, place, clerk(at=stream.as_of(day)))
        made = batch(store, clerk(), as_of=stream.as_of(day))
        chamber = stream.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        seed = made.result.seed if made.result else "0"
        due = distribute(chamber, as_of=stream.as_of(day), seed=seed, key=key_of(store))
        waiting = chamber.writs.join(due.unassigned, on="writ_id", how="semi", maintain_order="left")
        ledger = pl.concat([ledger, stream.opened(day, due.assignments)])
        balances = due.balances
    kept = held(store, "balances").select("enforcer_id", "category", "received", "share")
    want = cells(balances, "balances").filter((pl.col("received") > 0) | (pl.col("share") != "0.000000000"))
    licensed = kept.join(balances, on=["enforcer_id", "category"], how="semi")
    order = ["enforcer_id", "category"]
    assert licensed.sort(order).equals(want.sort(order))
    return want["received"].sum()


def test_days_through_the_book_end_with_the_balances_of_the_same_days_file_to_file(url, tmp_path):
    recipe = Recipe(dt.date(2025, 1, 6), dt.date(2025, 1, 17), districts=4, enforcers=12, writs_a_day=25, followed=0.2)
    assert year_beside_files(url, tmp_path, recipe) > 150


@pytest.mark.soak
@pytest.mark.parametrize("kind", STORES)
def test_a_year_through_the_book_ends_with_the_balances_of_the_same_year_file_to_file(kind, request, tmp_path):
    url = request.getfixturevalue("postgresql").new() if kind == "postgresql" else f"sqlite:///{tmp_path / 'b'}"
    assert year_beside_files(url, tmp_path, Recipe()) > 35_000
