"""What a certificate's prices are worth of one cell, and what a sum of squares can be: docs/certificate.md, 1 and 3."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


class Level:
    """The least of weight · (e·x + 500·x²) − price · x over x ≥ 0, and what it costs above that to hold some writs.

    e, price: `(N,)`; in int64, or objects.
    """

    def __init__(self, weight: int, e: Any, price: Any) -> None:
        self.linear, self.square = weight * e - price, 500 * weight
        self.best = np.maximum(0, -((self.linear + self.square) // (2 * self.square)))
        self.floor = (self.linear + self.square * self.best) * self.best

    def above(self, at: Ints, held: Ints) -> Any:
        """Of some of them: what it costs to hold at least so many."""
        most = np.maximum(held, self.best[at])
        return (self.linear[at] + self.square * most) * most - self.floor[at]


class Values:
    """What a sum of squares can be: see "Values apart" in docs/certificate.md."""

    def __init__(self, base: list[list[int]], writs: list[int]) -> None:
        self.squares = sum(e * e for row in base for e in row)
        self.apart = gcd(1000, *(e - first for row in base for e, first in zip(row, base[0], strict=True)))
        self.rest = sum((e + 500) * n for e, n in zip(base[0], writs, strict=True)) % self.apart

    def least(self, bound: int) -> int:
        """The least of these that is not below `bound`."""
        units = -((self.squares - bound) // 2000)
        return self.squares + 2000 * (units + (self.rest - units) % self.apart)
