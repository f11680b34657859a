"""Everything one enforcer could hold: the configurations of longer bundles that an optimal assignment may use.

Enforcers with the same excess in the same pools are one group, so that no two configurations differ only in who is
called what. At the multipliers of `generation`, an assignment costs the bound plus what each enforcer's own
configuration costs above his least; so none with more than the gap to the best known assignment can be part of a
better one. Set partitioning over such columns: Balinski & Quandt 1964.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]
    #: How many of each class: a byte where columns are many.
    Counts = NDArray[np.int8 | np.int64]


@dataclass(frozen=True)
class Group:
    """Enforcers alike: `rows` of the problem, `kind` (equal for groups in the same pools
    with writs of one), excess `(K,)`, `fills`
    `(K,)`: whether writs of one can reach them, and `classes`, the classes whose bundles can.
    """

    rows: Ints
    kind: int
    opening: Ints
    fills: NDArray[np.bool_]
    classes: Ints


@dataclass(frozen=True)
class Configurations:
    """What a group may hold: `counts` `(S, C)` bundles of each class, `held` `(S, K)` writs in them."""

    group: Group
    counts: Counts
    held: Ints


def membership(problem: Problem) -> NDArray[np.bool_]:
    """`(J, P)`: who stands in which pool."""
    out = np.zeros((problem.shape[0], problem.shape[2]), dtype=bool)
    out[problem.pool_member, problem.entry_pool] = True
    return out


def groups(problem: Problem) -> tuple[list[Group], NDArray[np.bool_]]:
    """The groups, in the order of their first rows, and the pools `(F, P)` with writs of one of each kind of group."""
    member = membership(problem)
    supplied = problem.singles.sum(axis=1) > 0
    kinds, kind = np.unique(member & supplied, axis=0, return_inverse=True)
    used = supplied | np.isin(np.arange(problem.shape[2]), problem.class_pool)
    keyed = np.column_stack([member & used, problem.opening])
    _, first, label = np.unique(keyed, axis=0, return_index=True, return_inverse=True)
    rows_of: list[Ints] = np.split(np.argsort(label.ravel(), kind="stable"), np.cumsum(np.bincount(label.ravel()))[:-1])
    found: list[Group] = []
    order: list[int] = np.argsort(first).tolist()
    for group in order:
        rows = rows_of[group]
        pools = member[rows[0]]
        found.append(
            Group(
                rows,
                int(kind.ravel()[rows[0]]),
                problem.opening[rows[0]],
                problem.singles[pools].sum(axis=0) > 0,
                np.flatnonzero(pools[problem.class_pool]),
            )
        )
    return found, kinds
