"""A CP-SAT model written in bulk: indices and coefficients straight into its protocol message.

It is solved by what `ortools.sat.python.cp_model` itself calls: that module would load pandas, 30 MB, besides.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from ortools.sat.python import cp_model_helper as cp_sat

from tengbol.optimizer.beside import given_back
from tengbol.optimizer.work import SEARCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tengbol.optimizer.work import Work

    _One = TypeVar("_One", covariant=True)

    # What is used of CP-SAT's messages: OR-tools' own types leave open what these fields hold.
    class _Numbers(Protocol):
        def extend(self, numbers: Iterable[int], /) -> None: ...

    class _Several(Protocol[_One]):
        def add(self) -> _One: ...

    class _Variable(Protocol):
        @property
        def domain(self) -> _Numbers: ...

    class _Terms(_Variable, Protocol):
        @property
        def vars(self) -> _Numbers: ...
        @property
        def coeffs(self) -> _Numbers: ...

    class _Row(Protocol):
        @property
        def linear(self) -> _Terms: ...

    class _Hint(Protocol):
        @property
        def vars(self) -> _Numbers: ...
        @property
        def values(self) -> _Numbers: ...

    class _Message(Protocol):
        @property
        def variables(self) -> _Several[_Variable]: ...
        @property
        def constraints(self) -> _Several[_Row]: ...
        @property
        def objective(self) -> _Terms: ...
        @property
        def solution_hint(self) -> _Hint: ...

    class _Response(Protocol):
        @property
        def status(self) -> cp_sat.CpSolverStatus: ...
        @property
        def solution(self) -> Iterable[int]: ...
        @property
        def best_objective_bound(self) -> float: ...
        @property
        def deterministic_time(self) -> float: ...

    class _Solver(Protocol):
        def set_parameters(self, parameters: cp_sat.SatParameters, /) -> None: ...
        def solve(self, message: _Message, /) -> _Response: ...
        def stop_search(self) -> None: ...

    class _Reasons(Protocol):
        def validate_model(self, message: _Message, /) -> str: ...


#: Beyond any value that occurs; CP-SAT's own limit is 2⁶³.
UNBOUNDED: Final = 2**60


class TooLargeError(Exception):
    """A model has more terms than it was allowed."""


class LinearModel:
    """Integer variables, linear rows, and the tangents of convex costs.

    most: terms that all rows together may have; `TooLargeError` is raised where there are more.
    """

    def __init__(self, most: int = UNBOUNDED) -> None:
        self.message: _Message = cp_sat.CpModelProto()
        self._left = most
        self._hint: list[int] = []
        #: Least and greatest value of each variable.
        self.domain: list[tuple[int, int]] = []

    def variable(self, low: int, high: int, hint: int) -> int:
        """A new integer variable; its index."""
        self.message.variables.add().domain.extend([low, high])
        self.domain.append((low, high))
        self._hint.append(min(max(hint, low), high))
        return len(self._hint) - 1

    def row(self, variables: Sequence[int], coefficients: Sequence[int], low: int, high: int) -> None:
        """Add low ≤ Σ coefficient·variable ≤ high."""
        self._left -= len(variables)
        if self._left < 0:
            raise TooLargeError
        linear = self.message.constraints.add().linear
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
        self.message.objective.vars.extend(variables)
        self.message.objective.coeffs.extend(coefficients)

    def suggest(self) -> None:
        """Begin from the hinted solution."""
        self.message.solution_hint.vars.extend(range(len(self._hint)))
        self.message.solution_hint.values.extend(self._hint)

    def solve(self, limit: float, work: Work, *, feasible: bool = True) -> tuple[list[int] | None, int] | None:
        """A solution, if one was found, and the bound; None when the solver stumbled.

        feasible: whether there must be a solution; where there need not and is none, the bound is beyond everything.
        One worker and a limit in deterministic units, no more of them than there is work left: the same steps, and the
        same answer, every time.
        """
        limit = min(limit, work.left / SEARCH)
        if limit <= 0:
            return None, -UNBOUNDED
        parameters = cp_sat.SatParameters()
        parameters.num_workers = 1
        parameters.linearization_level = 2
        parameters.max_deterministic_time = limit
        # An interrupt ends the run: a search that took it for itself would end early, and the run go on with less.
        parameters.catch_sigint_signal = False
        try:
            answer = _interruptible(_limited(cp_sat.SolveWrapper(), parameters), self.message)
        except IndexError:  # CP-SAT has failed so on a hinted model that it solved without one
            return None
        work.left -= round(SEARCH * answer.deterministic_time)
        status, ended = answer.status, cp_sat.CpSolverStatus
        if status == ended.INFEASIBLE and not feasible:
            return None, UNBOUNDED
        if status in (ended.MODEL_INVALID, ended.INFEASIBLE):
            raise ArithmeticError(f"{status.name}: {_wrong(cp_sat.CpSatHelper, self.message)}")
        if status == ended.UNKNOWN:  # its bound may then be a zero that nothing stands behind
            return None, -UNBOUNDED
        return list(answer.solution), round(answer.best_objective_bound)


def _limited(solver: _Solver, parameters: cp_sat.SatParameters) -> _Solver:
    solver.set_parameters(parameters)
    return solver


def _wrong(reasons: _Reasons, message: _Message) -> str:
    return reasons.validate_model(message)


def _interruptible(solver: _Solver, message: _Message) -> _Response:
    """Solve in a thread of its own, so that an interrupt reaches the thread that waits, and ends the search at once."""
    with ThreadPoolExecutor(1) as beside:
        search = beside.submit(solver.solve, message)
        try:
            return search.result()
        finally:
            while not search.done():
                # Again and again: a search that has not quite begun does not hear the first time.
                solver.stop_search()
                wait([search], timeout=0.05)
            given_back()
