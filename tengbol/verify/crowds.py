"""Counts of long bundles (docs/certificate.md, theorem 6): of nine nearly alike, somebody of four has three.

The certificate says only which numbers of bundles and of enforcers are looked at; all else is reckoned here.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise
from math import gcd
from typing import TYPE_CHECKING, Any

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES
from tengbol.verify.numbered import RefusedError, numbers
from tengbol.verify.told import is_list

if TYPE_CHECKING:
    from tengbol.verify.numbered import Numbered


def check_counts(own: Numbered, told: Any, bounds: tuple[int, int]) -> None:
    """Raise `RefusedError` where these counts prove less than the bounds."""
    if not is_list(told):
        raise RefusedError(Phrase("counts: not a list"))
    looked: dict[int, set[tuple[int, int]]] = {}
    for row in told:
        k, enforcers, bundles = numbers(row, 3, Phrase("counts"))
        looked.setdefault(k, set()).add((enforcers, bundles))
    if not looked.keys() <= {*range(len(CATEGORIES))}:
        raise RefusedError(Phrase("counts of a category that is none"))
    proven = sum(_proven(own, k, looked.get(k, set())) for k in range(len(CATEGORIES)))
    first = own.lift[0].least(proven)
    if first < bounds[0]:
        raise RefusedError(Phrase("counts prove {value}, not {told}", value=first, told=bounds[0]))
    if first > own.reached:
        return  # nothing is as even
    second = own.follows(first)
    if second is None:
        raise RefusedError(Phrase("nothing bounds the second objective"))
    if second < bounds[1]:
        sentence = Phrase("counts prove {value} of the second objective, not {told}", value=second, told=bounds[1])
        raise RefusedError(sentence)


def _proven(own: Numbered, k: int, looked: set[tuple[int, int]]) -> int:
    """The least that Σ over enforcers of squares can be in one category."""
    opening = sorted(own.base[:, k].tolist())
    if not own.writs[k]:
        return sum(e * e for e in opening)
    sizes = sorted((n for (_, counts), many in own.longer.items() for n in [counts[k]] * many if n), reverse=True)
    people, writs = len(opening), own.writs[k]
    whole = sum(opening) + 1000 * writs
    first = [0, *accumulate(sizes)]
    # By a number of enforcers, what those of them with the least excess have together at most.
    most = {0: 0, people: whole}
    for enforcers, bundles in looked:
        if not (0 < enforcers < people and 0 <= bundles <= len(sizes)):
            raise RefusedError(Phrase("counts of more than there are"))
        each, over = divmod(bundles, people)
        others = people - enforcers
        # Of the longest bundles, dealt in turn, those who have fewest get so many, and the others, who have most.
        fewest = enforcers * each + max(0, enforcers - (people - over))
        longest = others * each + min(others, over)
        got = first[fewest] + writs - first[bundles]
        kept = first[bundles] - first[bundles - longest]
        high = sum(opening[others:]) + 1000 * got
        left = whole - sum(opening[:others]) - 1000 * kept
        most[enforcers] = min(high, left, *(most[n] for n in [enforcers] if n in most))
    apart = gcd(1000, *(e - opening[0] for e in opening))
    return _squares(sorted(most.items()), int(own.base[0, k]), apart)


def _squares(most: list[tuple[int, int]], one: int, apart: int) -> int:
    """Σ of squares at least of numbers that are `one` and multiples of `apart`, by what the least of them sum up to."""
    corners: list[tuple[int, int]] = []
    for point in most:
        while len(corners) > 1 and _slope(corners[-2], corners[-1]) >= _slope(corners[-1], point):
            corners.pop()
        corners.append(point)
    total = 0
    for (start, low), (end, high) in pairwise(corners):
        # No such number's square is below the line through the squares of the two around the average.
        below = one + apart * ((high - low - (end - start) * one) // ((end - start) * apart))
        above = below + apart
        total += (below + above) * (high - low) - (end - start) * below * above
    return total


def _slope(one: tuple[int, int], other: tuple[int, int]) -> Fraction:
    return Fraction(other[1] - one[1], other[0] - one[0])
