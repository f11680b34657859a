# What tengbol uses of OR-tools' flows: its own types take an array's type for its shape.

import numpy as np
from numpy.typing import NDArray

class SimpleMinCostFlow:
    class Status:
        @property
        def name(self) -> str: ...

    OPTIMAL: Status
    INFEASIBLE: Status
    def add_arcs_with_capacity_and_unit_cost(
        self,
        tails: NDArray[np.int32],
        heads: NDArray[np.int32],
        capacities: NDArray[np.int64],
        unit_costs: NDArray[np.int64],
    ) -> NDArray[np.int32]: ...
    def set_nodes_supplies(self, nodes: NDArray[np.int32], supplies: NDArray[np.int64]) -> None: ...
    def set_node_supply(self, node: int, supply: int) -> None: ...
    def solve(self) -> Status: ...
    def optimal_cost(self) -> int: ...
    def flows(self, arcs: NDArray[np.int32]) -> NDArray[np.int64]: ...
