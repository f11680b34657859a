"""The first in the lot where some bundles fit in no flow: those are held, everywhere that is as even.

docs/lot.md, points a and b, for a component of proven evenness. A bundle is held at each member of its pool in turn,
but for those where prices show that it would be less even (`bound`); all others are taken apart, and how many writs
everyone gets is a flow again, with its least number of the lot. The least of all, if its bundles can be handed out
whole, is the first in the lot: nothing that is as even was left out. If they cannot, one that cannot is held as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import least, overflow, priced, prices
from tengbol.optimizer.equals import LEVELS, how_many
from tengbol.optimizer.fitting import fitted
from tengbol.optimizer.flow import spread
from tengbol.optimizer.problem import WRIT, costs
from tengbol.optimizer.whole import handed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tengbol.optimizer.bound import Pricing
    from tengbol.optimizer.equals import Numbers
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.whole import Handed, Turn

    Ints = NDArray[np.int64]

#: Bundles that are held at most, ways to hold them that are looked at, at once and in all, and steps to find these.
_HELD: Final = 8
_WAYS: Final = 40
_ALL: Final = 100
_STEPS: Final = 2_000


def first_in_lot(problem: Problem, bundles: Ints, of_class: Ints, number: Numbers, turn: Turn) -> Handed | None:
    """The first in the lot of all assignments as even as that of `bundles` `(C, J)`, which is most even; None where
    that takes too long to find.

    of_class: `(B,)` class of each bundle, in the order of the lot. number: N of cells. turn: as `whole.handed` asks.
    """
    excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
    counts, flows = spread(problem, problem.singles, excess)
    value = costs(excess + WRIT * counts)
    pricing = priced(problem, prices(problem, problem.singles, excess, counts, flows))
    known: dict[bytes, tuple[Ints, Ints]] = {}
    held: list[int] = []
    left_to_look = _ALL
    while len(held) < _HELD:
        ways = _ways(problem, pricing, held, value[0])
        if ways is None or len(ways) > left_to_look:
            return None
        left_to_look -= len(ways)
        found = []
        for way in ways:
            given = np.zeros_like(bundles)
            np.add.at(given, (held, list(way)), 1)
            own = _with(problem, given)
            counts, flows = spread(own, own.apart(), own.opening, known)
            found.append((costs(own.opening + WRIT * counts), given, own, flows))
        best = min(each[0] for each in found)
        if best > value:
            raise AssertionError("an assignment is more even than all of them")
        keyed = []
        for reached, given, own, flows in found:
            if reached == best:
                flows = how_many(own, own.apart(), own.opening, flows, number) if best == value else flows
                keyed.append((_key(own, given, flows, number) if best == value else (), given, own, flows))
        _, given, own, flows = min(keyed, key=lambda each: each[0])
        if best == value:
            whole = handed(problem, flows + problem.as_flows(given), of_class, turn)
            if whole is not None:
                return whole
        left = own.class_size - fitted(own, flows).bundles.sum(axis=1)
        if not left.any():
            return None
        held.append(int(np.lexsort((-problem.class_counts.sum(axis=1), left == 0))[0]))
    return None


def _key(problem: Problem, given: Ints, flows: Ints, number: Numbers) -> tuple[int, ...]:
    """Σ y·N of every level, with the bundles `given` `(C, J)` and flows `(E, K)` of all else."""
    received = given.T @ problem.class_counts
    np.add.at(received, problem.pool_member, flows)
    cell = np.flatnonzero(received)
    writs = received.ravel()[cell].tolist()
    return tuple(
        sum(y * n for y, n in zip(writs, number(cell, level).tolist(), strict=True)) for level in range(LEVELS)
    )


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
    pays = least(price[problem.pool_member], problem.entry_pool, problem.shape[2])
    room = (first - pricing.flow_bound) // (2 * WRIT)
    members = [problem.members(int(problem.class_pool[c])).tolist() for c in held]
    counts = [problem.class_counts[c] for c in held]

    def cost(place: int, j: int, lies: Ints) -> int:
        more = counts[place]
        above = overflow(problem.opening[j], lies + more, price[j]) - overflow(problem.opening[j], lies, price[j])
        return int(((price[j] - pays[problem.class_pool[held[place]]])[more > 0] * more[more > 0]).sum() + above.sum())

    none = np.zeros(problem.shape[1], dtype=np.int64)
    alone = [min(cost(place, j, none) for j in members[place]) for place in range(len(held))]
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
            lies = sum((counts[i] for i in range(place) if way[i] == j), none)
            now = spent + cost(place, j, lies)
            if now + sum(alone[place + 1 :]) <= room and steps <= _STEPS:
                yield from further((*way, j), now)

    found = []
    for way in further((), 0):
        found.append(way)
        if len(found) > _WAYS:
            return None
    return None if steps > _STEPS else found
