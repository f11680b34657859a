"""How much of the unevenness the Rules force, and how much choice could have removed at most (¶4, ¶11, ¶13, ¶14).

A batch's objective, Σ e² over enforcers and categories, is cut into four parts, each the step from one least value to
the next as the Rules come in one by one:

- `whole`: what is least when every writ could go to any of its pool, as single writs: writs are whole, pools differ,
  and everyone enters with the excess he had;
- `bound`: what is added because ¶11, ¶13 and ¶14 name an enforcer for some;
- `bundles`: what the lower bound proves to be added because ¶13 and ¶14 keep writs together;
- `choice`: objective − lower bound, what a better distribution could still remove at most; zero when proven.

The first two are exact: separable convex flows (see `optimizer.flow`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law.balances import thousandths
from tengbol.optimizer.flow import total_bound
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tengbol.report.record import Record

    Ints = NDArray[np.int64]

PARTS: Final = ("whole", "bound", "bundles", "choice")


def parts(record: Record) -> pl.DataFrame:
    """Cut the objective of every batch: `batch_id`, `PARTS`, in squared thousandths of a writ; they sum to it."""
    known = {row[0]: row[1:] for row in record.batches.select("batch_id", "objective", "lower_bound").iter_rows()}
    rows = []
    for batch_id, least in _batches(record):
        whole, bound = least.without_rules(), least.bundles_apart()
        objective, lower_bound = known[batch_id]
        rows.append(
            {
                "batch_id": batch_id,
                "whole": whole,
                "bound": bound - whole,
                "bundles": lower_bound - bound,
                "choice": objective - lower_bound,
            }
        )
    return pl.DataFrame(rows, schema={"batch_id": pl.String, **dict.fromkeys(PARTS, pl.Int64)})


def bundles_apart(record: Record) -> pl.DataFrame:
    """A lower bound for each batch by itself: `batch_id`, `bound`, squared thousandths."""
    rows = [(batch_id, least.bundles_apart()) for batch_id, least in _batches(record)]
    return pl.DataFrame(rows, schema={"batch_id": pl.String, "bound": pl.Int64}, orient="row")


def _batches(record: Record) -> Iterator[tuple[str, _Batch]]:
    members = {key[0]: rows["enforcer_id"] for key, rows in record.pools.partition_by("pool_id", as_dict=True).items()}
    standing = record.standing.partition_by("batch_id", as_dict=True)
    assigned = record.assignments.partition_by("batch_id", as_dict=True)
    none = record.assignments.clear()
    for batch_id in record.batches["batch_id"].to_list():
        of_batch = standing.get((batch_id,), record.standing.clear())
        yield batch_id, _Batch.of(assigned.get((batch_id,), none), of_batch, members)


@dataclass(frozen=True)
class _Batch:
    """A batch as the optimiser's arrays, bundles taken apart.

    opening: `(J, K)` thousandths with all shares and no writ of the batch. sets: members of each pool as rows.
    free: `(P, K)` free writs. held: `(B, 3)` row, pool and category of each bound writ.
    """

    opening: Ints
    sets: list[Ints]
    free: Ints
    held: Ints

    @classmethod
    def of(cls, writs: pl.DataFrame, standing: pl.DataFrame, members: dict[object, pl.Series]) -> _Batch:
        pools = writs["pool_id"].unique().sort().to_list()
        ids = pl.concat([*(members[pool] for pool in pools), writs["enforcer_id"]]).unique().sort()
        row = {name: place for place, name in enumerate(ids.to_list())}
        order = pl.Enum(CATEGORIES)
        # Whoever was given a writ without a licence (`judge` sees such) has no standing: he begins at nothing.
        got = writs.group_by("enforcer_id", "category").agg(got=pl.len().cast(pl.Int64))
        key = ["enforcer_id", "category"]
        excess = (
            pl.DataFrame({"enforcer_id": ids})
            .join(pl.DataFrame({"category": CATEGORIES}), how="cross")
            .join(standing, on=key, how="left")
            .join(got, on=key, how="left")
            .sort("enforcer_id", pl.col("category").cast(order))
            .select(
                received=pl.coalesce("received_after", "got", pl.lit(0, dtype=pl.Int64)),
                share=pl.col("share_after").fill_null(0),
            )
            .select(thousandths())
        )
        opening = excess.to_series().to_numpy().reshape(-1, len(CATEGORIES)).astype(np.int64)
        numbered = writs.select(
            pl.col("enforcer_id").replace_strict(row, return_dtype=pl.Int64),
            pl.col("pool_id").replace_strict({pool: place for place, pool in enumerate(pools)}, return_dtype=pl.Int64),
            pl.col("category").cast(order).to_physical().cast(pl.Int64),
            bound=pl.col("basis").is_in(BOUND_BASES),
        ).cast({"enforcer_id": pl.Int64, "pool_id": pl.Int64})  # of no rows, no type is kept
        np.subtract.at(opening, (numbered["enforcer_id"].to_numpy(), numbered["category"].to_numpy()), WRIT)
        free = np.zeros((len(pools), len(CATEGORIES)), dtype=np.int64)
        chosen = numbered.filter(~pl.col("bound"))
        np.add.at(free, (chosen["pool_id"].to_numpy(), chosen["category"].to_numpy()), 1)
        return cls(
            opening=opening,
            sets=[np.array([row[name] for name in members[pool]], dtype=np.int64) for pool in pools],
            free=free,
            held=numbered.filter("bound").select("enforcer_id", "pool_id", "category").to_numpy().astype(np.int64),
        )

    def bundles_apart(self) -> int:
        """Least Σ e² when bound writs stay where they are and all others go one by one."""
        opening = self.opening.copy()
        np.add.at(opening, (self.held[:, 0], self.held[:, 2]), WRIT)
        return _least(replace(self, opening=opening))

    def without_rules(self) -> int:
        """Least Σ e² when bound writs, too, may go to anyone of their pool, or to whom they went."""
        sets, place = list(self.sets), {}
        supply = [*self.free]
        for holder, pool, category in self.held.tolist():
            if (pool, holder) not in place:
                place[pool, holder] = len(sets)
                sets.append(np.union1d(self.sets[pool], [holder]))
                supply.append(np.zeros(len(CATEGORIES), dtype=np.int64))
            supply[place[pool, holder]][category] += 1
        return _least(replace(self, sets=sets, free=np.array(supply).reshape(-1, len(CATEGORIES))))


def _least(batch: _Batch) -> int:
    """Least Σ_k Σ_j e², squared thousandths, of `free` single writs spread over `sets` from `opening`."""
    starts = np.concatenate([[0], np.cumsum([len(rows) for rows in batch.sets])]).astype(np.int64)
    flat = np.concatenate([*batch.sets, np.empty(0, dtype=np.int64)]).astype(np.int64)
    none = np.empty(0, dtype=np.int64)
    return sum(
        total_bound(
            Problem(
                opening=batch.opening[:, [k]],
                pool_start=starts,
                pool_member=flat,
                singles=batch.free[:, [k]],
                class_pool=none,
                class_counts=np.empty((0, 1), dtype=np.int64),
                class_size=none,
            )
        )
        for k in range(len(CATEGORIES))
    )
