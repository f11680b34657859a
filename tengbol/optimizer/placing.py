"""Placing bundles without search: longest spill first, each where it disturbs the level least; then again at the
prices that came out.

As long as bundles stay under the level, the writs of one fill up the rest. What must spill over takes writs from
everyone else, so the level falls and is found anew; a few rounds settle it. Every round also gives a lower bound
(`bound.priced`), and often the two meet: then the placement is proven and nothing is left to search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import Pricing, overflow, priced, prices
from tengbol.optimizer.flow import Relaxation, spread
from tengbol.optimizer.polish import polished
from tengbol.optimizer.problem import WRIT, Placement, Problem, costs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: At prices, each at those that came of the round before.
ROUNDS: Final = 8


@dataclass(frozen=True)
class Start:
    """The best placement found: bundles `(C, J)`, the whole placement, both objectives, and the best pricing."""

    bundles: Ints
    placement: Placement
    objectives: tuple[int, int]
    pricing: Pricing

    def only(self, problem: Problem, whole: NDArray[np.bool_]) -> Start:
        """The same with the bundles of these classes `(C,)` alone, as in `Problem.only`."""
        part, kept, apart = problem.only(whole), self.bundles[whole], self.bundles * ~whole[:, None]
        place = np.full((problem.shape[2], problem.shape[0]), -1)
        place[problem.entry_pool, problem.pool_member] = np.arange(len(problem.pool_member))
        classes, rows = np.nonzero(apart)
        flows = self.placement.singles.copy()
        writs = problem.class_counts[classes] * apart[classes, rows][:, None]
        np.add.at(flows, place[problem.class_pool[classes], rows], writs)
        return Start(kept, as_placement(kept, flows), self.objectives, priced(part, self.pricing.price))


def place(problem: Problem, relaxed: Relaxation, rounds: int = ROUNDS) -> Start:
    """Place all bundles and deal all writs of one, beginning from the optimum with bundles taken apart.

    rounds: 0 for one round in which no bundle is moved once it is placed.
    """
    pricing = priced(problem, prices(problem, problem.apart(), problem.opening, relaxed.counts, relaxed.flows))
    best: Start | None = None
    seen: set[bytes] = set()
    for _ in range(max(1, rounds)):
        bundles = placed(problem, pricing)
        bundles = polished(problem, pricing, bundles) if rounds else bundles
        if bundles.tobytes() in seen:
            break
        seen.add(bundles.tobytes())
        excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
        counts, flows = spread(problem, problem.singles, excess)
        found = costs(excess + WRIT * counts)
        pricing = priced(problem, prices(problem, problem.singles, excess, counts, flows))
        if best is None or found < best.objectives:
            best = Start(bundles, as_placement(bundles, flows), found, _tighter(best, pricing))
        else:
            best = Start(best.bundles, best.placement, best.objectives, _tighter(best, pricing))
        if best.objectives[0] == best.pricing.bound:
            break
    if best is None:
        raise AssertionError("at least one round is played")
    return best


def completed(problem: Problem, bundles: Ints) -> tuple[Placement, tuple[int, int]]:
    """Deal the writs of one, exactly for both objectives, around bundles placed as `(C, J)` counts."""
    excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
    counts, flows = spread(problem, problem.singles, excess)
    return as_placement(bundles, flows), costs(excess + WRIT * counts)


def repriced(problem: Problem, placement: Placement) -> Pricing:
    """The bound at the prices that a placement brings about."""
    held = np.zeros_like(problem.opening)
    np.add.at(
        held, placement.bundle_row, problem.class_counts[placement.bundle_class] * placement.bundle_count[:, None]
    )
    counts = np.zeros_like(held)
    np.add.at(counts, problem.pool_member, placement.singles)
    excess = problem.opening + WRIT * held
    return priced(problem, prices(problem, problem.singles, excess, counts, placement.singles))


def as_placement(bundles: Ints, flows: Ints) -> Placement:
    """A placement from `(C, J)` bundles and `(E, K)` flows of writs of one."""
    classes, rows = np.nonzero(bundles)
    return Placement(flows, classes, rows, bundles[classes, rows])


def _tighter(best: Start | None, pricing: Pricing) -> Pricing:
    return best.pricing if best is not None and best.pricing.bound >= pricing.bound else pricing


def placed(problem: Problem, pricing: Pricing, bundles: Ints | None = None) -> Ints:
    """`(C, J)`: every bundle at the member of its pool where it spills least beside what already lies there, then
    at whoever has least in all. Classes placed already in `bundles` stay where they are.
    """
    rows, classes = problem.shape[0], len(problem.class_size)
    bundles = np.zeros((classes, rows), dtype=np.int64) if bundles is None else bundles.copy()
    held = bundles.T @ problem.class_counts
    spilt = overflow(problem.opening, held, pricing.price).sum(axis=1)
    total = (problem.opening + WRIT * held).sum(axis=1)
    least = np.full(classes, np.iinfo(np.int64).max)
    np.minimum.at(least, pricing.choice_class, pricing.spill)
    for c in np.lexsort((-problem.class_counts.sum(axis=1), -least)):
        members, counts = problem.members(int(problem.class_pool[c])), problem.class_counts[c]
        opening, price = problem.opening[members], pricing.price[members]
        weight = (price * counts).sum(axis=1)
        for _ in range(int(problem.class_size[c] - bundles[c].sum())):
            after = overflow(opening, held[members] + counts, price).sum(axis=1)
            i = np.lexsort((total[members], after - spilt[members] + weight))[0]
            j = members[i]
            held[j] += counts
            spilt[j] = after[i]
            total[j] += WRIT * counts.sum()
            bundles[c, j] += 1
    return bundles
