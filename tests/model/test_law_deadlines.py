"""¶7, ¶8, ¶15: by when a writ is to be distributed and collected and its creditor told, in working days."""

from __future__ import annotations

import datetime as dt

import holidays
import pytest
from chambers import decide
from small import writ

from tengbol.config import Calendar, Config
from tengbol.model.law import calendar
from tools import working_days

PAPER = {"form": "paper", "signature": None, "original_attached": "true"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def deadlines(received_at="2026-11-20T10:00:00", as_of="2026-11-23T09:30:00", config=None, **cells):
    """By when a writ is to be distributed, and if on paper collected (¶8), if electronic its creditor told (¶15)."""
    writs = [writ("W", received_at=received_at, **cells), writ("P", received_at=received_at, **PAPER | cells)]
    given = decide(*writs, as_of=as_of, config=config).given
    assert given["P"]["collect_by"] == given["W"]["notify_creditor_by"]
    return given["W"]["distribute_by"], given["P"]["collect_by"]


@pytest.mark.parametrize(
    ("received_at", "distribute_by"),
    [
        ("2026-11-16T00:00:00", "2026-11-19"),  # Monday → Thursday
        ("2026-11-17T10:00:00", "2026-11-20"),
        ("2026-11-18T10:00:00", "2026-11-23"),  # over a weekend
        ("2026-11-19T10:00:00", "2026-11-24"),
        ("2026-11-20T23:59:59", "2026-11-25"),  # Friday → Wednesday
        ("2026-11-21T10:00:00", "2026-11-25"),  # Saturday
        ("2026-11-22T10:00:00", "2026-11-25"),  # Sunday
        ("2025-12-31T10:00:00", "2026-01-08"),  # 1 and 2 January, a weekend, 7 January: 5, 6, 8 count
        ("2026-03-06T10:00:00", "2026-03-12"),  # 8 March is a Sunday, so Monday the 9th is off
        ("2025-01-03T10:00:00", "2025-01-08"),  # 3 January was off, Sunday the 5th a working day for it, the 7th off
        ("2025-01-04T10:00:00", "2025-01-08"),
        ("2025-01-05T10:00:00", "2025-01-09"),
    ],
)
def test_p7_distribution_is_due_three_working_days_after_receipt(received_at, distribute_by):
    assert deadlines(received_at)[0] == day(distribute_by)


@pytest.mark.parametrize("received_at", ["2026-11-20T10:00:00", "2026-11-21T10:00:00", "2026-01-01T00:00:00"])
def test_p7_a_judgment_to_be_executed_at_once_is_due_the_same_day_even_a_day_off(received_at):
    assert deadlines(received_at, immediate="true")[0] == day(received_at[:10])


@pytest.mark.parametrize(
    ("as_of", "collect_by"),
    [
        ("2026-11-23T09:30:00", "2026-11-26"),
        ("2026-11-25T18:00:00", "2026-11-30"),
        ("2026-11-27T23:59:59", "2026-12-02"),
        ("2026-11-28T09:00:00", "2026-12-02"),
        ("2026-12-14T09:00:00", "2026-12-18"),  # 16 December is off
    ],
)
def test_p8_p15_collection_and_notice_are_due_three_working_days_after_the_day_of_the_batch(as_of, collect_by):
    assert deadlines(as_of=as_of)[1] == day(collect_by)


def test_p8_nothing_of_an_electronic_writ_is_collected():
    assert decide(writ("W")).given["W"]["collect_by"] is None


def test_p15_a_notice_of_a_paper_writ_has_no_day_before_somebody_has_received_it():
    assert decide(writ("W", **PAPER)).given["W"]["notify_creditor_by"] is None


def test_p8_p15_immediate_execution_hastens_neither_collection_nor_notice():
    assert deadlines(immediate="true")[1] == day("2026-11-26")


def test_p7_a_decree_moves_a_working_day():
    """Monday 23 November off, Saturday the 28th worked for it."""
    moved = Config(calendar=Calendar(days_off=(day("2026-11-23"),), working_days=(day("2026-11-28"),)))
    assert deadlines("2026-11-20T10:00:00", as_of="2026-11-25T18:00:00", config=moved) == (
        day("2026-11-26"),
        day("2026-11-28"),
    )


def test_p7_a_decree_makes_a_holiday_a_working_day():
    worked = Config(calendar=Calendar(working_days=(day("2026-12-16"),)))
    assert deadlines(as_of="2026-12-14T09:00:00", config=worked)[1] == day("2026-12-17")


def test_p7_several_writs_of_several_days_each_have_their_own_day():
    days = ["2026-11-20T10:00:00", "2026-11-18T10:00:00", "2025-12-31T10:00:00", "2026-11-20T11:00:00"]
    outcome = decide(*(writ(f"W{n}", received_at=at) for n, at in enumerate(days)))
    assert [outcome.given[f"W{n}"]["distribute_by"] for n in range(4)] == [
        day(text) for text in ("2026-11-25", "2026-11-23", "2026-01-08", "2026-11-25")
    ]


def test_the_days_kept_are_those_of_the_library_that_they_name():
    assert working_days.FILE.read_text(encoding="utf-8") == working_days.table()


def test_before_and_after_the_days_kept_the_library_is_asked():
    country = holidays.country_holidays("KZ")
    for first in (working_days.FIRST, working_days.LAST):
        days = [first + dt.timedelta(days=n) for n in range(-200, 200)]
        assert calendar.working_days(days[0], days[-1], Calendar()) == [
            day for day in days if country.is_working_day(day)
        ]


def test_of_another_version_of_the_library_nothing_kept_is_believed(monkeypatch):
    first, last = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
    monkeypatch.setattr(calendar, "_kept", lambda: ("0.1", first, last, frozenset()))
    assert dt.date(2026, 3, 9) not in calendar.working_days(first, last, Calendar())
