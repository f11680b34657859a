"""¶3(3): who is absent for long, over one month («бір айдан астам»), however many papers say so."""

from __future__ import annotations

from datetime import date

import pytest
from chambers import typed
from small import absence

from tengbol.model.law.availability import counts_as_long, joined


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "month_s_end"),
    [
        ("2026-11-02", "2026-12-01"),
        ("2026-10-31", "2026-11-30"),
        ("2027-01-29", "2027-02-28"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-03-01", "2026-03-31"),
        ("2026-12-31", "2027-01-30"),
    ],
)
def test_p3_exactly_a_calendar_month_is_not_over_a_month_and_one_day_more_is(start, month_s_end):
    first, last = date.fromisoformat(start), date.fromisoformat(month_s_end)
    assert counts_as_long("leave", first, last) is None
    assert counts_as_long("leave", first, last.fromordinal(last.toordinal() + 1)) == first
    assert counts_as_long("leave", first, None) == last.fromordinal(last.toordinal() + 1)


@pytest.mark.parametrize(
    ("rows", "whole"),
    [
        # Friday to Monday, the next day, one within the other, and a day of work between.
        ([("2026-10-13", "2026-10-23"), ("2026-10-26", "2026-11-06")], [("2026-10-13", "2026-11-06")]),
        ([("2026-11-09", "2026-11-10"), ("2026-11-11", "2026-11-12")], [("2026-11-09", "2026-11-12")]),
        ([("2026-11-02", "2026-11-30"), ("2026-11-09", "2026-11-10")], [("2026-11-02", "2026-11-30")]),
        ([("2026-11-02", "2026-11-03"), ("2026-11-05", None)], [("2026-11-02", "2026-11-03"), ("2026-11-05", None)]),
        ([("2026-11-02", "2026-11-03"), ("2026-11-04", None)], [("2026-11-02", None)]),
        # New Year: 1, 2 and 7 January are days off, 3 and 4 a weekend.
        ([("2025-12-29", "2025-12-31"), ("2026-01-05", "2026-01-06")], [("2025-12-29", "2026-01-06")]),
    ],
)
def test_p3_absences_that_touch_are_one_whatever_their_reasons(rows, whole):
    reasons = ["sickness", "leave", "study_leave"]
    given = [absence("E1", why, start=a, end=b) for why, (a, b) in zip(reasons, rows, strict=False)]
    given.append(absence("E2", start="2026-01-01", end=None))
    for order in (given, given[::-1]):
        made = joined(typed({"absences": order}).absences)
        found = made.filter(enforcer_id="E1").select("first", "last").unique().sort("first").rows()
        assert found == [(day(a), day(b)) for a, b in whole]
        assert made.height == len(given)


def test_p17_an_office_is_no_part_of_an_absence():
    rows = [absence("E1", start="2026-11-02", end="2026-11-10"), absence("E1", "chamber_office", start="2026-11-11")]
    made = joined(typed({"absences": rows}).absences)
    assert made.filter(reason="leave").select("first", "last").row(0) == (date(2026, 11, 2), date(2026, 11, 10))
