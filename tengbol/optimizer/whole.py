"""Who gets which bundle of two and more, when it is settled how many writs of each category everyone gets.

The definition is that of docs/lot.md, point b: one bundle after the other, each to whom the lot puts first among those
with whom the rest can still be dealt. The rest can be dealt with its bundles taken apart unless some set of pools has
more writs than its members have room for, which augmenting paths show (Ford & Fulkerson 1956). Where in the end all
bundles have a place, each test was right: the assignment shows what could be dealt, and the tests what could not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]
    #: Members of a pool by their rows in the order in which the lot puts them for a bundle.
    Turn = Callable[[int, Sequence[int]], list[int]]


@dataclass(frozen=True)
class Handed:
    """row: `(B,)` of each bundle. flows: `(E, K)` writs of one along each place of a pool."""

    row: Ints
    flows: Ints


def handed(problem: Problem, flows: Ints, classes: Ints, turn: Turn) -> Handed | None:
    """Hand out the bundles of `classes` `(B,)` in their order; None where some bundle finds no place in the end.

    flows: `(E, K)` writs along each place with all bundles taken apart, which say how many everyone gets. turn: asked
    with the position of a bundle and the rows of its pool.
    """
    state = _Flow(problem, flows)
    row = np.zeros(len(classes), dtype=np.int64)
    for b, c in enumerate(classes.tolist()):
        pool = int(problem.class_pool[c])
        counts = [(k, n) for k, n in enumerate(problem.class_counts[c].tolist()) if n]
        for j in turn(b, state.members[pool]):
            if all(state.make_room(pool, j, k, n) for k, n in counts):
                row[b] = j
                for k, n in counts:
                    state.free[k][pool][j] -= n
                break
        else:
            return None
    return Handed(row, state.flows())


def handed_alike(classes: Ints, counts: Ints, members: Sequence[Sequence[int]], turn: Turn) -> Ints:
    """`(B,)` rows of bundles when it is settled how many of each class everyone gets, `counts` `(C, J)`.

    In their order, each to whom the lot puts first among those who still lack one of its class.
    """
    left = counts.copy()
    row = np.zeros(len(classes), dtype=np.int64)
    for b, c in enumerate(classes.tolist()):
        row[b] = next(j for j in turn(b, members[b]) if left[c, j])
        left[c, row[b]] -= 1
    return row


class _Flow:
    """Writs that no bundle holds yet, by category, pool and member: `free[k][p][j]`."""

    def __init__(self, problem: Problem, flows: Ints) -> None:
        self.problem = problem
        self.members: list[list[int]] = [problem.members(p).tolist() for p in range(problem.shape[2])]
        self.pools_of: list[list[int]] = [[] for _ in range(problem.shape[0])]
        for p, members in enumerate(self.members):
            for j in members:
                self.pools_of[j].append(p)
        bounds = problem.pool_start.tolist()
        self.free = [
            [
                dict(zip(members, column[bounds[p] : bounds[p + 1]], strict=True))
                for p, members in enumerate(self.members)
            ]
            for column in flows.T.tolist()
        ]

    def flows(self) -> Ints:
        """`(E, K)`."""
        return np.array([[n for pool in free for n in pool.values()] for free in self.free], dtype=np.int64).T

    def make_room(self, pool: int, row: int, category: int, writs: int) -> bool:
        """Exchange writs of a category until the pool sends so many to the row; whether it can be done. Nobody's count
        changes by it.
        """
        free = self.free[category]
        while free[pool][row] < writs:
            way = self._way(pool, row, free)
            if way is None:
                return False
            # Writs go round: of each pool on the way from the one row to the next.
            number = min(writs - free[pool][row], *(free[p][away] for p, away, _ in way))
            for p, away, to in way:
                free[p][away] -= number
                free[p][to] += number
        return True

    def _way(self, pool: int, row: int, free: list[dict[int, int]]) -> list[tuple[int, int, int]] | None:
        """The shortest cycle that brings a writ of the pool to the row and another's away from it: (pool, from, to)."""
        came: dict[int, tuple[int, int]] = {}  # by row: the pool and row that its place was freed for
        seen = {pool}
        heads = [row]
        known = {row}
        while heads:
            further: list[int] = []
            for at in heads:
                for p in self.pools_of[at]:
                    # A writ of p leaves `at` for anybody else of p.
                    if p in seen and p != pool:
                        continue
                    if free[p][at] == 0 or (p == pool and at == row):
                        continue
                    if p == pool:
                        return self._back(pool, at, row, came)
                    seen.add(p)
                    for to in self.members[p]:
                        if to not in known:
                            known.add(to)
                            came[to] = (p, at)
                            further.append(to)
            heads = further
        return None

    @staticmethod
    def _back(pool: int, at: int, row: int, came: dict[int, tuple[int, int]]) -> list[tuple[int, int, int]]:
        """The cycle whose last step takes a writ of the pool from `at` to the row."""
        way = [(pool, at, row)]
        while at != row:
            p, before = came[at]
            way.append((p, before, at))
            at = before
        return way
