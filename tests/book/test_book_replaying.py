"""The departures that a book has seen are replayed as they were forecast: from what it held just before each."""

from __future__ import annotations

import datetime as dt

import polars as pl
from books import batch, clerk, leave, opened, take
from small import district, enforcer, writ

from tengbol.book.replaying import departed
from tengbol.config import Config
from tengbol.report.whatif.findings import findings
from tengbol.scenarios.whatif.calibration import calibrated

PEOPLE = [enforcer(f"E{n}") for n in range(1, 6)]


def at(day, hour):
    return dt.datetime(2026, 11, day, hour)


def lived(url, folder):
    """A book of a week: each day eight writs and a batch, and on two of them somebody is suspended at noon."""
    store = opened(url, folder, {"districts": [district("D1")], "enforcers": PEOPLE, "writs": []})
    for day, gone in ((16, None), (17, None), (18, "E1"), (19, None), (20, "E2")):
        writs = [
            writ(
                f"W{day}-{n}",
                received_at=f"2026-11-{day}T09:00:00",
                debtor_id=f"debtor {day} {n}",
                issued_on="2026-11-02",
            )
            for n in range(8)
        ]  # fmt: skip
        take(store, folder, clerk(at=at(day, 10)), writs=writs)
        if gone:
            hand = clerk(document="order 1", at=at(day, 12))
            leave(store, hand, gone, reason="licence_suspended", start=at(day, 1).date(), end=None, at=at(day, 12))
        batch(store, clerk(at=at(day, 18)), as_of=at(day, 18))
    return store


def test_a_departure_is_replayed_from_what_the_book_held_before_it(url, tmp_path):
    store = lived(url, tmp_path)
    first, second = departed(store)
    assert [(one.enforcer_id, one.as_of.date().day) for one in (first, second)] == [("E1", 18), ("E2", 20)]
    # Sixteen writs among five, of the two days before; those of his own day wait.
    held = first.chamber.ledger.filter(pl.col("enforcer_id") == "E1", pl.col("closed_at").is_null())
    assert first.chamber.absences.is_empty() and first.chamber.writs.height == 8
    assert first.outcome["outcome"].sum() == held.height > 0
    assert "E1" not in first.outcome["enforcer_id"] and "E1" in second.chamber.absences["enforcer_id"]


def test_the_interval_holds_what_came_of_it_about_as_often_as_it_says(url, tmp_path):
    table = calibrated(departed(lived(url, tmp_path)), seed="0", config=Config())
    assert table["leaving"].unique().sort().to_list() == ["E1", "E2"]
    assert table["outcome"].sum() > 0 and table["held"].mean() >= 0.8
    assert (table["mean"] >= table["least"]).all() and (table["mean"] <= table["most"]).all()
    sums = table.group_by("leaving").agg("mean", "outcome")
    for row in sums.iter_rows(named=True):
        assert abs(sum(row["mean"]) - sum(row["outcome"])) < 1e-9
    (said,) = findings({"calibration": table}, lots=8, days=0)["finding"].to_list()
    assert f"in {int(table['held'].sum())} of {table.height} cases" in said


def test_a_book_without_departures_says_that_nothing_is_known(url, tmp_path):
    store = opened(url, tmp_path, {"districts": [district("D1")], "enforcers": PEOPLE, "writs": []})
    table = calibrated(departed(store), seed="0", config=Config())
    assert table.is_empty()
    assert "not known" in findings({"calibration": table}, lots=8, days=0)["finding"][0]
