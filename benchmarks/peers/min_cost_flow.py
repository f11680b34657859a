"""The flow relaxation by OR-tools' min-cost flow: every bundle taken apart into its writs.

No assignment has a smaller Σe² than this flow. Where there are no longer bundles the flow is an assignment itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from benchmarks.peers.least_loaded import longest_first
from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import WRIT, Placement, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Whole numbers of writs on either side of a cell's likely count that have an arc each.
_REACH: Final = 20


def place(task: Task) -> Answer:
    """Bound the first objective; place, too, where no bundle is longer than one writ."""
    problem = task.problem
    greedy = longest_first(task).placement
    if greedy is None:
        raise AssertionError("greedy always places")
    middle = greedy.received(problem)
    # Arcs of one writ stand around `middle`; when the flow leaves them they are set anew around the flow.
    while True:
        spread = _flow(problem, middle)
        received = np.zeros_like(problem.opening)
        np.add.at(received, problem.pool_member, spread)
        if (np.abs(received - middle) <= _REACH).all():
            break
        middle = received
    excess = problem.opening + WRIT * received
    bound = sum(e * e for e in excess.ravel().tolist())
    if len(problem.class_size):
        return Answer(None, bound, "bound, not an assignment: bundles are taken apart")
    none = np.empty(0, dtype=np.int64)
    return Answer(Placement(spread, none, none, none), bound)


def _flow(problem: Problem, middle: Ints) -> Ints:
    """`(E, K)` writs for each place of a pool, least in Σe² while every cell stays within reach of `middle`."""
    rows, categories, pools = problem.shape
    apart = problem.apart()
    supply = apart[problem.entry_pool]
    place, category = np.nonzero(supply)
    reach = np.zeros_like(problem.opening)
    np.add.at(reach, problem.pool_member, supply)
    opening, most = problem.opening.ravel(), reach.ravel()
    low = np.maximum(0, middle.ravel() - _REACH)
    high = np.minimum(most, middle.ravel() + _REACH)
    steps = high - low
    cell = np.repeat(np.arange(len(opening)), steps)
    at = np.arange(len(cell)) - np.repeat(np.cumsum(steps) - steps, steps) + low[cell]
    below = opening + WRIT * (low - 1) + WRIT // 2
    above = opening + WRIT * high + WRIT // 2
    first_cell, sink = pools * categories, pools * categories + rows * categories
    every = first_cell + np.arange(len(opening))
    # Its stubs ask for exact array types that numpy does not promise.
    flow: Any = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate(
            [problem.entry_pool[place] * categories + category, first_cell + cell, every, every],
        ),
        np.concatenate(
            [
                first_cell + problem.pool_member[place] * categories + category,
                np.full(len(cell) + 2 * len(opening), sink),
            ]
        ),
        np.concatenate([supply[place, category], np.ones(len(cell), dtype=np.int64), low, most - high]),
        np.concatenate(
            [np.zeros(len(place), dtype=np.int64), opening[cell] + WRIT * at + WRIT // 2, below, above],
        ),
    )
    flow.set_nodes_supplies(np.arange(first_cell), apart.ravel())
    flow.set_nodes_supplies(np.array([sink]), np.array([-int(apart.sum())]))
    # Flows may be asked for only after a solution was found.
    if flow.solve() != flow.OPTIMAL:
        raise AssertionError("what there is to distribute always flows")
    out = np.zeros_like(supply)
    out[place, category] = flow.flows(arcs[: len(place)])
    return out
