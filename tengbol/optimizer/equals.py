"""Choices among equals that flows show: how many writs of each category everyone gets, and from which pools.

The definition is that of docs/lot.md, points a and c. Both are flows from pools to enforcers: those that cost the least
in both objectives are a face of all flows (`face`), and on it a number for each cell, or for each way into a cell, is
made least. What is least is one alone, whatever flow one begins from and in whatever order things stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF
from tengbol.optimizer.face import Face
from tengbol.optimizer.flow import least_cost
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]
    #: What the lot says of things by their positions, level by level: where sums are equal, the next level decides.
    Numbers = Callable[[Ints, int], Ints]

#: Levels of numbers that a hash of 64 digits has, by ten digits each.
LEVELS: Final = 7
#: Single writs to either side of what is known in one round of scaling, and how much the step shrinks between rounds.
_REACH: Final = 4
_SHRINK: Final = 4
#: How often prices are put right before the first round.
_SWEEPS: Final = 30


@dataclass(frozen=True)
class AsEven:
    """Spreads that are as even as `flows` `(E, K)`: what no lot has a part in, for as many lots as one likes.

    place, kind: `(W,)` of each way, the first arcs of the face. face: None where there is nothing to choose. position:
    `(V,)` the cell of each arc that `cells` marks.
    """

    flows: Ints
    place: Ints
    kind: Ints
    face: Face | None
    cells: NDArray[np.bool_]
    position: Ints

    def first(self, number: Numbers) -> Ints:
        """`(E, K)`: those with the least Σ y·N, y being what everyone gets of them. number: N of cells, each a position
        in `(J, K)`.
        """
        if self.face is None:
            return self.flows
        face = _drawn(self.face, self.cells, self.position, number)
        out = self.flows.copy()
        out[self.place, self.kind] = face.value[: len(self.place)]
        return out


def as_even(problem: Problem, supply: Ints, excess: Ints, flows: Ints) -> AsEven:
    """The spreads of `supply` `(P, K)` as even as `flows` `(E, K)`, which are most even.

    excess: `(J, K)` before, thousandths.
    """
    rows, kinds, pools = problem.shape
    place, kind = np.nonzero(supply[problem.entry_pool] > 0)
    none = np.zeros(0, dtype=np.int64)
    alone = AsEven(flows, place, kind, None, none.astype(bool), none)
    if len(place) == 0:
        return alone
    received = np.zeros_like(excess)
    np.add.at(received, problem.pool_member, flows)
    row = problem.pool_member[place]
    cell = np.unique(row * kinds + kind)
    cell_row = cell // kinds
    some = np.unique(cell_row)
    row_node = pools * kinds + rows * kinds
    sink = row_node + rows
    ways, cells = len(place), len(cell)
    counts = received.ravel()[cell]
    value = np.concatenate([flows[place, kind], counts, received.sum(axis=1)[some]])
    face = Face(
        sink + 1,
        np.concatenate([problem.entry_pool[place] * kinds + kind, pools * kinds + cell, row_node + some]),
        np.concatenate([pools * kinds + row * kinds + kind, row_node + cell_row, np.full(len(some), sink)]),
        value,
        np.zeros_like(value),
        np.full_like(value, supply.sum()),
    )
    none = np.zeros_like(value)
    first, second = none.copy(), none.copy()
    first[ways : ways + cells] = excess.ravel()[cell] + WRIT * counts + HALF
    second[ways + cells :] = (excess + WRIT * received).sum(axis=1)[some] + HALF
    step = none.copy()
    step[ways : ways + cells] = WRIT
    face = face.tied(first, first - step)
    if not face.free[ways : ways + cells].any():
        return alone
    step[:] = 0
    step[ways + cells :] = WRIT
    face = face.tied(second, second - step)
    watched = np.zeros(len(value), dtype=bool)
    watched[ways : ways + cells] = True
    return AsEven(flows, place, kind, face, watched, np.concatenate([none[:ways], cell, none[ways + cells :]]))


def _drawn(face: Face, watched: NDArray[np.bool_], position: Ints, number: Numbers) -> Face:
    """The flow with the least sum of numbers over the arcs that are `watched`; of equal sums, by the next level's."""
    for level in range(LEVELS):
        open_ = watched & face.free
        if not open_.any():
            break
        cost = np.zeros_like(face.value)
        cost[open_] = number(position[open_], level)
        face = face.least(cost)
        if (watched & face.free).any():
            face = face.pruned()
    return face


