"""How much of the unevenness the Rules force, and how much choice could have removed at most (¶4, ¶11, ¶13, ¶14).

A batch's objective, Σ e² over enforcers and categories, is cut into four parts, each the step from one least value to
the next as the Rules come in one by one:

- `whole`: what is least when every writ could go to any of its pool, as single writs: writs are whole, pools differ,
  and everyone enters with the excess he had;
- `bound`: what is added because ¶11, ¶13 and ¶14 name an enforcer for some;
- `bundles`: what the lower bound proves to be added because ¶13 and ¶14 keep writs together;
- `choice`: objective − lower bound, what a better distribution could still remove at most; zero when proven.

The first two are exact: separable convex flows (see `optimizer.levelling`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law.balances import thousandths
from tengbol.optimizer.flow import spread
from tengbol.optimizer.levelling import levelled
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.report.record import Record

    Ints = NDArray[np.int64]

PARTS: Final = ("whole", "bound", "bundles", "choice")


def parts(record: Record) -> pl.DataFrame:
    """Cut the objective of every batch: `batch_id`, `PARTS`, in squared thousandths of a writ; they sum to it."""
    writs = _Writs.of(record)
    apart = writs.bundles_apart()
    found = record.batches.select("batch_id", "objective", "lower_bound").with_columns(
        whole=pl.Series(writs.without_rules(apart).sum(axis=1)), apart=pl.Series(apart.sum(axis=1))
    )
    return found.select(
        "batch_id",
        "whole",
        bound=pl.col("apart") - pl.col("whole"),
        bundles=pl.col("lower_bound") - pl.col("apart"),
        choice=pl.col("objective") - pl.col("lower_bound"),
    )


def bundles_apart(record: Record) -> pl.DataFrame:
    """A lower bound for each batch by itself: `batch_id`, `bound`, squared thousandths."""
    return record.batches.select("batch_id", bound=pl.Series(_Writs.of(record).bundles_apart().sum(axis=1)))


@dataclass(frozen=True)
class _Pools:
    """Pools of all batches, and what is in them.

    batch: of each enforcer of each batch, a row (R,). batches: how many there are. sizes: members of each pool (P,).
    members: their rows, pool after pool, ascending (E,). opening: `(R, K)` thousandths.
    """

    batch: Ints
    batches: int
    sizes: Ints
    members: Ints
    opening: Ints

    def least(self, row: Ints, pool: Ints, category: Ints) -> Ints:
        """Least Σ_j e² `(B, K)` when single writs, each of a pool, may go to anyone of it; row: to whom they went.

        Pools that share nobody with another that has writs are filled by themselves, all at once; of the rest, writs
        are passed on from where they went.
        """
        rows, categories = self.opening.shape
        start, entry_pool = self.sizes.cumsum() - self.sizes, np.arange(len(self.sizes)).repeat(self.sizes)
        supply = np.zeros((len(self.sizes), categories), dtype=np.int64)
        np.add.at(supply, (pool, category), 1)
        # A writ that went to nobody of its pool is passed on from its first member.
        places = entry_pool * rows + self.members
        at = np.minimum(np.searchsorted(places, pool * rows + row), len(places) - 1)
        flows = np.zeros((len(places), categories), dtype=np.int64)
        np.add.at(flows, (np.where(places[at] == pool * rows + row, at, start[pool]), category), 1)
        # What of each category stands by itself: cells are rows, pools are those with writs, category after category.
        of, place = np.nonzero((supply[entry_pool] > 0).T)
        cell, pools, flow = of * rows + self.members[place], of * len(self.sizes) + entry_pool[place], flows[place, of]
        excess = self.opening.T.ravel()
        value = np.zeros((self.batches, categories), dtype=np.int64)
        np.add.at(value, self.batch, self.opening**2)
        first = np.flatnonzero(np.diff(pools, prepend=-1))
        several = np.bincount(cell, minlength=len(excess))[cell] > 1
        shared = np.logical_or.reduceat(several, first) if len(first) else several
        sizes = np.diff(first, append=len(pools))
        alone, among = cell[~shared.repeat(sizes)], shared.repeat(sizes)
        group, before = (self.batch[cell[first[~shared]] % rows], of[first[~shared]]), excess[alone]
        writs = np.add.reduceat(flow, first)[~shared] if len(first) else flow
        np.subtract.at(value, (self.batch[alone % rows], alone // rows), before**2)
        np.add.at(value, group, _filled(before, sizes[~shared], writs))
        cells, own = np.unique(cell[among], return_inverse=True)
        after = _levelled(np.unique(pools[among], return_inverse=True)[1], own, flow[among], excess[cells])
        np.add.at(value, (self.batch[cells % rows], cells // rows), after**2 - excess[cells] ** 2)
        return value


def _levelled(pool: Ints, cell: Ints, flow: Ints, excess: Ints) -> Ints:
    """Excess `(C,)` at the least Σ e² of pools that share members; flow: `(E,)` where their writs went."""
    begun = excess.copy()
    np.add.at(begun, cell, WRIT * flow)
    after, left = levelled(pool, cell, flow, begun)
    none = np.empty(0, dtype=np.int64)
    for part in np.unique(left[left >= 0]):
        places = np.flatnonzero(left[cell] == part)
        cells, own = np.unique(cell[places], return_inverse=True)
        first = np.flatnonzero(np.diff(pool[places], prepend=-1))
        supply, empty = np.add.reduceat(flow[places], first), np.empty((0, 1), dtype=np.int64)
        problem = Problem(
            excess[cells][:, None], np.append(first, len(places)), own, supply[:, None], none, empty, none
        )
        counts, _ = spread(problem, supply[:, None], excess[cells][:, None])
        after[cells] = excess[cells] + WRIT * counts[:, 0]
    return after


@dataclass(frozen=True)
class _Writs:
    """Writs of all batches: the row of whom each went to, its pool, its category, and whether it was bound."""

    pools: _Pools
    row: Ints
    pool: Ints
    category: Ints
    bound: NDArray[np.bool_]

    @classmethod
    def of(cls, record: Record) -> _Writs:
        """Number what a record has; the openings have all shares, and no writ of their batch."""
        writs, order, key = record.assignments, pl.Enum(CATEGORIES), ["batch_id", "enforcer_id"]
        numbered = record.batches.select("batch_id").with_row_index("batch")
        pools = writs.select("batch_id", "pool_id").unique().sort("batch_id", "pool_id").with_row_index("pool")
        members = pools.join(record.pools.select("pool_id", "enforcer_id"), on="pool_id")
        present = pl.concat([members.select(key), writs.select(key)]).unique().sort(key).with_row_index("row")
        members = members.join(present, on=key).sort("pool", "row")
        own = (
            writs.join(present, on=key)
            .join(pools, on=["batch_id", "pool_id"])
            .select("row", "pool", "basis", category=pl.col("category").cast(order).to_physical())
        )
        row, pool, category = (own[name].to_numpy().astype(np.int64) for name in ("row", "pool", "category"))
        began = (
            record.standing.join(present, on=key)
            .filter(pl.col("received_after").is_not_null())
            .select("row", "category", received="received_after", share=pl.col("share_after").fill_null(0))
            .select("row", pl.col("category").cast(order).to_physical(), opening=thousandths())
        )
        # Whoever was given a writ without a licence (`judge` sees such) has no standing: he begins at nothing.
        opening = np.zeros((len(present), len(CATEGORIES)), dtype=np.int64)
        got = np.bincount(row * len(CATEGORIES) + category, minlength=opening.size).reshape(opening.shape)
        at = began["row"].to_numpy(), began["category"].to_numpy()
        opening[at] = began["opening"].to_numpy() - WRIT * got[at]
        batch = present.join(numbered, on="batch_id", how="left", maintain_order="left")["batch"]
        of_pool = members["pool"].to_numpy().astype(np.int64)
        return cls(
            _Pools(
                batch.to_numpy().astype(np.int64),
                len(numbered),
                np.bincount(of_pool, minlength=len(pools)),
                members["row"].to_numpy().astype(np.int64),
                opening,
            ),
            row,
            pool,
            category,
            own["basis"].is_in(BOUND_BASES).to_numpy(),
        )

    def bundles_apart(self) -> Ints:
        """Least Σ e² `(B, K)` of each batch when bound writs stay where they are and all others go one by one."""
        opening, free = self.pools.opening.copy(), ~self.bound
        np.add.at(opening, (self.row[self.bound], self.category[self.bound]), WRIT)
        return replace(self.pools, opening=opening).least(self.row[free], self.pool[free], self.category[free])

    def without_rules(self, apart: Ints) -> Ints:
        """The same when bound writs, too, may go to anyone of their pool, or to whom they went.

        apart: `bundles_apart`, which it is of a batch and category in which nothing was bound.
        """
        pools, pool = self.pools, self.pool.copy()
        batch, some = pools.batch[self.row], np.zeros_like(apart, dtype=bool)
        some[batch[self.bound], self.category[self.bound]] = True
        within = np.isin(self.pool * len(pools.batch) + self.row, _places(pools))
        outside = np.flatnonzero(self.bound & ~within)
        # Whom a bound writ went to from outside its pool stands beside the members, in a pool of these writs.
        (wider, guest), pool[outside] = _pairs(self.pool[outside], self.row[outside], len(pools.sizes))
        sizes = pools.sizes[wider]
        own, start = np.arange(len(wider)).repeat(sizes), pools.sizes.cumsum()[wider] - sizes
        at = np.arange(len(own)) + (start - (sizes.cumsum() - sizes))[own]
        members, of = np.append(pools.members[at], guest), np.append(own, np.arange(len(wider)))
        grown = replace(
            pools,
            sizes=np.append(pools.sizes, sizes + 1),
            members=np.append(pools.members, members[np.lexsort((members, of))]),
        )
        asked = some[batch, self.category]
        found = grown.least(self.row[asked], pool[asked], self.category[asked])
        return np.where(some, found, apart)


def _places(pools: _Pools) -> Ints:
    """Pool and row of each member as one number."""
    return np.arange(len(pools.sizes)).repeat(pools.sizes) * len(pools.batch) + pools.members


def _pairs(one: Ints, other: Ints, after: int) -> tuple[Ints, Ints]:
    """Pairs without repetitions (2, N), and the number of each given one among them, from `after` on."""
    pairs, number = np.unique(np.stack([one, other]), axis=1, return_inverse=True)
    return pairs, number.ravel() + after


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
