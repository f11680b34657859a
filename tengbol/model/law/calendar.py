"""¶7, ¶8, ¶15: working days of Kazakhstan, and the days by which things must be done.

A list of working dates is kept and indexed, since governments move working days to weekends and back. It comes from
the `holidays` library, transfers included, and from decrees that the library does not know yet. What the library says
of the years around us stands in `working_days.txt`, for it loads the calendars of all countries to tell those of one;
the file holds for the version that it names, and with any other, and for other years, the library itself is asked.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.parameters import CALENDAR_FILE, CALENDAR_LIBRARY, COUNTRY, TERMS
from tengbol.versions import installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.config import Calendar

#: Saturday, from Monday.
_WEEKEND: Final = 5
#: Longer than any run of days off but those of decrees, so that the term always ends inside the list.
_MARGIN: Final = 40


def working_days(first: dt.date, last: dt.date, calendar: Calendar) -> list[dt.date]:
    """All working days from `first` to `last`, both included."""
    works = _country(first, last)
    off, on = set(calendar.days_off), set(calendar.working_days)
    days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in days if day in on or (day not in off and works(day))]


def _country(first: dt.date, last: dt.date) -> Callable[[dt.date], bool]:
    """What tells of any day from `first` to `last` whether the country works on it."""
    version, begin, end, others = _kept()
    if installed(CALENDAR_LIBRARY) == version and begin <= first and last <= end:
        return lambda day: (day.weekday() < _WEEKEND) != (day in others)
    import holidays

    return holidays.country_holidays(COUNTRY, years=range(first.year, last.year + 1)).is_working_day


@cache
def _kept() -> tuple[str, dt.date, dt.date, frozenset[dt.date]]:
    """Of which version of the library, from when to when, and where work and weekend change places."""
    head, *days = files("tengbol.model.law").joinpath(CALENDAR_FILE).read_text(encoding="utf-8").splitlines()
    _, version, begin, end = head.split()
    return (
        version,
        dt.date.fromisoformat(begin),
        dt.date.fromisoformat(end),
        frozenset(map(dt.date.fromisoformat, days)),
    )


def terms(writs: pl.DataFrame, calendar: Calendar) -> pl.Series:
    """¶7: the day by which each of `writs` (`received_at`, `immediate`) is to be distributed."""
    received = writs["received_at"].dt.date()
    days = pl.DataFrame({"received": received, "term": due_of(received, calendar), "at_once": writs["immediate"]})
    return days.select(pl.when("at_once").then("received").otherwise("term").alias("distribute_by")).to_series()


def due_of(days: pl.Series, calendar: Calendar, term: str = "distribute") -> pl.Series:
    """As `due`, of days that repeat and may be null."""
    known = days.drop_nulls().unique().sort()
    return days.replace_strict(known, due(known, calendar, term), default=None, return_dtype=pl.Date)


def first_in_time(day: dt.date, calendar: Calendar, term: str = "distribute") -> dt.date:
    """The first day whose `due` is not before `day`: what was received earlier is late on it."""
    back = _MARGIN + len(set(calendar.days_off))
    days = pl.Series([day - dt.timedelta(days=n) for n in range(back, -1, -1)], dtype=pl.Date)
    return days.filter(due(days, calendar, term) >= day)[0]


def due(days: pl.Series, calendar: Calendar, term: str = "distribute") -> pl.Series:
    """The last working day of a term (`TERMS`) after each of `days`, the day itself not counted."""
    if days.len() == 0:
        return days
    first, last = days.min(), days.max()
    if not isinstance(first, dt.date) or not isinstance(last, dt.date):
        raise TypeError("days are dates")
    # Only days that occur are worked out: a table of a few dates, whatever the number of writs.
    table = working_days(first, last + dt.timedelta(days=_MARGIN + len(set(calendar.days_off))), calendar)
    position = np.searchsorted(np.array(table, dtype="datetime64[D]"), days.to_numpy(), side="right")
    return pl.Series(days.name, table, dtype=pl.Date).gather(position + TERMS[term] - 1)
