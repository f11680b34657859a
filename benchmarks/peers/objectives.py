"""One objective, or both one after the other, by whatever solves a mixed-integer linear programme."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.peers.aggregated import aggregated
from benchmarks.peers.milp import Milp, milp, milp_totals, squared
from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import WRIT, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    #: From a programme, the task and seconds: whole variables, null when there is no solution; bound; how it ended.
    Solver = Callable[[Milp, Task, float], tuple[NDArray[np.int64] | None, float, str]]


def first(task: Task, solved: Solver) -> Answer:
    """Solve for the first objective."""
    form, opening = aggregated(task), task.problem.opening.ravel()
    value, bound, said = solved(milp(form, opening), task, task.seconds)
    if value is None:
        return Answer(None, None, said)
    return Answer(form.placement(task.problem, value), squared(bound, opening))


def both(task: Task, solved: Solver) -> Answer:
    """Solve for the first objective and, where it is proven, for the second in the time that is left."""
    end = time.process_time() + task.seconds
    found = first(task, solved)
    left = end - time.process_time()
    if found.placement is None or found.bound is None or left <= 0:
        return found
    opening, received = task.problem.opening, found.placement.received(task.problem)
    if found.bound < sum_of_squares(opening + WRIT * received):
        return found
    form = aggregated(task)
    value, bound, _ = solved(milp_totals(form, opening, received), task, left)
    if value is None:
        return found
    total = squared(bound, opening.sum(axis=1))
    return replace(found, placement=form.placement(task.problem, value), bound_total=total)
