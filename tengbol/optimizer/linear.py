"""A CP-SAT model written in bulk: indices and coefficients straight into its protocol message."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Final

from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Beyond any value that occurs; CP-SAT's own limit is 2⁶³.
UNBOUNDED: Final = 2**60


class LinearModel:
    """Integer variables, linear rows, and the tangents of convex costs."""

    def __init__(self) -> None:
        self.model = cp_model.CpModel()
        self._message = self.model.proto
        self._hint: list[int] = []
        #: Least and greatest value of each variable.
        self.domain: list[tuple[int, int]] = []

    def variable(self, low: int, high: int, hint: int) -> int:
        """A new integer variable; its index."""
        self._message.variables.add().domain.extend([low, high])
        self.domain.append((low, high))
        self._hint.append(min(max(hint, low), high))
        return len(self._hint) - 1

    def row(self, variables: Sequence[int], coefficients: Sequence[int], low: int, high: int) -> None:
        """Add low ≤ Σ coefficient·variable ≤ high."""
        linear = self._message.constraints.add().linear
        linear.vars.extend(variables)
        linear.coeffs.extend(coefficients)
        linear.domain.extend([low, high])

    def epigraph(
        self, cost: Callable[[int], int], x: int, hint: int, items: Sequence[int], lengths: Sequence[int]
    ) -> int:
        """A variable at least cost(x), for a convex cost that is never negative, by lifted tangents.

        x is at least Σ length·item for the 0-or-more variables `items`: a tangent at t is lifted by what an item
        longer than t + 1 must cost above it (see `cp_sat`).
        """
        low, high = self.domain[x]
        q = self.variable(0, max(cost(low), cost(high)), cost(hint))
        for t in range(low, max(low + 1, high)):
            slope = cost(t + 1) - cost(t)
            lift = [(v, cost(a) - cost(t) - slope * (a - t)) for v, a in zip(items, lengths, strict=True) if a > t + 1]
            self.row([q, x, *(v for v, _ in lift)], [1, -slope, *(-w for _, w in lift)], cost(t) - slope * t, UNBOUNDED)
        return q

    def minimise(self, variables: Sequence[int], coefficients: Sequence[int]) -> None:
        """Set the objective."""
        self._message.objective.vars.extend(variables)
        self._message.objective.coeffs.extend(coefficients)

    def suggest(self) -> None:
        """Begin from the hinted solution."""
        self._message.solution_hint.vars.extend(range(len(self._hint)))
        self._message.solution_hint.values.extend(self._hint)

    def solve(self, limit: float, *, feasible: bool = True) -> tuple[list[int] | None, int] | None:
        """A solution, if one was found, and the bound; None when the solver stumbled.

        feasible: whether there must be a solution; where there need not and is none, the bound is beyond everything.
        One worker and a limit in deterministic units: the same steps, and the same answer, every time.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = limit
        # An interrupt ends the run: a search that took it for itself would end early, and the run go on with less.
        solver.parameters.catch_sigint_signal = False
        try:
            status = _interruptible(solver, self.model)
        except IndexError:  # CP-SAT has failed so on a hinted model that it solved without one
            return None
        if status == cp_model.INFEASIBLE and not feasible:
            return None, UNBOUNDED
        if status in (cp_model.MODEL_INVALID, cp_model.INFEASIBLE):
            raise ArithmeticError(f"{solver.status_name(status)}: {self.model.validate()}")
        if status == cp_model.UNKNOWN:  # its bound may then be a zero that nothing stands behind
            return None, -UNBOUNDED
        return list(solver.response_proto.solution), round(solver.best_objective_bound)


def _interruptible(solver: cp_model.CpSolver, model: cp_model.CpModel) -> Any:
    """Solve in a thread of its own, so that an interrupt reaches the thread that waits, and ends the search at once."""
    with ThreadPoolExecutor(1) as beside:
        search = beside.submit(solver.solve, model)
        try:
            return search.result()
        finally:
            while not search.done():
                # Again and again: a search that has not quite begun does not hear the first time.
                solver.stop_search()
                wait([search], timeout=0.05)
