"""Everything one enforcer could hold: the configurations of longer bundles that an optimal assignment may use.

Enforcers with the same excess in the same pools are one group, so that no two configurations differ only in who is
called what. At the prices of `bound.priced` an assignment costs the bound plus what each enforcer's own configuration
costs above the least (`rc`, never negative); so none with more than the gap to the best known assignment can be part
of a better one. What a configuration costs only grows with every bundle added, so they are listed by adding one
bundle after the other. Set partitioning over such columns: Balinski & Quandt 1964.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import cell_cost, level, overflow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem

    Ints = NDArray[np.int64]

#: More configurations of one component than this are not listed.
_MOST: Final = 150_000


@dataclass(frozen=True)
class Group:
    """Enforcers alike: `rows` of the problem, `kind` (equal for groups in the same pools), excess `(K,)`, `fills`
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
    counts: Ints
    held: Ints


def membership(problem: Problem) -> NDArray[np.bool_]:
    """`(J, P)`: who stands in which pool."""
    out = np.zeros((problem.shape[0], problem.shape[2]), dtype=bool)
    out[problem.pool_member, problem.entry_pool] = True
    return out


def groups(problem: Problem, allowed: NDArray[np.bool_] | None = None) -> tuple[list[Group], NDArray[np.bool_]]:
    """The groups, in the order of their first rows, and the pools `(F, P)` of each kind of group.

    allowed: `(C, J)` which classes an enforcer may get at all; without it, those of his pools.
    """
    member = membership(problem)
    kinds, kind = np.unique(member, axis=0, return_inverse=True)
    keyed = np.column_stack([kind.ravel(), problem.opening])
    _, first, label = np.unique(keyed, axis=0, return_index=True, return_inverse=True)
    found = []
    for group in np.argsort(first):
        rows = np.flatnonzero(label.ravel() == group)
        pools = member[rows[0]]
        able = pools[problem.class_pool]
        if allowed is not None:
            able &= allowed[:, rows].any(axis=1)
        found.append(
            Group(
                rows,
                int(kind.ravel()[rows[0]]),
                problem.opening[rows[0]],
                problem.singles[pools].sum(axis=0) > 0,
                np.flatnonzero(able),
            )
        )
    return found, kinds


def listed(
    problem: Problem, alike: Sequence[Group], price: Ints, cheapest: Ints, room: int
) -> list[Configurations] | None:
    """The configurations of each group that cost at most `room` above the least; None where they are too many.

    price: `(F, K)`; cheapest: `(C,)` what a bundle of a class pays at least; room: in cost units (`bound`).
    """
    found, total = [], 0
    for group in alike:
        own = _of_group(problem, group, price[group.kind], cheapest, room, _MOST - total)
        if own is None:
            return None
        total += len(own.counts)
        found.append(own)
    return found


def _of_group(
    problem: Problem, group: Group, price: Ints, cheapest: Ints, room: int, most: int
) -> Configurations | None:
    counts = np.zeros((1, len(problem.class_size)), dtype=np.int64)
    held = np.zeros((1, len(price)), dtype=np.int64)
    paid = np.zeros(1, dtype=np.int64)
    order = group.classes[np.argsort(-problem.class_counts[group.classes].sum(axis=1), kind="stable")]
    for c in order:
        grown = [(counts, held, paid)]
        for _ in range(int(problem.class_size[c])):
            counts, held, paid = grown[-1]
            held = held + problem.class_counts[c]
            paid = paid + int(price @ problem.class_counts[c] - cheapest[c])
            fits = overflow(group.opening, held, price).sum(axis=1) + paid <= room
            if not fits.any():
                break
            counts = counts[fits].copy()
            counts[:, c] += 1
            grown.append((counts, held[fits], paid[fits]))
        counts, held, paid = (np.concatenate(column) for column in zip(*grown, strict=True))
        if len(counts) > most:
            return None
    # Where no writ of one can come, too little costs as well as too much.
    floor = level(group.opening, price)
    low = cell_cost(group.opening, floor) - price * floor
    exact = cell_cost(group.opening, held) - price * held - low
    cost = np.where(group.fills, overflow(group.opening, held, price), exact).sum(axis=1) + paid
    fits = cost <= room
    return Configurations(group, counts[fits], held[fits])
