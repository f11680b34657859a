"""How far apart long bundles alone keep enforcers: of nine bundles alike, one of four enforcers has three at least.

Take the `L` longest bundles of a category. The `j` enforcers who hold fewest of them hold in all no more than if they
were dealt one by one in turn, so no more writs than so many of the longest, and everything shorter. The `j` who hold
most hold no fewer than if they were dealt in turn, so no fewer writs than so many of the shortest of them. Both bound
what the `j` enforcers with the least excess have of it together, whatever pools there are. The sum of squares is least
where that, as a function of `j`, is the convex minorant of the bounds. A flow takes bundles apart and sees none of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

#: Bundles × enforcers that are looked at: where there are more, bundles are many enough to level everyone.
_CELLS: Final = 1_000_000


def crowded(problem: Problem, levels: Sequence[int]) -> int:
    """A lower bound of the sum of squares within categories, in squared thousandths.

    levels: what is known of each category.
    """
    every = _counted(problem)
    if every is None:
        return sum(levels)
    return sum(max(level, apart.bound) for level, apart in zip(levels, every, strict=True))


def counted(problem: Problem) -> tuple[int, list[tuple[int, int, int]]] | None:
    """The bound by nothing else, and by which numbers: category, enforcers and longest bundles, of each that matters.

    None where there are too many bundles and enforcers to be looked at.
    """
    every = _counted(problem)
    if every is None:
        return None
    looked = [(k, enforcers, bundles) for k, apart in enumerate(every) for enforcers, bundles in apart.looked]
    return sum(apart.bound for apart in every), looked


@dataclass(frozen=True)
class _Apart:
    """The bound of one category, and the numbers of enforcers and of longest bundles that it is reckoned from."""

    bound: int
    looked: list[tuple[int, int]]


def _counted(problem: Problem) -> list[_Apart] | None:
    """Each category's."""
    rows, categories = problem.opening.shape
    if rows < 2 or rows * int(problem.class_size.sum()) > _CELLS:
        return None
    alone = problem.singles.sum(axis=0)
    return [_apart(_longest(problem, k), int(alone[k]), problem.opening[:, k]) for k in range(categories)]


def _longest(problem: Problem, category: int) -> Ints:
    """Writs of one category in each bundle that has any, the longest first."""
    sizes = np.repeat(problem.class_counts[:, category], problem.class_size)
    return np.sort(sizes[sizes > 0])[::-1]


def _apart(sizes: Ints, alone: int, opening: Ints) -> _Apart:
    """The bound of one category. sizes: `(N,)` of bundles, the longest first; alone: writs of one; opening: `(J,)`."""
    rows = len(opening)
    first = np.concatenate([[0], np.cumsum(sizes)])
    writs = int(first[-1]) + alone
    some, number = np.arange(len(first))[:, None], np.arange(1, rows)
    each, over = some // rows, some % rows
    fewest = number * each + np.maximum(0, number - (rows - over))
    most = number * each + np.minimum(number, over)
    few, many = first[fewest] + writs - first[:, None], first[:, None] - first[some - most]
    at_most, at_least = few.min(axis=0), many.max(axis=0)
    ordered = np.sort(opening)
    whole = int(opening.sum()) + WRIT * writs
    highest = np.cumsum(ordered[::-1])[:-1] + WRIT * at_most
    # What is left for the others where so many have at least so much.
    rest = whole - (np.cumsum(ordered)[:-1] + WRIT * at_least)[::-1]
    apart = math.gcd(WRIT, *(opening - opening[0]).tolist())
    bound, corners = _least([0, *np.minimum(highest, rest).tolist(), whole], int(opening[0]), apart)
    least, largest = np.argmin(few, axis=0), np.argmax(many, axis=0)[::-1]
    bundles = [
        int(one if high <= low else two) for one, two, high, low in zip(least, largest, highest, rest, strict=True)
    ]
    return _Apart(bound, [(j, bundles[j - 1]) for j in corners if 0 < j < rows])


def _least(most: list[int], one: int, apart: int) -> tuple[int, list[int]]:
    """The least sum of squares of numbers of which the `j` smallest sum up to at most `most[j]`, and all to the last;
    and the corners of the minorant.

    one, apart: each number is `one` and a multiple of `apart`. The square of such a number is never below the line
    through the squares of two that are neighbours; along the minorant these lines are ever steeper, so that their sum
    is a bound.
    """
    corners = [0]
    for place in range(1, len(most)):
        while len(corners) > 1:
            before, last = corners[-2:]
            if (most[last] - most[before]) * (place - last) < (most[place] - most[last]) * (last - before):
                break
            corners.pop()
        corners.append(place)
    total = 0
    for start, end in pairwise(corners):
        width, rise = end - start, most[end] - most[start]
        near = one + apart * ((rise - width * one) // (width * apart))
        total += (2 * near + apart) * rise - width * near * (near + apart)
    return total, corners
