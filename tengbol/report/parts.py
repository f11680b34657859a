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
        apart = least.bundles_apart()
        whole, bound = int(least.without_rules(apart).sum()), int(apart.sum())
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
    rows = [(batch_id, int(least.bundles_apart().sum())) for batch_id, least in _batches(record)]
    return pl.DataFrame(rows, schema={"batch_id": pl.String, "bound": pl.Int64}, orient="row")


def _batches(record: Record) -> Iterator[tuple[str, _Batch]]:
    """Each batch as arrays; all frames are made once, for of many small ones each would cost as much as one of all."""
    writs, order = record.assignments, pl.Enum(CATEGORIES)
    place, key = pl.int_range(pl.len()).over("batch_id"), ["batch_id", "enforcer_id"]
    pools = writs.select("batch_id", "pool_id").unique().sort("batch_id", "pool_id").with_columns(pool=place)
    members = pools.join(record.pools.select("pool_id", "enforcer_id"), on="pool_id")
    present = pl.concat([members.select(key), writs.select(key)]).unique().sort(key).with_columns(row=place)
    members = members.join(present, on=key).sort("batch_id", "pool", "row")
    # Whoever was given a writ without a licence (`judge` sees such) has no standing: he begins at nothing.
    got = writs.group_by(*key, "category").agg(got=pl.len().cast(pl.Int64))
    excess = (
        present.join(pl.DataFrame({"category": CATEGORIES}), how="cross")
        .join(record.standing, on=[*key, "category"], how="left")
        .join(got, on=[*key, "category"], how="left")
        .with_columns(
            received=pl.coalesce("received_after", "got", pl.lit(0, dtype=pl.Int64)),
            share=pl.col("share_after").fill_null(0),
        )
        .select("batch_id", "row", pl.col("category").cast(order), opening=thousandths())
        .sort("batch_id", "row", "category")
    )
    numbered = (
        writs.join(present, on=key)
        .join(pools, on=["batch_id", "pool_id"])
        .select(
            "batch_id",
            "row",
            "pool",
            category=pl.col("category").cast(order).to_physical().cast(pl.Int64),
            bound=pl.col("basis").is_in(BOUND_BASES),
        )
    )
    apart = [frame.partition_by("batch_id", as_dict=True) for frame in (excess, members, numbered)]
    none = [frame.clear() for frame in (excess, members, numbered)]
    for batch_id in record.batches["batch_id"].to_list():
        own = [frames.get((batch_id,), empty) for frames, empty in zip(apart, none, strict=True)]
        yield batch_id, _Batch.of(*own)


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
    def of(cls, excess: pl.DataFrame, members: pl.DataFrame, writs: pl.DataFrame) -> _Batch:
        opening = excess["opening"].to_numpy().reshape(-1, len(CATEGORIES)).astype(np.int64)
        row, pool, category = (writs[name].to_numpy() for name in ("row", "pool", "category"))
        bound = writs["bound"].to_numpy()
        np.subtract.at(opening, (row, category), WRIT)
        sizes = np.bincount(members["pool"].to_numpy())
        free = np.zeros((len(sizes), len(CATEGORIES)), dtype=np.int64)
        np.add.at(free, (pool[~bound], category[~bound]), 1)
        return cls(
            opening=opening,
            sets=np.split(members["row"].to_numpy(), sizes.cumsum()[:-1]) if len(sizes) else [],
            free=free,
            held=np.stack([row, pool, category], axis=1)[bound],
        )

    def bundles_apart(self) -> Ints:
        """Least Σ e² of each category when bound writs stay where they are and all others go one by one."""
        opening = self.opening.copy()
        np.add.at(opening, (self.held[:, 0], self.held[:, 2]), WRIT)
        return _least(replace(self, opening=opening), np.arange(len(CATEGORIES)))

    def without_rules(self, apart: Ints) -> Ints:
        """The same when bound writs, too, may go to anyone of their pool, or to whom they went.

        apart: `bundles_apart`, which it is where nothing was bound.
        """
        sets, place = list(self.sets), {}
        supply = [*self.free.copy()]
        inside = [frozenset(rows.tolist()) for rows in sets]
        for holder, pool, category in self.held.tolist():
            if holder in inside[pool]:
                supply[pool][category] += 1
                continue
            if (pool, holder) not in place:
                place[pool, holder] = len(sets)
                sets.append(np.union1d(self.sets[pool], [holder]))
                supply.append(np.zeros(len(CATEGORIES), dtype=np.int64))
            supply[place[pool, holder]][category] += 1
        least, some = apart.copy(), np.unique(self.held[:, 2])
        least[some] = _least(replace(self, sets=sets, free=np.array(supply).reshape(-1, len(CATEGORIES))), some)
        return least


def _least(batch: _Batch, categories: Ints) -> Ints:
    """Least Σ_j e² of each category, squared thousandths, of `free` single writs spread over `sets` from `opening`.

    Pools that share nobody with another that has writs are filled by themselves, all at once; only the rest is a flow.
    """
    sizes = np.array([len(rows) for rows in batch.sets], dtype=np.int64)
    starts = np.concatenate([[0], sizes.cumsum()])
    flat = np.concatenate([*batch.sets, np.empty(0, dtype=np.int64)]).astype(np.int64)
    pool = np.repeat(np.arange(len(sizes)), sizes)
    none = np.empty(0, dtype=np.int64)
    least, alone = [], []
    for k in categories.tolist():
        supply, excess = batch.free[:, k], batch.opening[:, k]
        given = supply[pool] > 0
        several = given & (np.bincount(flat[given], minlength=len(excess))[flat] > 1)
        shared = np.bincount(pool[several], minlength=len(sizes)) > 0
        value = int((excess**2).sum())
        if shared.any():
            value = total_bound(
                Problem(
                    opening=excess[:, None],
                    pool_start=starts,
                    pool_member=flat,
                    singles=np.where(shared, supply, 0)[:, None],
                    class_pool=none,
                    class_counts=np.empty((0, 1), dtype=np.int64),
                    class_size=none,
                )
            )
        by_itself = ~shared & (supply > 0)
        before = excess[flat[by_itself[pool]]]
        alone.append((before, sizes[by_itself], supply[by_itself]))
        least.append(value - int((before**2).sum()))
    before, sizes, writs = (np.concatenate(parts) for parts in zip(*alone, strict=True)) if alone else (none,) * 3
    category = np.repeat(np.arange(len(alone)), [len(part[1]) for part in alone])
    np.add.at(least := np.array(least, dtype=np.int64), category, _filled(before, sizes, writs))
    return least


def _filled(excess: Ints, sizes: Ints, writs: Ints) -> Ints:
    """Least Σ_j e² of pools (P,) of nobody else, by their sizes in `excess`: writs go where the excess is least."""
    if not len(sizes):
        return sizes
    start = sizes.cumsum() - sizes

    def poured(level: Ints) -> Ints:
        return np.maximum(0, -((excess - level.repeat(sizes)) // WRIT))

    low = np.minimum.reduceat(excess, start)
    high = low + WRIT * (writs + 1)
    while (low < high).any():  # the highest level to which filling takes no more than there is
        level = (low + high + 1) // 2
        fits = np.add.reduceat(poured(level), start) <= writs
        low, high = np.where(fits, level, low), np.where(fits, high, level - 1)
    counts = poured(low)
    left = writs - np.add.reduceat(counts, start)
    # Each that is left makes one who stands at the level stand a writ above it.
    return np.add.reduceat((excess + WRIT * counts) ** 2, start) + left * ((low + WRIT) ** 2 - low**2)
