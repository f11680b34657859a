"""The aggregated model as CP-SAT takes it, without tengbol's bound, start, lifting or pruning."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.aggregated import aggregated
from benchmarks.peers.textbook import tangents
from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import WRIT


def place(task: Task) -> Answer:
    """Solve for the first objective."""
    problem, form = task.problem, aggregated(task)
    opening = problem.opening.ravel()
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, most, "") for most in form.most.tolist()]
    parts: list[list[cp_model.IntVar]] = [[] for _ in form.total]
    for v, t in zip(variables, form.total_of.tolist(), strict=True):
        parts[t].append(v)
    for own, total in zip(parts, form.total.tolist(), strict=True):
        model.add(cp_model.LinearExpr.sum(own) == total)
    brought: list[tuple[list[cp_model.IntVar], list[int]]] = [([], []) for _ in opening]
    for v, cell, many in zip(form.variable.tolist(), form.cell.tolist(), form.many.tolist(), strict=True):
        brought[cell][0].append(variables[v])
        brought[cell][1].append(many)
    costs = []
    for cell, (own, many) in enumerate(brought):
        if own:
            most = int(form.reach[cell])
            x = model.new_int_var(0, most, "")
            model.add(x == cp_model.LinearExpr.weighted_sum(own, many))
            costs.append(tangents(model, x, int(opening[cell]), most, int(form.middle[cell])))
    model.minimize(cp_model.LinearExpr.sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = task.workers
    solver.parameters.random_seed = task.seed
    solver.parameters.max_time_in_seconds = task.seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, None, solver.status_name(status))
    units = int(np.ceil(solver.best_objective_bound - 1e-6))
    bound = max(0, sum(v * v for v in opening.tolist()) + 2 * WRIT * units)
    return Answer(form.placement(problem, np.array([solver.value(v) for v in variables], dtype=np.int64)), bound)
