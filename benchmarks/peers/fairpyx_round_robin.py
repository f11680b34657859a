"""Round robin of fairpyx, a library of fair division: agents with additive values take one item each in turn.

Its model knows items and agents with capacities, and neither bundles that go whole, nor categories to be evened out
apart, nor what an agent had before; see `benchmarks.peers.fitting`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from fairpyx import Instance, divide
from fairpyx.algorithms import round_robin

from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import Placement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def place(task: Task) -> Answer:
    """Every writ an item that all value alike, every enforcer an agent with room for all."""
    problem = task.problem
    category = int(problem.singles.sum(axis=0).argmax())
    many = int(problem.singles.sum())
    writs = {f"writ {n}": 1 for n in range(many)}
    agents = [f"enforcer {place}" for place in range(len(problem.pool_member))]
    instance = Instance(
        valuations=dict.fromkeys(agents, writs),
        agent_capacities=dict.fromkeys(agents, many),
        item_capacities=writs,
    )
    given = divide(round_robin, instance)
    singles: Ints = np.zeros((len(agents), problem.opening.shape[1]), dtype=np.int64)
    singles[:, category] = [len(given[agent]) for agent in agents]
    none = np.empty(0, dtype=np.int64)
    return Answer(Placement(singles, none, none, none))
