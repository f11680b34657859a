"""The optimiser, slowly: every possible assignment is written down, and the least is taken.

Nothing here uses the package's formulae. Only the arrays of a `Problem` are read.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

#: One thing to hand over: the writs it holds in each category, and who may get it.
Thing = tuple[tuple[int, ...], tuple[int, ...]]
#: Writs received, row by row and category by category.
Received = tuple[tuple[int, ...], ...]


def pools(given: Problem) -> list[tuple[int, ...]]:
    starts = given.pool_start.tolist()
    rows = given.pool_member.tolist()
    return [tuple(rows[a:b]) for a, b in pairwise(starts)]


def writs_of_one(given: Problem, supply: Ints | None = None) -> list[Thing]:
    """Each writ of one as a thing of its own."""
    things = []
    counts = (given.singles if supply is None else supply).tolist()
    for rows, wanted in zip(pools(given), counts, strict=True):
        for k, writs in enumerate(wanted):
            alone = tuple(int(i == k) for i in range(len(wanted)))
            things += [(alone, rows)] * writs
    return things


def bundles(given: Problem) -> list[Thing]:
    """Each longer bundle as a thing of its own."""
    things = []
    sets = pools(given)
    classes = (given.class_pool.tolist(), given.class_counts.tolist(), given.class_size.tolist())
    for pool, counts, size in zip(*classes, strict=True):
        things += [(tuple(counts), sets[pool])] * size
    return things


def taken_apart(given: Problem) -> list[Thing]:
    """Every writ as a thing of its own, longer bundles taken apart."""
    things = writs_of_one(given)
    for counts, rows in bundles(given):
        for k, writs in enumerate(counts):
            things += [(tuple(int(i == k) for i in range(len(counts))), rows)] * writs
    return things


def outcomes(given: Problem, things: Iterable[Thing], begin: Received | None = None) -> set[Received]:
    """All that can be received when each thing goes to one of those who may get it."""
    rows, categories = given.opening.shape
    found = {begin or ((0,) * categories,) * rows}
    for counts, allowed in things:
        found = {given_to(received, j, counts) for received in found for j in allowed}
    return found


def given_to(received: Received, row: int, counts: tuple[int, ...]) -> Received:
    added = tuple(a + b for a, b in zip(received[row], counts, strict=True))
    return (*received[:row], added, *received[row + 1 :])


def cost(given: Problem, received: Received) -> tuple[int, int]:
    """Σ e² over rows and categories, and Σ over rows of (Σ e)²; e in thousandths of a writ."""
    excess = [
        [opening + 1000 * writs for opening, writs in zip(before, got, strict=True)]
        for before, got in zip(given.opening.tolist(), received, strict=True)
    ]
    return sum(e * e for row in excess for e in row), sum(sum(row) ** 2 for row in excess)


def best(given: Problem, things: Iterable[Thing] | None = None, begin: Received | None = None) -> tuple[int, int]:
    """The least first objective and, among those who have it, the least second. Bundles whole unless told."""
    if things is None:
        things = bundles(given) + writs_of_one(given)
    return min(cost(given, received) for received in outcomes(given, things, begin))


def least_total(given: Problem) -> int:
    """The least second objective, whatever the first."""
    return min(cost(given, received)[1] for received in outcomes(given, bundles(given) + writs_of_one(given)))


def size(given: Problem, things: Iterable[Thing]) -> int:
    """How many assignments there are at most: what brute force would have to look at."""
    product = 1
    for _, allowed in things:
        product *= len(allowed)
    return product


def ways(things: list[Thing]) -> Iterator[list[int]]:
    """Every assignment, as the row that each thing goes to."""
    if not things:
        yield []
        return
    for rest in ways(things[:-1]):
        for j in things[-1][1]:
            yield [*rest, j]


def poured(excess: list[int], writs: int) -> list[int]:
    """One pool, writs of one: each to whoever has least just then."""
    counts = [0] * len(excess)
    for _ in range(writs):
        j = min(range(len(excess)), key=lambda i: excess[i] + 1000 * counts[i])
        counts[j] += 1
    return counts


def can_be_evened(given: Problem, excess: Ints, flows: Ints) -> bool:
    """Whether some writ could be passed on, if need be along a chain of pools, to someone with at least a whole writ
    less: with separable convex costs a spread without such a chain is the most even one.
    """
    sets = pools(given)
    starts = given.pool_start.tolist()
    for k in range(excess.shape[1]):
        end = excess[:, k].tolist()
        for p, rows in enumerate(sets):
            for i, j in enumerate(rows):
                end[j] += 1000 * int(flows[starts[p] + i, k])
        gives: dict[int, set[int]] = {}
        for p, rows in enumerate(sets):
            for i, j in enumerate(rows):
                if flows[starts[p] + i, k] > 0:
                    gives.setdefault(j, set()).update(rows)
        for giver in gives:
            seen, todo = {giver}, [giver]
            while todo:
                for j in gives.get(todo.pop(), set()) - seen:
                    if end[j] + 1000 < end[giver]:
                        return True
                    seen.add(j)
                    todo.append(j)
    return False
