"""The aggregated model as a mixed-integer linear programme, in arrays: the square of a cell is cut into unit steps of
growing cost, so that the sum of them is exact at whole numbers of writs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, csc_array

from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.peers.aggregated import Aggregated

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Whole numbers of writs on either side of a cell's likely count that have steps of their own.
_REACH: Final = 20
#: Costs are whole numbers of thousandths, `WRIT` of them in a solver's unit; a gap under one of them is a proof.
PROVEN_GAP: Final = 0.9 / WRIT


@dataclass(frozen=True)
class Milp:
    """Minimise `cost @ x + offset`, `matrix @ x = right`, `0 ≤ x ≤ upper`; the first `integers` of x are whole.

    The others need not be: with whole counts the cheapest steps are taken in full.
    """

    cost: Floats
    upper: Floats
    matrix: csc_array
    right: Floats
    integers: int
    offset: float


def milp(form: Aggregated, opening: Ints) -> Milp:
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
    return Milp(
        cost=cost,
        upper=upper,
        matrix=csc_array(coo_array((weight, (row, column)), shape=(totals + len(cells), columns))),
        right=np.concatenate([form.total, low]).astype(float),
        integers=plain,
        offset=float(floor.sum()) / WRIT,
    )


def squared(bound: float, opening: Ints) -> int | None:
    """A solver's bound as one on Σe², in squared thousandths; null when it is none."""
    if not math.isfinite(bound) or abs(bound) >= 1e19:  # what SCIP calls infinite is 1e20
        return None
    # Within its tolerances a solver's bound may stand slightly above a whole unit.
    units = math.ceil(bound * WRIT - 0.1)
    return max(0, sum(v * v for v in opening.tolist()) + 2 * WRIT * units)
