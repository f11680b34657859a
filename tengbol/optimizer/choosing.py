"""The lot among all assignments with the objectives that were reached: docs/lot.md, points a to c, over a whole batch.

Where a component is as even with its bundles whole as with all of them taken apart, how many writs everyone gets is a
flow, and bundles are handed out within it. Elsewhere one begins from where the search, which went by the lot's order of
enforcers, put the bundles; what it chose among is not known whole, and the choice is not proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from tengbol.optimizer.equals import as_even, from_which
from tengbol.optimizer.flow import spread
from tengbol.optimizer.problem import WRIT, components
from tengbol.optimizer.whole import Handed, handed, handed_alike

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.solve import Solution
    from tengbol.optimizer.stand import Stand

    Ints = NDArray[np.int64]
    Mask = NDArray[np.bool_]


class Draw(Protocol):
    """What the seed says of cells, of ways into cells, and of bundles."""

    def cells(self, position: Ints, level: int) -> Ints:
        """Numbers of cells by their positions in `(J, K)`."""
        ...

    def places(self, position: Ints, level: int) -> Ints:
        """Numbers of a pool's ways into cells, by their positions in `(E, K)`."""
        ...

    def turn(self, bundle: int, rows: Ints, members: Sequence[int]) -> list[int]:
        """The `members` of its pool, positions in `rows`, in the order in which they come for a longer bundle."""
        ...

    def key(self, rows: Ints, bundles: Ints) -> Hashable:
        """Equal for lots that say the same of the cells of these rows and of these longer bundles, in their order."""
        ...


@dataclass(frozen=True)
class Chosen:
    """singles: `(E, K)` writs of one along each place. longer_class, longer: `(B,)` each longer bundle and its row.
    proven: `(P,)` pools of components in which nothing comes before this in the lot.
    """

    singles: Ints
    longer_class: Ints
    longer: Ints
    proven: Mask


class Choice:
    """All assignments with the objectives of a solution's, of which each lot chooses one.

    What has no part in a lot is found once, for as many of them as are asked.
    """

    def __init__(self, problem: Problem, solution: Solution) -> None:
        placement, met = solution.placement, solution.met
        self._problem, self._met, self._least = problem, met, solution.least
        stands = [stand for stand, _ in solution.parts]
        self._parts = [
            _Part(stand, stand.held, rows, places, classes)
            for stand, (_, rows, places, classes) in zip(stands, components(problem), strict=True)
            if len(classes)
        ]
        self._flows = placement.singles.copy()
        for part in self._parts:
            self._flows[part.places] += part.stand.problem.as_flows(part.held)
        self._of_met = met[problem.entry_pool][:, None]
        supply = problem.apart() * met[:, None]
        self._equals = as_even(problem, supply, problem.opening, self._flows * self._of_met) if met.any() else None

    def chosen(self, longer: Ints, draw: Draw) -> Chosen:
        """What the lot chooses. longer: `(B,)` class of each longer bundle, the longest first and then in the order of
        the lot.
        """
        problem, flows = self._problem, self._flows
        if self._equals is not None:
            flows = np.where(self._of_met, self._equals.first(draw.cells), flows)
        singles, row, proven = flows.copy(), np.zeros(len(longer), dtype=np.int64), self._met.copy()
        for part in self._parts if len(longer) else ():
            own = np.flatnonzero(np.isin(longer, part.classes))
            of_class = np.searchsorted(part.classes, longer[own])
            seat = _Seat(draw, own, part.rows, problem.shape[1])
            # Where the stand is known from another batch, the same lot has perhaps been asked of it.
            asked = (draw.key(part.rows, own), of_class.tobytes(), flows[part.places].tobytes())
            if asked not in part.stand.drawn:
                part.stand.drawn[asked] = self._handed(part, flows[part.places], of_class, seat)
            found, sure = part.stand.drawn[asked]
            proven[problem.entry_pool[part.places]] = sure
            row[own], singles[part.places] = part.rows[found.row], found.flows
        return Chosen(from_which(problem, singles, draw.places), longer, row, proven)

    def _handed(self, part: _Part, flows: Ints, of_class: Ints, seat: _Seat) -> tuple[Handed, bool]:
        """The bundles of a component, and whether nothing comes before this in the lot. flows: of its places."""
        pool = self._problem.entry_pool[part.places[0]]
        found = handed(part.stand.problem, flows, of_class, seat.turn) if self._met[pool] else None
        if found is None and self._least[pool]:
            asked = of_class, seat.cells, seat.turn
            found = part.stand.holding.first(*asked) or part.stand.few.first(*asked)
        if found is None:
            return _settled(part.stand.problem, part.held, of_class, seat), False
        return found, True


@dataclass(frozen=True)
class _Part:
    """A component with longer bundles, as `components` has it. held: `(C, J)` where these lie."""

    stand: Stand
    held: Ints
    rows: Ints
    places: Ints
    classes: Ints


@dataclass(frozen=True)
class _Seat:
    """The draw as one component asks it. bundles: `(B,)` and rows: `(J,)` its own among all; kinds: K."""

    draw: Draw
    bundles: Ints
    rows: Ints
    kinds: int

    def cells(self, position: Ints, level: int) -> Ints:
        row, kind = np.divmod(position, self.kinds)
        return self.draw.cells(self.rows[row] * self.kinds + kind, level)

    def turn(self, bundle: int, members: Sequence[int]) -> list[int]:
        return self.draw.turn(int(self.bundles[bundle]), self.rows, members)


def _settled(problem: Problem, bundles: Ints, of_class: Ints, seat: _Seat) -> Handed:
    """A component whose bundles leave no free choice: points a and b in turn, until neither changes anything.

    bundles: `(C, J)` where the search put them. Whatever comes first in the lot with the bundles held, and whatever
    with everyone's numbers held, this has; what comes first of all is not looked for.
    """
    while True:
        excess = problem.opening + WRIT * (bundles.T @ problem.class_counts)
        alone = as_even(problem, problem.singles, excess, spread(problem, problem.singles, excess)[1])
        flows = alone.first(seat.cells)
        found = handed(problem, flows + problem.as_flows(bundles), of_class, seat.turn)
        if found is None:
            members = [problem.members(int(problem.class_pool[c])).tolist() for c in of_class]
            return Handed(handed_alike(of_class, bundles, members, seat.turn), flows)
        before, bundles = bundles, np.zeros_like(bundles)
        np.add.at(bundles, (of_class, found.row), 1)
        if np.array_equal(bundles, before):
            return found
