"""Who holds which configuration: the columns that good multipliers (`generation`) leave, and their equations.

A column is a configuration of a group with the writs x ≥ held that its enforcer ends with: every bundle is somewhere,
every writ of one, and everyone has a column. What costs more above the bound than the best known assignment is left
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

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

        Those of a group stand together, and are made for all groups at once: there are as many as enforcers.
        """
        number = np.array([len(own.counts) for own in every], dtype=np.int64)
        first: Ints = np.cumsum(number) - number
        group = np.repeat(np.arange(len(every)), number)
        counts = np.concatenate([own.counts for own in every])
        held = np.concatenate([own.held for own in every])
        opening = np.array([own.group.opening for own in every])
        fills = np.array([own.group.fills for own in every])
        price = at.writ[self.kind]
        # The best writs of each configuration, and what it then costs.
        step = FINE * (opening + WRIT // 2)
        writs = np.where(fills[group], np.maximum(held, -(-(price - step) // (FINE * WRIT))[group]), held)
        value = FINE * cell_cost(opening[group], writs) - price[group] * (writs - held)
        value = value.sum(axis=1) - counts @ at.bundle
        above = value - np.minimum.reduceat(value, first)[group]
        near = above <= room
        found = _Parts(group[near], counts[near], held[near], writs[near], above[near])
        for k in range(opening.shape[1]):
            found = _stepped(found, k, opening[:, k], price[:, k], fills[:, k], room)
            if len(found.group) > most:
                return None
        cost = cell_cost(opening[found.group], found.writs).sum(axis=1)
        return Columns(found.group, found.counts, found.writs, found.writs - found.held, cost, found.above)


class _Parts(NamedTuple):
    """Columns as they are made: by group, each with its `counts`, the writs `held` in them and in all, and `above`."""

    group: Ints
    counts: Counts
    held: Ints
    writs: Ints
    above: Ints

    def kept(self, which: NDArray[np.bool_] | Ints) -> _Parts:
        group, counts, held, writs, above = self
        return _Parts(group[which], counts[which], held[which], writs[which], above[which])


def _stepped(begun: _Parts, k: int, opening: Ints, price: Ints, fills: NDArray[np.bool_], room: int) -> _Parts:
    """With every other number of writs of category `k` that stays within the room. opening, price, fills: `(G,)`."""
    parts, turn = [begun], [np.zeros(len(begun.group), dtype=np.int64)]
    for step in (1, -1):
        now = begun.kept(fills[begun.group])
        while len(now.group):
            x = now.writs[:, k] + step
            own, paid = opening[now.group], price[now.group]
            # What the step costs: f(x) - f(x - step), less what it is paid.
            more = now.above + step * (FINE * (own + WRIT * x - step * (WRIT // 2)) - paid)
            fits = (more <= room) & (x >= now.held[:, k])
            now = now.kept(fits)
            now.writs[:, k] = x[fits]
            now = now._replace(above=more[fits])
            parts.append(now)
            turn.append(np.full(len(now.group), len(turn)))
    every = _Parts(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    return every.kept(np.lexsort([np.concatenate(turn), every.group]))


def joined(parts: Sequence[Columns]) -> Columns:
    """All columns of these."""
    return Columns(*(np.concatenate([getattr(part, n) for part in parts]) for n in Columns.__dataclass_fields__))
