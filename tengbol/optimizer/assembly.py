"""Crowded components, proven for both objectives over what each enforcer could hold.

Where enforcers share long bundles, prices alone leave a gap that a search has to close by trying. A programme over
configurations (`generation`) bounds the problem closely, mostly exactly. At its multipliers nearly everything that
could be held costs too much; of the columns left (`master`) the best are taken, for either objective (`choice`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF, priced
from tengbol.optimizer.choice import Choice
from tengbol.optimizer.configurations import groups
from tengbol.optimizer.generation import generated
from tengbol.optimizer.grouped import Groups, Sets, at_prices
from tengbol.optimizer.linear import UNBOUNDED
from tengbol.optimizer.master import FINE, Columns, Master, Multipliers, joined
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.placing import Start
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]


#: Costs above this, in fine units, could leave 64 bits.
_LARGEST: Final = 2**52
#: Choices looked at in one enumeration, for each column that is not too many, and at most: a quarter of a second.
_STEPS: Final = 1_000
_ENOUGH: Final = 20_000_000
#: The same where no programme is solved, and there are a few enumerations instead of a hundred.
_ONCE: Final = 100_000_000
#: To have whole columns taken costs so many times what a programme over them does.
_WHOLE: Final = 4
#: How far above the bound the first objective is looked for, in cost units, one after the other.
_ROOMS: Final = (0, 100, 1_000, 10_000, 2**40)


@dataclass(frozen=True)
class Taken:
    """The best that was found, and what is proven: a bound in squared thousandths.

    bundles: `(C, J)`, null when nothing better than what was known was found; value: its objective.
    searched: whether the bound is a solver's word alone.
    """

    bundles: Ints | None
    value: int
    bound: int
    searched: bool


@dataclass(frozen=True)
class Assembly:
    """A component at the best multipliers of its programme.

    start: its best known assignment. most: how many columns are not too many. taken: columns of the programme; ended:
    whether these multipliers are the best.
    """

    problem: Problem
    start: Start
    groups: Groups
    at: Multipliers
    most: int
    taken: Sets
    ended: bool

    @property
    def bound(self) -> int:
        """On the first objective, squared thousandths: the least it can be at all."""
        return self._lifted_first(self._base + 2 * WRIT * self.at.bound)

    @property
    def writ(self) -> Ints:
        """`(J, K)`: what a writ costs at an enforcer, in units of 1 / FINE."""
        out = np.zeros_like(self.problem.opening)
        for group in self.groups.alike:
            out[group.rows] = self.at.writ[group.kind]
        return out

    @property
    def _base(self) -> int:
        return sum_of_squares(self.problem.opening)

    def _lifted_first(self, squares: int) -> int:
        return rounded_up(squares, self.problem.opening, self.problem.apart().sum(axis=0))

    def first(self, limit: float, rooms: Sequence[int] = _ROOMS) -> Taken:
        """The least first objective: looked for close to the bound, and then further away."""
        base, bound, searched = self._base, self.bound, False
        known = self.start.objectives[0]
        for room in rooms:
            reach = min(known, bound + 2 * WRIT * (room + 1))  # what costs less is looked for
            columns = self._columns((reach - base) // (2 * WRIT) * FINE - self.at.exact, limit)
            if bound >= known or columns is None or self.groups.work.left < 0:
                break
            master, found, space = columns
            hint = _taken(self.problem, master, self.start) if reach == known else None
            taken = Choice(master, self.at, found, space, self.groups.work).least(
                found.cost, (reach - base) // (2 * WRIT),
                lambda units: (self._lifted_first(base + 2 * WRIT * units) - base) // (2 * WRIT), hint, limit,
                (bound - base) // (2 * WRIT),
            )  # fmt: skip
            bound = max(bound, self._lifted_first(base + 2 * WRIT * taken.bound))
            searched = searched or taken.searched
            if taken.columns is not None:
                value = base + 2 * WRIT * int(taken.columns.cost.sum())
                return Taken(master.bundles(taken.columns), value, min(bound, value), searched)
            if reach == known:
                break
        return Taken(None, known, min(bound, known), searched)

    def second(self, first: int, limit: float) -> Taken:
        """The least second objective among assignments whose first is at most `first`, squared thousandths."""
        opening = self.problem.opening.sum(axis=1, keepdims=True)
        writs = self.problem.apart().sum(axis=(0, 1))[None]
        base = sum_of_squares(opening)
        known = self.start.objectives[1] if self.start.objectives[0] <= first else None
        columns = self._columns((first - self._base) // (2 * WRIT) * FINE - self.at.exact, limit)
        if columns is None or self.groups.work.left < 0:
            return Taken(None, 0, 0, False)
        master, found, space = columns
        total = found.writs.sum(axis=1)
        excess = self.groups.opening.sum(axis=1)[found.group]
        cost = excess * total + HALF * total * total
        hint = None if known is None else _taken(self.problem, master, self.start)
        best = int(np.abs(cost).max()) * len(self.problem.opening) if known is None else (known - base) // (2 * WRIT)
        taken = Choice(master, self.at, found, space, self.groups.work).least(
            cost, best, lambda units: (rounded_up(base + 2 * WRIT * units, opening, writs) - base) // (2 * WRIT), hint,
            limit, -UNBOUNDED,
        )  # fmt: skip
        bound = base + 2 * WRIT * taken.bound
        if taken.columns is None:
            return Taken(None, bound, bound, taken.searched)
        writs = taken.columns.writs.sum(axis=1)
        paid = self.groups.opening.sum(axis=1)[taken.columns.group] * writs + HALF * writs * writs
        return Taken(master.bundles(taken.columns), base + 2 * WRIT * int(paid.sum()), bound, taken.searched)

    def _columns(self, room: int, limit: float) -> tuple[Master, Columns, int] | None:
        """All columns at most `room` (units of 1 / FINE) above the bound; None where they are too many. limit: 0 where
        they are not to be taken by a solver.
        """
        every = self.groups.within(self.at, room, self.most) if room >= 0 else None
        if every is None:
            return None
        master = Master(self.problem, self.groups.alike, self.groups.kinds, self.start.placement.singles)
        columns = master.within(self.at, every, room, self.most)
        if columns is None:
            return None
        self.groups.work.left -= (_WHOLE if limit else 1) * int(np.count_nonzero(columns.counts))
        return master, columns, room


def assembled(
    problem: Problem, start: Start, writ: Ints, bundle: Ints, most: int, work: Work,
    before: tuple[Assembly, Ints] | None = None,
) -> Assembly | None:  # fmt: skip
    """The programme over what each enforcer could hold, at its best multipliers; None where that is too much.

    start: the best known assignment. writ: `(J, K)`, bundle: `(C,)`: multipliers to begin from, in units of 1 / FINE.
    most: how many columns are not too many. work: what may be done for all that.
    before: what was found of fewer classes, or of these, and where they are among these.
    """
    if too_large(problem):
        return None
    writs = problem.apart().sum(axis=0)
    alike, kinds = groups(problem)
    base, best = sum_of_squares(problem.opening), start.objectives[0]
    price = np.full((len(kinds), problem.shape[1]), np.iinfo(np.int64).max)
    kind = np.zeros(problem.shape[0], dtype=np.int64)
    for group in alike:
        kind[group.rows] = group.kind
        price[group.kind] = np.minimum(price[group.kind], writ[group.rows].min(axis=0))
    cheapest = FINE * _cheapest(problem, price[kind] // FINE)
    every = Groups(problem, alike, kinds, min(_ENOUGH, _STEPS * most), work)
    if before is not None and before[0].ended and before[0].problem.key == problem.key:
        return replace(before[0], start=start, groups=every, most=most)
    found = generated(
        every, price, np.maximum(bundle, cheapest),
        lambda units: rounded_up(base + 2 * WRIT * units, problem.opening, writs) >= best,
        None if before is None else _again(every, *before),
    )  # fmt: skip
    return None if found is None else Assembly(problem, start, every, found[0], most, *found[1:])


def too_large(problem: Problem) -> bool:
    """Whether costs of columns could leave 64 bits."""
    writs = int(problem.apart().sum())
    return writs * (int(np.abs(problem.opening).max()) + WRIT * writs) > _LARGEST


def unassembled(problem: Problem, start: Start, price: Ints, most: int, work: Work, longest: int | None) -> Assembly:
    """The same at prices `(K,)` that everyone's writs have, without a programme. longest: as `Groups` has it."""
    every, at, least = at_prices(problem, price, _ONCE, work, longest)
    none = np.zeros((0, len(at.bundle)), dtype=np.int8)
    return Assembly(problem, start, every, at, most, Sets(np.zeros(0, dtype=np.int64), none, least), ended=False)


