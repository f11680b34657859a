"""The aggregated model as a mixed-integer linear programme, in arrays: the square of a cell is cut into unit steps of
growing cost, so that the sum of them is exact at whole numbers of writs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, csc_array, hstack, vstack

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


@dataclass(frozen=True)
class _Steps:
    """The squares of C counts, cut into unit steps around where they are likely to end: S steps, then what a count
    stays below them and goes above them.

    low: `(C,)` writs below the first step. cost, upper, owner: `(S + 2C,)` of each column; sign: likewise, how a column
    counts in its owner's count. floor: thousandths that everything costs at `low`.
    """

    low: Ints
    cost: Ints
    upper: Ints
    owner: Ints
    sign: Ints
    floor: int


def _steps(start: Ints, reach: Ints, middle: Ints) -> _Steps:
    """f(x) = start·x + 500·x² in thousandths, the growth of the square over 2,000."""
    low = np.maximum(0, middle - _REACH)
    high = np.minimum(reach, middle + _REACH)
    steps = high - low
    each = np.arange(len(start))
    owner = np.repeat(each, steps)
    at = np.arange(len(owner)) - np.repeat(np.cumsum(steps) - steps, steps) + low[owner]
    # Beyond the steps the outermost slope goes on, which is below f there: the bound stays true.
    below, above = start + WRIT * (low - 1) + WRIT // 2, start + WRIT * high + WRIT // 2
    return _Steps(
        low=low,
        cost=np.concatenate([start[owner] + WRIT * at + WRIT // 2, -below, above]),
        upper=np.concatenate([np.ones_like(owner), low, reach - high]),
        owner=np.concatenate([owner, each, each]),
        sign=np.concatenate([np.ones_like(owner), -np.ones_like(each), np.ones_like(each)]),
        floor=int((start * low + WRIT // 2 * low * low).sum()),
    )


def milp(form: Aggregated, opening: Ints) -> Milp:
    """Minimise Σe². opening: `(J·K,)` thousandths."""
    cells = np.flatnonzero(form.reach)
    steps = _steps(opening[cells], form.reach[cells], form.middle[cells])
    plain, totals = len(form.most), len(form.total)
    number = np.zeros(len(form.reach), dtype=np.int64)
    number[cells] = np.arange(len(cells))
    columns = plain + len(steps.cost)
    row = np.concatenate([form.total_of, totals + number[form.cell], totals + steps.owner])
    column = np.concatenate([np.arange(plain), form.variable, np.arange(plain, columns)])
    weight = np.concatenate([np.ones(plain), form.many, -steps.sign])
    return Milp(
        cost=np.concatenate([np.zeros(plain), steps.cost]) / WRIT,
        upper=np.concatenate([form.most, steps.upper]).astype(float),
        matrix=csc_array(coo_array((weight, (row, column)), shape=(totals + len(cells), columns))),
        right=np.concatenate([form.total, steps.low]).astype(float),
        integers=plain,
        offset=steps.floor / WRIT,
    )


def milp_totals(form: Aggregated, opening: Ints, received: Ints) -> Milp:
    """Minimise Σ(Σe)² among placements whose Σe² is no more than that of `received`. Both: `(J, K)`."""
    first = milp(form, opening.ravel())
    rows, kinds = opening.shape
    reach = form.reach.reshape(rows, kinds).sum(axis=1)
    steps = _steps(opening.sum(axis=1), reach, received.sum(axis=1))
    held = int((opening * received + WRIT // 2 * received * received).sum()) / WRIT - first.offset
    old, new = len(first.cost), len(steps.cost)
    # Rows: those of the first, each enforcer's total, the first objective; columns: the first's, steps, a slack.
    total = coo_array(
        (
            np.concatenate([form.many, -steps.sign]),
            (
                np.concatenate([form.cell // kinds, steps.owner]),
                np.concatenate([form.variable, old + np.arange(new)]),
            ),
        ),
        shape=(rows, old + new),
    )
    some = np.flatnonzero(first.cost)
    most = coo_array(
        (
            np.concatenate([first.cost[some], [1.0]]),
            (np.zeros(len(some) + 1, dtype=np.int64), np.concatenate([some, [old + new]])),
        ),
        shape=(1, old + new + 1),
    )
    return Milp(
        cost=np.concatenate([np.zeros(old), steps.cost / WRIT, [0.0]]),
        upper=np.concatenate([first.upper, steps.upper, [np.inf]]),
        matrix=csc_array(vstack([_widened(first.matrix, len(first.right), new + 1), _widened(total, rows, 1), most])),
        right=np.concatenate([first.right, steps.low, [held]]),
        integers=first.integers,
        offset=steps.floor / WRIT,
    )


def _widened(matrix: csc_array | coo_array, rows: int, columns: int) -> coo_array:
    return coo_array(hstack([matrix, coo_array((rows, columns))]))


def squared(bound: float, opening: Ints) -> int | None:
    """A solver's bound as one on Σe², in squared thousandths; null when it is none."""
    if not math.isfinite(bound) or abs(bound) >= 1e19:  # what SCIP calls infinite is 1e20
        return None
    # Within its tolerances a solver's bound may stand slightly above a whole unit.
    units = math.ceil(bound * WRIT - 0.1)
    return max(0, sum(v * v for v in opening.tolist()) + 2 * WRIT * units)
