"""Mending a placement at fixed prices: one bundle moved, two exchanged, or one put in another's place.

The steepest step is taken until none helps. What is counted is what bundles spill (`bound.overflow`) and what their
writs cost at the prices of the cells they go to; the writs of one are dealt anew afterwards. Once the first objective
is proven, steps that leave it alone are taken for the second: for the totals of what lies above the least counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import cell_cost, overflow
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.bound import Pricing
    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

_STEPS: Final = 200
#: Above this many bundle × enforcer pairs the tables of all moves would not pay.
_LARGEST: Final = 1_000_000
_NEVER: Final = 2**60
#: Weighs the first objective above anything the totals of two enforcers can bring.
_FIRST: Final = 2**28


def polished(problem: Problem, pricing: Pricing, bundles: Ints, least: Ints | None = None) -> Ints:
    """`(C, J)` bundles that cost no more at the prices of `pricing` than the given ones.

    least: `(J, K)` counts that every cell reaches anyway (`totals.least_counts`); given, steps that cost nothing are
    taken where they even out the totals.
    """
    number = int(bundles.sum())
    if number * max(number, problem.shape[0]) > _LARGEST:
        return bundles
    state = _State(problem, pricing, bundles, least)
    for _ in range(_STEPS):
        if not state.step():
            break
    return state.bundles()


class _State:
    """Where every single bundle lies."""

    def __init__(self, problem: Problem, pricing: Pricing, bundles: Ints, least: Ints | None) -> None:
        self.opening, self.price, self.least = problem.opening, pricing.price, least
        if least is not None:
            self.excess = (problem.opening + WRIT * least).sum(axis=1)
        classes, rows = np.nonzero(bundles)
        number = bundles[classes, rows]
        self.shape = bundles.shape
        self.kind, self.row = np.repeat(classes, number), np.repeat(rows, number)
        self.writs = problem.class_counts[self.kind]
        allowed = np.zeros((problem.shape[2], problem.shape[0]), dtype=bool)
        allowed[problem.entry_pool, problem.pool_member] = True
        self.allowed = allowed[problem.class_pool[self.kind]]
        self.held = bundles.T @ problem.class_counts
        self.cost = self._cost(np.arange(len(self.held)), self.held)

    def _cost(self, row: Ints, held: Ints) -> Ints:
        """What the rows cost when they hold so many bundled writs; broadcasts over leading axes."""
        opening, price = self.opening[row], self.price[row]
        cost = np.zeros(held.shape[:-1], dtype=np.int64)
        for k in range(held.shape[-1]):  # all categories at once would be held several times over
            cost += overflow(opening[..., k], held[..., k], price[..., k]) + price[..., k] * held[..., k]
        if self.least is None:
            return cost
        above = np.maximum(0, held - self.least[row]).sum(axis=-1)
        return _FIRST * cost + cell_cost(self.excess[row], above)

    def step(self) -> bool:
        """Take the best step; false when there is none."""
        row, every = self.row, np.arange(len(self.row))
        leave = self._cost(row, self.held[row] - self.writs) - self.cost[row]
        enter = self._cost(np.arange(len(self.held)), self.held + self.writs[:, None]) - self.cost
        enter = np.where(self.allowed, enter, _NEVER)
        enter[every, row] = _NEVER
        # take[b, c]: b lies in c's row, and c does not.
        take = self._cost(row, self.held[row] - self.writs + self.writs[:, None]) - self.cost[row]
        take = np.where(self.allowed[:, row] & (row[:, None] != row), take, _NEVER)
        move = enter.min(axis=1) + leave
        swap = take + take.T
        eject = take + leave[:, None] + enter.min(axis=1)
        gains = [int(move.min()), int(swap.min()), int(eject.min())]
        best = int(np.argmin(gains))
        if gains[best] >= _NEVER // 2:  # nobody may go anywhere
            return False
        before, total = (self.row.copy(), self.held.copy(), self.cost.copy()), int(self.cost.sum())
        if best == 0:
            b = int(move.argmin())
            self._put(b, int(enter[b].argmin()))
        elif best == 1:
            b, c = divmod(int(swap.argmin()), len(row))
            i, j = int(row[b]), int(row[c])
            self._put(b, j)
            self._put(c, i)
        else:
            b, c = divmod(int(eject.argmin()), len(row))
            j = int(row[c])
            self._put(c, int(enter[c].argmin()))
            self._put(b, j)
        if int(self.cost.sum()) < total:
            return True
        self.row, self.held, self.cost = before
        return False

    def _put(self, bundle: int, row: int) -> None:
        touched = np.array([self.row[bundle], row])
        self.held[touched[0]] -= self.writs[bundle]
        self.held[row] += self.writs[bundle]
        self.row[bundle] = row
        self.cost[touched] = self._cost(touched, self.held[touched])

    def bundles(self) -> Ints:
        """`(C, J)`."""
        out = np.zeros(self.shape, dtype=np.int64)
        np.add.at(out, (self.kind, self.row), 1)
        return out
