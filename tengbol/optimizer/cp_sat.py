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
from ortools.sat.python import cp_model

from tengbol.optimizer.bound import HALF, cell_cost, level
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.placing import Start

    Ints = NDArray[np.int64]

_UNBOUNDED: Final = 2**60


@dataclass(frozen=True)
class Found:
    """Bundles `(C, J)` if anything was found, and a bound on the objective searched for, in squared thousandths."""

    bundles: Ints | None
    bound: int


class _Builder:
    """A model written in bulk: lists of indices and coefficients straight into the protocol message."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self._message = self.model.proto
        self.hint: list[int] = []
        self.domain: list[tuple[int, int]] = []

    def variable(self, low: int, high: int, hint: int) -> int:
        """A new integer variable; its index."""
        self._message.variables.add().domain.extend([low, high])
        self.domain.append((low, high))
        self.hint.append(min(max(hint, low), high))
        return len(self.hint) - 1

    def linear(self, variables: list[int], coefficients: list[int], low: int, high: int) -> None:
        """Add low ≤ Σ coefficient·variable ≤ high."""
        linear = self._message.constraints.add().linear
        linear.vars.extend(variables)
        linear.coeffs.extend(coefficients)
        linear.domain.extend([low, high])

    def minimise(self, variables: list[int], coefficients: list[int]) -> None:
        """Set the objective."""
        self._message.objective.vars.extend(variables)
        self._message.objective.coeffs.extend(coefficients)

    def suggest(self) -> None:
        """Begin from the hinted solution."""
        self._message.solution_hint.vars.extend(range(len(self.hint)))
        self._message.solution_hint.values.extend(self.hint)


def search_first(problem: Problem, start: Start, limit: float) -> Found:
    """Minimise the first objective from `start`; `limit` in CP-SAT's deterministic units."""
    return _solved(lambda: _Search(problem, start).first(), limit)


def search_second(problem: Problem, start: Start, limit: float) -> Found:
    """Minimise the second objective among solutions whose first is at most that of `start`."""
    return _solved(lambda: _Search(problem, start).second(), limit)


def _solved(build: Callable[[], tuple[_Search, int]], limit: float) -> Found:
    """Build and solve; once more without the hint should the solver stumble over it."""
    for hinted in (True, False):
        search, constant = build()
        if hinted:
            search.builder.suggest()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = limit
        try:
            status = solver.solve(search.builder.model)
        except IndexError:  # CP-SAT has failed so on a hinted model that it solved without one
            continue
        if status in (cp_model.MODEL_INVALID, cp_model.INFEASIBLE):
            raise ArithmeticError(f"{solver.status_name(status)}: {search.builder.model.validate()}")
        bound = constant + 2 * WRIT * round(solver.best_objective_bound)
        if status == cp_model.UNKNOWN:
            return Found(None, bound)
        return Found(search.bundles(solver.response_proto.solution), bound)
    return Found(None, -_UNBOUNDED)


