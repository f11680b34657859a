"""What a choice would have cost had all others been made anew around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.optimizer.problem import Problem
from tengbol.optimizer.solve import solve
from tengbol.scenarios.why.prices import WRIT, bundles_of, excess_of, rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.report.record import Record

    Ints = NDArray[np.int64]

#: CP-SAT's deterministic units for what is not proven at once.
_LIMIT: Final = 2.0


@dataclass(frozen=True)
class Again:
    """Change of the first objective with the choice made and the rest distributed anew, squared thousandths.

    change: what was found; least: nothing below it is possible. Of the second, where the first is the same.
    """

    change: int
    least: int
    second: int
    second_least: int


def again(record: Record, bundle_id: str, enforcer_id: str) -> Again:
    """Give a free bundle to a member of its pool, and distribute all other free bundles that this touches anew."""
    bundles, (ids, excess) = bundles_of(record), excess_of(record)
    touched = _touched(record, bundles, bundle_id)
    bundles = bundles.join(touched, on="pool_id", how="semi")
    members = record.pools.join(touched, on="pool_id", how="semi")
    rows = members["enforcer_id"].unique().sort()
    counts = bundles.select(CATEGORIES).to_numpy().astype(np.int64)
    after = excess[rows_of(ids, rows)]
    opening = after.copy()
    np.subtract.at(opening, rows_of(rows, bundles["enforcer_id"]), counts * WRIT)
    fixed = (bundles["bundle_id"] == bundle_id).to_numpy()
    opening[rows.search_sorted(enforcer_id)] += counts[fixed][0] * WRIT
    found = solve(_problem(bundles.filter(~pl.Series(fixed)), members, rows, opening), limit=_LIMIT).proof
    first, second = int((after**2).sum()), int((after.sum(axis=1) ** 2).sum())
    return Again(
        found.objective - first,
        found.lower_bound - first,
        found.objective_total - second,
        found.lower_bound_total - second,
    )


def _touched(record: Record, bundles: pl.DataFrame, bundle_id: str) -> pl.DataFrame:
    """`pool_id` of every pool that is joined to the bundle's by people who stand in both, or through others."""
    pool = bundles.filter(bundle_id=bundle_id)["pool_id"][0]
    used = record.pools.join(bundles, on="pool_id", how="semi")
    seen = pl.DataFrame({"pool_id": [pool]})
    while True:
        people = used.join(seen, on="pool_id", how="semi").select("enforcer_id").unique()
        more = used.join(people, on="enforcer_id", how="semi").select("pool_id").unique()
        if more.height == seen.height:
            return seen
        seen = more


def _problem(bundles: pl.DataFrame, members: pl.DataFrame, rows: pl.Series, opening: Ints) -> Problem:
    sets = members.sort("pool_id", "enforcer_id")
    pools = sets["pool_id"].unique(maintain_order=True)
    sizes = sets.group_by("pool_id", maintain_order=True).agg(n=pl.len())["n"].to_numpy()
    one = bundles.filter(pl.col("writs") == 1)
    singles = np.zeros((len(pools), len(CATEGORIES)), dtype=np.int64)
    np.add.at(singles, rows_of(pools, one["pool_id"]), one.select(CATEGORIES).to_numpy().astype(np.int64))
    alike = (
        bundles.filter(pl.col("writs") > 1)
        .group_by("pool_id", *CATEGORIES)
        .agg(size=pl.len().cast(pl.Int64))
        .sort("pool_id", *CATEGORIES)
    )
    return Problem(
        opening=opening,
        pool_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        pool_member=rows_of(rows, sets["enforcer_id"]),
        singles=singles,
        class_pool=rows_of(pools, alike["pool_id"]),
        class_counts=alike.select(CATEGORIES).to_numpy().astype(np.int64),
        class_size=alike["size"].to_numpy(),
    )
