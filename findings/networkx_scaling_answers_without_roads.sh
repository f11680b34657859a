#!/usr/bin/env bash
# What: networkx 3.6.1 (PyPI), `capacity_scaling`, the least cost of a flow that meets all demands.
# Where it was met: its two ways to a flow of least cost set against each other on random small graphs: writs that go to
#   enforcers, along edges with a capacity, which may be none.
# Expected: where no edge can carry anything and there is something to carry, NetworkXUnfeasible, which the page of the
#   function promises where "there is no flow satisfying all demand", and which `network_simplex` raises.
# Seen: cost 0 and a flow of nothing, as if it met the demands, where every edge has capacity 0, or is a loop, or there
#   is none: one writ, one enforcer without room, and no word of it. The search returns before it looks at the demands,
#   since its residual network has no edges. With one edge of capacity 1 anywhere in the graph the same demands raise.
#   Of 4,000 random graphs the two ways agreed on all that had an edge with room.
# Source: run here; the early return in networkx/algorithms/flow/capacityscaling.py. Pull request 1283 of
#   networkx/networkx is of a capacity of 0 that made feasible demands raise; of this none was found.
# What follows: sum up what reaches each node, and compare it with its demand, before a flow is called one.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1
"$place/venv/bin/python" - <<'PYTHON'
import networkx as nx


def asked(way, *edges):
    graph = nx.DiGraph()
    graph.add_node("writs", demand=-1)
    graph.add_node("enforcer", demand=1)
    graph.add_node("other", demand=0)
    for start, end, capacity in edges:
        graph.add_edge(start, end, capacity=capacity, weight=1)
    try:
        cost, flow = way(graph)
    except nx.NetworkXUnfeasible:
        return "infeasible"
    return cost, sum(sum(ends.values()) for ends in flow.values())


FULL = ("writs", "enforcer", 0)
for edges, infeasible in (
    ((), True),
    ((FULL,), True),
    ((("writs", "writs", 1),), True),
    ((FULL, ("enforcer", "other", 1)), True),
    ((("writs", "enforcer", 1),), False),
):
    simplex, scaling = asked(nx.network_simplex, *edges), asked(nx.capacity_scaling, *edges)
    print(edges, "simplex:", simplex, "scaling:", scaling)
    assert (simplex == "infeasible") == infeasible
    roads = any(capacity > 0 and start != end for start, end, capacity in edges)
    assert scaling == (simplex if roads else (0, 0)), "demands are looked at without roads, too, now"
PYTHON
