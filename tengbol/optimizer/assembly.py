"""Small crowded components, proven for both objectives over everything each enforcer could hold.

Where few enforcers share long bundles, prices alone leave a gap that a search has to close by trying. Here all
configurations worth a look are listed (`configurations`), a programme over them bounds the problem closely (`master`),
and CP-SAT takes the best of the few columns that are left (`choice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF, priced, prices
from tengbol.optimizer.choice import Choice
from tengbol.optimizer.configurations import MOST, groups, listed
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.master import FINE, Columns, Master, Multipliers, joined
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.configurations import Group
    from tengbol.optimizer.placing import Start

    Ints = NDArray[np.int64]


#: Costs above this, in fine units, could leave 64 bits.
_LARGEST: Final = 2**43


@dataclass(frozen=True)
class Assembly:
    """A component whose configurations are listed: its programme, at its best multipliers."""

    problem: Problem
    master: Master
    at: Multipliers

    @property
    def bound(self) -> int:
        """On the first objective, squared thousandths."""
        return sum_of_squares(self.problem.opening) + 2 * WRIT * self.at.bound

    @property
    def price(self) -> Ints:
        """`(J, K)`: what a writ costs at an enforcer, in whole cost units."""
        out = np.zeros_like(self.problem.opening)
        for own in self.master.every:
            out[own.group.rows] = (self.at.writ[own.group.kind] + FINE // 2) // FINE
        return out

    def first(self, start: Start, limit: float) -> tuple[Ints | None, int]:
        """Bundles `(C, J)` with a smaller first objective than `start`, if there are any; and a bound, in squares."""
        base = sum_of_squares(self.problem.opening)
        best = (start.objectives[0] - base) // (2 * WRIT)
        room = best * FINE - self.at.exact
        columns = self.master.within(self.at, room)
        if columns is None:
            return None, self.bound
        found = Choice(self.master, self.at, columns, room).least(
            columns.cost, best, self._lifted(base, self.problem.opening, self.problem.apart().sum(axis=0)),
            _taken(self.problem, self.master, start), limit,
        )  # fmt: skip
        return self._bundles(found.columns), base + 2 * WRIT * found.bound

    def second(self, start: Start, limit: float) -> tuple[Ints | None, int]:
        """The same for the second objective, among assignments whose first is at most that of `start`."""
        opening = self.problem.opening.sum(axis=1, keepdims=True)
        base = sum_of_squares(opening)
        best = (start.objectives[1] - base) // (2 * WRIT)
        room = (start.objectives[0] - sum_of_squares(self.problem.opening)) // (2 * WRIT) * FINE - self.at.exact
        columns = self.master.within(self.at, room)
        if columns is None:
            return None, 0
        total = columns.writs.sum(axis=1)
        excess = np.array([own.group.opening.sum() for own in self.master.every])[columns.group]
        found = Choice(self.master, self.at, columns, room).least(
            excess * total + HALF * total * total, best,
            self._lifted(base, opening, self.problem.apart().sum(axis=(0, 1))[None]),
            _taken(self.problem, self.master, start), limit,
        )  # fmt: skip
        return self._bundles(found.columns), base + 2 * WRIT * found.bound

    def _lifted(self, base: int, opening: Ints, writs: Ints) -> Callable[[int], int]:
        return lambda units: (rounded_up(base + 2 * WRIT * units, opening, writs) - base) // (2 * WRIT)

    def _bundles(self, columns: Columns | None) -> Ints | None:
        """`(C, J)`: each enforcer of a group gets one of its columns, in their order."""
        if columns is None:
            return None
        out = np.zeros((len(self.problem.class_size), self.problem.shape[0]), dtype=np.int64)
        for g, own in enumerate(self.master.every):
            out[:, own.group.rows] = columns.counts[columns.group == g].T
        return out


def assembled(problem: Problem, start: Start, most: int = MOST) -> Assembly | None:
    """List what each enforcer could hold in an assignment as good as `start`; None where that is too much.

    most: how many configurations are not too much.
    """
    writs = problem.apart().sum(axis=0)
    if int(writs.sum()) * (int(np.abs(problem.opening).max()) + WRIT * int(writs.sum())) > _LARGEST:
        return None
    alike, kinds = groups(problem, _open(problem, start))
    base = sum_of_squares(problem.opening)
    price, plain = max(
        (_of_kinds(problem, alike, len(kinds), each) for each in _candidates(problem, start)),
        key=lambda one: one[1],
    )
    cheapest = _cheapest(problem, alike, price)
    every, pays = None, cheapest
    for pays in _payments(cheapest, start.pricing.extra):
        left = (start.objectives[0] - plain) // (2 * WRIT) - int((pays - cheapest) @ problem.class_size)
        every = listed(problem, alike, price, pays, left, most)
        if every is not None:
            break
    if every is None:
        return None
    master = Master(problem, every, kinds, start.placement.singles)
    at = master.bounded(FINE * price, FINE * pays)
    best = start.objectives[0]
    return Assembly(
        problem, master,
        master.tightened(
            at, _taken(problem, master, start),
            lambda units: rounded_up(base + 2 * WRIT * units, problem.opening, writs) >= best,
        ),
    )  # fmt: skip


def _payments(cheapest: Ints, extra: Ints) -> list[Ints]:
    """What bundles may pay: best as competition makes them, else each its cheapest choice."""
    return [cheapest + extra, cheapest] if extra.any() else [cheapest]


def _open(problem: Problem, start: Start) -> NDArray[np.bool_]:
    """`(C, J)`: the choices that an assignment as good as `start` may hold, by their reduced costs."""
    pricing = start.pricing
    room = -(-(start.objectives[0] - pricing.bound) // (2 * WRIT))
    out = start.bundles > 0
    near = pricing.reduced <= room
    out[pricing.choice_class[near], pricing.choice_row[near]] = True
    return out


def _candidates(problem: Problem, start: Start) -> list[Ints]:
    relaxed = relaxation(problem)
    return [
        start.pricing.price,
        prices(problem, problem.apart(), problem.opening, relaxed.counts, relaxed.flows),
    ]


def _of_kinds(problem: Problem, alike: Sequence[Group], kinds: int, price: Ints) -> tuple[Ints, int]:
    """Prices `(F, K)`, one for each kind of group, near `price` `(J, K)`; and the bound at them, in squares."""
    of_kind = np.full((kinds, problem.shape[1]), np.iinfo(np.int64).max)
    for group in alike:
        of_kind[group.kind] = np.minimum(of_kind[group.kind], price[group.rows].min(axis=0))
    return of_kind, priced(problem, _by_row(problem, alike, of_kind)).bound


def _by_row(problem: Problem, alike: Sequence[Group], of_kind: Ints) -> Ints:
    out = np.zeros_like(problem.opening)
    for group in alike:
        out[group.rows] = of_kind[group.kind]
    return out


def _cheapest(problem: Problem, alike: Sequence[Group], of_kind: Ints) -> Ints:
    """`(C,)`: what a bundle of a class pays at least, in cost units."""
    price = _by_row(problem, alike, of_kind)
    pricing = priced(problem, price)
    counts = problem.class_counts[pricing.choice_class]
    cost = pricing.spill + (price[pricing.choice_row] * counts).sum(axis=1)
    out = np.full(len(problem.class_size), np.iinfo(np.int64).max)
    np.minimum.at(out, pricing.choice_class, cost)
    return out


def _taken(problem: Problem, master: Master, start: Start) -> Columns:
    """The columns of the best known assignment, one for each enforcer."""
    received = start.placement.received(problem)
    parts = []
    for g, own in enumerate(master.every):
        rows = own.group.rows
        counts = start.bundles[:, rows].T
        held = counts @ problem.class_counts
        parts.append(master.columns(g, counts, held, received[rows], np.zeros(len(rows), dtype=np.int64)))
    return joined(parts)
