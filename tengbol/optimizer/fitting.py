"""Bundles made whole within a flow that took them apart: nothing gets dearer where they fit.

The flow says how many writs of each pool go to whom. A bundle fits at a member to whom its pool sends at least the
bundle's writs in every category; where it sends fewer, writs are exchanged along a cycle of pools and enforcers
(an augmenting path: Ford & Fulkerson 1956), which changes nobody's count. So both objectives stay those of the flow,
and where all bundles fit the flow's bounds are met. With many writs to each enforcer nearly always all do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

#: Members at whom a bundle that fits nowhere as it is may be made to fit, those who lack least first.
_TRIES: Final = 12


@dataclass(frozen=True)
class Fitted:
    """bundles: `(C, J)` those that fit; flows: `(E, K)` what is left of the flow, writs of one and of the others."""

    bundles: Ints
    flows: Ints


def fitted(problem: Problem, flows: Ints) -> Fitted:
    """Make as many bundles whole as can be found to fit in `flows` `(E, K)`, the longest first."""
    state = _Flow(problem, flows.copy())
    bundles = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
    for c in np.argsort(-problem.class_counts.sum(axis=1), kind="stable").tolist():
        for _ in range(int(problem.class_size[c])):
            place = state.place(int(problem.class_pool[c]), problem.class_counts[c])
            if place is None:
                break
            bundles[c, problem.pool_member[place]] += 1
    return Fitted(bundles, state.free)


class _Flow:
    """Writs along each place of a pool that no bundle holds yet, `free` `(E, K)`."""

    def __init__(self, problem: Problem, free: Ints) -> None:
        self.free = free
        self.start, self.row, self.pool = problem.pool_start, problem.pool_member, problem.entry_pool
        self.rows, self.pools = problem.shape[0], problem.shape[2]

    def place(self, pool: int, counts: Ints) -> int | None:
        """Take a bundle's writs at the member who has most of them to spare; the place in the pool, if there is one."""
        own = slice(int(self.start[pool]), int(self.start[pool + 1]))
        busy = np.flatnonzero(counts)
        spare = self.free[own, busy] - counts[busy]
        room = spare.min(axis=1)
        best = int(room.argmax())
        if room[best] >= 0:
            self.free[own.start + best] -= counts
            return own.start + best
        for i in np.lexsort((-room, np.minimum(spare, 0).sum(axis=1) * -1))[:_TRIES].tolist():
            place = own.start + i
            if all(self._drawn(place, int(k), int(counts[k] - self.free[place, k])) for k in busy):
                self.free[place] -= counts
                return place
        return None

    def _drawn(self, place: int, category: int, lacking: int) -> bool:
        """Exchange writs of a category until the pool sends so many more along `place`; what was exchanged stays."""
        free = self.free[:, category]
        while lacking > 0:
            path = self._path(place, free)
            if path is None:
                return False
            away, to = path
            number = min(lacking, int(free[away].min()))
            free[away] -= number
            free[to] += number
            free[place] += number
            lacking -= number
        return True

    def _path(self, place: int, free: Ints) -> tuple[list[int], list[int]] | None:
        """Places to take a writ from, and to send it along instead, from the row of `place` back to its pool."""
        target, moving = self.pool[place], free > 0
        seen_row, seen_pool = np.zeros(self.rows, dtype=bool), np.zeros(self.pools, dtype=bool)
        from_row, from_pool = np.full(self.pools, -1), np.full(self.rows, -1)
        seen_row[self.row[place]] = True
        moving[place] = False
        while True:
            out = np.flatnonzero(moving & seen_row[self.row] & ~seen_pool[self.pool])
            if len(out) == 0:
                return None
            from_row[self.pool[out]] = out
            seen_pool[self.pool[out]] = True
            if seen_pool[target]:
                break
            out = np.flatnonzero(seen_pool[self.pool] & ~seen_row[self.row])
            from_pool[self.row[out]] = out
            seen_row[self.row[out]] = True
        away: list[int] = []
        to: list[int] = []
        at = int(target)
        while True:
            away.append(int(from_row[at]))
            row = self.row[away[-1]]
            if row == self.row[place]:
                return away, to
            to.append(int(from_pool[row]))
            at = int(self.pool[to[-1]])
