"""¶3(3), ¶17, ¶18: who is there on the batch day."""

from __future__ import annotations

import calendar
import datetime as dt

import polars as pl

from tengbol.model.codes import ABSENCE_REASONS, DEPARTURES, OFFICE


def in_force(day: dt.date, first: str, last: str) -> pl.Expr:
    """Whether `day` lies between two columns of days, both included; a null last day is open."""
    return (pl.col(first) <= day) & (pl.col(last).is_null() | (pl.col(last) >= day))


def licensed(enforcers: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Rows of `enforcers` whose licence is in force on `day`."""
    return enforcers.filter(in_force(day, "licensed_from", "licensed_to"))


def away(absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `reason`: who is absent on `day`, one row each; of several reasons the first of the codes."""
    order = pl.Enum(ABSENCE_REASONS)
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


def counts_as_long(reason: str, start: dt.date, end: dt.date | None) -> dt.date | None:
    """The day from which an absence makes open proceedings return (¶3), null when it never does.

    The six departures do at once. A temporary one does when it runs longer than a calendar month (¶18): at once
    where that is known beforehand; of unknown length, once the month is over.
    """
    if reason == OFFICE:
        return None
    if reason in DEPARTURES:
        return start
    over = month_after(start)
    if end is None:
        return over
    return start if end >= over else None


def month_after(day: dt.date) -> dt.date:
    """The day a calendar month later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
