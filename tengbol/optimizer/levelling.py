"""Many small flows at once: single writs are passed on until no excess can be made smaller.

Pools send single writs to their members; Σ e² is least when no writ can be passed on, from a member to another of the
pool that sent it, and from him one of another pool further, so that it ends with somebody who stands more than a writ
lower (no cycle of negative cost: Ahuja, Magnanti & Orlin 1993, chapter 14). Components have nothing to do with each
other, so each passes on along one path a round, all in the same round. Begun from a distribution that is nearly even
this takes a few rounds, and no solver, whose calls for a year of batches took longer than all else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.problem import WRIT, labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Rounds after which a component is left to a solver: those of a year need fewer.
ROUNDS: Final = 100
_FAR: Final = np.iinfo(np.int64).max


def levelled(pool: Ints, cell: Ints, flow: Ints, excess: Ints, rounds: int = ROUNDS) -> tuple[Ints, Ints]:
    """Excess `(C,)` of cells at the least Σ e², and the component of each cell that is not there yet, or −1.

    pool, cell: `(E,)` each place of a pool, numbered from 0 without a gap, pools ascending. flow: `(E,)` writs that go
    there at first. excess: `(C,)` thousandths with them. rounds: so many paths are taken at most.
    """
    component = labels(cell, pool, int(cell.max(initial=-1)) + 1, int(pool.max(initial=-1)) + 1)
    whose, flow, excess = component[: len(excess)], flow.copy(), excess.copy()
    left = np.full(len(excess), -1)
    places, cells = np.arange(len(pool)), np.arange(len(excess))
    for turn in range(rounds + 1):
        if not len(cells):
            break
        part = _Part.of(pool[places], np.searchsorted(cells, cell[places]), flow[places], excess[cells], whose[cells])
        source = part.sources()
        going = np.isin(part.whose, part.whose[source])
        if turn == rounds:
            left[cells[going]] = part.whose[going]
            break
        part.passed_on(source)
        flow[places], excess[cells] = part.flow, part.excess
        places, cells = places[going[part.cell]], cells[going]
    return excess, left


class _Part:
    """Components that are not level yet, and whom a writ can reach from each cell."""

    def __init__(self, pool: Ints, cell: Ints, flow: Ints, excess: Ints, whose: Ints) -> None:
        self.pool, self.cell, self.flow, self.excess, self.whose = pool, cell, flow, excess, whose

    @classmethod
    def of(cls, pool: Ints, cell: Ints, flow: Ints, excess: Ints, whose: Ints) -> _Part:
        made = cls(np.cumsum(np.diff(pool, prepend=pool[:1]) != 0), cell, flow, excess, whose)
        made._reach()
        return made

    def _reach(self) -> None:
        """Of each cell the least excess that its writs can reach (`low`), and over how many pools (`depth`)."""
        order = np.argsort(self.cell, kind="stable")
        first, of_cell = _firsts(self.pool), _firsts(self.cell[order])
        self.low, self.depth, self.first = self.excess.copy(), np.zeros(len(self.excess), dtype=np.int64), first
        turn = 0
        while True:
            turn += 1
            pools = np.minimum.reduceat(self.low[self.cell], first)
            through = np.where(self.flow > 0, pools[self.pool], _FAR)[order]
            lower = np.minimum(self.low, np.minimum.reduceat(through, of_cell))
            changed = lower < self.low
            if not changed.any():
                self.pools = pools
                return
            self.low, self.depth = lower, np.where(changed, turn, self.depth)

    def sources(self) -> Ints:
        """A cell of each component from which passing on makes the most smaller; none of one that is level."""
        gain = self.excess - self.low
        order = np.lexsort((-gain, self.whose))
        best = order[_firsts(self.whose[order])]
        return best[gain[best] > WRIT]

    def passed_on(self, source: Ints) -> None:
        """Pass writs on from sources, each of another component, to the least that they reach."""
        near = np.where(self.low[self.cell] == self.pools[self.pool], self.depth[self.cell], _FAR)
        depth = np.minimum.reduceat(near, self.first)
        taker = _one_of(self.pool, near == depth[self.pool], len(depth))
        way = (self.flow > 0) & (self.pools[self.pool] == self.low[self.cell])
        giver = _one_of(self.cell, way & (depth[self.pool] == self.depth[self.cell] - 1), len(self.excess))
        steps: list[tuple[Ints, Ints, Ints]] = []
        at, paths = source, np.arange(len(source))
        while len(at):
            give = giver[at]
            take = taker[self.pool[give]]
            steps.append((give, take, paths))
            more = self.depth[self.cell[take]] > 0
            at, paths = self.cell[take][more], paths[more]
        gain = self.excess[source] - self.low[source]
        amount = -((WRIT - gain) // (2 * WRIT))  # the last of them still makes it smaller
        for give, _, path in steps:
            np.minimum.at(amount, path, self.flow[give])
        for give, take, path in steps:
            np.subtract.at(self.flow, give, amount[path])
            np.add.at(self.flow, take, amount[path])
            np.subtract.at(self.excess, self.cell[give], WRIT * amount[path])
            np.add.at(self.excess, self.cell[take], WRIT * amount[path])


def _firsts(values: Ints) -> Ints:
    """Where each value of a sorted array begins."""
    return np.flatnonzero(np.diff(values, prepend=values[:1] - 1))


def _one_of(key: Ints, some: NDArray[np.bool_], number: int) -> Ints:
    """Of each key one of the positions where `some` is."""
    one = np.full(number, -1)
    one[key[some]] = np.flatnonzero(some)
    return one
