"""Largest differencing (Karmarkar and Karp 1982) over several categories, and from uneven openings.

A partial division is a sum of vectors for each enforcer. The two most uneven ones are joined, parts to parts, so that
the squares are least: a linear assignment, which with one category is the heaviest to the lightest. The openings are a
partial division of their own, whose parts are the enforcers; writs of one are dealt last, to whoever has least.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.task import Answer, Task, arrivals, placement
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def place(task: Task) -> Answer:
    """Divide each pool's longer bundles, then deal its writs of one."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    place = np.empty(len(arrived.pool), dtype=np.int64)
    for pool in range(problem.shape[2]):
        excess = problem.opening[problem.members(pool)]
        longer = np.flatnonzero((arrived.pool == pool) & (arrived.longer >= 0))
        who = divided(excess, arrived.counts[longer])
        np.add.at(excess, who, WRIT * arrived.counts[longer])
        place[longer] = problem.pool_start[pool] + who
        for b in np.flatnonzero((arrived.pool == pool) & (arrived.longer < 0)):
            least = int(excess[:, arrived.counts[b].argmax()].argmin())
            place[b] = problem.pool_start[pool] + least
            excess[least] += WRIT * arrived.counts[b]
    return Answer(placement(problem, arrived, place))


def divided(opening: Ints, counts: Ints) -> Ints:
    """`(B,)` part of each bundle; the parts are those of `opening` `(J, K)` thousandths."""
    parts = len(opening)
    nobody = np.full(len(counts), -1)
    heap = [_entry(opening, nobody, 0)]
    for b, writs in enumerate(counts):
        sums, who = np.zeros_like(opening), nobody.copy()
        sums[0], who[b] = WRIT * writs, 0
        heap.append(_entry(sums, who, b + 1))
    heapq.heapify(heap)
    ties, fixed = len(heap), 0
    while len(heap) > 1:
        _, n, sums, who = heapq.heappop(heap)
        _, m, others, theirs = heapq.heappop(heap)
        if m == fixed:  # whose parts are the enforcers stays in place
            n, m, sums, who, others, theirs = m, n, others, theirs, sums, who
        to = np.empty(parts, dtype=np.int64)
        products = sums.astype(float) @ others.T.astype(float)
        own, their = linear_sum_assignment(products)
        to[their] = own
        joined = sums.copy()
        joined[own] += others[their]
        both = np.where(theirs >= 0, to[theirs], who)
        ties += 1
        number = fixed if n == fixed else ties
        heapq.heappush(heap, _entry(joined, both, number))
    return heap[0][3]


def _entry(sums: Ints, who: Ints, number: int) -> tuple[float, int, Ints, Ints]:
    """How uneven, negative; a number that breaks ties."""
    return -float(((sums - sums.mean(axis=0)) ** 2).sum()), number, sums, who