def from_which(problem: Problem, flows: Ints, number: Numbers) -> Ints:
    """`(E, K)`: single writs along each place, as many of each pool and to each enforcer as in `flows`, with the least
    Σ z² and among those the least Σ z·N. number: N of places, each a position in `(E, K)`.
    """
    rows, kinds, pools = problem.shape
    received = np.zeros((rows, kinds), dtype=np.int64)
    np.add.at(received, problem.pool_member, flows)
    supply = np.zeros((pools, kinds), dtype=np.int64)
    np.add.at(supply, problem.entry_pool, flows)
    able = (supply[problem.entry_pool] > 0) & (received[problem.pool_member] > 0)
    ways = np.zeros((rows, kinds), dtype=np.int64)
    np.add.at(ways, problem.pool_member, able)
    place, kind = np.nonzero(able & (ways > 1)[problem.pool_member])
    if len(place) == 0:
        return flows
    tail = problem.entry_pool[place] * kinds + kind
    head = pools * kinds + problem.pool_member[place] * kinds + kind
    most = np.minimum(supply[problem.entry_pool[place], kind], received[problem.pool_member[place], kind])
    value = _level(tail, head, most, flows[place, kind], (pools + rows) * kinds)
    face = Face((pools + rows) * kinds, tail, head, value, np.zeros_like(value), most)
    face = face.tied(2 * value + 1, 2 * value - 1)
    face = _drawn(face, np.ones(len(value), dtype=bool), place * kinds + kind, number)
    out = flows.copy()
    out[place, kind] = face.value
    return out


def _nearly_level(tail: Ints, head: Ints, supply: Ints) -> Ints:
    """`(V,)` about the flow with the least Σ z²: where one begins decides how long the search takes, not what it finds.

    Where it costs least, z = max(0, u(tail) + v(head)) of a price of each node; prices that give each node in turn what
    it lacks come near them (Hildreth 1957).
    """
    wanted, price = np.abs(supply), np.zeros(len(supply))
    flow = np.zeros(len(tail))
    for _ in range(_SWEEPS):
        for side in (tail, head):
            flow = np.maximum(0, price[tail] + price[head])
            used = np.maximum(1, np.bincount(side, flow > 0, len(supply)))
            some = np.zeros(len(supply), dtype=bool)
            some[side] = True
            price += np.where(some, (wanted - np.bincount(side, flow, len(supply))) / used, 0)
    return np.rint(np.maximum(0, price[tail] + price[head])).astype(np.int64)


def _level(tail: Ints, head: Ints, most: Ints, value: Ints, nodes: int) -> Ints:
    """`(V,)` the flow with the least Σ z², with as much out of each tail and into each head as in `value`.

    The steps shrink by proximity scaling, as in `flow`.
    """
    supply = np.zeros(nodes, dtype=np.int64)
    np.add.at(supply, tail, value)
    np.subtract.at(supply, head, value)
    centre, step, growing = _nearly_level(tail, head, supply), 1, True
    while True:
        low, high = np.maximum(0, centre - _REACH * step), np.minimum(most, centre + _REACH * step)
        corners = np.minimum(low[:, None] + step * np.arange(2 * _REACH + 1), high[:, None])
        corners = np.column_stack([np.zeros_like(low), corners, most])
        start, end = corners[:, :-1], corners[:, 1:]
        way, segment = np.nonzero(end > start)
        start, end = start[way, segment], end[way, segment]
        # From a to b writs, Σ (2z + 1) = b² − a²: a + b for each.
        moved = least_cost(tail[way], head[way], end - start, start + end, supply)
        found = np.zeros_like(value)
        np.add.at(found, way, moved)
        outside = ((found <= low) & (low > 0)) | ((found >= high) & (high < most))
        if step == 1 and not outside.any():
            return found
        # Once the steps shrink they never grow again: at one writ each round costs less than the one before it.
        growing &= bool(outside.any())
        step = step * _SHRINK if growing else max(1, step // _SHRINK)
        centre = found
