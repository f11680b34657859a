"""The aggregated model as a MILP for HiGHS: the square of a cell is cut into unit steps of growing cost.

HiGHS shares symbols with OR-tools and must not be imported beside it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import highspy
import numpy as np
from scipy.sparse import coo_array, csc_array

from benchmarks.peers.aggregated import Aggregated, aggregated
from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Whole numbers of writs on either side of a cell's likely count that have steps of their own.
_REACH: Final = 20


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
    # Costs are whole numbers of units of a thousandth; closer than one is proven.
    solver.setOptionValue("mip_abs_gap", 0.9 / WRIT)
    solver.passModel(_model(form, opening))
    solver.run()
    found = solver.getInfo()
    if found.primal_solution_status != 2:
        return Answer(None, None, solver.modelStatusToString(solver.getModelStatus()))
    value = np.rint(np.array(solver.getSolution().col_value)[: len(form.most)]).astype(np.int64)
    bound = None
    if math.isfinite(found.mip_dual_bound):
        # Within HiGHS's tolerances a bound may stand slightly above a whole unit.
        units = math.ceil(found.mip_dual_bound * WRIT - 0.1)
        bound = max(0, sum(v * v for v in opening.tolist()) + 2 * WRIT * units)
    return Answer(form.placement(task.problem, value), bound)


def _model(form: Aggregated, opening: Ints) -> highspy.HighsLp:
    """Minimise Σ f(x), f(x) = opening·x + 500·x² in thousandths, the growth of the square over 2,000."""
    cells = np.flatnonzero(form.reach)
    low = np.maximum(0, form.middle[cells] - _REACH)
    high = np.minimum(form.reach[cells], form.middle[cells] + _REACH)
    steps = high - low
    owner = np.repeat(np.arange(len(cells)), steps)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps) + low[owner]
    start = opening[cells]
    # Beyond the steps the outermost slope goes on, which is below f there: the bound stays true.
    below, above = start + WRIT * (low - 1) + WRIT // 2, start + WRIT * high + WRIT // 2
    floor = start * low + WRIT // 2 * low * low
    plain = len(form.most)
    columns = plain + len(owner) + 2 * len(cells)
    cost = np.concatenate([np.zeros(plain), start[owner] + WRIT * at + WRIT // 2, -below, above]) / WRIT
    upper = np.concatenate([form.most, np.ones(len(owner)), low, form.reach[cells] - high]).astype(float)
    number = np.zeros(len(form.reach), dtype=np.int64)
    number[cells] = np.arange(len(cells))
    totals = len(form.total)
    row = np.concatenate(
        [form.total_of, totals + number[form.cell], totals + owner, *[totals + np.arange(len(cells))] * 2]
    )
    column = np.concatenate([np.arange(plain), form.variable, np.arange(plain, columns)])
    weight = np.concatenate(
        [np.ones(plain), form.many, -np.ones(len(owner)), np.ones(len(cells)), -np.ones(len(cells))]
    )
    matrix = csc_array(coo_array((weight, (row, column)), shape=(totals + len(cells), columns)))
    right = np.concatenate([form.total, low]).astype(float)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(right)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(columns), upper
    model.row_lower_ = model.row_upper_ = right
    model.offset_ = float(floor.sum()) / WRIT
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.asarray(matrix.indptr, dtype=np.int32)
    model.a_matrix_.index_ = np.asarray(matrix.indices, dtype=np.int32)
    model.a_matrix_.value_ = np.asarray(matrix.data, dtype=np.float64)
    kind = highspy.HighsVarType
    model.integrality_ = [kind.kInteger] * plain + [kind.kContinuous] * (columns - plain)
    return model
