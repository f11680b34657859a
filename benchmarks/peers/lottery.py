"""A fair lottery: every bundle to a member of its pool by equal chance."""

from __future__ import annotations

import numpy as np

from benchmarks.task import Answer, Task, arrivals, placement


def place(task: Task) -> Answer:
    """Draw once for each bundle."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    sizes = np.diff(problem.pool_start)[arrived.pool]
    drawn = np.random.Generator(np.random.PCG64([task.seed, 1])).integers(0, sizes)
    return Answer(placement(problem, arrived, problem.pool_start[arrived.pool] + drawn))
