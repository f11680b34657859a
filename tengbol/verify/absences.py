"""¶3, ¶18: absences that are short, derived a second time (contract point 3.6, decision B6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from tengbol.verify.calendar import WorkingDays

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

_TEMPORARY: Final = ("leave", "study_leave", "sickness", "business_trip")
_ONE: Final = timedelta(days=1)


def short_absences(absences: pl.DataFrame, day: date) -> dict[str, date]:
    """Last day away of each who is away on `day` for temporary reasons alone, not longer than a calendar month.

    Absences that touch, or have nothing but days off of the law between them, are one; an office (¶17) joins none.
    """
    rows: dict[str, list[tuple[date, date | None, str]]] = {}
    for who, start, end, reason in absences.select("enforcer_id", "start", "end", "reason").iter_rows():
        rows.setdefault(who, []).append((start, end, reason))
    days = WorkingDays(frozenset(), frozenset())
    found: dict[str, date] = {}
    for who, spans in rows.items():
        now = [reason for start, end, reason in spans if start <= day and (end is None or day <= end)]
        if now and all(reason in _TEMPORARY for reason in now):
            first, last = _whole([(s, e) for s, e, reason in spans if reason != "chamber_office"], day, days)
            if last is not None and last < after_a_month(first):
                found[who] = last
    return found


def _whole(spans: Iterable[tuple[date, date | None]], day: date, days: WorkingDays) -> tuple[date, date | None]:
    """First and last day of the absence that `day` lies in; the last is nothing where it is open."""
    wholes: list[tuple[date, date]] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        stop = end or date.max
        if wholes and not _worked_between(wholes[-1][1], start, days):
            first, before = wholes.pop()
            wholes.append((first, max(before, stop)))
        else:
            wholes.append((start, stop))
    first, last = next(whole for whole in wholes if whole[0] <= day <= whole[1])
    return first, None if last == date.max else last


def _worked_between(last: date, start: date, days: WorkingDays) -> bool:
    return any(days.is_working(last + _ONE * n) for n in range(1, (start - last).days))


def after_a_month(first: date) -> date:
    """The same day of the next month; where that has none, the day after its last."""
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    try:
        return date(year, month, first.day)
    except ValueError:
        return date(year, month + 1, 1)
