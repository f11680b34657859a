"""¶3(3), ¶17, ¶18: who is there on the batch day."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.config import Calendar
from tengbol.model.codes import ABSENCE_REASONS, DEPARTURES, OFFICE, TEMPORARY_ABSENCES, UNREAD
from tengbol.model.law.calendar import working_days

if TYPE_CHECKING:
    from collections.abc import Sequence


def in_force(day: dt.date, first: str, last: str) -> pl.Expr:
    """Whether `day` lies between two columns of days, both included; a null last day is open."""
    return (pl.col(first) <= day) & (pl.col(last).is_null() | (pl.col(last) >= day))


def licensed(enforcers: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Rows of `enforcers` whose licence is in force on `day`."""
    return enforcers.filter(in_force(day, "licensed_from", "licensed_to"))


def away(absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `reason`: who is absent on `day`, one row each; of several reasons the first of the codes."""
    order = pl.Enum((*ABSENCE_REASONS, UNREAD))
    return (
        absences.filter(in_force(day, "start", "end"))
        .select("enforcer_id", pl.col("reason").cast(order))
        .group_by("enforcer_id")
        .agg(pl.col("reason").min())
        .with_columns(pl.col("reason").cast(pl.String))
        .sort("enforcer_id")
    )


def standing_of_everyone(enforcers: pl.DataFrame, absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `district_id`, `away`: null when available, else a reason code or `not_licensed`."""
    return (
        enforcers.join(away(absences, day), on="enforcer_id", how="left", maintain_order="left")
        .select(
            "enforcer_id",
            "district_id",
            away=pl.when(~in_force(day, "licensed_from", "licensed_to"))
            .then(pl.lit("not_licensed"))
            .otherwise(pl.col("reason")),
        )
        .sort("enforcer_id")
    )


def joined(absences: pl.DataFrame, decrees: Calendar | None = None) -> pl.DataFrame:
    """Add `first` and `last`: of the absence that a row is part of (¶3, ¶18).

    Absences of one enforcer that touch, with nothing but days off between them, are one, whatever their reasons, save
    `chamber_office` (¶17) and `unread`, whose rows stand alone. `last` is null where it is open.
    """
    alone = pl.col("reason").is_in([OFFICE, UNREAD])
    office = absences.filter(alone).with_columns(first="start", last="end")
    others = absences.filter(~alone).sort("enforcer_id", "start", pl.col("end"), nulls_last=True)
    if others.is_empty():
        return office
    # Only what lies between absences is counted, so no day after the last one's beginning is worked out.
    begin, stop = others["start"].min(), others["start"].max()
    assert isinstance(begin, dt.date)
    assert isinstance(stop, dt.date)
    table = np.array(working_days(begin, stop, decrees or Calendar()), dtype="datetime64[D]")

    def worked(days: pl.Series) -> pl.Series:
        """How many working days there were until the end of each day."""
        return pl.Series(np.searchsorted(table, days.to_numpy().astype("datetime64[D]"), side="right"), dtype=pl.Int64)

    latest = pl.col("_end").cum_max().shift(1).over("enforcer_id")
    return pl.concat(
        [
            others.with_columns(
                _before=worked(others["start"] - dt.timedelta(days=1)),
                _end=worked(others["end"].fill_null(dt.date.max)),
            )
            .with_columns(_new=(latest.is_null() | (pl.col("_before") > latest)).cum_sum().over("enforcer_id"))
            .with_columns(
                first=pl.col("start").min().over("enforcer_id", "_new"),
                last=pl.when(pl.col("end").is_null().any().over("enforcer_id", "_new"))
                .then(None)
                .otherwise(pl.col("end").max().over("enforcer_id", "_new")),
            )
            .drop("_before", "_end", "_new"),
            office,
        ]
    )


def briefly_away(absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `last`: who is away on `day` for temporary reasons alone (¶18), and his last day away.

    The absence as a whole (`joined`) has an end and is not longer than a calendar month.
    """
    brief = away_only_for(TEMPORARY_ABSENCES, absences, day)
    whole = joined(absences.join(brief, on="enforcer_id", how="semi"))
    spans = (
        whole.filter(in_force(day, "start", "end"), pl.col("last").is_not_null())
        .select("enforcer_id", "first", "last")
        .unique()
        .sort("enforcer_id")
    )
    short = [last < month_after(first) for first, last in spans.select("first", "last").rows()]
    return spans.filter(pl.Series(short, dtype=pl.Boolean)).select("enforcer_id", "last")


def away_only_for(reasons: Sequence[str], absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`enforcer_id`: who is away on `day`, and for no other reason than these."""
    today = absences.filter(in_force(day, "start", "end"))
    return today.group_by("enforcer_id").agg(_all=pl.col("reason").is_in(reasons).all()).filter("_all").drop("_all")


def back_with_licence(brief: pl.DataFrame, enforcers: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Those of `briefly_away` whose licence is in force on `day`, and still on the day after their last one away."""
    kept = licensed(enforcers, day).select("enforcer_id", "licensed_to")
    return (
        brief.join(kept, on="enforcer_id", maintain_order="left")
        .filter(pl.col("licensed_to").is_null() | (pl.col("licensed_to") > pl.col("last")))
        .select(brief.columns)
    )


def counts_as_long(reason: str, start: dt.date, end: dt.date | None) -> dt.date | None:
    """The day from which an absence makes open proceedings return (¶3), null when it never does.

    The six departures do at once. A temporary one, from its `first` day to its `last` (`joined`), does when it runs
    longer than a calendar month (¶18): at once where that is known beforehand; of unknown length, once the month is
    over.
    """
    if reason in (OFFICE, UNREAD):
        return None
    if reason in DEPARTURES:
        return start
    over = month_after(start)
    if end is None:
        return over
    return start if end >= over else None


def month_after(day: dt.date, months: int = 1) -> dt.date:
    """The first day after the calendar month, or so many months, that begin on `day`.

    The same day of the month that follows; where it has no such day, the months end with the one before: 31 October to
    30 November, and 29 January to 28 February, are a month each.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= calendar.monthrange(year, month + 1)[1]:
        return dt.date(year, month + 1, day.day)
    year, month = divmod(year * 12 + month + 1, 12)
    return dt.date(year, month + 1, 1)
