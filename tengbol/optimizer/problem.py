"""The assignment as arrays: who may get which bundles, how uneven things stand before, and what the result costs.

An enforcer is a row `j` of `J`, a category a column `k` of `K`; a pool is a set of rows. Bundles alike (same pool,
same count per category) are one class, and only how many of a class an enforcer gets is decided here: writs of one
are counted in `singles`, longer bundles in the classes. Excess is counted in whole thousandths of a writ, so every
sum is an exact integer (contract point 3.8).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Thousandths in one writ: the unit of excess in the objective.
WRIT: Final = 1000


@dataclass(frozen=True)
class Problem:
    """One batch's free bundles, or one connected component of them.

    opening: `(J, K)` thousandths, excess with all shares and bound bundles counted and no free bundle.
    pool_start: `(P + 1,)`, pool_member: `(E,)`: pool `p` is rows `pool_member[pool_start[p]:pool_start[p + 1]]`.
    singles: `(P, K)`, writs that are bundles of one.
    class_pool: `(C,)`, class_counts: `(C, K)` writs in one bundle, class_size: `(C,)` bundles: longer bundles.
    """

    opening: Ints
    pool_start: Ints
    pool_member: Ints
    singles: Ints
    class_pool: Ints
    class_counts: Ints
    class_size: Ints

    @property
    def shape(self) -> tuple[int, int, int]:
        """`(J, K, P)`."""
        return (*self.opening.shape, self.singles.shape[0])

    @cached_property
    def entry_pool(self) -> Ints:
        """`(E,)`: the pool of each place in `pool_member`."""
        return np.repeat(np.arange(len(self.pool_start) - 1), np.diff(self.pool_start))

    @cached_property
    def key(self) -> tuple[bytes, ...]:
        """Equal for problems that are equal, which hold the same in the same order."""
        return tuple(getattr(self, each.name).tobytes() for each in fields(self))

    def members(self, pool: int) -> Ints:
        """Rows of the enforcers of a pool."""
        return self.pool_member[self.pool_start[pool] : self.pool_start[pool + 1]]

    def only(self, whole: NDArray[np.bool_]) -> Problem:
        """With the bundles of these classes `(C,)` alone, and all others taken apart."""
        apart = ~whole
        singles = self.singles.copy()
        np.add.at(singles, self.class_pool[apart], (self.class_counts * self.class_size[:, None])[apart])
        own = {name: getattr(self, name)[whole] for name in ("class_pool", "class_counts", "class_size")}
        return replace(self, singles=singles, **own)

    def places(self, pool: Ints, row: Ints) -> Ints:
        """The places in `pool_member` of these rows, each a member of its pool."""
        every = self.entry_pool * self.shape[0] + self.pool_member
        order = np.argsort(every, kind="stable")
        return order[np.searchsorted(every[order], pool * self.shape[0] + row)]

    def as_flows(self, bundles: Ints) -> Ints:
        """`(E, K)` writs along each place of bundles `(C, J)`."""
        classes, rows = np.nonzero(bundles)
        out = np.zeros((len(self.pool_member), self.opening.shape[1]), dtype=np.int64)
        place = self.places(self.class_pool[classes], rows)
        np.add.at(out, place, self.class_counts[classes] * bundles[classes, rows][:, None])
        return out

    def apart(self) -> Ints:
        """`(P, K)` writs of each pool and category when bundles are taken apart: what the relaxation spreads."""
        supply = self.singles.copy()
        np.add.at(supply, self.class_pool, self.class_counts * self.class_size[:, None])
        return supply


@dataclass(frozen=True)
class Placement:
    """How many of what goes to whom.

    singles: `(E, K)` writs for each place in `pool_member`. bundle_class, bundle_row, bundle_count: `(B,)`, so many
    bundles of a class to a row.
    """

    singles: Ints
    bundle_class: Ints
    bundle_row: Ints
    bundle_count: Ints

    def received(self, problem: Problem) -> Ints:
        """`(J, K)` writs received."""
        out = np.zeros_like(problem.opening)
        np.add.at(out, problem.pool_member, self.singles)
        counts = problem.class_counts[self.bundle_class] * self.bundle_count[:, None]
        np.add.at(out, self.bundle_row, counts)
        return out


def costs(excess: Ints) -> tuple[int, int]:
    """Both objectives of contract point 3.8 for excess `(J, K)` in thousandths: Σ_k Σ_j e² and Σ_j (Σ_k e)², in
    squared thousandths. Exact: the sums run over Python integers where 64 bits could fall short.
    """
    total = excess.sum(axis=1)
    return sum_of_squares(excess), sum_of_squares(total)


def sum_of_squares(values: Ints) -> int:
    """Σ v², exact: over Python integers where 64 bits could fall short."""
    largest = int(np.abs(values).max(initial=0))
    if largest**2 * max(1, values.size) < 2**63:
        return int(np.vdot(values, values))
    return sum(int(v) ** 2 for v in values.ravel())


def components(problem: Problem) -> Iterator[tuple[Problem, Ints, Ints, Ints]]:
    """Cut a problem where no pool crosses; yields each part with the rows, pool places and classes it came from.

    Rows that stand in no pool with a free bundle have nothing to decide and are in no part.
    """
    rows, _, pools = problem.shape
    supplied = problem.apart().sum(axis=1) > 0
    places = np.flatnonzero(supplied[problem.entry_pool])
    label = labels(problem.pool_member[places], problem.entry_pool[places], rows, pools)
    row_label = label[:rows]
    used = np.unique(problem.pool_member[places])
    place_label = row_label[problem.pool_member[places]]
    class_label = label[rows + problem.class_pool]
    new_row = np.full(rows, -1)
    by_row = _groups(row_label[used])
    by_place = _groups(place_label)
    by_class = _groups(class_label)
    order = sorted(by_row, key=lambda part: int(used[by_row[part][0]]))
    for part in order:
        own_rows, own_places = used[by_row[part]], places[by_place[part]]
        own_classes = by_class.get(part, np.empty(0, dtype=np.int64))
        own_pools, sizes = np.unique(problem.entry_pool[own_places], return_counts=True)
        new_row[own_rows] = np.arange(len(own_rows))
        yield (
            Problem(
                opening=problem.opening[own_rows],
                pool_start=np.concatenate([[0], np.cumsum(sizes)]),
                pool_member=new_row[problem.pool_member[own_places]],
                singles=problem.singles[own_pools],
                class_pool=np.searchsorted(own_pools, problem.class_pool[own_classes]),
                class_counts=problem.class_counts[own_classes],
                class_size=problem.class_size[own_classes],
            ),
            own_rows,
            own_places,
            own_classes,
        )


def labels(row: Ints, pool: Ints, rows: int, pools: int) -> Ints:
    """`(rows + pools,)` number of the part that each row and pool is in, from pairs of a row and its pool.

    Parts are numbered by their first row. Each round joins every part to the least of those it touches, and as good as
    halves how many are left to join. To load the library that has this takes longer than all else of a small batch.
    """
    label = np.arange(rows + pools)
    while True:
        one, other = label[row], label[rows + pool]
        joined = label.copy()
        np.minimum.at(joined, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(joined, further := joined[joined]):
            joined = further
        if np.array_equal(joined, label):
            return np.unique(label, return_inverse=True)[1]
        label = joined


def _groups(label: Ints) -> dict[int, Ints]:
    """Positions of each label, ascending."""
    order = np.argsort(label, kind="stable")
    values, starts = np.unique(label[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, starts[1:]), strict=True)) if len(values) else {}
