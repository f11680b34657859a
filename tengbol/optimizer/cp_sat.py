"""The aggregated assignment as a CP-SAT model: how many of each class to whom, at least cost, and the proof.

Costs enter as tangents between neighbouring counts, exact at whole numbers (`q ≥ f(t) + (f(t+1) − f(t))·(x − t)`),
and each tangent is lifted by what a bundle longer than `t + 1` must cost above it: Σ_c g_t(a_c)·y_c, where g_t is f
less its tangent. g_t is convex and nothing up to `t + 1`, so it is superadditive there and the sum is valid. Without
the lifting the linear relaxation is the flow, which lets a bundle of twelve be spread like twelve writs.

What costs more than the best known solution allows is left out: choices by their reduced cost, and counts of a cell
by their distance from the level (`bound.Pricing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import HALF, cell_cost, level
from tengbol.optimizer.linear import UNBOUNDED, LinearModel, TooLargeError
from tengbol.optimizer.problem import WRIT, Problem, sum_of_squares

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.placing import Start
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Terms of a model at most: beyond it no search was seen to bring anything, and each takes about half a kilobyte.
_LARGEST: Final = 150_000


@dataclass(frozen=True)
class Found:
    """Bundles `(C, J)`, if anything was found, and a bound on the objective searched for,
    in squared thousandths.
    """

    bundles: Ints | None
    bound: int


def search_first(problem: Problem, start: Start, limit: float, work: Work) -> Found:
    """Minimise the first objective from `start`.

    limit: in CP-SAT's deterministic units. work: what may be done at all.
    """
    return _solved(lambda: _Search(problem, start), _Search.first, limit, work)


def search_second(problem: Problem, start: Start, limit: float, work: Work) -> Found:
    """Minimise the second objective among solutions whose first is at most that of `start`."""
    return _solved(lambda: _Search(problem, start), _Search.second, limit, work)


def _solved(build: Callable[[], _Search], aim: Callable[[_Search], int], limit: float, work: Work) -> Found:
    """Build and solve; once more without the hint should the solver stumble over it."""
    for hinted in (True, False):
        try:
            search = build()
            constant = aim(search)
        except TooLargeError:
            break
        if hinted:
            search.model.suggest()
        answer = search.model.solve(limit, work)
        if answer is not None:
            solution, bound = answer
            bundles = None if solution is None else search.bundles(solution)
            return Found(bundles, constant + 2 * WRIT * bound)
    return Found(None, -UNBOUNDED)


@dataclass
class _Bundled:
    """The choices that send writs to one cell: variables, and writs each."""

    variables: list[int]
    writs: list[int]


class _Search:
    """One component's model: choices y, writs of one z, counts x, costs q."""

    def __init__(self, problem: Problem, start: Start) -> None:
        self.problem, self.start = problem, start
        self.model = LinearModel(_LARGEST)
        self.counts = start.placement.received(problem)
        pricing = start.pricing
        #: What a choice may cost above its cheapest, a cell above its spill, and a cell above its level.
        self.room = _units(start.objectives[0] - pricing.bound)
        self.cell_room = _units(start.objectives[0] - pricing.flow_bound)
        self.bundled: dict[tuple[int, int], _Bundled] = {}
        self.singles: dict[tuple[int, int], list[int]] = {}
        self.choice: list[tuple[int, int, int]] = []
        self.cells: list[tuple[int, int, int, int]] = []
        self._choices()
        self._writs_of_one()
        self._cells()

    def _choices(self) -> None:
        """y: so many bundles of a class to an enforcer; every bundle to somebody."""
        problem, pricing, held = self.problem, self.start.pricing, self.start.bundles
        of_class, row = pricing.choice_class, pricing.choice_row
        kept = (pricing.reduced <= self.room) | (held[of_class, row] > 0)
        by_class: dict[int, list[int]] = {}
        for c, j in zip(of_class[kept].tolist(), row[kept].tolist(), strict=True):
            size = int(problem.class_size[c])
            y = self.model.variable(0, size, int(held[c, j]))
            by_class.setdefault(c, []).append(y)
            self.choice.append((c, j, y))
            for k in np.flatnonzero(problem.class_counts[c]).tolist():
                bundled = self.bundled.setdefault((j, k), _Bundled([], []))
                bundled.variables.append(y)
                bundled.writs.append(int(problem.class_counts[c, k]))
        for c, variables in by_class.items():
            size = int(problem.class_size[c])
            self.model.row(variables, [1] * len(variables), size, size)

    def _writs_of_one(self) -> None:
        """z: writs of one along each place of a pool; every writ to somebody."""
        problem, flows = self.problem, self.start.placement.singles
        for p, k in zip(*(i.tolist() for i in np.nonzero(problem.singles)), strict=True):
            supply = int(problem.singles[p, k])
            variables: list[int] = []
            for place in range(int(problem.pool_start[p]), int(problem.pool_start[p + 1])):
                z = self.model.variable(0, supply, int(flows[place, k]))
                variables.append(z)
                self.singles.setdefault((int(problem.pool_member[place]), k), []).append(z)
            self.model.row(variables, [1] * len(variables), supply, supply)

    def _cells(self) -> None:
        """x, the count of a cell, and q, its cost above the least f(x) − price·x."""
        problem = self.problem
        opening, price = problem.opening, self.start.pricing.price
        self.least = level(opening, price)
        every, reach = np.zeros_like(opening), np.zeros_like(opening)
        parts = problem.apart() - problem.singles
        np.add.at(every, problem.pool_member, parts[problem.entry_pool])
        np.add.at(reach, problem.pool_member, problem.apart()[problem.entry_pool])
        for j, k in sorted(self.bundled.keys() | self.singles.keys()):
            singles, bundled = self.singles.get((j, k), []), self.bundled.get((j, k), _Bundled([], []))
            cost = _Cell(int(opening[j, k]), int(price[j, k]), int(self.least[j, k]))
            known = int(self.counts[j, k])
            low, high = cost.window(self.room, self.cell_room, int(every[j, k]), int(reach[j, k]), known)
            x = self.model.variable(low, high, known)
            self.model.row([*bundled.variables, *singles, x], [*bundled.writs, *[1] * len(singles), -1], 0, 0)
            q = self.model.epigraph(cost.at, x, known, bundled.variables, bundled.writs)
            self.cells.append((j, k, x, q))

    def _first_terms(self) -> tuple[list[int], list[int], int]:
        """The first objective in cost units above all openings: variables, coefficients, constant."""
        opening, price = self.problem.opening, self.start.pricing.price
        variables, coefficients = [q for *_, q in self.cells], [1] * len(self.cells)
        constant = 0
        for j, k, x, _ in self.cells:
            variables.append(x)
            coefficients.append(int(price[j, k]))
            constant += int(cell_cost(opening[j, k], self.least[j, k]) - price[j, k] * self.least[j, k])
        return variables, coefficients, constant

    def first(self) -> int:
        """Set the first objective; what to add to it, in squared thousandths."""
        variables, coefficients, constant = self._first_terms()
        self.model.minimise(variables, coefficients)
        return 2 * WRIT * constant + sum_of_squares(self.problem.opening)

    def second(self) -> int:
        """Hold the first objective where it is and set the second; what to add to it, in squared thousandths."""
        variables, coefficients, constant = self._first_terms()
        reached = (self.start.objectives[0] - sum_of_squares(self.problem.opening)) // (2 * WRIT) - constant
        self.model.row(variables, coefficients, -UNBOUNDED, reached)
        # Counts are taken above the least the cells can hold, and bundles by what they hold above that.
        least = np.zeros_like(self.problem.opening)
        cells: list[list[int]] = [[] for _ in least]
        for j, k, x, _ in self.cells:
            cells[j].append(x)
            least[j, k] = self.model.domain[x][0]
        excess = (self.problem.opening + WRIT * least).sum(axis=1)
        floor = least.sum(axis=1).tolist()
        bundles: list[tuple[list[int], list[int]]] = [([], []) for _ in cells]
        for c, j, y in self.choice:
            bundles[j][0].append(y)
            bundles[j][1].append(int(np.maximum(0, self.problem.class_counts[c] - least[j]).sum()))
        costs: list[int] = []
        base = 0
        for j, own in enumerate(cells):
            if not own:
                continue
            high = sum(self.model.domain[x][1] for x in own) - floor[j]
            hint = int(self.counts[j].sum()) - floor[j]
            above = self.model.variable(0, high, hint)
            self.model.row([*own, above], [*[1] * len(own), -1], floor[j], floor[j])
            opening = np.array(excess[j])
            cost = _Cell(int(opening), 0, int(level(opening, np.zeros_like(opening))))
            base += cost.floor
            costs.append(self.model.epigraph(cost.at, above, hint, *bundles[j]))
        self.model.minimise(costs, [1] * len(costs))
        return 2 * WRIT * base + sum_of_squares(excess)

    def bundles(self, solution: list[int]) -> Ints:
        """`(C, J)` bundles of a solution."""
        out = np.zeros_like(self.start.bundles)
        for c, j, y in self.choice:
            out[c, j] = solution[y]
        return out


@dataclass(frozen=True)
class _Cell:
    """f(x) − price·x of one cell, above its least value."""

    opening: int
    price: int
    least: int

    @property
    def floor(self) -> int:
        """The least value of f(x) − price·x."""
        return (self.opening - self.price) * self.least + HALF * self.least * self.least

    def at(self, x: int) -> int:
        """f(x) − price·x − floor."""
        return (self.opening - self.price) * x + HALF * x * x - self.floor

    def window(self, room: int, cell_room: int, bundled: int, most: int, known: int) -> tuple[int, int]:
        """The counts, at most `most`, worth looking at; `known`, which is known to be good, is always one.

        A cell costs at most `room` above what its bundles, at most `bundled` writs, spill; and `cell_room` in all.
        """
        spill = self.at(bundled) if bundled > self.least else 0
        upper = min(cell_room, spill + room)
        low = high = min(self.least, most)
        while low > 0 and self.at(low - 1) <= room:
            low -= 1
        while high < most and self.at(high + 1) <= upper:
            high += 1
        return min(low, known), max(high, known)


def _units(squares: int) -> int:
    """Squared thousandths in cost units, rounded up."""
    return -(-squares // (2 * WRIT))
