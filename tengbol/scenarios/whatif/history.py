"""What the ledger's own past tells of days to come: what arrives where on which weekday, and how long it stays open.

A unit is what came together: the writs against one debtor in one district that were distributed on one day. On a day of
the future, each district gets units by a Poisson law, at the rate of its weekday, scaled by the month where the past
covers a year; each unit is one of those that came to that district on that weekday. So districts, categories, weekdays
and bundles go together as they did, and nothing is smoothed that the past does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.model.law.calendar import working_days
from tengbol.scenarios.draws import Groups
from tengbol.scenarios.whatif.pace import arrivals, window

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.config import Calendar
    from tengbol.model.chamber import Chamber

WEEKDAYS: Final = 7
#: So many days of the past are needed to tell one month from another.
_YEAR: Final = 360
#: Where no proceeding of a category was closed in the past, it stays open so many days on average.
_NEVER_CLOSED: Final = 3650.0


@dataclass(frozen=True)
class History:
    """places: (D,) districts. rate: (D, 7) units of a working day, Monday first. month: (12,) relative to the mean.

    units: by cell district · 7 + weekday. size: (U,) writs of each; start: (U,) where they begin in `category` (N,);
    followed: (U,) whether its debtor had an open proceeding. open_days: (5,) mean days a proceeding stays open.
    held: the open proceedings that may be followed, the ledger's columns; holding: rows of `held` by district.
    """

    places: tuple[str, ...]
    rate: np.ndarray
    month: np.ndarray
    units: Groups
    size: np.ndarray
    start: np.ndarray
    category: np.ndarray
    followed: np.ndarray
    open_days: np.ndarray
    held: pl.DataFrame
    holding: Groups


def history(chamber: Chamber, as_of: dt.datetime, days: int, calendar: Calendar) -> History:
    """Read a chamber's ledger over the `days` calendar days before `as_of`."""
    first, last = window(chamber.ledger, as_of, days)
    places = chamber.districts["district_id"].sort()
    working = np.array(working_days(first, last, calendar) or [last], dtype="datetime64[D]")
    kind = pl.Enum(CATEGORIES)
    past = (
        arrivals(chamber.ledger)
        .with_columns(_day=pl.col("assigned_at").dt.date())
        .filter(pl.col("_day").is_between(first, last), pl.col("district_id").is_in(places.implode()))
        .with_columns(_kind=pl.col("category").cast(kind).to_physical().cast(pl.Int64))
        .sort("_day", "district_id", "debtor_id", "writ_id")
    )
    grouped = past.group_by("_day", "district_id", "debtor_id", maintain_order=True).agg(
        size=pl.len().cast(pl.Int64), kinds="_kind"
    )
    # What was distributed on a day off counts as the next working day's.
    place = np.minimum(np.searchsorted(working, grouped["_day"].to_numpy()), len(working) - 1)
    weekday = _weekday(working)[place]
    home = places.search_sorted(grouped["district_id"]).to_numpy().astype(np.int64)
    cell = home * WEEKDAYS + weekday
    count = len(places) * WEEKDAYS
    of_weekday = np.maximum(np.bincount(_weekday(working), minlength=WEEKDAYS), 1)
    size = grouped["size"].to_numpy()
    held = chamber.ledger.filter(
        pl.col("closed_at").is_null(), (pl.col("category") == "alimony") | pl.col("case_id").is_not_null()
    ).sort("writ_id")
    return History(
        places=tuple(places.to_list()),
        rate=np.bincount(cell, minlength=count).reshape(-1, WEEKDAYS) / of_weekday,
        month=_months(working, place) if (last - first).days + 1 >= _YEAR else np.ones(12),
        units=Groups.of(cell, np.arange(len(cell)), count),
        size=size,
        start=np.cumsum(size) - size,
        category=past["_kind"].to_numpy(),
        followed=_followed(grouped, chamber.ledger),
        open_days=_open_days(chamber, as_of, first),
        held=held,
        holding=Groups.of(
            places.search_sorted(held["district_id"]).to_numpy().astype(np.int64) % max(len(places), 1),
            np.arange(len(held)),
            len(places),
        ),
    )


def _weekday(days: np.ndarray) -> np.ndarray:
    """Monday is 0; 1 January 1970 was a Thursday."""
    return (days.astype(np.int64) + 3) % WEEKDAYS


def month_of(days: np.ndarray) -> np.ndarray:
    """January is 0."""
    return days.astype("datetime64[M]").astype(np.int64) % 12


def weekday_of(days: np.ndarray) -> np.ndarray:
    """Monday is 0."""
    return _weekday(days)


def _months(working: np.ndarray, place: np.ndarray) -> np.ndarray:
    """(12,) units a working day of each month, relative to the mean over the window; 1 where a month is not in it."""
    month = month_of(working)
    days, units = np.bincount(month, minlength=12), np.bincount(month[place], minlength=12)
    if not len(place):
        return np.ones(12)
    return np.where(days > 0, units / np.maximum(days, 1) / (len(place) / len(working)), 1.0)


def _followed(units: pl.DataFrame, ledger: pl.DataFrame) -> np.ndarray:
    """(U,) whether a debtor had, on the day of a unit, a proceeding that was assigned before and still open."""
    rows = units.select("_day", "debtor_id").with_row_index("_unit")
    earlier = (
        rows.join(ledger.select("debtor_id", "assigned_at", "closed_at"), on="debtor_id")
        .filter(
            pl.col("assigned_at").dt.date() < pl.col("_day"),
            pl.col("closed_at").is_null() | (pl.col("closed_at").dt.date() >= pl.col("_day")),
        )["_unit"]
        .unique()
    )
    found = np.zeros(len(units), dtype=bool)
    found[earlier.to_numpy()] = True
    return found


def _open_days(chamber: Chamber, as_of: dt.datetime, first: dt.date) -> np.ndarray:
    """(5,) mean days open: days at risk in the window over closings in it, as if closing had no memory.

    A proceeding that another row of its writ follows, or whose writ is before the chamber again, was closed by its
    holder's departure and not executed.
    """
    start, end = pl.lit(first).cast(pl.Datetime("us")), pl.lit(as_of).cast(pl.Datetime("us"))
    again = pl.col("assigned_at") < pl.col("assigned_at").max().over("writ_id")
    pending = pl.col("writ_id").is_in(chamber.writs["writ_id"].implode())
    executed = pl.col("closed_at").is_between(start, end) & ~again & ~pending
    at_risk = pl.min_horizontal(pl.col("closed_at").fill_null(end), end) - pl.max_horizontal("assigned_at", start)
    table = (
        chamber.ledger.with_columns(_executed=executed.fill_null(False))
        .group_by("category")
        .agg(days=at_risk.dt.total_seconds().clip(0).sum() / 86_400, closings=pl.col("_executed").sum())
    )
    known = {kind: days / n if n else _NEVER_CLOSED for kind, days, n in table.iter_rows()}
    return np.array([max(known.get(kind, _NEVER_CLOSED), 1.0) for kind in CATEGORIES])
