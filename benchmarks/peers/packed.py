"""A problem as the exchange peers hold it: longer bundles one by one, writs of one by pool and enforcer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.problem import WRIT, Placement, Problem, sum_of_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Packed:
    """counts: `(B, K)`, pool: `(B,)`, kind: `(B,)` class: longer bundles. eligible: `(P, J)`. where: `(B,)` row.
    excess: `(J, K)` thousandths with everything placed. alone: `(P, J, K)` writs of one.
    """

    counts: Ints
    pool: Ints
    kind: Ints
    eligible: NDArray[np.bool_]
    where: Ints
    excess: Ints
    alone: Ints

    @property
    def cost(self) -> int:
        """Σe²."""
        return sum_of_squares(self.excess)

    def copy(self) -> Packed:
        """The same, to be changed apart."""
        return replace(self, where=self.where.copy(), excess=self.excess.copy(), alone=self.alone.copy())


def packed(problem: Problem, placement: Placement) -> Packed:
    """A placement, taken apart."""
    rows, categories, pools = problem.shape
    eligible = np.zeros((pools, rows), dtype=bool)
    eligible[problem.entry_pool, problem.pool_member] = True
    order = np.argsort(placement.bundle_class, kind="stable")
    kind = np.repeat(placement.bundle_class[order], placement.bundle_count[order])
    alone = np.zeros((pools, rows, categories), dtype=np.int64)
    alone[problem.entry_pool, problem.pool_member] = placement.singles
    return Packed(
        counts=np.ascontiguousarray(problem.class_counts[kind]),
        pool=problem.class_pool[kind],
        kind=kind,
        eligible=eligible,
        where=np.repeat(placement.bundle_row[order], placement.bundle_count[order]),
        excess=problem.opening + WRIT * placement.received(problem),
        alone=alone,
    )


def unpacked(problem: Problem, held: Packed) -> Placement:
    """Put together again."""
    pairs, count = np.unique(np.column_stack([held.kind, held.where]), axis=0, return_counts=True)
    return Placement(held.alone[problem.entry_pool, problem.pool_member], pairs[:, 0], pairs[:, 1], count)


def level(problem: Problem) -> int | None:
    """Σe² if all bundles were taken apart, which no placement can be below; null where there are several pools."""
    if problem.shape[2] > 1:
        return None
    members, supply = problem.members(0), problem.apart()[0]
    excess = problem.opening.copy()
    for k, writs in enumerate(supply.tolist()):
        own = excess[members, k]
        # The highest level, in thousandths, up to which fewer writs fit than there are; the next takes the others.
        low, high = int(own.min()), int(own.max()) + WRIT * writs + WRIT
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if np.maximum(0, -((own - middle) // WRIT)).sum() < writs else (low, middle)
        fit = np.maximum(0, -((own - low) // WRIT))
        own = own + WRIT * fit
        own[np.argsort(own, kind="stable")[: writs - int(fit.sum())]] += WRIT
        excess[members, k] = own
    return sum_of_squares(excess)
