"""tengbol's own optimiser, as a batch calls it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

import numpy as np

import tengbol.optimizer
from benchmarks.task import Answer, Task
from tengbol.config import Config
from tengbol.optimizer.problem import Problem
from tengbol.optimizer.solve import solve

#: A hundred bundles of six and seven writs among three enforcers.
_WARM: Final = Problem(
    opening=np.full((3, 1), -216_667),
    pool_start=np.array([0, 3]),
    pool_member=np.arange(3),
    singles=np.zeros((1, 1), dtype=np.int64),
    class_pool=np.zeros(2, dtype=np.int64),
    class_counts=np.array([[6], [7]]),
    class_size=np.array([50, 50]),
)

# What a batch loads, or compiles, only when it is needed is loaded here, and called once: as for every peer, neither is
# timed.
for needed in ("ortools.graph.python.min_cost_flow", "scipy.sparse.csgraph"):
    import_module(needed)
for module in iter_modules(tengbol.optimizer.__path__, "tengbol.optimizer."):
    import_module(module.name)
solve(_WARM, limit=0.0)


def place(task: Task) -> Answer:
    """Solve for both objectives."""
    found = solve(task.problem, limit=Config().search_limit, processes=task.workers)
    proof = found.proof
    return Answer(found.placement, proof.lower_bound, bound_total=proof.lower_bound_total)
