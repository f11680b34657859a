"""The textbook model: a Boolean for each bundle and each member of its pool."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.task import Answer, Arrivals, Task, arrivals, placement
from tengbol.optimizer.problem import WRIT


def by_products(task: Task) -> Answer:
    """Squares of excess by `add_multiplication_equality`, as textbooks and examples write it.

    Squares of counts, with the openings as linear costs, are the same objective with smaller numbers, and worse: the
    bound then falls below zero.
    """
    model, arrived, chosen, count, most = _assignment(task)
    squares = []
    for j, row in enumerate(task.problem.opening.tolist()):
        for k, opening in enumerate(row):
            if count[j][k] is None:
                squares.append(opening * opening)
                continue
            top = opening + WRIT * int(most[j, k])
            excess = model.new_int_var(opening, top, "")
            model.add(excess == opening + WRIT * count[j][k])
            square = model.new_int_var(0, max(opening * opening, top * top), "")
            model.add_multiplication_equality(square, [excess, excess])
            squares.append(square)
    model.minimize(cp_model.LinearExpr.sum(squares))
    return _solved(task, model, arrived, chosen, unit=1, constant=0)


def by_tangents(task: Task) -> Answer:
    """Squares by tangents, `q ≥ f(t) + (f(t + 1) − f(t))·(x − t)`, exact at whole numbers of writs."""
    model, arrived, chosen, count, most = _assignment(task)
    centre = _middle(task)
    costs = []
    for j, row in enumerate(task.problem.opening.tolist()):
        for k, opening in enumerate(row):
            if count[j][k] is not None:
                x = model.new_int_var(0, int(most[j, k]), "")
                model.add(x == count[j][k])
                costs.append(tangents(model, x, opening, int(most[j, k]), int(centre[j, k])))
    model.minimize(cp_model.LinearExpr.sum(costs))
    squares = sum(v * v for v in task.problem.opening.ravel().tolist())
    return _solved(task, model, arrived, chosen, unit=2 * WRIT, constant=squares)


def tangents(model: cp_model.CpModel, x: cp_model.IntVar, opening: int, most: int, centre: int) -> cp_model.IntVar:
    """A variable at least f(x) = opening·x + 500·x², the growth of the square over 2,000.

    Tangents stand within reach of `centre`; farther out the outermost ones go on, below f: the bound stays true.
    """
    low, high = max(0, centre - REACH), min(most, centre + REACH)
    f = [opening * t + WRIT // 2 * t * t for t in range(low, high + 1)]
    q = model.new_int_var(min(0, -(opening * opening) // WRIT), max(0, opening * most + WRIT // 2 * most * most), "")
    for t, (here, there) in enumerate(pairwise(f), low):
        model.add(q >= here + (there - here) * (x - t))
    return q


#: Whole numbers of writs on either side of a cell's likely count that have tangents or unit steps of their own.
REACH = 20


def _middle(task: Task) -> np.ndarray:
    from benchmarks.peers.least_loaded import longest_first

    greedy = longest_first(task).placement
    return np.zeros_like(task.problem.opening) if greedy is None else greedy.received(task.problem)


def _assignment(task: Task) -> tuple[cp_model.CpModel, Arrivals, list, list, np.ndarray]:
    """The model with its Booleans: every bundle to exactly one; `(J, K)` counts, null where nothing can come."""
    problem = task.problem
    arrived = arrivals(problem, task.seed)
    model = cp_model.CpModel()
    rows, categories, pools = problem.shape
    members = [problem.members(p).tolist() for p in range(pools)]
    terms: list = [[([], []) for _ in range(categories)] for _ in range(rows)]
    chosen = []
    for pool, counts in zip(arrived.pool.tolist(), arrived.counts.tolist(), strict=True):
        ours = [model.new_bool_var("") for _ in members[pool]]
        model.add_exactly_one(ours)
        chosen.append(ours)
        for k, many in enumerate(counts):
            if many:
                for j, given in zip(members[pool], ours, strict=True):
                    terms[j][k][0].append(given)
                    terms[j][k][1].append(many)
    most = np.array([[sum(many) for _, many in row] for row in terms])
    count = [[cp_model.LinearExpr.weighted_sum(*term) if term[0] else None for term in row] for row in terms]
    return model, arrived, chosen, count, most


def _solved(
    task: Task, model: cp_model.CpModel, arrived: Arrivals, chosen: list, *, unit: int, constant: int
) -> Answer:
    """Search; the objective is (Σe² − constant) / unit."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = task.workers
    solver.parameters.random_seed = task.seed
    solver.parameters.max_time_in_seconds = task.seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, None, solver.status_name(status))
    bound = max(0, constant + unit * int(np.ceil(solver.best_objective_bound - 1e-6)))
    within = [next(i for i, given in enumerate(ours) if solver.boolean_value(given)) for ours in chosen]
    place = task.problem.pool_start[arrived.pool] + np.array(within, dtype=np.int64)
    return Answer(placement(task.problem, arrived, place), bound)
