"""The first in the lot where some bundles fit in no flow: those are held, everywhere that is as even.

docs/lot.md, points a and b, for a component of proven evenness. A bundle is held at each member of its pool in turn,
but for those where prices show that it would be less even (`bound`); all others are taken apart, and how many writs
everyone gets is a flow again, with its least number of the lot. The least of all, if its bundles can be handed out
whole, is the first in the lot: nothing that is as even was left out. If they cannot, one that cannot is held as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import overflow, pool_prices, priced, prices
from tengbol.optimizer.equals import LEVELS, as_even
from tengbol.optimizer.fitting import fitted
from tengbol.optimizer.flow import spread
from tengbol.optimizer.problem import WRIT, costs
from tengbol.optimizer.whole import handed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tengbol.optimizer.bound import Pricing
    from tengbol.optimizer.equals import AsEven, Numbers
    from tengbol.optimizer.flow import Spreads
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.whole import Handed, Turn

    Ints = NDArray[np.int64]

#: Bundles that are held at most, ways to hold them that are looked at, at once and in all, and steps to find these.
_HELD: Final = 8
_WAYS: Final = 40
_ALL: Final = 100
_STEPS: Final = 2_000


@dataclass(frozen=True)
class _Way:
    """Bundles `given` `(C, J)` held: the objectives `reached` at best, what is `left` to place, and its spreads."""

    reached: tuple[int, int]
    given: Ints
    left: Problem
    flows: Ints

    @cached_property
    def equals(self) -> AsEven:
        return as_even(self.left, self.left.apart(), self.left.opening, self.flows)


class Holding:
    """All assignments of a component as even as that of `bundles` `(C, J)`, which is most even.

    What prices and flows say of them has no part in a lot, and is kept for the next one.
    """

    def __init__(self, problem: Problem, bundles: Ints, known: Spreads) -> None:
        """known: as of `flow.spread`."""
        self._problem = problem
        excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
        counts, flows = spread(problem, problem.singles, excess, known)
        self._value = costs(excess + WRIT * counts)
        self._pricing = priced(problem, prices(problem, problem.singles, excess, counts, flows))
        self._known = known
        self._rows: dict[tuple[int, ...], list[tuple[int, ...]] | None] = {}
        self._ways: dict[tuple[tuple[int, ...], tuple[int, ...]], _Way] = {}

    def first(self, of_class: Ints, number: Numbers, turn: Turn) -> Handed | None:
        """The first of them in the lot; None where that takes too long to find.

        of_class: `(B,)` class of each bundle, in the order of the lot. number: N of cells. turn: as `whole.handed`
        asks.
        """
        problem, value = self._problem, self._value
        held: list[int] = []
        left_to_look = _ALL
        while len(held) < _HELD:
            rows = self._held(tuple(held))
            if rows is None or len(rows) > left_to_look:
                return None
            left_to_look -= len(rows)
            if self._in_vain(held, rows, left_to_look):
                return None
            ways = [self._way(tuple(held), way) for way in rows]
            best = min(way.reached for way in ways)
            if best > value:
                raise AssertionError("an assignment is more even than all of them")
            even = [way for way in ways if way.reached == best]
            if best == value:
                way, flows = _foremost([(way, way.equals.first(number)) for way in even], number)
            else:
                way, flows = even[0], even[0].flows
            if best == value:
                whole = handed(problem, flows + problem.as_flows(way.given), of_class, turn)
                if whole is not None:
                    return whole
            left = way.left.class_size - fitted(way.left, flows).bundles.sum(axis=1)
            if not left.any():
                return None
            held.append(int(np.lexsort((-problem.class_counts.sum(axis=1), left == 0))[0]))
        return None

    def _in_vain(self, held: list[int], rows: list[tuple[int, ...]], left_to_look: int) -> bool:
        """Whether these ways lead nowhere, so far as one of them says: it needs another bundle held, and whichever that
        is, there are too many ways. To look at all of them would take as long as the search.
        """
        if not rows or self._way(tuple(held), rows[0]).reached >= self._value:
            return False
        size = self._problem.class_size - np.bincount(held, minlength=len(self._problem.class_size))
        further = (self._held((*held, c)) for c in np.flatnonzero(size).tolist())
        return len(held) + 1 >= _HELD or all(each is None or len(each) > left_to_look for each in further)

    def _held(self, held: tuple[int, ...]) -> list[tuple[int, ...]] | None:
        """Every way to hold a bundle of each of these classes that could be as even; None where they are too many."""
        if held not in self._rows:
            self._rows[held] = _ways(self._problem, self._pricing, list(held), self._value[0])
        return self._rows[held]

    def _way(self, held: tuple[int, ...], rows: tuple[int, ...]) -> _Way:
        if (held, rows) not in self._ways:
            self._ways[held, rows] = self._looked(held, rows)
        return self._ways[held, rows]

    def _looked(self, held: tuple[int, ...], rows: tuple[int, ...]) -> _Way:
        problem = self._problem
        given = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
        np.add.at(given, (list(held), list(rows)), 1)
        left = _with(problem, given)
        counts, flows = spread(left, left.apart(), left.opening, self._known)
        return _Way(costs(left.opening + WRIT * counts), given, left, flows)


def _foremost(ways: list[tuple[_Way, Ints]], number: Numbers) -> tuple[_Way, Ints]:
    """The first in the lot of `ways` with the flows `(E, K)` of all else: by Σ y·N, where equal by the next level's."""
    for level in range(LEVELS):
        if len(ways) == 1:
            break
        sums = [_sum(way, flows, number, level) for way, flows in ways]
        ways = [each for each, own in zip(ways, sums, strict=True) if own == min(sums)]
    return ways[0]


