"""The lot of docs/lot.md, points a to c, by its words: all assignments, the least in each respect kept, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.problem import WRIT, Problem, costs

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Given:
    """Numbers of a lot as tables: of cells `(L, J, K)` and of places `(L, E, K)` for each level, and of rows `(B, J)`
    for each longer bundle.
    """

    of_cells: Ints
    of_places: Ints
    of_bundles: Ints

    def cells(self, position: Ints, level: int) -> Ints:
        return self.of_cells[level].ravel()[position]

    def places(self, position: Ints, level: int) -> Ints:
        return self.of_places[level].ravel()[position]

    def turn(self, bundle: int, rows: Ints, members: Sequence[int]) -> list[int]:
        return sorted(members, key=lambda member: self.of_bundles[bundle, rows[member]])

    def key(self, rows: Ints, bundles: Ints) -> Hashable:
        return self.of_cells[:, rows].tobytes(), self.of_bundles[bundles][:, rows].tobytes()


@dataclass(frozen=True)
class Assignment:
    """singles: `(E, K)`; longer: the row of each bundle."""

    singles: Ints
    longer: tuple[int, ...]


def assignments(problem: Problem, longer: Sequence[int]) -> Iterator[Assignment]:
    """All assignments of writs of one, which are told apart by pool and category alone, and of longer bundles."""
    kinds = problem.shape[1]
    ways = []
    for p, k in product(range(problem.shape[2]), range(kinds)):
        places = range(int(problem.pool_start[p]), int(problem.pool_start[p + 1]))
        ways.append([(k, taken) for taken in combinations_with_replacement(places, int(problem.singles[p, k]))])
    rows = [problem.members(int(problem.class_pool[c])).tolist() for c in longer]
    for taken in product(*ways):
        singles = np.zeros((len(problem.pool_member), kinds), dtype=np.int64)
        for k, places in taken:
            for place in places:
                singles[place, k] += 1
        for held in product(*rows):
            yield Assignment(singles, held)


def received(problem: Problem, given: Assignment, longer: Sequence[int]) -> Ints:
    """`(J, K)`."""
    out = np.zeros_like(problem.opening)
    np.add.at(out, problem.pool_member, given.singles)
    for c, j in zip(longer, given.longer, strict=True):
        out[j] += problem.class_counts[c]
    return out


def ranked(problem: Problem, given: Assignment, longer: Sequence[int], numbers: Given) -> tuple:
    """What is to be least, in the order of the definition."""
    y, z = received(problem, given, longer), given.singles
    turns = []
    for b, (c, j) in enumerate(zip(longer, given.longer, strict=True)):
        members = problem.members(int(problem.class_pool[c])).tolist()
        turns.append(numbers.turn(b, np.arange(problem.shape[0]), members).index(j))
    return (
        *costs(problem.opening + WRIT * y),
        *(int((y * n).sum()) for n in numbers.of_cells),
        *turns,
        int((z * z).sum()),
        *(int((z * n).sum()) for n in numbers.of_places),
    )


def chosen(problem: Problem, longer: Sequence[int], numbers: Given) -> Assignment:
    """The assignment that the lot gives."""
    return min(assignments(problem, longer), key=lambda given: ranked(problem, given, longer, numbers))


def how_many_there_are(problem: Problem, longer: Sequence[int]) -> int:
    """How many assignments `assignments` goes through."""
    out = 1
    for p, k in product(range(problem.shape[2]), range(problem.shape[1])):
        size, writs = len(problem.members(p)), int(problem.singles[p, k])
        for n in range(writs):
            out = out * (size + n) // (n + 1)
    for c in longer:
        out *= len(problem.members(int(problem.class_pool[c])))
    return out
