"""A lower bound on the second objective that keeps bundles whole, among assignments whose first objective is least.

Such assignments can be told apart by the prices that proved them least: a cell holds at least the count where the
price is met, and a bundle goes only where it costs no more than elsewhere. Above those least counts every enforcer's
total is one convex cost, bundles are items as long as what they hold above them, and the same Lagrangian bound as in
`bound` applies with a single price for all totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.bound import cell_cost, level, overflow
from tengbol.optimizer.problem import WRIT, Problem, costs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.bound import Pricing

    Ints = NDArray[np.int64]


def least_counts(problem: Problem, pricing: Pricing, room: int) -> Ints:
    """`(J, K)`: the fewest writs a cell can hold while it costs at most `room` above its level."""
    opening, price = problem.opening, pricing.price
    start = level(opening, price)
    floor = cell_cost(opening, start) - price * start
    least = start
    while True:
        lower = np.maximum(least - 1, 0)
        fits = (cell_cost(opening, lower) - price * lower - floor <= room) & (least > 0)
        if not fits.any():
            return least
        least = np.where(fits, lower, least)


def second_bound(problem: Problem, pricing: Pricing, first: int) -> int:
    """A bound on the second objective of assignments whose first is at most `first`; squared thousandths."""
    room = -(-(first - pricing.bound) // (2 * WRIT))
    least = least_counts(problem, pricing, room)
    excess = (problem.opening + WRIT * least).sum(axis=1)
    rest = int(problem.apart().sum() - least.sum())
    kept = pricing.reduced <= room
    of_class, row = pricing.choice_class[kept], pricing.choice_row[kept]
    above = np.maximum(0, problem.class_counts[of_class] - least[row]).sum(axis=1)
    _, openings = costs(problem.opening + WRIT * least)

    def at(price: int) -> int:
        every = np.full_like(excess, price)
        start = level(excess, every)
        held = int((cell_cost(excess, start) - price * start).sum()) + price * rest
        spill = overflow(excess[row], above, every[row])
        cheapest = np.full(len(problem.class_size), np.iinfo(np.int64).max)
        np.minimum.at(cheapest, of_class, spill)
        return openings + 2 * WRIT * (held + int((cheapest * problem.class_size).sum()))

    low, high = int(excess.min()) - WRIT, int(excess.max()) + WRIT * (rest + 2)
    while high - low > 2:  # the bound is concave in the price
        third = (high - low) // 3
        left, right = low + third, high - third
        if at(left) < at(right):
            low = left
        else:
            high = right
    return max(at(price) for price in range(low, high + 1))
