"""Largest differencing (Karmarkar and Karp 1982; several bins: Michiels, Korst and Aarts 2003), the best known quick
rule for splitting numbers evenly. It splits from level ground, and pools may not overlap: `benchmarks.peers.fitting`.
"""

from __future__ import annotations

import heapq

import numpy as np

from benchmarks.task import Answer, Task, arrivals, placement


def place(task: Task) -> Answer:
    """Split each pool's bundles by their length."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    length = arrived.counts.sum(axis=1)
    place = np.empty(len(length), dtype=np.int64)
    for pool in range(problem.shape[2]):
        own = np.flatnonzero(arrived.pool == pool)
        members = int(problem.pool_start[pool + 1] - problem.pool_start[pool])
        for member, bundles in enumerate(split(length[own].tolist(), members)):
            place[own[bundles]] = problem.pool_start[pool] + member
    return Answer(placement(problem, arrived, place))


def split(lengths: list[int], parts: int) -> list[list[int]]:
    """Positions in `lengths`, in `parts` lists.

    Starts from one partial split for each number and joins the two most uneven ones, the heaviest part of one with
    the lightest of the other, until one is left.
    """
    # An entry: unevenness, a number that breaks ties, sums above the least from the largest down, positions alike.
    heap = [
        (-length, n, [length] + [0] * (parts - 1), [[n]] + [[] for _ in range(parts - 1)])
        for n, length in enumerate(lengths)
    ]
    heapq.heapify(heap)
    ties = len(heap)
    while len(heap) > 1:
        _, _, sums, held = heapq.heappop(heap)
        _, _, others, theirs = heapq.heappop(heap)
        joined = sorted(
            ((sums[i] + others[-1 - i], held[i] + theirs[-1 - i]) for i in range(parts)),
            key=lambda part: -part[0],
        )
        least = joined[-1][0]
        ties += 1
        level = [total - least for total, _ in joined]
        heapq.heappush(heap, (-level[0], ties, level, [positions for _, positions in joined]))
    return heap[0][3] if heap else [[] for _ in range(parts)]
