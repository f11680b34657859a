"""What a sum of squares can be at all: values apart by a common divisor, between which no bound need stop.

Σ (e + 1000 x)² over cells with Σ x = n is Σ e² + 2000 Σ (e·x + 500·x²), and x² has the parity of x. So where all e
leave one remainder modulo a divisor g of 1000, the second sum leaves that of (e + 500)·n, whatever the x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.problem import WRIT, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def rounded_up(bound: int, opening: Ints, writs: Ints) -> int:
    """The least value a sum of squares can have that is not below `bound`; both in squared thousandths.

    opening: `(J, K)` excess in thousandths; writs: `(K,)` given out in each column.
    """
    return rounding(opening, writs)(bound)


def rounding(opening: Ints, writs: Ints) -> Callable[[int], int]:
    """`rounded_up` for many bounds."""
    if opening.size == 0:
        return lambda bound: bound
    apart = int(np.gcd.reduce(opening - opening[0], axis=None, initial=WRIT))
    base = sum_of_squares(opening)
    rest = sum((int(e) + WRIT // 2) * int(n) for e, n in zip(opening[0], writs, strict=True)) % apart

    def up(bound: int) -> int:
        units = -(-(bound - base) // (2 * WRIT))
        return base + 2 * WRIT * (units + (rest - units) % apart)

    return up
