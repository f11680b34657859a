"""¶4, ¶16: what each enforcer was due and got, category by category (contract points 3.7 and 3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.model.law.shares import WRIT
from tengbol.parameters import categories

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import NDArray

#: Excess is rounded to whole thousandths of a writ for the objective.
_THOUSANDTH: Final = WRIT // 1000
CATEGORY: Final = pl.Enum(CATEGORIES)


def opening(enforcers: pl.DataFrame, balances: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `received`, `share` (billionths): every enforcer × category, zero if not given."""
    return (
        enforcers.select("enforcer_id")
        .join(pl.DataFrame({"category": CATEGORIES}), how="cross")
        .join(balances, on=["enforcer_id", "category"], how="left")
        .select(
            "enforcer_id",
            pl.col("category").cast(CATEGORY),
            pl.col("received").fill_null(0),
            share=(pl.col("share") * WRIT).cast(pl.Int64).fill_null(0),
        )
        .sort("enforcer_id", "category")
    )


def of_day(rows: pl.DataFrame, day: dt.date, *present: pl.Series) -> pl.DataFrame:
    """Of rows by `category`, those of the categories of `day`, and of later ones where something is `present` of them.

    So a batch says nothing of a category that came after it, and nothing is lost of what was there early.
    """
    kept = {*categories(day), *(name for column in present for name in column.unique().cast(pl.String))}
    return rows.filter(pl.col("category").cast(pl.String).is_in(sorted(kept)))


def after(standing: pl.DataFrame) -> tuple[pl.Series, NDArray[np.int64]]:
    """Ids of all who stand in a batch (`standing`), sorted, and `(J, K)` their excess after it, thousandths.

    A category that was none yet on the day of the batch, of which `standing` has no row, is zero.
    """
    ids = standing["enforcer_id"].unique().sort()
    rows = (
        pl.DataFrame({"enforcer_id": ids})
        .join(pl.DataFrame({"category": CATEGORIES}), how="cross", maintain_order="left_right")
        .join(standing, on=["enforcer_id", "category"], how="left", maintain_order="left")
        .select(received=pl.col("received_after").fill_null(0), share=pl.col("share_after").fill_null(0))
    )
    excess = rows.select(thousandths()).to_series()
    return ids, excess.to_numpy().astype(np.int64).reshape(-1, len(CATEGORIES))


def accrued(writs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `share`: billionths each assigned writ adds to every member of its pool.

    `writs` has `pool` and `category`; bound writs count, too. members: of pools, with their `part` of each writ
    (`shares`).
    """
    given = writs.group_by("pool", "category").agg(writs=pl.len().cast(pl.Int64))
    return (
        members.join(given, on="pool")
        .group_by("enforcer_id", pl.col("category").cast(CATEGORY))
        .agg(share=(pl.col("writs") * pl.col("part")).sum())
        .sort("enforcer_id", "category")
    )


def counted(writs: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `received`: writs of each enforcer and category."""
    return (
        writs.group_by("enforcer_id", "category")
        .agg(received=pl.len().cast(pl.Int64))
        .with_columns(pl.col("category").cast(CATEGORY))
        .sort("enforcer_id", "category")
    )


def added(balances: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """`balances` with the `received` or `share` of `more` added, row by row of enforcer and category."""
    column = more.columns[-1]
    return (
        balances.join(more, on=["enforcer_id", "category"], how="left", suffix="_more", maintain_order="left")
        .with_columns(pl.col(column) + pl.col(f"{column}_more").fill_null(0))
        .drop(f"{column}_more")
    )


def closing(standing: pl.DataFrame) -> pl.DataFrame:
    """The contract's `balances`, next time's opening ones, from `received_after` and `share_after` (billionths)."""
    return standing.select("enforcer_id", "category", received="received_after", share=in_writs(pl.col("share_after")))


def in_writs(billionths: pl.Expr) -> pl.Expr:
    """Billionths of a writ (Int64) as writs, exactly: a decimal of nine places."""
    return (billionths.cast(pl.Decimal(38, 9)) / pl.lit(WRIT).cast(pl.Decimal(38, 0))).cast(pl.Decimal(38, 9))


def thousandths() -> pl.Expr:
    """Excess, received less share, in whole thousandths of a writ, half to even (contract point 3.8).

    A received writ is an even number of thousandths, so rounding the share alone rounds the excess the same way.
    """
    whole, rest = pl.col("share") // _THOUSANDTH, pl.col("share") % _THOUSANDTH
    up = (rest * 2 > _THOUSANDTH) | ((rest * 2 == _THOUSANDTH) & (whole % 2 == 1))
    return pl.col("received") * 1000 - whole - up.cast(pl.Int64)
