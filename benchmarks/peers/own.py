"""tengbol's own optimiser, as a batch calls it."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import tengbol.optimizer
from benchmarks.task import WARM_UP, Answer, Task
from tengbol.config import Config
from tengbol.optimizer.solve import solve

# What a batch loads, or compiles, only when it is needed is loaded here, and called once: as for every peer, neither is
# timed.
for needed in ("ortools.graph.python.min_cost_flow", "scipy.sparse.csgraph"):
    import_module(needed)
for module in iter_modules(tengbol.optimizer.__path__, "tengbol.optimizer."):
    import_module(module.name)
solve(WARM_UP.problem, limit=0.0)


def place(task: Task) -> Answer:
    """Solve for both objectives."""
    found = solve(task.problem, limit=Config().search_limit, processes=task.workers)
    proof = found.proof
    return Answer(found.placement, proof.lower_bound, bound_total=proof.lower_bound_total)
