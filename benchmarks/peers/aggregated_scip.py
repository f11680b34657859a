"""The aggregated model as a MILP for SCIP, which searches with one worker whatever the cores."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyscipopt import Model, quicksum
from scipy.sparse import csr_array

from benchmarks.peers.aggregated import aggregated
from benchmarks.peers.milp import PROVEN_GAP, Milp, milp, squared
from benchmarks.task import Answer, Task


def place(task: Task) -> Answer:
    """Solve for the first objective."""
    form = aggregated(task)
    opening = task.problem.opening.ravel()
    solver, variables = _model(milp(form, opening))
    solver.setParam("limits/time", task.seconds)
    solver.setParam("limits/gap", 0.0)
    solver.setParam("limits/absgap", PROVEN_GAP)
    solver.setParam("randomization/randomseedshift", task.seed)
    solver.optimize()
    if not solver.getNSols():
        return Answer(None, None, solver.getStatus())
    best = solver.getBestSol()
    value = np.rint([solver.getSolVal(best, v) for v in variables[: len(form.most)]]).astype(np.int64)
    return Answer(form.placement(task.problem, value), squared(solver.getDualbound(), opening))


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