class _Search:
    """One component's model: choices y, writs of one z, counts x, costs q."""

    def __init__(self, problem: Problem, start: Start) -> None:
        self.problem, self.start = problem, start
        self.builder = _Builder()
        pricing = start.pricing
        units = start.objectives[0] - np.array([pricing.bound, pricing.flow_bound])
        #: What a choice may cost above its cheapest, and a cell above its level, in cost units.
        self.choice_room, self.cell_room = (int(-(-u // (2 * WRIT))) for u in units)
        rows, categories, _ = problem.shape
        self.terms: list[list[tuple[list[int], list[int], list[int]]]] = [
            [([], [], []) for _ in range(categories)] for _ in range(rows)
        ]
        self.counts = start.placement.received(problem)
        self.choice: list[tuple[int, int, int]] = []
        self.flow: list[tuple[int, int, int]] = []
        self.cells: list[tuple[int, int, int, int]] = []
        self._bundles()
        self._writs_of_one()
        self._cells()

    def _bundles(self) -> None:
        """y: so many bundles of a class to an enforcer; every bundle to somebody."""
        problem, pricing = self.problem, self.start.pricing
        kept = (pricing.reduced <= self.choice_room) | (
            self.start.bundles[pricing.choice_class, pricing.choice_row] > 0
        )
        by_class: list[list[int]] = [[] for _ in problem.class_size]
        for c, j in zip(pricing.choice_class[kept].tolist(), pricing.choice_row[kept].tolist(), strict=True):
            size = int(problem.class_size[c])
            y = self.builder.variable(0, size, int(self.start.bundles[c, j]))
            by_class[c].append(y)
            self.choice.append((c, j, y))
            for k in np.flatnonzero(problem.class_counts[c]).tolist():
                variables, coefficients, sizes = self.terms[j][k]
                variables.append(y)
                coefficients.append(int(problem.class_counts[c, k]))
                sizes.append(size)
        for c, variables in enumerate(by_class):
            size = int(problem.class_size[c])
            self.builder.linear(variables, [1] * len(variables), size, size)

    def _writs_of_one(self) -> None:
        """z: writs of one along each place of a pool; every writ to somebody."""
        problem = self.problem
        self.singles: dict[tuple[int, int], list[int]] = {}
        for p, k in zip(*(i.tolist() for i in np.nonzero(problem.singles)), strict=True):
            supply = int(problem.singles[p, k])
            variables = []
            for place in range(int(problem.pool_start[p]), int(problem.pool_start[p + 1])):
                j = int(problem.pool_member[place])
                z = self.builder.variable(0, supply, int(self.start.placement.singles[place, k]))
                variables.append(z)
                self.flow.append((j, k, z))
                self.singles.setdefault((j, k), []).append(z)
            self.builder.linear(variables, [1] * len(variables), supply, supply)

    def _cells(self) -> None:
        """x, the count of a cell, and q, its cost above the least f(x) − price·x."""
        problem = self.problem
        opening, price = problem.opening, self.start.pricing.price
        self.least = level(opening, price)
        reach = np.zeros_like(opening)
        np.add.at(reach, problem.pool_member, problem.singles[problem.entry_pool])
        for j, row in enumerate(self.terms):
            for k, (variables, coefficients, sizes) in enumerate(row):
                singles = self.singles.get((j, k), [])
                if not variables and not singles:
                    continue
                most = sum(a * n for a, n in zip(coefficients, sizes, strict=True)) + int(reach[j, k])
                cost = _Cell(int(opening[j, k]), int(price[j, k]), int(self.least[j, k]))
                low, high = cost.window(self.cell_room, most, int(self.counts[j, k]))
                x = self.builder.variable(low, high, int(self.counts[j, k]))
                self.builder.linear([*variables, *singles, x], [*coefficients, *[1] * len(singles), -1], 0, 0)
                q = self._epigraph(cost.at, x, low, high, int(self.counts[j, k]), variables, coefficients)
                self.cells.append((j, k, x, q))

    def _epigraph(
        self,
        f: Callable[[int], int],
        x: int,
        low: int,
        high: int,
        hint: int,
        variables: list[int],
        lengths: list[int],
    ) -> int:
        """A variable at least f(x), by lifted tangents; f convex, and never negative."""
        q = self.builder.variable(0, max(f(low), f(high)), f(hint))
        for t in range(low, max(low + 1, high)):
            slope = f(t + 1) - f(t)
            lift = [(v, f(a) - f(t) - slope * (a - t)) for v, a in zip(variables, lengths, strict=True) if a > t + 1]
            self.builder.linear(
                [q, x, *(v for v, _ in lift)],
                [1, -slope, *(-w for _, w in lift)],
                f(t) - slope * t,
                _UNBOUNDED,
            )
        return q

    def _first_terms(self) -> tuple[list[int], list[int], int]:
        """The first objective in cost units above all openings: variables, coefficients, constant."""
        opening, price = self.problem.opening, self.start.pricing.price
        variables, coefficients = [q for *_, q in self.cells], [1] * len(self.cells)
        for j, k, x, _ in self.cells:
            variables.append(x)
            coefficients.append(int(price[j, k]))
        constant = sum(
            int(cell_cost(opening[j, k], self.least[j, k]) - price[j, k] * self.least[j, k]) for j, k, *_ in self.cells
        )
        return variables, coefficients, constant

    def first(self) -> tuple[_Search, int]:
        """Set the first objective; the constant to add, in squared thousandths."""
        variables, coefficients, constant = self._first_terms()
        self.builder.minimise(variables, coefficients)
        return self, 2 * WRIT * constant + sum(int(v) ** 2 for v in self.problem.opening.ravel())

    def second(self) -> tuple[_Search, int]:
        """Hold the first objective where it is and set the second; the constant to add, in squared thousandths."""
        variables, coefficients, constant = self._first_terms()
        openings = sum(int(v) ** 2 for v in self.problem.opening.ravel())
        reached = (self.start.objectives[0] - openings) // (2 * WRIT) - constant
        self.builder.linear(variables, coefficients, -_UNBOUNDED, reached)
        total = self.problem.opening.sum(axis=1)
        length = self.problem.class_counts.sum(axis=1).tolist()
        cells: list[list[int]] = [[] for _ in total]
        bundles: list[tuple[list[int], list[int]]] = [([], []) for _ in total]
        for j, _, x, _ in self.cells:
            cells[j].append(x)
        for c, j, y in self.choice:
            bundles[j][0].append(y)
            bundles[j][1].append(length[c])
        least = level(total, np.zeros_like(total)).tolist()
        costs, base = [], 0
        for j, own in enumerate(cells):
            low = sum(self.builder.domain[x][0] for x in own)
            high = sum(self.builder.domain[x][1] for x in own)
            hint = int(self.counts[j].sum())
            x = self.builder.variable(low, high, hint)
            self.builder.linear([*own, x], [*[1] * len(own), -1], 0, 0)
            cost = _Cell(int(total[j]), 0, least[j])
            base += cost.floor
            costs.append(self._epigraph(cost.at, x, low, high, hint, *bundles[j]))
        self.builder.minimise(costs, [1] * len(costs))
        return self, 2 * WRIT * base + sum(int(v) ** 2 for v in total)

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

    def window(self, room: int, most: int, known: int) -> tuple[int, int]:
        """The counts, at most `most`, that cost no more than `room`; and `known`, which is known to be good."""
        low = high = min(self.least, most)
        while low > 0 and self.at(low - 1) <= room:
            low -= 1
        while high < most and self.at(high + 1) <= room:
            high += 1
        return min(low, known), max(high, known)
