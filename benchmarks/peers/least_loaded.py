"""Least-loaded greedy: each bundle to whoever has least so far, by three readings of "least"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.task import Answer, Arrivals, Task, arrivals, placement
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def by_received(task: Task) -> Answer:
    """As bundles arrive, to whoever has received least in the bundle's most frequent category."""
    arrived = arrivals(task.problem, task.seed)
    main = arrived.counts.argmax(axis=1)
    load = task.received.copy()
    return _greedy(task, arrived, load, 1, lambda rows, b: load[rows, main[b]])


def by_excess(task: Task) -> Answer:
    """As bundles arrive, where Σe² grows least."""
    return _by_excess(task, arrivals(task.problem, task.seed))


def longest_first(task: Task) -> Answer:
    """The longest bundles first, each where Σe² grows least."""
    arrived = arrivals(task.problem, task.seed)
    order = np.argsort(-arrived.counts.sum(axis=1), kind="stable")
    return _by_excess(task, Arrivals(arrived.pool[order], arrived.counts[order], arrived.longer[order]))


def _by_excess(task: Task, arrived: Arrivals) -> Answer:
    excess = task.problem.opening.copy()
    some = [np.flatnonzero(counts) for counts in np.unique(arrived.counts, axis=0)]
    of = np.unique(arrived.counts, axis=0, return_inverse=True)[1].ravel()

    def growth(rows: Ints, b: int) -> Ints:
        kinds = some[of[b]]
        counts = arrived.counts[b, kinds]
        if len(kinds) == 1:  # the squares grow as the excess does
            return excess[rows, kinds[0]]
        return (2 * excess[rows][:, kinds] + WRIT * counts) @ counts

    return _greedy(task, arrived, excess, WRIT, growth)


def _greedy(task: Task, arrived: Arrivals, load: Ints, unit: int, burden: Callable[[Ints, int], Ints]) -> Answer:
    """Give each bundle to the member with the least `burden` and add it, times `unit`, to his `load`."""
    problem = task.problem
    members = [problem.members(p) for p in range(problem.shape[2])]
    place = np.empty(len(arrived.pool), dtype=np.int64)
    for b, pool in enumerate(arrived.pool.tolist()):
        best = int(burden(members[pool], b).argmin())
        place[b] = problem.pool_start[pool] + best
        load[members[pool][best]] += unit * arrived.counts[b]
    return Answer(placement(problem, arrived, place))
