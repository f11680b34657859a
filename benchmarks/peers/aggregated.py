"""The aggregated model as plain arrays, for any solver: how many of each class to whom.

Variables are first the choices, every class with every member of its pool, then the flows, every place of a pool with
every category in which the pool has writs of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.least_loaded import longest_first
from tengbol.optimizer.problem import Placement, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.task import Task

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Aggregated:
    """V variables, J × K cells numbered row by row, T totals.

    most: `(V,)`. total_of: `(V,)` and total: `(T,)`: the variables of a total add up to it. cell, many: `(N,)` with
    variable `(N,)`: the writs that one of a variable brings to a cell. reach: `(J·K,)` most writs of a cell;
    middle: `(J·K,)` what greedy gave it, where squares need most detail. choices: how many variables are choices.
    """

    most: Ints
    total_of: Ints
    total: Ints
    variable: Ints
    cell: Ints
    many: Ints
    reach: Ints
    middle: Ints
    choice_class: Ints
    choice_row: Ints
    flow_place: Ints
    flow_category: Ints

    def placement(self, problem: Problem, value: Ints) -> Placement:
        """The placement of a solution `(V,)`."""
        choices = len(self.choice_class)
        singles = np.zeros((len(problem.pool_member), problem.opening.shape[1]), dtype=np.int64)
        singles[self.flow_place, self.flow_category] = value[choices:]
        given = np.flatnonzero(value[:choices])
        return Placement(singles, self.choice_class[given], self.choice_row[given], value[given])


def aggregated(task: Task) -> Aggregated:
    """Write the model of a task."""
    problem = task.problem
    rows, categories, _ = problem.shape
    size = np.diff(problem.pool_start)[problem.class_pool]
    choice_class = np.repeat(np.arange(len(size)), size)
    within = np.arange(len(choice_class)) - np.repeat(np.cumsum(size) - size, size)
    choice_row = problem.pool_member[problem.pool_start[problem.class_pool][choice_class] + within]
    supply = problem.singles[problem.entry_pool]
    flow_place, flow_category = np.nonzero(supply)
    kinds, flow_total = np.unique(problem.entry_pool[flow_place] * categories + flow_category, return_inverse=True)
    pick, category = np.nonzero(problem.class_counts[choice_class])
    many = problem.class_counts[choice_class][pick, category]
    most = np.concatenate([problem.class_size[choice_class], supply[flow_place, flow_category]])
    variable = np.concatenate([pick, len(choice_class) + np.arange(len(flow_place))])
    cell = np.concatenate(
        [choice_row[pick] * categories + category, problem.pool_member[flow_place] * categories + flow_category]
    )
    brings = np.concatenate([many, np.ones(len(flow_place), dtype=np.int64)])
    reach = np.zeros(rows * categories, dtype=np.int64)
    np.add.at(reach, cell, brings * most[variable])
    greedy = longest_first(task).placement
    if greedy is None:
        raise AssertionError("greedy always places")
    return Aggregated(
        most=most,
        total_of=np.concatenate([choice_class, len(size) + flow_total.ravel()]),
        total=np.concatenate([problem.class_size, problem.singles.ravel()[kinds]]),
        variable=variable,
        cell=cell,
        many=brings,
        reach=reach,
        middle=greedy.received(problem).ravel(),
        choice_class=choice_class,
        choice_row=choice_row,
        flow_place=flow_place,
        flow_category=flow_category,
    )
