"""What a placement is worth, recomputed from the placement itself by code of the benchmark's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Placement, Problem

    Ints = NDArray[np.int64]


class WrongPlacementError(Exception):
    """A placement that gives something twice, not at all, or to somebody outside the pool."""


@dataclass(frozen=True)
class Verdict:
    """objective, total: squared thousandths of a writ. spread: `(K,)` largest less smallest excess, in writs."""

    objective: int
    total: int
    spread: tuple[float, ...]


def judge(problem: Problem, placement: Placement) -> Verdict:
    """Check a placement and weigh it. Raises `WrongPlacementError`."""
    received = np.zeros_like(problem.opening)
    given = np.zeros_like(problem.singles)
    if placement.singles.min(initial=0) < 0 or placement.bundle_count.min(initial=0) < 0:
        raise WrongPlacementError("a number of writs or bundles is negative")
    for pool, start in enumerate(problem.pool_start[:-1]):
        places = slice(start, problem.pool_start[pool + 1])
        given[pool] = placement.singles[places].sum(axis=0)
        np.add.at(received, problem.pool_member[places], placement.singles[places])
    if not np.array_equal(given, problem.singles):
        raise WrongPlacementError("the writs of one that were given are not those there are")
    size = np.zeros_like(problem.class_size)
    members = [set(problem.members(pool).tolist()) for pool in range(problem.shape[2])]
    for c, j, n in zip(placement.bundle_class, placement.bundle_row, placement.bundle_count, strict=True):
        if n and int(j) not in members[problem.class_pool[c]]:
            raise WrongPlacementError(f"enforcer {j} is not in the pool of bundle class {c}")
        size[c] += n
        received[j] += n * problem.class_counts[c]
    if not np.array_equal(size, problem.class_size):
        raise WrongPlacementError("the bundles that were given are not those there are")
    excess = (problem.opening + WRIT * received).tolist()
    columns = list(zip(*excess, strict=True))
    return Verdict(
        objective=sum(e * e for row in excess for e in row),
        total=sum(sum(row) ** 2 for row in excess),
        spread=tuple((max(column) - min(column)) / WRIT for column in columns),
    )
