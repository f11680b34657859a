"""Round robin: in each pool and category the members take turns; a bundle goes by its most frequent category."""

from __future__ import annotations

import numpy as np

from benchmarks.task import Answer, Task, arrivals, placement


def place(task: Task) -> Answer:
    """Give each bundle to the next in its turn."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    turn = arrived.pool * problem.opening.shape[1] + arrived.counts.argmax(axis=1)
    order = np.argsort(turn, kind="stable")
    _, first, many = np.unique(turn[order], return_index=True, return_counts=True)
    before = np.empty(len(turn), dtype=np.int64)
    before[order] = np.arange(len(turn)) - np.repeat(first, many)
    sizes = np.diff(problem.pool_start)[arrived.pool]
    return Answer(placement(problem, arrived, problem.pool_start[arrived.pool] + before % sizes))
