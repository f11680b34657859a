"""MULTIFIT (Coffman, Garey, Johnson, "An application of bin packing to multiprocessor scheduling", SIAM Journal on
Computing 7 (1978)) over several categories: longest first, each bundle to the first who stays under the capacity in
every category; the capacity is halved in on. Writs of one are dealt last, to whoever has least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.task import Answer, Arrivals, Task, arrivals, placement
from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Halvings of the capacity, more than the authors' seven.
_HALVINGS: Final = 20


def place(task: Task) -> Answer:
    """The best of all capacities tried, by Σe²."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    order = np.argsort(-arrived.counts.sum(axis=1), kind="stable")
    arrived = Arrivals(arrived.pool[order], arrived.counts[order], arrived.longer[order])
    mean = problem.opening.mean(axis=0) + WRIT * arrived.counts.sum(axis=0) / problem.shape[0]
    low, high = 0.0, float(np.ptp(problem.opening, axis=0).max() + WRIT * arrived.counts.max(initial=0))
    found: list[tuple[int, Ints]] = []
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        place, cost, fits = _fitted(problem, arrived, mean + middle)
        found.append((cost, place))
        low, high = (low, middle) if fits else (middle, high)
    return Answer(placement(problem, arrived, min(found, key=lambda each: each[0])[1]))


def _fitted(problem: Problem, arrived: Arrivals, capacity: NDArray[np.float64]) -> tuple[Ints, int, bool]:
    """`(B,)` places in `pool_member`, Σe², and whether all longer bundles were under the capacity `(K,)`.

    Who has no room under the capacity anywhere goes where Σe² grows least.
    """
    excess = problem.opening.copy()
    members = [problem.members(p) for p in range(problem.shape[2])]
    place, fits = np.empty(len(arrived.pool), dtype=np.int64), True
    for b, pool in enumerate(arrived.pool.tolist()):
        rows, brings = members[pool], WRIT * arrived.counts[b]
        at = -1
        if arrived.longer[b] >= 0:
            room = (excess[rows] + brings <= capacity) | (brings == 0)
            at = int(room.all(axis=1).argmax())
            at = at if room[at].all() else -1
            fits &= at >= 0
        if at < 0:
            at = int(((2 * excess[rows] + brings) @ arrived.counts[b]).argmin())
        place[b] = problem.pool_start[pool] + at
        excess[rows[at]] += brings
    return place, sum_of_squares(excess), fits
