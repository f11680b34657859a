"""Who holds which configuration: the columns that good multipliers (`generation`) leave, and their equations.

A column is a configuration of a group with the writs x ≥ held that its enforcer ends with: every bundle is somewhere,
every writ of one, and everyone has a column. What costs more above the bound than the best known assignment is left
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array

from tengbol.optimizer.bound import cell_cost
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.configurations import Configurations, Counts, Group

    Ints = NDArray[np.int64]

#: Multipliers are whole multiples of this part of a cost unit.
FINE: Final = 2**10


@dataclass(frozen=True)
class Multipliers:
    """writ: `(F, K)` for a writ of one at a kind of group; bundle: `(C,)`; both in units of 1 / FINE.

    bound: on the first objective, in cost units above the openings; exact: the same in units of 1 / FINE.
    """

    writ: Ints
    bundle: Ints
    exact: int

    @property
    def bound(self) -> int:
        """Costs are whole, so a bound may be rounded up."""
        return -(-self.exact // FINE)


@dataclass(frozen=True)
class Columns:
    """group: `(N,)`; counts: `(N, C)` bundles; writs: `(N, K)` in all; filled: `(N, K)` of them writs of one;
    cost: `(N,)` in cost units; above: `(N,)` what it costs above the least of its group, in units of 1 / FINE.
    """

    group: Ints
    counts: Counts
    writs: Ints
    filled: Ints
    cost: Ints
    above: Ints

    def __len__(self) -> int:
        return len(self.group)

    def names(self) -> list[bytes]:
        """A name for each column: its group, bundles and writs."""
        return [row.tobytes() for row in np.column_stack([self.group, self.counts, self.writs])]

    def kept(self, which: NDArray[np.bool_] | Ints) -> Columns:
        """Only these."""
        return Columns(*(getattr(self, name)[which] for name in self.__dataclass_fields__))


class Master:
    """One component's programme."""

    def __init__(self, problem: Problem, alike: Sequence[Group], kinds: NDArray[np.bool_], singles: Ints) -> None:
        self.problem, self.alike, self.kinds = problem, alike, kinds
        self.size = np.array([len(group.rows) for group in alike])
        self.kind = np.array([group.kind for group in alike])
        pool, category = np.nonzero(problem.singles)
        pairs = [(p, k, f) for p, k in zip(pool.tolist(), category.tolist(), strict=True)
                 for f in np.flatnonzero(kinds[:, p]).tolist()]  # fmt: skip
        #: Writs of one of a pool and category that go to a kind of group: (pool, category, kind).
        self.flows = np.array(pairs, dtype=np.int64).reshape(-1, 3)

        #: How many of them in the best known assignment, whose writs of one are `singles` `(E, K)`.
        held = np.zeros((problem.shape[2], len(kinds), problem.shape[1]), dtype=np.int64)
        kind_of = np.zeros(problem.shape[0], dtype=np.int64)
        for group in alike:
            kind_of[group.rows] = group.kind
        np.add.at(held, (problem.entry_pool, kind_of[problem.pool_member]), singles)
        self.flowing = held[self.flows[:, 0], self.flows[:, 2], self.flows[:, 1]]
        kinds_rows, pool_rows = kinds.shape[0] * problem.shape[1], problem.singles.size
        group_rows = kinds_rows + pool_rows + len(problem.class_size)
        #: Equations whose multipliers follow from the others: of pools, and of groups.
        self.resting = np.concatenate([
            kinds_rows + np.arange(pool_rows), group_rows + np.arange(len(self.size)),
        ])  # fmt: skip

    def pays(self, writ: Ints) -> Ints:
        """`(P, K)`: what a writ of one of a pool costs at least, at the multipliers `writ` `(F, K)`."""
        pool, category, kind = self.flows.T
        pays = np.full(self.problem.singles.shape, np.iinfo(np.int64).max)
        np.minimum.at(pays, (pool, category), writ[kind, category])
        return pays

    def valued(self, at: Multipliers, own: Configurations) -> tuple[Ints, Ints]:
        """The best writs `(S, K)` of each configuration at these multipliers, and what it then costs `(S,)`."""
        opening, price = own.group.opening, at.writ[own.group.kind]
        least = -(-(price - FINE * (opening + WRIT // 2)) // (FINE * WRIT))
        writs = np.where(own.group.fills, np.maximum(own.held, least), own.held)
        cost = FINE * cell_cost(opening, writs) - price * (writs - own.held)
        return writs, cost.sum(axis=1) - own.counts @ at.bundle

    def columns(self, g: int, counts: Counts, held: Ints, writs: Ints, above: Ints) -> Columns:
        """Columns of one group."""
        cost = cell_cost(self.alike[g].opening, writs).sum(axis=1)
        return Columns(np.full(len(counts), g), counts, writs, writs - held, cost, above)

    def bundles(self, columns: Columns) -> Ints:
        """`(C, J)`: each enforcer of a group gets one of its columns, in their order."""
        out = np.zeros((len(self.problem.class_size), self.problem.shape[0]), dtype=np.int64)
        for g, group in enumerate(self.alike):
            out[:, group.rows] = columns.counts[columns.group == g].T
        return out

    def rows(self, columns: Columns, ways: Ints) -> tuple[coo_array[np.int64], Ints]:
        """The equations over columns and then the flows `ways`, and their right sides: writs of one by kind and
        category, flows by pool and category, bundles by class, enforcers by group.
        """
        kinds, categories = len(self.kinds), self.problem.shape[1]
        pools, classes = self.problem.shape[2], len(self.problem.class_size)
        pool, category, kind = ways.T
        number, flows = len(columns), len(ways)
        i, k = np.nonzero(columns.filled)
        j, c = np.nonzero(columns.counts)
        second = kinds * categories
        third = second + pools * categories
        fourth = third + classes
        at = np.arange(flows) + number
        row = np.concatenate([
            self.kind[columns.group[i]] * categories + k, kind * categories + category,
            second + pool * categories + category, third + c, fourth + columns.group,
        ])  # fmt: skip
        column = np.concatenate([i, at, at, j, np.arange(number)])
        value = np.concatenate([
            columns.filled[i, k], np.full(flows, -1), np.ones(flows, dtype=np.int64),
            columns.counts[j, c].astype(np.int64), np.ones(number, dtype=np.int64),
        ])  # fmt: skip
        right = np.concatenate([
            np.zeros(second, dtype=np.int64), self.problem.singles.ravel(), self.problem.class_size, self.size,
        ])  # fmt: skip
        return coo_array((value, (row, column)), shape=(fourth + len(self.size), number + flows)), right

    def within(self, at: Multipliers, every: Sequence[Configurations], room: int, most: int) -> Columns | None:
        """All columns of these configurations that cost at most `room` (units of 1 / FINE) above the least; None where
        more than `most`. every: of each group.
        """
        found: list[Columns] = []
        number = 0
        for g, own in enumerate(every):
            writs, value = self.valued(at, own)
            above = value - value.min()
            near = above <= room
            columns = self._spread(at, g, own, writs, above, near, room, most - number)
            if columns is None:
                return None
            number += len(columns)
            found.append(columns)
        return joined(found)

    def _spread(
        self, at: Multipliers, g: int, own: Configurations, writs: Ints, above: Ints, near: NDArray[np.bool_],
        room: int, most: int,
    ) -> Columns | None:  # fmt: skip
        """The columns of one group: each configuration with every x that stays within the room."""
        opening, price = own.group.opening, at.writ[own.group.kind]
        counts, held, writs, above = own.counts[near], own.held[near], writs[near], above[near]
        for k in np.flatnonzero(own.group.fills):
            parts = [(counts, held, writs, above)]
            for step in (1, -1):
                now = parts[0]
                while True:
                    x = now[2][:, k] + step
                    cost = FINE * cell_cost(opening[k], x) - price[k] * x
                    before = FINE * cell_cost(opening[k], x - step) - price[k] * (x - step)
                    more = now[3] + cost - before
                    fits = (more <= room) & (x >= now[1][:, k])
                    if not fits.any():
                        break
                    moved = now[2][fits].copy()
                    moved[:, k] = x[fits]
                    now = (now[0][fits], now[1][fits], moved, more[fits])
                    parts.append(now)
            counts, held, writs, above = (np.concatenate(column) for column in zip(*parts, strict=True))
            if len(counts) > most:
                return None
        return self.columns(g, counts, held, writs, above)


def joined(parts: Sequence[Columns]) -> Columns:
    """All columns of these."""
    return Columns(*(np.concatenate([getattr(part, n) for part in parts]) for n in Columns.__dataclass_fields__))
