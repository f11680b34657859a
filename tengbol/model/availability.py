"""¶3(3), ¶17, ¶18: who is there on the batch day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import ABSENCE_REASONS

if TYPE_CHECKING:
    import datetime as dt


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
