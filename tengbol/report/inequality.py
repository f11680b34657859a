"""Two more measures of how unequal numbers are, beside Gini's and Jain's in `measures`; both without unit."""

from __future__ import annotations

import polars as pl


def coefficient_of_variation(received: pl.Expr) -> pl.Expr:
    """Standard deviation of the population over the mean: √(n·Σx² − (Σx)²) / Σx.

    0 when all received the same, √(n − 1) when one received all; null when none received anything.
    Source: K. Pearson, *Regression, Heredity, and Panmixia*, Phil. Trans. R. Soc. A 187, 1896, p. 277.
    """
    x = received.cast(pl.Int128)
    n = pl.len().cast(pl.Int128)
    total = x.sum()
    scatter = n * (x * x).sum() - total * total
    return pl.when(total != 0).then(scatter.cast(pl.Float64).sqrt() / total.cast(pl.Float64))


def theil(received: pl.Expr) -> pl.Expr:
    """Theil's T: (1/n) Σ (x/μ)·ln(x/μ), where 0·ln 0 is 0.

    Nats; 0 when all received the same, ln n when one received all; null when none received anything.
    Source: H. Theil, *Economics and Information Theory*, North-Holland 1967, chapter 4.
    """
    x = received.sort().cast(pl.Float64)
    relative = x * pl.len().cast(pl.Float64) / received.sum().cast(pl.Float64)
    terms = pl.when(x > 0).then(relative * relative.log()).otherwise(0.0)
    # What rounding leaves below zero where all are equal is no inequality.
    return pl.when(received.sum() != 0).then((terms.sum() / pl.len().cast(pl.Float64)).clip(lower_bound=0.0))
