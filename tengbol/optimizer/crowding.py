"""How far apart long bundles alone keep enforcers: of nine bundles alike, one of four enforcers has three at least.

Take the `L` longest bundles of a category. The `j` enforcers who hold fewest of them hold in all no more than if they
were dealt one by one in turn, so no more writs than so many of the longest, and everything shorter. The `j` who hold
most hold no fewer than if they were dealt in turn, so no fewer writs than so many of the shortest of them. Both bound
what the `j` enforcers with the least excess have of it together, whatever pools there are. The sum of squares is least
where that, as a function of `j`, is the convex minorant of the bounds. A flow takes bundles apart and sees none of it.
"""

from __future__ import annotations

import math
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
    rows, categories = problem.opening.shape
    if rows < 2 or rows * int(problem.class_size.sum()) > _CELLS:
        return sum(levels)
    alone = problem.singles.sum(axis=0)
    return sum(
        max(levels[k], _apart(_longest(problem, k), int(alone[k]), problem.opening[:, k])) for k in range(categories)
    )


def _longest(problem: Problem, category: int) -> Ints:
    """Writs of one category in each bundle that has any, the longest first."""
    sizes = np.repeat(problem.class_counts[:, category], problem.class_size)
    return np.sort(sizes[sizes > 0])[::-1]


def _apart(sizes: Ints, alone: int, opening: Ints) -> int:
    """The bound of one category. sizes: `(N,)` of bundles, the longest first; alone: writs of one; opening: `(J,)`."""
    rows = len(opening)
    first = np.concatenate([[0], np.cumsum(sizes)])
    writs = int(first[-1]) + alone
    some, number = np.arange(len(first))[:, None], np.arange(1, rows)
    each, over = some // rows, some % rows
    fewest = number * each + np.maximum(0, number - (rows - over))
    most = number * each + np.minimum(number, over)
    at_most = (first[fewest] + writs - first[:, None]).min(axis=0)
    at_least = (first[:, None] - first[some - most]).max(axis=0)
    ordered = np.sort(opening)
    whole = int(opening.sum()) + WRIT * writs
    highest = np.cumsum(ordered[::-1])[:-1] + WRIT * at_most
    # What is left for the others where so many have at least so much.
    rest = whole - (np.cumsum(ordered)[:-1] + WRIT * at_least)[::-1]
    apart = math.gcd(WRIT, *(opening - opening[0]).tolist())
    return _least([0, *np.minimum(highest, rest).tolist(), whole], int(opening[0]), apart)


def _least(most: list[int], one: int, apart: int) -> int:
    """The least sum of squares of numbers of which the `j` smallest sum up to at most `most[j]`, and all to the last.

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
    return total
