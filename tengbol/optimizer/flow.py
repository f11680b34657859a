"""The most even spread of single writs: a convex-cost flow, solved exactly for both objectives.

With bundles taken apart this is the relaxation that bounds the problem from below; with bundles already placed it
deals the writs of one. Each category is a flow from pools to enforcers; the cost of an enforcer is the square of his
excess, cut into unit steps (separable convex flow: Ahuja, Magnanti & Orlin 1993, chapter 14; one optimum of the sum
of squares is optimal for every symmetric convex measure: Frank & Murota 2020). The step sizes shrink by proximity
scaling (Hochbaum & Shanthikumar 1990), so that arcs grow with enforcers and not with writs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.bound import HALF, level, pool_prices, prices
from tengbol.optimizer.problem import WRIT, Problem, costs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Spreads = dict[bytes, tuple[Ints, Ints]]

#: Steps on either side of the centre in one round of scaling, and how much the step shrinks between rounds.
_REACH, _SHRINK = 8, 4


def step_cost(excess: Ints) -> Ints:
    """Cost of one more writ at an excess in thousandths, (e + 1000)² − e², divided by 2000 (exact: e + 500)."""
    return excess + HALF


@dataclass(frozen=True)
class Relaxation:
    """The optimum with every bundle taken apart.

    first, second: its objectives, squared thousandths. The first bounds the first objective of every assignment; the
    second bounds the second objective of those assignments whose first objective equals the first bound.
    counts: `(J, K)` writs; flows: `(E, K)` writs along each place of a pool.
    """

    first: int
    second: int
    counts: Ints
    flows: Ints


def relaxation(problem: Problem, known: Spreads | None = None) -> Relaxation:
    """Solve the problem with every bundle taken apart, exactly. known: as of `spread`."""
    counts, flows = spread(problem, problem.apart(), problem.opening, known)
    return Relaxation(*costs(problem.opening + WRIT * counts), counts, flows)


def total_bound(problem: Problem) -> int:
    """Least second objective when the first is left out of account: valid whatever the first is."""
    opening = problem.opening.sum(axis=1, keepdims=True)
    counts = _spread_category(problem, problem.apart().sum(axis=1), opening[:, 0])[0]
    return costs(opening + WRIT * counts[:, None])[0]


def spread(problem: Problem, supply: Ints, excess: Ints, known: Spreads | None = None) -> tuple[Ints, Ints]:
    """Spread `supply` `(P, K)` single writs over the pools' members from `excess` `(J, K)` thousandths.

    Returns the counts `(J, K)` and the flows `(E, K)` of a spread that is least in the first objective and, among
    those, in the second. known: spreads over these pools, of single categories and of all, to look up and to add to.
    """
    known = {} if known is None else known
    whole = b"all" + supply.tobytes() + excess.tobytes()
    if whole not in known:
        known[whole] = _spread_all(problem, supply, excess, known)
    counts, flows = known[whole]
    return counts.copy(), flows.copy()


def _spread_all(problem: Problem, supply: Ints, excess: Ints, known: Spreads) -> tuple[Ints, Ints]:
    """Category by category, and then the totals."""
    counts = np.empty_like(excess)
    flows = np.empty((len(problem.pool_member), excess.shape[1]), dtype=np.int64)
    for k in range(excess.shape[1]):
        name = supply[:, k].tobytes() + excess[:, k].tobytes()
        if name not in known:
            known[name] = _spread_category(problem, supply[:, k], excess[:, k])
        counts[:, k], flows[:, k] = known[name]
    return _level_totals(problem, supply, excess, counts, flows)


def _spread_category(problem: Problem, supply: Ints, excess: Ints) -> tuple[Ints, Ints]:
    """The first objective in one category: counts `(J,)` and flows `(E,)`."""
    busy = np.flatnonzero(supply)
    if len(busy) == 0:
        return np.zeros_like(excess), np.zeros(len(problem.pool_member), dtype=np.int64)
    if len(busy) == 1:
        counts, flows = np.zeros_like(excess), np.zeros(len(problem.pool_member), dtype=np.int64)
        places = slice(problem.pool_start[busy[0]], problem.pool_start[busy[0] + 1])
        rows = problem.pool_member[places]
        counts[rows] = flows[places] = _fill(excess[rows], int(supply[busy[0]]))
        return counts, flows
    return _scaled_flow(problem, supply, excess)


def _fill(excess: Ints, writs: int) -> Ints:
    """One pool: pour the writs in where the excess is least, ties to the earlier rows."""
    low, high = int(excess.min()), int(excess.min()) + WRIT * (writs + 1)
    while low < high:  # the highest level to which filling takes no more than there is
        level = (low + high + 1) // 2
        if int(np.maximum(0, -((excess - level) // WRIT)).sum()) <= writs:
            low = level
        else:
            high = level - 1
    counts = np.maximum(0, -((excess - low) // WRIT))
    left = writs - int(counts.sum())
    tied = np.flatnonzero(excess + WRIT * counts == low)
    counts[tied[:left]] += 1
    return counts


def _scaled_flow(problem: Problem, supply: Ints, excess: Ints) -> tuple[Ints, Ints]:
    """Several pools: flows with steps that shrink until the optimum stands among steps of one writ."""
    places = np.flatnonzero(supply[problem.entry_pool])
    ceiling = np.zeros_like(excess)
    np.add.at(ceiling, problem.pool_member[places], supply[problem.entry_pool[places]])
    centre = np.clip(-(excess // WRIT), 0, ceiling)
    step = 1
    while True:
        low = np.maximum(0, centre - _REACH * step)
        high = np.minimum(ceiling, centre + _REACH * step)
        counts, flow = _step_flow(problem, supply, excess, places, low, high, ceiling, step)
        outside = ((counts <= low) & (low > 0)) | ((counts >= high) & (high < ceiling))
        if step == 1 and not outside.any():
            flows = np.zeros(len(problem.pool_member), dtype=np.int64)
            flows[places] = flow
            return counts, flows
        step = step * _SHRINK if outside.any() else max(1, step // _SHRINK)
        centre = counts


def _step_flow(
    problem: Problem,
    supply: Ints,
    excess: Ints,
    places: Ints,
    low: Ints,
    high: Ints,
    ceiling: Ints,
    step: int,
) -> tuple[Ints, Ints]:
    """One min-cost flow; the cost is exact at 0, at low, low + step, …, high and at the ceiling, linear between."""
    rows, _, pools = problem.shape
    corners = np.minimum(low[:, None] + step * np.arange(2 * _REACH + 1), high[:, None])
    corners = np.concatenate([np.zeros((rows, 1), dtype=np.int64), corners, ceiling[:, None]], axis=1)
    start, end = corners[:, :-1], corners[:, 1:]
    width = end - start
    row, segment = np.nonzero(width)
    slope = excess[row] + HALF * (start + end)[row, segment]  # mean of the unit steps between two corners
    sink = pools + rows
    balance = np.concatenate([supply, np.zeros(rows, dtype=np.int64), [-supply.sum()]])
    flow = least_cost(
        np.concatenate([problem.entry_pool[places], pools + row]),
        np.concatenate([pools + problem.pool_member[places], np.full(len(row), sink)]),
        np.concatenate([supply[problem.entry_pool[places]], width[row, segment]]),
        np.concatenate([np.zeros(len(places), dtype=np.int64), slope]),
        balance,
    )
    counts = np.zeros_like(excess)
    np.add.at(counts, problem.pool_member[places], flow[: len(places)])
    return counts, flow[: len(places)]


def _level_totals(problem: Problem, supply: Ints, excess: Ints, counts: Ints, flows: Ints) -> tuple[Ints, Ints]:
    """Among the spreads with the same first objective, one least in the second.

    The prices of one optimum tell all others (complementary slackness): a pool sends only to members that are
    cheapest for it, and a cell holds its level or, where the next step costs just the price, one writ more. Which of
    those next steps are taken is a flow once more, whose costs are the totals'.
    """
    rows, categories, pools = problem.shape
    price = prices(problem, supply, excess, counts, flows)
    base = level(excess, price)
    tied = excess + WRIT * base + HALF == price
    if not tied.any():
        return counts, flows
    pays = pool_prices(problem, price)
    place, category = np.nonzero(
        (supply > 0)[problem.entry_pool] & (price[problem.pool_member] == pays[problem.entry_pool])
    )
    reached = np.zeros_like(tied)
    reached[problem.pool_member[place], category] = True
    tied &= reached
    if int(tied.sum()) == int(supply.sum()) - int(base.sum()):
        # All of them are taken: there is no other optimum.
        return counts, flows
    left = supply.sum(axis=0) - base.sum(axis=0)
    undecided = np.flatnonzero((left > 0) & (left < tied.sum(axis=0)))
    if len(undecided) < 2 and (np.count_nonzero(supply, axis=0) < 2).all():
        return _level_one(problem, supply, excess, base, tied & (left > 0), left, undecided)
    total = (excess + WRIT * base).sum(axis=1)
    free = tied.sum(axis=1)
    unit_row = np.repeat(np.arange(rows), free)
    unit_cost = step_cost(total[unit_row] + WRIT * (np.arange(len(unit_row)) - np.repeat(np.cumsum(free) - free, free)))
    pool_node = np.arange(pools * categories).reshape(pools, categories)
    cell_node = pools * categories + np.arange(rows * categories).reshape(rows, categories)
    row_node = (pools + rows) * categories + np.arange(rows)
    sink = (pools + rows) * categories + rows
    balance = np.concatenate([supply.ravel(), -base.ravel(), np.zeros(rows, dtype=np.int64)])
    tied_row = np.nonzero(tied)[0]
    flow = least_cost(
        np.concatenate([pool_node[problem.entry_pool[place], category], cell_node[tied], row_node[unit_row]]),
        np.concatenate(
            [cell_node[problem.pool_member[place], category], row_node[tied_row], np.full(len(unit_row), sink)]
        ),
        np.concatenate([supply[problem.entry_pool[place], category], np.ones(2 * len(unit_row), dtype=np.int64)]),
        np.concatenate([np.zeros(len(place) + len(tied_row), dtype=np.int64), unit_cost]),
        np.append(balance, -balance.sum()),
    )
    flows = np.zeros_like(flows)
    flows[place, category] = flow[: len(place)]
    counts = base.copy()
    counts[tied] += flow[len(place) : len(place) + len(tied_row)]
    return counts, flows


def _level_one(
    problem: Problem, supply: Ints, excess: Ints, base: Ints, tied: NDArray[np.bool_], left: Ints, undecided: Ints
) -> tuple[Ints, Ints]:
    """The same where every category is one pool's, and in one of them at most some of the next steps are not taken.

    No flow is needed then: of these steps the cheapest are taken. One urgent writ is such a batch. left: `(K,)` steps
    to be taken.
    """
    taken = tied.copy()
    for k in undecided:
        taken[:, k] = False
        rows, total = np.flatnonzero(tied[:, k]), (excess + WRIT * (base + taken)).sum(axis=1)
        taken[rows[np.argsort(total[rows], kind="stable")[: left[k]]], k] = True
    counts = base + taken
    flows = np.zeros((len(problem.pool_member), len(supply[0])), dtype=np.int64)
    for pool, k in zip(*np.nonzero(supply), strict=True):
        places = slice(problem.pool_start[pool], problem.pool_start[pool + 1])
        flows[places, k] = counts[problem.pool_member[places], k]
    return counts, flows


def least_cost(tail: Ints, head: Ints, capacity: Ints, cost: Ints, supply: Ints) -> Ints:
    """Flows `(A,)` of all arcs at least cost; the status is read first, since flows after a failure end the process."""
    from ortools.graph.python import min_cost_flow  # where one pool is filled directly there is no need of it

    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow relaxation ended with status {status}")
    return np.asarray(solver.flows(np.arange(len(tail), dtype=np.int32)), dtype=np.int64)
