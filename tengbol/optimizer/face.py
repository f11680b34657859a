"""All flows that cost the least: the face of a network's flows that one of them lies on, and the choice within it.

A flow costs least when no cycle along which it could still change costs less than nothing (Klein 1967). Node
potentials, found as shortest distances (Bellman 1958), show it; and by complementary slackness every other flow as
cheap differs from it only along arcs that they make cost nothing (Ahuja, Magnanti & Orlin 1993, chapter 9). So one
cost after another can be made least, each among the flows that are left. All numbers are integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]


#: Arcs of a network for which no solver is loaded, unless they are looked at so often: a two-hundredth of a second.
_FEW: Final = 200
_LOOKS: Final = 25_000


@dataclass(frozen=True)
class Face:
    """Flows of `V` arcs between nodes, all with the same supplies.

    tail, head: `(V,)` nodes of `nodes`. value: `(V,)` one flow of them. low, high: `(V,)` within which each arc may
    change; equal where it may not.
    """

    nodes: int
    tail: Ints
    head: Ints
    value: Ints
    low: Ints
    high: Ints

    def least(self, cost: Ints) -> Face:
        """The flows that cost the least at `cost` `(V,)` a unit, with one of them."""
        more, less = self.value < self.high, self.value > self.low
        if not more.any() and not less.any():
            return self
        up, down = np.flatnonzero(more), np.flatnonzero(less)
        moved = _circulation(
            np.concatenate([self.tail[up], self.head[down]]),
            np.concatenate([self.head[up], self.tail[down]]),
            np.concatenate([(self.high - self.value)[up], (self.value - self.low)[down]]),
            np.concatenate([cost[up], -cost[down]]),
        )
        value = self.value.copy()
        value[up] += moved[: len(up)]
        value[down] -= moved[len(up) :]
        return replace(self, value=value).tied(cost, cost)

    def tied(self, up: Ints, down: Ints) -> Face:
        """The flows that cost no more than `value`, which costs the least: a unit more of an arc costs `up`, and a unit
        less saves `down` `(V,)`; a cost that is not linear may tie with the next unit alone.
        """
        more, less = np.flatnonzero(self.value < self.high), np.flatnonzero(self.value > self.low)
        tail = np.concatenate([self.tail[more], self.head[less]])
        head = np.concatenate([self.head[more], self.tail[less]])
        cost = np.concatenate([up[more], -down[less]])
        tight = np.ones(len(tail), dtype=bool)
        for at in (distances(tail, head, cost, self.nodes), -distances(head, tail, cost, self.nodes)):
            tight &= cost + at[tail] - at[head] == 0
        return self._kept(more, less, tight, up != down)

    def pruned(self) -> Face:
        """The same without what could not change after all, since no cycle leads along it."""
        more, less = np.flatnonzero(self.value < self.high), np.flatnonzero(self.value > self.low)
        tail = np.concatenate([self.tail[more], self.head[less]])
        head = np.concatenate([self.head[more], self.tail[less]])
        return self._kept(more, less, _in_a_cycle(tail, head, self.nodes), np.zeros(len(self.value), dtype=bool))

    def _kept(self, more: Ints, less: Ints, kept: Mask, by_one: Mask) -> Face:
        """With those of the arcs that could hold `more`, and then `less`, that are kept, some `by_one` (V,) alone."""
        low, high = self.value.copy(), self.value.copy()
        one, other = more[kept[: len(more)]], less[kept[len(more) :]]
        high[one] = np.where(by_one, self.value + 1, self.high)[one]
        low[other] = np.where(by_one, self.value - 1, self.low)[other]
        return replace(self, low=low, high=high)

    @property
    def free(self) -> Mask:
        """`(V,)`: arcs that some other of the flows has otherwise."""
        return self.low < self.high


def distances(tail: Ints, head: Ints, cost: Ints, nodes: int) -> Ints:
    """`(nodes,)`: the least cost of any way that ends at each node, at most 0: that of staying there."""
    out = np.zeros(nodes, dtype=np.int64)
    if len(tail) == 0:
        return out
    order = np.argsort(head, kind="stable")
    ends, start = np.unique(head[order], return_index=True)
    tail, cost = tail[order], cost[order]
    for _ in range(nodes + 1):
        nearer = np.minimum(out[ends], np.minimum.reduceat(out[tail] + cost, start))
        if np.array_equal(nearer, out[ends]):
            return out
        out[ends] = nearer
    raise AssertionError("a flow that should cost the least does not")


def _in_a_cycle(tail: Ints, head: Ints, nodes: int) -> Mask:
    """`(A,)`: arcs that lie on some directed cycle."""
    kept = np.arange(len(tail))
    while True:  # nodes that nothing enters, or nothing leaves, lie on no cycle
        enters, leaves = np.zeros((2, nodes), dtype=bool)
        enters[head[kept]] = leaves[tail[kept]] = True
        stays = enters[tail[kept]] & leaves[head[kept]]
        if stays.all():
            break
        kept = kept[stays]
    out = np.zeros(len(tail), dtype=bool)
    if len(kept):
        part = _strongly_connected(tail[kept], head[kept])
        out[kept] = part[0] == part[1]
    return out


def _strongly_connected(tail: Ints, head: Ints) -> tuple[Ints, Ints]:
    """Of each arc the part that its tail is in, and its head: parts of which every node reaches every other (Tarjan
    1972). To load the library that has this takes longer than all else of a batch.
    """
    names, both = np.unique(np.concatenate([tail, head]), return_inverse=True)
    ends = both[len(tail) :]
    order = np.argsort(both[: len(tail)], kind="stable")
    start: list[int] = np.searchsorted(both[: len(tail)][order], np.arange(len(names) + 1)).tolist()
    to: list[int] = ends[order].tolist()
    seen, lowest, part = [-1] * len(names), [0] * len(names), [-1] * len(names)
    upon: list[int] = []
    at, count, parts = list(start[:-1]), 0, 0
    for root in range(len(names)):
        if seen[root] >= 0:
            continue
        path: list[int] = [root]
        seen[root] = lowest[root] = count
        count += 1
        upon.append(root)
        while path:
            node = path[-1]
            if at[node] < start[node + 1]:
                other = to[at[node]]
                at[node] += 1
                if seen[other] < 0:
                    seen[other] = lowest[other] = count
                    count += 1
                    upon.append(other)
                    path.append(other)
                elif part[other] < 0:
                    lowest[node] = min(lowest[node], seen[other])
                continue
            path.pop()
            if path:
                lowest[path[-1]] = min(lowest[path[-1]], lowest[node])
            if lowest[node] == seen[node]:
                while part[node] < 0:
                    part[upon.pop()] = parts
                parts += 1
    found = np.array(part, dtype=np.int64)[both]
    return found[: len(tail)], found[len(tail) :]


def _circulation(tail: Ints, head: Ints, room: Ints, cost: Ints) -> Ints:
    """`(A,)` units along each arc that cost the least in all, as many into every node as out of it."""
    if len(tail) <= _FEW:
        few = _cancelled(tail.tolist(), head.tolist(), room.tolist(), cost.tolist())
        if few is not None:
            return np.array(few, dtype=np.int64)
    return _solved(tail, head, room, cost)


def _solved(tail: Ints, head: Ints, room: Ints, cost: Ints) -> Ints:
    """The same by a solver, which takes long to load."""
    from ortools.graph.python import min_cost_flow

    used, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
    solver = min_cost_flow.SimpleMinCostFlow()
    ends = ends.astype(np.int32)
    solver.add_arcs_with_capacity_and_unit_cost(ends[: len(tail)], ends[len(tail) :], room, cost)
    solver.set_nodes_supplies(np.arange(len(used), dtype=np.int32), np.zeros(len(used), dtype=np.int64))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the choice among equals ended with status {status}")
    return np.asarray(solver.flows(np.arange(len(tail), dtype=np.int32)), dtype=np.int64)


def _cancelled(tail: list[int], head: list[int], room: list[int], cost: list[int]) -> list[int] | None:
    """The same by cancelling cycles that cost less than nothing (Klein 1967); None where that takes long."""
    arcs, looks = len(tail), _LOOKS
    units = [0] * arcs
    # Each arc, and the same against its direction, along which what was sent goes back.
    ways = [*zip(tail, head, cost, strict=True), *zip(head, tail, (-price for price in cost), strict=True)]
    while True:
        left = [most - used for most, used in zip(room, units, strict=True)] + units
        able = [(way, *ways[way]) for way in range(2 * arcs) if left[way]]
        distance, last = dict.fromkeys((*tail, *head), 0), dict[int, int]()
        cycle: list[int] = []
        while not cycle:
            met, looks = None, looks - len(able)
            if looks < 0:
                return None
            for way, of, to, price in able:
                if distance[of] + price < distance[to]:
                    distance[to], last[to], met = distance[of] + price, way, to
            if met is None:
                return units
            cycle = _cycle(met, last, ways)
        least = min(left[way] for way in cycle)
        for way in cycle:
            units[way % arcs] += least if way < arcs else -least


def _cycle(node: int, last: dict[int, int], ways: list[tuple[int, int, int]]) -> list[int]:
    """The cycle that the `last` ways into nodes lead back to from one; none where they come to an end."""
    seen: dict[int, int] = {}
    taken: list[int] = []
    while node not in seen:
        if node not in last:
            return []
        seen[node] = len(taken)
        taken.append(last[node])
        node = ways[last[node]][0]
    return taken[seen[node] :]
