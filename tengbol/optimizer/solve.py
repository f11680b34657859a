"""From a problem to its proof: each connected component apart, first what needs no search, then the search.

A component without longer bundles is a flow, solved and proven for both objectives. Else bundles are placed at the
prices of the flow; where that meets its own bound it is proven. What is left goes to CP-SAT, in parallel processes,
one worker each, under a limit of deterministic steps: an unfinished proof leaves the best placement and its bound.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.flow import Relaxation, relaxation, total_bound
from tengbol.optimizer.placing import Start, as_placement, completed, place
from tengbol.optimizer.problem import Placement, Problem, components, costs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Proof:
    """Both objectives of an assignment and what is proven of them, in squared thousandths of a writ."""

    objective: int
    lower_bound: int
    objective_total: int
    lower_bound_total: int

    def __add__(self, other: Proof) -> Proof:
        return Proof(
            self.objective + other.objective,
            self.lower_bound + other.lower_bound,
            self.objective_total + other.objective_total,
            self.lower_bound_total + other.lower_bound_total,
        )

    @property
    def first(self) -> bool:
        """Whether no assignment has a smaller first objective."""
        return self.objective == self.lower_bound

    @property
    def second(self) -> bool:
        """Whether, among those with this first objective, none has a smaller second."""
        return self.objective_total == self.lower_bound_total


@dataclass(frozen=True)
class Solution:
    """A placement with its proof, and how many components there were, and how many of them needed a search."""

    placement: Placement
    proof: Proof
    components: int
    searched: int


@dataclass(frozen=True)
class _Stand:
    """How far one component has come."""

    problem: Problem
    relaxed: Relaxation
    start: Start | None
    placement: Placement
    proof: Proof


def solve(
    problem: Problem, *, limit: float, processes: int = 1, progress: Callable[[int, int], None] | None = None
) -> Solution:
    """Place all bundles and writs of one.

    limit: CP-SAT's deterministic units for each component and objective. processes: how many search side by side;
    the result does not depend on it. progress: called with components done and components in all.
    """
    parts = list(components(problem))
    stands = [_without_search(part) for part, *_ in parts]
    hard = [i for i, stand in enumerate(stands) if not (stand.proof.first and stand.proof.second)]
    hard.sort(key=lambda i: -len(stands[i].problem.class_size) * stands[i].problem.shape[0])
    done = len(parts) - len(hard)
    if progress:
        progress(done, len(parts))
    for i, stand in zip(hard, _searched([stands[i] for i in hard], limit, processes), strict=True):
        stands[i] = stand
        done += 1
        if progress:
            progress(done, len(parts))
    idle = np.ones(problem.shape[0], dtype=bool)
    for _, rows, *_ in parts:
        idle[rows] = False
    first, second = costs(problem.opening[idle])
    proof = Proof(first, first, second, second)
    singles = np.zeros((len(problem.pool_member), problem.shape[1]), dtype=np.int64)
    given: list[tuple[Ints, Ints, Ints]] = []
    for stand, (_, rows, places, classes) in zip(stands, parts, strict=True):
        proof += stand.proof
        own = stand.placement
        singles[places] = own.singles
        given.append((classes[own.bundle_class], rows[own.bundle_row], own.bundle_count))
    empty = np.empty(0, dtype=np.int64)
    columns = [np.concatenate([empty, *column]) for column in zip(*given, strict=True)] or [empty] * 3
    return Solution(Placement(singles, *columns), proof, len(parts), len(hard))


def _without_search(problem: Problem) -> _Stand:
    """Flow, placement at its prices, and the bounds that come with them."""
    relaxed = relaxation(problem)
    if len(problem.class_size) == 0:
        nothing = np.zeros((0, problem.shape[0]), dtype=np.int64)
        proof = Proof(relaxed.first, relaxed.first, relaxed.second, relaxed.second)
        return _Stand(problem, relaxed, None, as_placement(nothing, relaxed.flows), proof)
    start = place(problem, relaxed)
    return _stand(problem, relaxed, start, max(relaxed.first, start.pricing.bound), 0)


def _stand(problem: Problem, relaxed: Relaxation, start: Start, first_bound: int, second_bound: int) -> _Stand:
    first, second = start.objectives
    weakest = relaxed.second if first == relaxed.first else total_bound(problem)
    proof = Proof(first, min(first, first_bound), second, min(second, max(weakest, second_bound)))
    return _Stand(problem, relaxed, start, start.placement, proof)


def _searched(stands: Sequence[_Stand], limit: float, processes: int) -> list[_Stand]:
    """Search each component, in processes of their own where there is more than one of either."""
    if processes < 2 or len(stands) < 2:
        return [_with_search(stand, limit) for stand in stands]
    # Processes are started afresh: a fork would copy the threads of whoever calls.
    with ProcessPoolExecutor(min(processes, len(stands)), mp_context=get_context("spawn")) as pool:
        return list(pool.map(_with_search, stands, [limit] * len(stands)))


def _with_search(stand: _Stand, limit: float) -> _Stand:
    """CP-SAT on what is not proven: the first objective, then the second among its best."""
    from tengbol.optimizer.cp_sat import search_first, search_second

    if stand.start is None:
        return stand
    if not stand.proof.first:
        found = search_first(stand.problem, stand.start, limit)
        start = _better(stand.problem, stand.start, found.bundles)
        stand = _stand(stand.problem, stand.relaxed, start, max(stand.proof.lower_bound, found.bound), 0)
    if not stand.proof.second and stand.start is not None:
        found = search_second(stand.problem, stand.start, limit)
        start = _better(stand.problem, stand.start, found.bundles)
        stand = _stand(stand.problem, stand.relaxed, start, stand.proof.lower_bound, found.bound)
    return stand


def _better(problem: Problem, start: Start, bundles: Ints | None) -> Start:
    """`start` with other bundles, where they are better once the writs of one are dealt around them."""
    if bundles is None:
        return start
    placement, objectives = completed(problem, bundles)
    if objectives >= start.objectives:
        return start
    return replace(start, bundles=bundles, placement=placement, objectives=objectives)
