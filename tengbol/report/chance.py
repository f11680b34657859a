"""What chance alone would do: a plain lottery in which every free bundle falls to each of its pool by his part of it.

Against it stand what was distributed (is it nearer to the shares than a lottery would be?) and each enforcer's excess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.accrual import ALL, members_of

if TYPE_CHECKING:
    from tengbol.report.record import Record

#: Standard deviations to either side that hold 95 of 100 outcomes of a normal law.
NINETY_FIVE: Final = 1.959963984540054


def chi_square(received: pl.Expr, share: pl.Expr) -> pl.Expr:
    """Pearson's chi-square of what was received against what was due: Σ (O − E)² / E over those with a share.

    O: writs received; E: shares, scaled so that they sum to the writs received by the same people (a share is rounded
    down to a billionth). No unit; null where there is nobody with a share or nothing was received.
    Source: K. Pearson, Phil. Mag. 50, 1900, pp. 157–175.
    """
    due = share > 0
    observed, expected = received.filter(due).cast(pl.Float64), share.filter(due).cast(pl.Float64)
    scaled = expected * observed.sum() / expected.sum()
    some = (observed.sum() > 0) & (due.sum() > 0)
    return pl.when(some).then(((observed - scaled) ** 2 / scaled).sum())


def degrees(share: pl.Expr, within: pl.Expr) -> pl.Expr:
    """Count the degrees of freedom of `chi_square`: those with a share, less the pools they are `within`.

    What a pool's members receive together is given, so each pool takes one freedom; pools that share a member, or
    follow each other with one, count as one (`accrual.within`).
    """
    due = share > 0
    return (due.sum().cast(pl.Int64) - within.filter(due).n_unique().cast(pl.Int64)).clip(lower_bound=0)


def p_values(chi_squares: pl.Series, degrees: pl.Series) -> pl.Series:
    """How often a lottery would be as uneven or more: Q(df/2, χ²/2), the upper regularised incomplete gamma function.

    Near 1: more even than a lottery would be. Near 0: less even. Null where there is no freedom. One pool and single
    writs make it Pearson's test; over pools that share members, who are due unlike amounts, it is an approximation.
    """
    from scipy.special import gammaincc

    found = gammaincc(degrees.to_numpy() / 2.0, chi_squares.fill_null(0.0).to_numpy() / 2.0)
    values = pl.Series(chi_squares.name, found, dtype=pl.Float64)
    frame = pl.DataFrame({"p": values, "x": chi_squares, "df": degrees})
    return frame.select(pl.when(pl.col("x").is_not_null() & (pl.col("df") > 0)).then("p")).to_series()


def deviations(record: Record, members: pl.DataFrame | None = None) -> pl.DataFrame:
    """`enforcer_id`, `category` (and `all`), `deviation`: of received writs, had a lottery placed the free bundles.

    √ Σ_b a_b²·p_b(1 − p_b) over the free bundles b of pools in which he stood, p_b his part of what all of the pool are
    due, 1/n where n share alike, a_b the bundle's writs of the category (of any category for `all`): the draws are
    independent. Writs. members: `accrual.members_of`, where that is known.
    """
    free = record.assignments.filter(~pl.col("basis").is_in(BOUND_BASES))
    bundle = ("batch_id", "bundle_id", "pool_id")
    one = free.group_by(*bundle, "category").agg(writs=pl.len().cast(pl.Int64))
    every = free.group_by(bundle).agg(writs=pl.len().cast(pl.Int64)).with_columns(category=pl.lit(ALL))
    chances = (members_of(record) if members is None else members).select(
        "batch_id", "pool_id", "enforcer_id", p=pl.col("part") / pl.col("part").sum().over("batch_id", "pool_id")
    )
    return (
        pl.concat([one, every.select(one.columns)])
        .group_by("batch_id", "pool_id", "category")
        .agg(squares=(pl.col("writs") ** 2).sum())
        .join(chances, on=["batch_id", "pool_id"])
        .group_by("enforcer_id", "category", "pool_id", "p")
        .agg(pl.col("squares").sum())
        .with_columns(variance=pl.col("squares") * pl.col("p") * (1 - pl.col("p")))
        .sort("enforcer_id", "category", "pool_id", "p")
        .group_by("enforcer_id", "category", maintain_order=True)
        .agg(deviation=pl.col("variance").sum().sqrt())
    )
