"""Sets of districts for groups of equal enforcers: the programme over them, its bound, and CP-SAT on what is left.

A set S costs a group Σ_{d∈S} single(d) + Σ_{d<d'∈S} pair(d, d') with pair ≥ 0: adding a district never gets cheaper as
the set grows (supermodular), so at given prices of districts every set within a gap is found by a walk that prunes on
the sum of what is still negative. Prices come from column generation (Dantzig & Wolfe 1960); rounded to integers they
give the Lagrangian bound exactly. With the best known choice that leaves a gap, and only sets within it can be in any
better choice: CP-SAT takes the best of those, its objective being what they cost above the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from tengbol.optimizer.linear import LinearModel
from tengbol.optimizer.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Set = tuple[int, ...]

#: More sets within the gap than this are not searched: the best known choice stays, with its bound.
_MOST: Final = 200_000
_ROUNDS: Final = 300


@dataclass(frozen=True)
class Group:
    """`size` equal enforcers, each with `room` for districts. single: what each allowed district costs by itself;
    pair: `[d][d']` what two cost besides.
    """

    size: int
    room: int
    single: Mapping[int, int]
    pair: Sequence[Sequence[int]]

    def cost(self, own: Set) -> int:
        """What a set costs."""
        return sum(self.single[d] for d in own) + sum(self.pair[d][e] for d in own for e in own if d < e)

    def least(self, price: Sequence[int]) -> tuple[int, Set]:
        """The least that a set costs when each district pays its price, and that set."""
        best: list[tuple[int, Set]] = [(0, ())]
        most = [-1]

        def visit(cost: int, own: Set) -> bool:
            best[0], most[0] = (cost, own), cost - 1
            return True

        self._walk(price, most, visit)
        return best[0]

    def within(self, price: Sequence[int], most: int, number: int) -> list[tuple[int, Set]] | None:
        """All sets that cost at most `most` when each district pays its price; None for more than `number`."""
        found: list[tuple[int, Set]] = []

        def visit(cost: int, own: Set) -> bool:
            found.append((cost, own))
            return len(found) <= number

        return found if self._walk(price, [most], visit) else None

    def _walk(self, price: Sequence[int], most: list[int], visit: Callable[[int, Set], bool]) -> bool:
        """Visit every set that costs at most `most[0]`, which `visit` may lower; False when `visit` ended it."""

        def enter(cost: int, own: Set, rest: list[tuple[int, int]]) -> bool:
            if cost <= most[0] and not visit(cost, tuple(sorted(own))):
                return False
            left = self.room - len(own)
            for place in range(len(rest) if left else 0):
                step, d = rest[place]
                later = rest[place + 1 :]
                # Whatever comes in later costs at least what it would now.
                falls = sorted(n for n, _ in later if n < 0)[: left - 1]
                if cost + step + sum(falls) <= most[0]:
                    row = self.pair[d]
                    if not enter(cost + step, (*own, d), [(n + row[e], e) for n, e in later]):
                        return False
            return True

        return enter(0, (), sorted((cost - price[d], d) for d, cost in self.single.items()))


@dataclass(frozen=True)
class Searched:
    """sets: for each group one set for each of its enforcers. bound: on the cost of all sets."""

    sets: list[list[Set]]
    bound: int


def search(
    groups: Sequence[Group], covered: Sequence[int], begun: Sequence[Sequence[Set]], *, limit: float
) -> Searched:
    """Sets of least cost in all that cover each district exactly as often as `covered` says.

    begun: some sets that do, for each group one for each of its enforcers. limit: in CP-SAT's deterministic units.
    """
    best = [list(own) for own in begun]
    if not any(covered):
        return Searched(best, 0)
    columns = _beginning(groups, begun)
    price, bound = _priced(groups, covered, columns)
    if bound < _cost(groups, best):
        floor = [group.least(price)[0] for group in groups]
        # First a good choice among the sets that the prices came from, and then all sets that could better it.
        room = _cost(groups, best) - bound
        priced = [
            [(group.cost(own) - sum(price[d] for d in own), own) for own in sorted(known)]
            for group, known in zip(groups, columns, strict=True)
        ]
        some = [[one for one in own if one[0] <= least + room] for own, least in zip(priced, floor, strict=True)]
        best, _ = _taken(groups, covered, some, floor, best, limit)
        room = _cost(groups, best) - bound
        if room > 0:
            every = _within(groups, price, floor, room)
            if every is not None:
                best, above = _taken(groups, covered, every, floor, best, limit)
                bound = min(_cost(groups, best), bound + max(0, above))
    return Searched(best, bound)


def _cost(groups: Sequence[Group], sets: Sequence[Sequence[Set]]) -> int:
    return sum(group.cost(own) for group, taken in zip(groups, sets, strict=True) for own in taken)


def _beginning(groups: Sequence[Group], begun: Sequence[Sequence[Set]]) -> list[set[Set]]:
    """For each group the sets it begins with, none, and each district alone."""
    return [
        {(), *own, *(((d,) for d in group.single) if group.room else ())}
        for group, own in zip(groups, begun, strict=True)
    ]


def _priced(groups: Sequence[Group], covered: Sequence[int], columns: list[set[Set]]) -> tuple[list[int], int]:
    """Prices of districts and the best bound, taking sets into `columns` until none would lower the programme."""
    best: tuple[int, list[int]] | None = None
    for _ in range(_ROUNDS):
        price = _multipliers(groups, covered, columns)
        cheapest = [group.least(price) for group in groups]
        bound = sum(price[d] * number for d, number in enumerate(covered))
        bound += sum(group.size * cost for group, (cost, _) in zip(groups, cheapest, strict=True))
        if best is None or bound > best[0]:
            best = bound, price
        new = [own not in known for known, (_, own) in zip(columns, cheapest, strict=True)]
        if not any(new):
            break
        for known, (_, own) in zip(columns, cheapest, strict=True):
            known.add(own)
    assert best is not None
    return best[1], best[0]


def _multipliers(groups: Sequence[Group], covered: Sequence[int], columns: Sequence[set[Set]]) -> list[int]:
    """What the programme over `columns` would pay for one more enforcer in each district, rounded."""
    listed = [(g, own) for g, known in enumerate(columns) for own in sorted(known)]
    cost = np.array([groups[g].cost(own) for g, own in listed], dtype=np.float64)
    scale = max(1.0, float(cost.max(initial=1.0)))
    ends = [(len(covered) + g, n) for n, (g, _) in enumerate(listed)]
    ends += [(d, n) for n, (_, own) in enumerate(listed) for d in own]
    row, column = np.array(ends).T
    found = linprog(
        cost / scale,
        A_eq=csr_array((np.ones(len(ends)), (row, column)), shape=(len(covered) + len(groups), len(listed))),
        b_eq=[*covered, *(group.size for group in groups)],
        method="highs",
    )
    if found.status != 0:
        # Any prices give a bound: these the weakest, and the search says what it is worth.
        return [0] * len(covered)
    return [round(one * scale) for one in found.eqlin.marginals[: len(covered)].tolist()]


def _within(
    groups: Sequence[Group], price: Sequence[int], floor: Sequence[int], room: int
) -> list[list[tuple[int, Set]]] | None:
    """For each group all sets that cost at most `room` above its least; None when there are too many in all."""
    every: list[list[tuple[int, Set]]] = []
    left = _MOST
    for group, least in zip(groups, floor, strict=True):
        found = group.within(price, least + room, left)
        if found is None:
            return None
        left -= len(found)
        every.append(found)
    return every


def _taken(
    groups: Sequence[Group],
    covered: Sequence[int],
    listed: Sequence[Sequence[tuple[int, Set]]],
    floor: Sequence[int],
    best: list[list[Set]],
    limit: float,
) -> tuple[list[list[Set]], int]:
    """The best choice among sets listed with their cost at the prices, and a bound on what it costs above the floor."""
    model = LinearModel()
    by_district: list[list[int]] = [[] for _ in covered]
    variables: list[tuple[int, Set, int]] = []
    costs: list[int] = []
    for g, (group, own_sets) in enumerate(zip(groups, listed, strict=True)):
        mine: list[int] = []
        for cost, own in own_sets:
            most = min([group.size, *(covered[d] for d in own)])
            n = model.variable(0, most, best[g].count(own))
            mine.append(n)
            variables.append((g, own, n))
            costs.append(cost - floor[g])
            for d in own:
                by_district[d].append(n)
        model.row(mine, [1] * len(mine), group.size, group.size)
    for d, mine in enumerate(by_district):
        if mine:
            model.row(mine, [1] * len(mine), covered[d], covered[d])
    model.minimise([n for _, _, n in variables], costs)
    model.suggest()
    answer = model.solve(limit, Work.within(limit))
    if answer is None or answer[0] is None:
        return best, 0
    sets: list[list[Set]] = [[] for _ in groups]
    for g, own, n in variables:
        sets[g] += [own] * answer[0][n]
    return min(best, sets, key=lambda one: _cost(groups, one)), answer[1]
