"""What each free bundle would have cost with each member of its pool, all else held.

With e of the holder and of another member, and c writs of a category in the bundle, all in thousandths of a writ,
giving it to the other changes Σe² by Σ 2c(c + e_other − e_holder) over the categories; that of totals alike, with sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law.balances import after

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.report.record import Record

    Ints = NDArray[np.int64]

#: Thousandths in one writ.
WRIT: Final = 1000
KEY: Final = ["pool_id", *CATEGORIES]


def bundles_of(record: Record) -> pl.DataFrame:
    """Free bundles of a record of one batch.

    `bundle_id`, `lot_id`, `pool_id`, `enforcer_id`, `writs` and a column of counts for each category; by id.
    """
    free = record.assignments.filter(~pl.col("basis").is_in(BOUND_BASES))
    counts = [(pl.col("category") == name).sum().cast(pl.Int64).alias(name) for name in CATEGORIES]
    return (
        free.group_by("bundle_id")
        .agg(pl.col("lot_id", "pool_id", "enforcer_id").first(), *counts, writs=pl.len().cast(pl.Int64))
        .sort("bundle_id")
    )


def excess_of(record: Record) -> tuple[pl.Series, Ints]:
    """Ids of all who stand in the batch, sorted, and `(J, K)` their excess after it in thousandths."""
    return after(record.standing)


def rows_of(ids: pl.Series, wanted: pl.Series) -> Ints:
    """Place of each of `wanted` in the sorted `ids`."""
    return ids.search_sorted(wanted).to_numpy().astype(np.int64)


def prices(record: Record) -> pl.DataFrame:
    """Each free bundle × member of its pool: what having given it to him would have changed.

    `bundle_id`, `enforcer_id`, `first`, `second` (change of each objective, squared thousandths; 0 of whoever has it),
    `has`, and `alike`: how many of the bundles alike he got, with one of which an exchange would change nothing.
    """
    bundles, (ids, excess) = bundles_of(record), excess_of(record)
    got = bundles.group_by(*KEY, "enforcer_id").agg(alike=pl.len().cast(pl.Int64))
    pairs = (
        bundles.rename({"enforcer_id": "holder"})
        .join(record.pools, on="pool_id")
        .join(got, on=[*KEY, "enforcer_id"], how="left")
        .sort("bundle_id", "enforcer_id")
    )
    counts = pairs.select(CATEGORIES).to_numpy().astype(np.int64) * WRIT
    gap = excess[rows_of(ids, pairs["enforcer_id"])] - excess[rows_of(ids, pairs["holder"])]
    has = (pairs["enforcer_id"] == pairs["holder"]).to_numpy()
    first = np.where(has, 0, (2 * counts * (counts + gap)).sum(axis=1))
    whole = counts.sum(axis=1)
    second = np.where(has, 0, 2 * whole * (whole + gap.sum(axis=1)))
    return pairs.select(
        "bundle_id",
        "enforcer_id",
        first=pl.Series(first, dtype=pl.Int64),
        second=pl.Series(second, dtype=pl.Int64),
        has=pl.Series(has),
        alike=pl.col("alike").fill_null(0),
    )
