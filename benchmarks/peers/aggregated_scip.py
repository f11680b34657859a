"""The aggregated model as a MILP for SCIP, which searches with one worker whatever the cores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pyscipopt import Model, quicksum
from scipy.sparse import csr_array

from benchmarks.peers import objectives
from benchmarks.peers.milp import PROVEN_GAP, Milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.task import Answer, Task

    Ints = NDArray[np.int64]


def place(task: Task) -> Answer:
    """Solve for the first objective."""
    return objectives.first(task, _solved)


def both(task: Task) -> Answer:
    """Solve for both."""
    return objectives.both(task, _solved)


def _solved(form: Milp, task: Task, seconds: float) -> tuple[Ints | None, float, str]:
    """The solution's whole variables, null when there is none; the bound; how it ended."""
    solver, variables = _model(form)
    solver.setParam("limits/time", seconds)
    # CPU seconds: the clock runs on while others have the core.
    solver.setParam("timing/clocktype", 1)
    solver.setParam("limits/gap", 0.0)
    solver.setParam("limits/absgap", PROVEN_GAP)
    solver.setParam("randomization/randomseedshift", task.seed)
    solver.optimize()
    if not solver.getNSols():
        return None, 0.0, solver.getStatus()
    best = solver.getBestSol()
    value = np.rint([solver.getSolVal(best, v) for v in variables[: form.integers]])
    return value.astype(np.int64), solver.getDualbound(), ""


def _model(form: Milp) -> tuple[Model, list]:
    model = Model()
    model.hideOutput()
    kinds = ["I"] * form.integers + ["C"] * (len(form.cost) - form.integers)
    variables = [
        model.addVar(vtype=kind, lb=0.0, ub=upper, obj=cost)
        for kind, upper, cost in zip(kinds, form.upper.tolist(), form.cost.tolist(), strict=True)
    ]
    model.addObjoffset(form.offset)
    rows: Any = csr_array(form.matrix)
    columns, weights = rows.indices.tolist(), rows.data.tolist()
    ends = rows.indptr.tolist()
    for start, end, right in zip(ends[:-1], ends[1:], form.right.tolist(), strict=True):
        own = range(start, end)
        model.addCons(quicksum(weights[n] * variables[columns[n]] for n in own) == right)
    return model, variables
