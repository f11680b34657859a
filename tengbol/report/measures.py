"""How even a chamber is, by the measures of the `uniformity` table (contract section 4; ¶4, ¶16).

Every measure is an expression over the enforcers of one chamber and category, licensed ones all counted.
Each is a division or root of exact integers, so that it is the same number in whatever order the rows come.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tengbol.model.codes import CATEGORIES

#: Billionths in one writ: the unit in which shares are kept (contract 3.7).
WRIT: Final = 10**9

#: The two moments compared, as suffixes of columns.
MOMENTS: Final = ("before", "after")


def excess(received: pl.Expr, share: pl.Expr) -> pl.Expr:
    """Received minus share, exactly, in billionths of a writ (contract section 1).

    `received` is in writs and `share` in billionths, both Int64.
    """
    return received * WRIT - share


def in_writs(billionths: pl.Expr) -> pl.Expr:
    """Billionths of a writ as writs: the Float64 nearest to the whole number of billionths."""
    # Division by a constant is done as a multiplication and may miss the nearest number; rounding mends that.
    return (billionths.cast(pl.Float64) / WRIT).round(9)


def standard_deviation(values: pl.Expr) -> pl.Expr:
    """Take the population standard deviation, in the unit of `values` (integers): √(n·Σx² − (Σx)²) / n.

    That of the whole chamber, not of a sample of it, hence n and not n − 1.
    """
    x = values.cast(pl.Int128)
    n = pl.len().cast(pl.Int128)
    scatter = n * (x * x).sum() - x.sum() * x.sum()
    return scatter.cast(pl.Float64).sqrt() / n.cast(pl.Float64)


def gini(received: pl.Expr) -> pl.Expr:
    """Gini's index of what was received: Σ (2i − n − 1)·x₍ᵢ₎ / (n·Σx), with x₍₁₎ ≤ … ≤ x₍ₙ₎ and i from 1.

    No unit; 0 when all received the same, (n − 1)/n when one received all; null when none received anything.
    Source: C. Gini, *Variabilità e mutabilità*, 1912, as half the mean difference over the mean.
    """
    x = received.cast(pl.Int128).sort()
    n = pl.len().cast(pl.Int128)
    rank = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).cast(pl.Int128)
    return _ratio(((2 * rank - n - 1) * x).sum(), n * x.sum())


def jain(received: pl.Expr) -> pl.Expr:
    """Jain's index of what was received: (Σx)² / (n·Σx²).

    No unit; 1 when all received the same, 1/n when one received all; null when none received anything.
    Source: R. Jain, D.-M. Chiu, W. Hawe, *A Quantitative Measure of Fairness and Discrimination for Resource
    Allocation in Shared Computer Systems*, DEC-TR-301, 1984.
    """
    x = received.cast(pl.Int128)
    n = pl.len().cast(pl.Int128)
    return _ratio(x.sum() * x.sum(), n * (x * x).sum())


def uniformity(standing: pl.DataFrame) -> pl.DataFrame:
    """Build the `uniformity` table: one row for each chamber and category that `standing` has.

    Parameters
    ----------
    standing
        One row for every licensed enforcer × category: `enforcer_id`, `name`, `district_id`, `chamber_id`,
        `category`; `received_before`, `received_after` (Int64, writs); `share_before`, `share_after` (Int64,
        billionths of a writ).

    Returns
    -------
    pl.DataFrame
        `chamber_id`, `category`, `enforcers`, then for `before` and for `after`: `received_min`,
        `received_mean`, `received_max` (writs), `excess_min`, `excess_max`, `excess_std` (writs), `gini`,
        `jain` (no unit, null where nobody received anything). Sorted by chamber, then by category in the
        order of ¶4.
    """
    measures = [measure for moment in MOMENTS for measure in _measures(moment)]
    return (
        standing.group_by("chamber_id", "category")
        .agg(pl.len().cast(pl.Int64).alias("enforcers"), *measures)
        .sort("chamber_id", pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical())
    )


def _measures(moment: str) -> list[pl.Expr]:
    """Express the eight measures of one moment, named with it."""
    received, share = pl.col(f"received_{moment}"), pl.col(f"share_{moment}")
    beyond = excess(received, share)
    named = {
        "received_min": received.min(),
        "received_mean": _ratio(received.sum(), pl.len()),
        "received_max": received.max(),
        "excess_min": in_writs(beyond.min()),
        "excess_max": in_writs(beyond.max()),
        "excess_std": in_writs(standard_deviation(beyond)),
        "gini": gini(received),
        "jain": jain(received),
    }
    return [measure.alias(f"{name}_{moment}") for name, measure in named.items()]


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """`part` / `whole` as Float64 of two integers; null where `whole` is zero."""
    return pl.when(whole != 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64))
