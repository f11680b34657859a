"""The flow relaxation: how even a component could be if its bundles were taken apart into single writs.

Each pool and category supplies its writs to the pool's members. A writ more for an enforcer in a category is
a unit step whose cost grows by the same with every step, so a minimum-cost flow is an exact optimum of the
sum of squares. Only a window of unit steps is built for each enforcer; what lies outside is one arc at the
cost of the next step. When the flow stays within the windows no step outside could improve it, so it is the
true optimum; otherwise the windows grow and it is solved again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tengbol.verify.balances import Cell
    from tengbol.verify.evenness import Component

#: Unit steps to each side of what the result gives, at first.
WINDOW: Final = 4

#: No cost of an arc may reach this, or the solver's numbers would overflow.
_TOO_DEAR: Final = 2**62


@dataclass
class _Arcs:
    """Arcs as they are added, over nodes that may be anything hashable."""

    numbers: dict[Hashable, int] = field(default_factory=lambda: {})
    starts: list[int] = field(default_factory=list[int])
    ends: list[int] = field(default_factory=list[int])
    capacities: list[int] = field(default_factory=list[int])
    costs: list[int] = field(default_factory=list[int])

    def number(self, node: Hashable) -> int:
        return self.numbers.setdefault(node, len(self.numbers))

    def add(self, start: Hashable, end: Hashable, capacity: int, cost: int) -> None:
        if capacity > 0:
            self.starts.append(self.number(start))
            self.ends.append(self.number(end))
            self.capacities.append(capacity)
            self.costs.append(cost)


@dataclass(frozen=True)
class _Steps:
    """Unit steps of one convex cost, from nothing to `cap` writs; those from `low` to `high` are built.

    The step from `n` to `n + 1` costs `start + 1000 n` (each of them stands for 2,000 squared thousandths).
    """

    start: int
    cap: int
    low: int
    high: int

    def cost(self, n: int) -> int:
        return self.start + 1000 * n

    def arcs(self) -> list[tuple[int, int]]:
        """(capacity, cost) of each arc."""
        inside = [(1, self.cost(n)) for n in range(self.low, self.high)]
        return [(self.low, self.cost(self.low - 1)), *inside, (self.cap - self.high, self.cost(self.high))]

    def holds(self, n: int) -> bool:
        """Whether `n` lies in the window."""
        return self.low <= n <= self.high


def spread(component: Component, *, first: bool, total: bool) -> Counter[Cell] | None:
    """Find the most even numbers of free writs when bundles are taken apart; nothing when the solver gave up.

    first: minimise the first objective. total: minimise the second. Both: the second among the optima of the
    first.
    """
    supplies = component.supplies()
    cap: Counter[Cell] = Counter()
    for (pool, category), writs in supplies.items():
        for enforcer_id in pool:
            cap[enforcer_id, category] += writs
    cap_total: Counter[str] = Counter()
    for (enforcer_id, _), writs in cap.items():
        cap_total[enforcer_id] += writs
    sum_base: Counter[str] = Counter()
    for (enforcer_id, _), base in component.base.items():
        sum_base[enforcer_id] += base
    centre: Counter[Cell] = Counter(component.got)
    width = WINDOW
    while True:
        by_cell = {
            cell: _window(component.base[cell], most, centre[cell], width if first else 0) for cell, most in cap.items()
        }
        centre_total = _by_enforcer(centre)
        by_enforcer = {
            name: _window(sum_base[name], most, centre_total[name], width if total else 0)
            for name, most in cap_total.items()
        }
        flow = _solve(supplies, by_cell, by_enforcer, first=first, total=total)
        if flow is None:
            return None
        flow_total = _by_enforcer(flow)
        inside = (not first or all(steps.holds(flow[cell]) for cell, steps in by_cell.items())) and (
            not total or all(steps.holds(flow_total[name]) for name, steps in by_enforcer.items())
        )
        if inside:
            return flow
        centre, width = flow, 2 * width


def _window(base: int, cap: int, centre: int, width: int) -> _Steps:
    return _Steps(base + 500, cap, max(0, min(cap, centre - width)), min(cap, max(0, centre + width)))


def _by_enforcer(counts: Counter[Cell]) -> Counter[str]:
    out: Counter[str] = Counter()
    for (enforcer_id, _), writs in counts.items():
        out[enforcer_id] += writs
    return out


def _solve(
    supplies: Counter[tuple[frozenset[str], str]],
    by_cell: dict[Cell, _Steps],
    by_enforcer: dict[str, _Steps],
    *,
    first: bool,
    total: bool,
) -> Counter[Cell] | None:
    import numpy as np
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    total_costs = [cost for steps in by_enforcer.values() for size, cost in steps.arcs() if size > 0]
    # A cycle of the residual network meets the sink once, so it changes the second cost by at most this;
    # one unit of the first cost outweighs it, and the sum is minimised in the order of the two.
    weight = (max(total_costs) - min(total_costs) + 1 if total_costs and total else 1) if first else 0
    # Every writ takes one such arc: a constant off them all changes nothing and keeps the costs small.
    least = min((cost for steps in by_cell.values() for size, cost in steps.arcs() if size > 0), default=0)
    arcs = _Arcs()
    for (pool, category), writs in supplies.items():
        for enforcer_id in sorted(pool):
            arcs.add(("supply", pool, category), ("cell", enforcer_id, category), writs, 0)
    begin = len(arcs.starts)
    for (enforcer_id, category), steps in by_cell.items():
        for size, cost in steps.arcs() if first else [(steps.cap, least)]:
            arcs.add(("cell", enforcer_id, category), ("enforcer", enforcer_id), size, weight * (cost - least))
    end = len(arcs.starts)
    for enforcer_id, steps in by_enforcer.items():
        for size, cost in steps.arcs() if total else [(steps.cap, 0)]:
            arcs.add(("enforcer", enforcer_id), "sink", size, cost)
    if max(arcs.costs, default=0) >= _TOO_DEAR:
        return None
    network = SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(
        np.array(arcs.starts, dtype=np.int32),
        np.array(arcs.ends, dtype=np.int32),
        np.array(arcs.capacities, dtype=np.int64),
        np.array(arcs.costs, dtype=np.int64),
    )
    for (pool, category), writs in supplies.items():
        network.set_node_supply(arcs.number(("supply", pool, category)), writs)
    network.set_node_supply(arcs.number("sink"), -sum(supplies.values()))
    # The status first: flows after a failure end the process.
    if network.solve() != network.OPTIMAL:
        return None
    flows = [int(units) for units in network.flows(np.arange(begin, end, dtype=np.int32))]
    cell_of = {arcs.number(("cell", *cell)): cell for cell in by_cell}
    flow: Counter[Cell] = Counter()
    for place, units in zip(range(begin, end), flows, strict=True):
        if units:
            flow[cell_of[arcs.starts[place]]] += units
    return flow