def _sum(way: _Way, flows: Ints, number: Numbers, level: int) -> int:
    """Σ y·N of a level, y being what everyone gets."""
    problem = way.left
    received = way.given.T @ problem.class_counts
    np.add.at(received, problem.pool_member, flows)
    cell = np.flatnonzero(received)
    writs = received.ravel()[cell].tolist()
    return sum(y * n for y, n in zip(writs, number(cell, level).tolist(), strict=True))


def _with(problem: Problem, given: Ints) -> Problem:
    """What is left when bundles `(C, J)` are placed."""
    return replace(
        problem,
        opening=problem.opening + WRIT * (given.T @ problem.class_counts),
        class_size=problem.class_size - given.sum(axis=1),
    )


def _ways(problem: Problem, pricing: Pricing, held: list[int], first: int) -> list[tuple[int, ...]] | None:
    """Rows at which bundles of the classes `held` can lie, so far as prices know, where the first objective is `first`;
    None where these are too many.
    """
    price = pricing.price
    pays = pool_prices(problem, price)
    room = (first - pricing.flow_bound) // (2 * WRIT)
    members = [problem.members(int(problem.class_pool[c])).tolist() for c in held]
    counts = [problem.class_counts[c] for c in held]

    def cost(place: int, rows: Ints, lies: Ints) -> Ints:
        more, own, mine = counts[place], problem.opening[rows], price[rows]
        above = overflow(own, lies + more, mine) - overflow(own, lies, mine)
        dearer = (mine - pays[problem.class_pool[held[place]]])[:, more > 0] @ more[more > 0]
        return dearer + above.sum(axis=1)

    none = np.zeros(problem.shape[1], dtype=np.int64)
    # Nearly always nothing else that is held lies there.
    bare = [dict(zip(own, cost(place, np.array(own), none).tolist(), strict=True)) for place, own in enumerate(members)]
    alone = [min(own.values()) for own in bare]
    steps = 0

    def further(way: tuple[int, ...], spent: int) -> Iterator[tuple[int, ...]]:
        nonlocal steps
        place = len(way)
        if place == len(held):
            yield way
            return
        for j in members[place]:
            # Of bundles alike the first lies with the first.
            if any(held[i] == held[place] and way[i] > j for i in range(place)):
                continue
            steps += 1
            if steps > _STEPS:
                return
            there = [counts[i] for i in range(place) if way[i] == j]
            more = int(cost(place, np.array([j]), sum(there, none))[0]) if there else bare[place][j]
            now = spent + more
            if now + sum(alone[place + 1 :]) <= room:
                yield from further((*way, j), now)

    found: list[tuple[int, ...]] = []
    for way in further((), 0):
        found.append(way)
        if len(found) > _WAYS:
            return None
    return None if steps > _STEPS else found
