"""A lower bound on the second objective that keeps bundles whole, among assignments whose first objective is least.

Such assignments can be told apart by the prices that proved them least: a cell holds at least the count where the
price is met, and a bundle goes only where it costs no more than elsewhere. Above those least counts every enforcer's
total is one convex cost, bundles are items as long as what they hold above them, and the same Lagrangian bound as in
`bound` applies with a single price for all totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.bound import HALF, cell_cost, level, priced
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


def ties(problem: Problem, price: Ints) -> Ints:
    """`(J,)`: cells of each row in which one writ more than the level costs the same."""
    step = problem.opening + WRIT * level(problem.opening, price) + HALF
    return (step == price).sum(axis=1)


def second_bound(problem: Problem, pricing: Pricing, first: int) -> tuple[int, Ints]:
    """A bound on the second objective of assignments whose first is at most `first`, in squared thousandths, and the
    least counts `(J, K)` it is reckoned from.
    """
    plain = priced(problem, pricing.price)
    alone = plain.bound == first
    pricing = plain if alone else pricing
    room = -(-(first - pricing.bound) // (2 * WRIT))
    least = least_counts(problem, pricing, room)
    excess = (problem.opening + WRIT * least).sum(axis=1)
    rest = int(problem.apart().sum() - least.sum())
    kept = pricing.reduced <= room
    of_class, row = pricing.choice_class[kept], pricing.choice_row[kept]
    above = np.maximum(0, problem.class_counts[of_class] - least[row]).sum(axis=1)
    _, openings = costs(problem.opening + WRIT * least)
    # Where every bundle costs just what it costs alone, no two spill in one cell, and a cell that none spills in
    # holds at most one writ above its least: so a total lies at most so far above its bundles.
    most = ties(problem, pricing.price) if alone else np.full_like(excess, rest)

    def cost(row: Ints, held: Ints, price: int) -> Ints:
        """The least of f(x) − price·x over held ≤ x ≤ held + most."""
        every = np.full_like(held, price)
        writs = np.clip(level(excess[row], every), held, held + most[row])
        return cell_cost(excess[row], writs) - price * writs

    rows = np.arange(len(excess))

    def at(price: int) -> int:
        empty = cost(rows, np.zeros_like(rows), price)
        held = int(empty.sum()) + price * rest
        spill = cost(row, above, price) - empty[row]
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
    return max(at(price) for price in range(low, high + 1)), least
