"""The tables of a report tell what its record holds; they do not depend on the order of its rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from math import isclose

import polars as pl
from periods import days, period

from tengbol.report.record import SCHEMAS, joined
from tengbol.report.tables import tables


def test_every_writ_stands_in_one_flow():
    made = tables(period())["flows"]
    counted = period().assignments.group_by("basis", "category").len()
    assert made["writs"].sum() == period().assignments.height
    assert made.filter(pl.col("writs") > 0).height == counted.height
    assert isclose(made["part"].sum(), 1.0, abs_tol=1e-12)


def test_a_lorenz_curve_encloses_gini_s_index():
    """Gini's index is one less twice the area under the curve: another way to the same number."""
    made = tables(period())
    for row in made["measures"].filter(pl.col("category") != "all", kind="all", scope="chamber").iter_rows(named=True):
        curve = made["lorenz"].filter(category=row["category"])
        heights, n = curve["received"].to_list(), row["enforcers"]
        area = sum((low + high) / 2 for low, high in pairwise(heights)) / n
        assert isclose(1 - 2 * area, row["gini"], rel_tol=1e-12, abs_tol=1e-12), row["category"]
        assert curve["received"][0] == 0.0
        assert isclose(curve["received"][-1], 1.0, abs_tol=1e-12)


def test_excess_moves_by_what_was_gained():
    made = tables(period())["enforcers"]
    moved = (made["excess_before"] + made["excess_gained"] - made["excess"]).abs().max()
    assert moved <= 2e-9


def test_all_categories_together_are_their_sum():
    made = tables(period())["enforcers"]
    apart = made.filter(pl.col("category") != "all").group_by("enforcer_id").agg(pl.col("received").sum())
    both = apart.join(made.filter(category="all"), on="enforcer_id")
    assert both["received"].to_list() == both["received_right"].to_list()


def test_the_band_of_chance_lies_around_where_he_stood_before():
    made = tables(period())["enforcers"]
    middle = (made["band_low"] + made["band_high"]) / 2
    assert (middle - made["excess_before"]).abs().max() < 1e-9
    assert made.filter(pl.col("received_free") > 0).select(pl.col("band_high") > pl.col("band_low")).to_series().all()


def test_money_is_that_of_the_writs_received():
    made = tables(period())["money"]
    writs = period().assignments
    assert isclose(made["amount"].sum(), writs["amount"].sum(), rel_tol=1e-12)
    assert made["writs"].sum() == writs.height
    assert made["writs_with_amount"].sum() == writs["amount"].count()


def test_a_deadline_is_kept_on_its_last_day_and_late_on_the_next():
    record = period()
    batch = record.batches.sort("as_of").tail(1)
    own = record.assignments.join(batch, on="batch_id", how="semi")
    last = pl.lit(batch["as_of"].item()).dt.date()
    for due, outcome in ((last, "kept"), (last - pl.duration(days=1), "late")):
        made = tables(replace(record, assignments=own.with_columns(distribute_by=due)))["deadlines"]
        counts = made.filter(deadline="distribute_by").select("outcome", "writs")
        assert dict(counts.iter_rows())[outcome] == own.height


def test_what_somebody_recorded_of_notices_is_told_from_what_nobody_did():
    record = period()
    noon = pl.col("notify_creditor_by").cast(pl.Datetime("us")) + pl.duration(hours=12)
    half = record.assignments.with_row_index("_n").with_columns(
        notified_at=pl.when(pl.col("_n") % 3 == 0)
        .then(noon)
        .when(pl.col("_n") % 3 == 1)
        .then(noon + pl.duration(days=1))
    )
    made = tables(replace(record, assignments=half.drop("_n")))["deadlines"].filter(deadline="notify_creditor_by")
    counts = dict(made.select("outcome", "writs").iter_rows())
    n = record.assignments.height
    assert counts == {"kept": (n + 2) // 3, "late": (n + 1) // 3, "unknown": n // 3}


def test_p7_p8_a_duty_is_counted_of_the_writs_that_have_it_and_no_handover_is_kept_unless_recorded():
    record = period()
    n = record.assignments.height
    paper = pl.int_range(pl.len()) < 2
    day = pl.lit(dt.date(2026, 11, 26))
    rows = record.assignments.with_columns(
        collect_by=pl.when(paper).then(day),
        notify_creditor_by=pl.when(~paper).then(day),
        notified_at=pl.lit(dt.datetime(2026, 11, 20)),
    )
    made = tables(replace(record, assignments=rows))["deadlines"]
    counts = {(d, o): w for d, o, w in made.select("deadline", "outcome", "writs").rows()}
    assert [counts["collect_by", o] for o in ("kept", "late", "unknown")] == [0, 0, 2]
    assert [counts["hand_over_by", o] for o in ("kept", "late", "unknown")] == [0, 0, n]
    # Told, but nobody recorded when the paper was received: nobody can say whether in time.
    assert [counts["notify_creditor_by", o] for o in ("kept", "late", "unknown")] == [n - 2, 0, 2]
    assert made.filter(deadline="collect_by", outcome="unknown")["part"].to_list() == [1.0]


def test_a_writ_that_waited_and_was_then_assigned_is_not_told_as_left():
    record = period()
    writ = record.assignments["writ_id"][0]
    row = {"batch_id": "batch 1", "writ_id": writ, "code": "received_later", "explanation": ""}
    waiting = pl.DataFrame([row])
    other = waiting.with_columns(writ_id=pl.lit("another"))
    made = tables(replace(record, unassigned=pl.concat([record.unassigned.clear(), waiting, other])))["not_assigned"]
    assert made.rows() == [("received_later", 1)]


def test_tables_are_the_same_whatever_the_order_of_rows_and_of_days():
    shuffled = joined(
        [replace(part, **{name: getattr(part, name).sample(fraction=1.0, shuffle=True, seed=3) for name in SCHEMAS})
         for part in reversed(days())]
    )  # fmt: skip
    one, other = tables(period()), tables(shuffled)
    for name, frame in one.items():
        assert frame.equals(other[name]), name


def test_a_report_on_nothing_has_its_tables_all_the_same():
    nothing = replace(period(), **{name: getattr(period(), name).clear() for name in SCHEMAS})
    made = tables(nothing)
    assert made["flows"]["writs"].sum() == 0
    assert {name: frame.columns for name, frame in made.items()} == {
        name: frame.columns for name, frame in tables(period()).items()
    }
