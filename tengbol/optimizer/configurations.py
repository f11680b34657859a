"""Everything one enforcer could hold: the configurations of longer bundles that an optimal assignment may use.

Enforcers with the same excess in the same pools are one group, so that no two configurations differ only in who is
called what. At the prices of `bound.priced`, and with what each bundle pays, an assignment costs the bound plus what
each enforcer's own configuration costs above his least; so none with more than the gap to the best known assignment
can be part of a better one. Set partitioning over such columns: Balinski & Quandt 1964.
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
MOST: Final = 150_000
#: So few are listed at once.
FEW: Final = 5_000
#: Nor more than so many counts of bundles in them, nor those that take more than so many counts to find.
_CELLS: Final = 6_000_000
_WORK: Final = 600_000_000


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
    problem: Problem, alike: Sequence[Group], price: Ints, pays: Ints, room: int, most: int = MOST
) -> list[Configurations] | None:
    """The configurations of each group that a good assignment may use; None where they are too many.

    price: `(F, K)`; pays: `(C,)` what a bundle of a class pays; room: how much the best known assignment costs above
    these prices and payments, in cost units (`bound`), before what the configurations cost at least is counted.
    most: how many are not too many.
    """
    most = min(most, _CELLS // max(1, len(problem.class_size)))
    work = [_WORK]
    ways = [_Listing(problem, group, price[group.kind], pays, work) for group in alike]
    least = []
    for way in ways:
        found = way.within(0, most)
        if found is None:
            return None
        least.append(found[1])
    apart = room - sum(value * len(group.rows) for value, group in zip(least, alike, strict=True))
    found, total = [], 0
    for way, value in zip(ways, least, strict=True):
        own = way.within(value + apart, most - total)
        if own is None:
            return None
        total += len(own[0].counts)
        found.append(own[0])
    return found


class _Listing:
    """One group's configurations, listed bundle by bundle.

    A bundle adds to a configuration at least what it costs alone (`least`, negative where it pays more), since what
    bundles spill is superadditive: so what can still become of a few bundles is bounded from below.
    """

    def __init__(self, problem: Problem, group: Group, price: Ints, pays: Ints, work: list[int]) -> None:
        self.problem, self.group, self.price, self.work = problem, group, price, work
        self.order = group.classes[np.argsort(-problem.class_counts[group.classes].sum(axis=1), kind="stable")]
        counts = problem.class_counts[self.order]
        self.paid = counts @ price - pays[self.order]
        least = np.minimum(0, overflow(group.opening, counts, price).sum(axis=1) + self.paid)
        self.least = least
        later = (least * problem.class_size[self.order])[::-1].cumsum()[::-1]
        self.later = np.append(later, 0)[1:]
        #: What any one more bundle adds at least, in each category.
        self.shortest = np.minimum.accumulate(counts[::-1])[::-1]
        floor = level(group.opening, price)
        self.low = cell_cost(group.opening, floor) - price * floor

    def _as_it_is(self, held: Ints) -> Ints:
        """What configurations cost that get no bundle more: without writs of one, too little costs, too."""
        group, price = self.group, self.price
        exact = cell_cost(group.opening, held) - price * held - self.low
        return np.where(group.fills, overflow(group.opening, held, price), exact).sum(axis=1)

    def within(self, limit: int, most: int) -> tuple[Configurations, int] | None:
        """All that cost at most `limit`, and the least there is; None where more than `most` are to be looked at."""
        group, price = self.group, self.price
        # Many rows are copied again and again: no wider than need be, until those that stay are known.
        counts = np.zeros((1, len(self.order)), dtype=np.int32)
        held = np.zeros((1, len(price)), dtype=np.int64)
        paid = np.zeros(1, dtype=np.int64)
        for place, c in enumerate(self.order):
            size = int(self.problem.class_size[c])
            grown = [(counts, held, paid)]
            for n in range(1, size + 1):
                counts, held, paid = grown[-1]
                held, paid = held + self.problem.class_counts[c], paid + self.paid[place]
                value = overflow(group.opening, held, price).sum(axis=1) + paid
                fits = value + (size - n) * self.least[place] + self.later[place] <= limit
                if not fits.any():
                    break
                counts = counts[fits].copy()
                counts[:, place] += 1
                grown.append((counts, held[fits], paid[fits]))
            counts, held, paid = (np.concatenate(column) for column in zip(*grown, strict=True))
            cost = self._as_it_is(held)
            if place + 1 < len(self.order):
                # A convex cost grows by as much again, at least, as a bundle costs alone above the shortest.
                short = self.shortest[place + 1]
                more = overflow(group.opening, held + short, price) - overflow(group.opening, short, price)
                cost = np.minimum(cost, more.sum(axis=1) + self.later[place])
            fits = cost + paid <= limit
            counts, held, paid = counts[fits], held[fits], paid[fits]
            self.work[0] -= counts.size
            if len(counts) > most or self.work[0] < 0:
                return None
        cost = self._as_it_is(held) + paid
        every = np.zeros((len(counts), len(self.problem.class_size)), dtype=np.int64)
        every[:, self.order] = counts
        return Configurations(group, every, held), int(cost.min(initial=0))
