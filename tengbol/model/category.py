"""¶4 and ¶5: the category of a writ, and why a writ is not before this batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import NON_PROPERTY_CLAIMS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


def category() -> pl.Expr:
    """¶4: alimony; money by who receives it; everything else non-property."""
    return (
        pl.when(pl.col("claim") == "alimony")
        .then(pl.lit("alimony"))
        .when(pl.col("claim") == "money")
        .then(pl.col("creditor_kind"))
        .otherwise(pl.lit("non_property"))
        .alias("category")
    )


def with_mci(writs: pl.DataFrame, mci: Mapping[dt.date, int]) -> pl.DataFrame:
    """Add `mci`, tenge, of the day each writ was received; before the first known day, that day's."""
    days = sorted(mci)
    day, value = pl.col("received_at").dt.date(), pl.lit(mci[days[0]])
    for first in days[1:]:
        value = pl.when(day >= first).then(mci[first]).otherwise(value)
    return writs.with_columns(mci=value.cast(pl.Int64))


def unassigned_code(as_of: dt.datetime) -> pl.Expr:
    """¶4, ¶5: the first reason a writ is not distributed in the batch of `as_of`, or null. Needs `category`, `mci`."""
    state = pl.col("category") == "state"
    return (
        pl.when(state & (pl.col("amount") > 1000 * pl.col("mci")))
        .then(pl.lit("state_over_1000_mci"))
        .when(pl.col("claim").is_in(list(NON_PROPERTY_CLAIMS)) & pl.col("state_interest"))
        .then(pl.lit("state_interest"))
        .when((pl.col("form") == "electronic") & (pl.col("signature") != "valid"))
        .then(pl.lit("signature_not_valid"))
        .when((pl.col("form") == "paper") & ~pl.col("original_attached"))
        .then(pl.lit("original_missing"))
        .when(pl.col("received_at") > as_of)
        .then(pl.lit("received_later"))
        .alias("code")
    )
