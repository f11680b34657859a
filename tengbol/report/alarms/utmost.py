"""How often chance does the most that it can, at most: where that is next to never, nobody has to wait for it.

At each place that an alarm looks at, chance must reach some least count for the alarm's figure to be its utmost. How
often it does is bounded from above there, and over all places by the sum (Boole's inequality). Bounds of draws without
replacement are those with it (W. Hoeffding, "Probability Inequalities for Sums of Bounded Random Variables", Journal of
the American Statistical Association 58, 1963, section 6).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: What is as large as the utmost but for rounding.
NEARLY: Final = 1 - 1e-9
#: Exponents at which sums are bounded; each gives a bound.
_EXPONENTS: Final = np.arange(0.05, 1.0, 0.05)


def least_counts(figure: Callable[[Ints], Floats], first: int, last: Ints, level: float) -> Ints:
    """Of each place the least count, `first` to `last`, whose figure is `level` or more; `last` + 1 where none is.

    figure: of a count at each place, which it never falls with; is asked for `first` to `last` alone.
    """
    low, high = np.full_like(last, first), np.maximum(last + 1, first)
    while (low < high).any():
        middle = (low + high) // 2
        reached = figure(np.clip(middle, first, np.maximum(last, first))) >= level
        low, high = np.where(reached | (low == high), low, middle + 1), np.where(reached, middle, high)
    return low


def of_drawn(drawn: Ints, count: Ints, marked: Ints, of: Ints | int) -> Floats:
    """How often `count` or more of so many drawn are among the `marked`, at most: `count` of them are, any of them."""
    can = (count <= drawn) & (count <= marked)
    few = np.where(can, count, 0)
    return np.where(can, np.exp(np.minimum(_ways(drawn, few) + _ways(marked, few) - _ways(of, few), 0.0)), 0.0)


def _ways(of: Ints | int, count: Ints) -> Floats:
    """Logarithm of the number of ways to take so many."""
    from scipy.special import gammaln

    return gammaln(of + 1.0) - gammaln(count + 1.0) - gammaln(of - count + 1.0)


def of_mean(mean: Floats, count: Ints) -> Floats:
    """How often a sum of zeros and ones with such a mean is `count` or more, at most (Chernoff's bound)."""
    mean = np.maximum(mean, 1e-12)
    return np.where(count > mean, np.exp(count - mean - count * np.log(count / mean)), 1.0)


def of_sum(values: Floats, number: int, total: float) -> float:
    """How often so many of `values` come to `total` or more, at most (Chernoff's bound)."""
    means = np.log(np.exp(np.outer(_EXPONENTS, values)).mean(axis=1))
    return float(np.exp(np.minimum(number * means - _EXPONENTS * total, 0.0).min()))
