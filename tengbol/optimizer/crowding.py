"""How far apart long bundles alone keep people: of nine alike and four people somebody has three, and somebody two.

Of the `L` longest bundles of a category, the `j` people who have fewest of them have in all no more than if they were
dealt one by one in turn, so no more writs than so many of the longest and everything shorter; and the `j` who have most
have no fewer than so many of the shortest of them. So much the `j` with the least excess have at most, whoever they
are, and whatever pools there are, for each `j`; and the sum of squares is least where their excess in all is the convex
minorant of these. Where bundles are nearly alike and no multiple of the people, a flow, which parts them, sees nothing
of it.
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

#: Bundles × people that are looked at: where there are more, bundles are many enough to level everyone.
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
    some, people = np.arange(len(first))[:, None], np.arange(1, rows)
    each, over = some // rows, some % rows
    fewest = people * each + np.maximum(0, people - (rows - over))
    most = people * each + np.minimum(people, over)
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

    one, apart: each number is `one` and a multiple of `apart`. Between two such neighbours the square lies below the
    line through both, and nowhere else among them above it; along the minorant these lines are ever steeper.
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
