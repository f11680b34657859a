"""The aggregated model as a MILP for HiGHS.

HiGHS shares symbols with OR-tools and must not be imported beside it.
"""

from __future__ import annotations

import highspy
import numpy as np

from benchmarks.peers.aggregated import aggregated
from benchmarks.peers.milp import PROVEN_GAP, Milp, milp, squared
from benchmarks.task import Answer, Task


def place(task: Task) -> Answer:
    """Solve for the first objective."""
    form = aggregated(task)
    opening = task.problem.opening.ravel()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", task.workers)
    solver.setOptionValue("random_seed", task.seed)
    solver.setOptionValue("time_limit", task.seconds)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", PROVEN_GAP)
    solver.passModel(_model(milp(form, opening)))
    solver.run()
    found = solver.getInfo()
    if found.primal_solution_status != 2:
        return Answer(None, None, solver.modelStatusToString(solver.getModelStatus()))
    value = np.rint(np.array(solver.getSolution().col_value)[: len(form.most)]).astype(np.int64)
    return Answer(form.placement(task.problem, value), squared(found.mip_dual_bound, opening))


def _model(form: Milp) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(form.cost), len(form.right)
    model.col_cost_, model.col_lower_, model.col_upper_ = form.cost, np.zeros(len(form.cost)), form.upper
    model.row_lower_ = model.row_upper_ = form.right
    model.offset_ = form.offset
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.asarray(form.matrix.indptr, dtype=np.int32)
    model.a_matrix_.index_ = np.asarray(form.matrix.indices, dtype=np.int32)
    model.a_matrix_.value_ = np.asarray(form.matrix.data, dtype=np.float64)
    kind = highspy.HighsVarType
    model.integrality_ = [kind.kInteger] * form.integers + [kind.kContinuous] * (len(form.cost) - form.integers)
    return model
