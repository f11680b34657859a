"""The aggregated model as a MILP for HiGHS.

HiGHS shares symbols with OR-tools and must not be imported beside it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import highspy
import numpy as np

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
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", task.workers)
    solver.setOptionValue("random_seed", task.seed)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", PROVEN_GAP)
    if task.workers > 1:
        solver.setOptionValue("time_limit", seconds)
    else:
        # HiGHS's own limit is on the clock, which runs on while others have the core.
        end = time.process_time() + seconds
        for called in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
            called.subscribe(lambda event: event.interrupt(time.process_time() > end))
    solver.passModel(_model(form))
    solver.run()
    found = solver.getInfo()
    if found.primal_solution_status != 2:
        return None, 0.0, solver.modelStatusToString(solver.getModelStatus())
    value = np.array(solver.getSolution().col_value)[: form.integers]
    return np.rint(value).astype(np.int64), found.mip_dual_bound, ""


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
