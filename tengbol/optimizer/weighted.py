"""The bound at given prices that keeps bundles whole (`bound`), for both objectives at once.

With weight M of the first objective, every assignment costs at least, at any prices λ of cells and τ of totals,

    Σ_jk min_x [M·f_jk(x) − (λ_jk − τ_j) x] + Σ_j min_x [g_j(x) − τ_j x]
        + Σ_singles min_j λ_jk + Σ_bundles min_j [Σ_k λ_jk a_k + h_j(a)]

where g is the cost of a total and h what a bundle alone spills over the levels of its cells and of the total. Less M
times what the first objective is, that bounds the second. The price of a cell is the highest of its pools'.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF, cells, choices, least, pool_prices
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]
    Places = tuple[Ints | int, ...]

#: The price of a cell that nothing can reach, the bound where nothing is possible, and what no sum may come to.
NOTHING: Final = -(2**40)
IMPOSSIBLE: Final = 2**61
_LARGEST: Final = 2.0**61
_NONE: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Prices:
    """weight: of the first objective. pool: `(P, K)` what a writ of each pool costs, `NOTHING` where it has none.
    total: `(J,)` what a writ more in all costs there; None where the first objective alone is bounded.
    """

    weight: int
    pool: Ints
    total: Ints | None

    def cell(self, problem: Problem) -> Ints:
        """`(J, K)` prices of cells."""
        own = -least(-self.pool[problem.entry_pool], problem.pool_member, len(problem.opening))
        return np.where(own == -_NONE, NOTHING, own)


@dataclass(frozen=True)
class Bound:
    """value: in cost units (squares / 2000) above the openings. of_class, row, cost: `(D,)` what a bundle of each class
    costs at each member of its pool, `_NONE` where that is closed.
    """

    value: int
    of_class: Ints
    row: Ints
    cost: Ints

    def put(self, c: int) -> dict[int, int]:
        """A bound by row, where one bundle of a class lies there: at the same prices all else stays as it is."""
        own = self.of_class == c
        cost = self.cost[own]
        return dict(zip(self.row[own].tolist(), (self.value + cost - cost.min()).tolist(), strict=True))


def bounded(problem: Problem, at: Prices, bars: Ints) -> Bound | None:
    """The bound at these prices; None where 64 bits might not hold it. bars: choices, class × rows + row, closed."""
    opening, writs = problem.opening, problem.apart().sum()
    largest = at.weight * (float(np.abs(opening).max(initial=0)) + WRIT * float(writs)) * (float(writs) + opening.size)
    if largest > _LARGEST:
        return None
    price = at.cell(problem)
    whole, spill = _level(at.weight, opening, price if at.total is None else price - at.total[:, None])
    pays = pool_prices(problem, price)
    whole += int((pays * problem.singles)[problem.singles > 0].sum())
    of_class, row = choices(problem)
    cost = np.zeros(len(row), dtype=np.int64)
    for k, its, own, held in cells(problem, of_class, row):
        cost[its] += price[own, k] * held + spill((own, k), held)
    if at.total is not None:
        floor, spill = _level(1, opening.sum(axis=1), at.total)
        whole += floor
        cost += spill((row,), problem.class_counts.sum(axis=1)[of_class])
    if len(bars):
        cost = np.where(np.isin(of_class * len(opening) + row, bars), _NONE, cost)
    cheapest = np.full(len(problem.class_size), _NONE)
    np.minimum.at(cheapest, of_class, cost)
    cheapest = cheapest[problem.class_size > 0]
    if (cheapest == _NONE).any():
        return Bound(IMPOSSIBLE, of_class, row, cost)
    return Bound(whole + int(cheapest @ problem.class_size[problem.class_size > 0]), of_class, row, cost)


def _level(weight: int, opening: Ints, price: Ints) -> tuple[int, Callable[[Places, Ints], Ints]]:
    """Σ min over x ≥ 0 of weight·f(x) − price·x, and what it costs above that at some places to hold some writs."""

    def cost(at: Places, writs: Ints) -> Ints:
        return (weight * opening[at] - price[at]) * writs + weight * HALF * writs * writs

    best = np.maximum(0, -((weight * (opening + HALF) - price) // (weight * WRIT)))
    floor = cost((), best)
    return int(floor.sum()), lambda at, held: cost(at, np.maximum(best[at], held)) - floor[at]