def _again(groups: Groups, before: Assembly, places: Ints) -> Sets | None:
    """The columns taken before, over the classes there are now; None where others are alike, or it is quick without."""
    one, other = ([group.rows for group in each.alike] for each in (before.groups, groups))
    if not before.groups.many or len(one) != len(other) or not all(map(np.array_equal, one, other)):
        return None
    counts = np.zeros((len(before.taken.group), len(groups.problem.class_size)), dtype=before.taken.counts.dtype)
    counts[:, places] = before.taken.counts
    return Sets(before.taken.group, counts, before.taken.least)


def _cheapest(problem: Problem, price: Ints) -> Ints:
    """`(C,)`: what a bundle of a class costs at least at prices `(J, K)`, in cost units."""
    pricing = priced(problem, price)
    counts = problem.class_counts[pricing.choice_class]
    cost = pricing.spill + (price[pricing.choice_row] * counts).sum(axis=1)
    out = np.full(len(problem.class_size), np.iinfo(np.int64).max)
    np.minimum.at(out, pricing.choice_class, cost)
    return out


def _taken(problem: Problem, master: Master, start: Start) -> Columns:
    """The columns of the best known assignment, one for each enforcer."""
    received = start.placement.received(problem)
    parts: list[Columns] = []
    for g, group in enumerate(master.alike):
        rows = group.rows
        counts = start.bundles[:, rows].T
        held = counts @ problem.class_counts
        parts.append(master.columns(g, counts, held, received[rows], np.zeros(len(rows), dtype=np.int64)))
    return joined(parts)
