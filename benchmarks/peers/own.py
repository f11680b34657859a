"""tengbol's own optimiser, as a batch calls it."""

from __future__ import annotations

import tengbol.optimizer.cp_sat  # noqa: F401  imported here so that, as for every peer, imports are not timed
from benchmarks.task import Answer, Task
from tengbol.config import Config
from tengbol.optimizer.solve import solve


def place(task: Task) -> Answer:
    """Solve for both objectives."""
    found = solve(task.problem, limit=Config().search_limit, processes=task.workers)
    proof = found.proof
    return Answer(found.placement, proof.lower_bound, bound_total=proof.lower_bound_total)
