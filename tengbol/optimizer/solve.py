"""From a problem to its proof: each connected component apart, first what is quickly proven, then the search.

A component without longer bundles is a flow, solved and proven for both objectives. Longer bundles are made whole
within the flow (`fitting`), and the few that do not fit are tried (`branching`): nearly always that is a proof. What is
left is searched in parallel processes, one worker each, under a limit of deterministic steps: an unfinished proof
leaves the best placement and its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import priced
from tengbol.optimizer.branching import branched
from tengbol.optimizer.configurations import FEW, MOST
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import Placement, Problem, components, costs
from tengbol.optimizer.stand import Proof, Stand, begun
from tengbol.optimizer.workers import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Nodes of branch and bound before anything else is tried, and for each of CP-SAT's units of the limit.
_FEW: Final = 16
_NODES: Final = 25
#: The part of the limit for what is hardly ever proven any more, and for what finds most of what it does at once.
_LAST: Final = 2
_AT_ONCE: Final = 4


@dataclass(frozen=True)
class Solution:
    """A placement with its proof, and how many components there were, and how many of them needed a search."""

    placement: Placement
    proof: Proof
    components: int
    searched: int


def solve(
    problem: Problem,
    *,
    limit: float,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Solution:
    """Place all bundles and writs of one.

    limit: CP-SAT's deterministic units for each component and objective. processes: how many search side by side;
    cluster: the scheduler of those who do so instead (`workers`); the result depends on neither. progress: called
    with components done and components in all.
    """
    parts = list(components(problem))
    stands = [_without_search(part) for part, *_ in parts]
    hard = [i for i, stand in enumerate(stands) if stand.open]
    work = [len(stand.problem.class_size) * stand.problem.shape[0] for stand in stands]
    hard.sort(key=lambda i: -work[i])
    done = len(parts) - len(hard)
    if progress:
        progress(done, len(parts))
    found = side_by_side(
        partial(_with_search, limit=limit), [stands[i] for i in hard],
        processes=processes, cluster=cluster, work=sum(work[i] for i in hard),
    )  # fmt: skip
    for i, stand in zip(hard, found, strict=True):
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


def searches(problem: Problem, *, limit: float) -> list[tuple[Callable[[Stand], Stand], Stand]]:
    """What `solve` would search, and from where: a pure function and its argument for each such component."""
    stands = [_without_search(part) for part, *_ in components(problem)]
    return [(partial(_with_search, limit=limit), stand) for stand in stands if stand.open]


def _without_search(problem: Problem) -> Stand:
    """Flow, the bundles that fit in it whole, the few others tried; where that is no proof, placement at prices."""
    relaxed = relaxation(problem)
    if len(problem.class_size) == 0:
        return Stand(problem, relaxed, None, (relaxed.first, relaxed.second), np.zeros(0, dtype=bool))
    found = branched(problem, relaxed, nodes=_FEW)
    if found.best is not None and found.proven:
        start = begun(*found.best, priced(problem, found.price))
        return Stand(problem, relaxed, start, found.bounds, found.core)
    start = place(problem, relaxed)
    stand = Stand(problem, relaxed, start, (0, 0), found.core).raised(max(relaxed.first, start.pricing.bound), 0)
    stand = stand.with_second_bound().after(found)
    return stand.with_totals() if stand.proof.first and stand.open else stand


def _with_search(stand: Stand, limit: float) -> Stand:
    """What is not proven.

    All that each enforcer could hold of the bundles that do not fit is listed, where that can be (`assembly`); its
    prices guide branch and bound. What that leaves is searched over all bundles, listed where they can be, else in the
    aggregated model (`cp_sat`).
    """
    if stand.start is None or not stand.open:
        return stand
    stand = stand.tightened()
    for step in (_assembled_at_once, _exchanged_a_while, _assembled, _guided, _exchanged, _aggregated):
        stand = step(stand, limit)
        if not stand.open:
            break
    return stand


def _exchanged_a_while(stand: Stand, limit: float) -> Stand:
    """The next as long as it mostly brings something."""
    return _exchanged(stand, limit / _AT_ONCE)


def _exchanged(stand: Stand, limit: float) -> Stand:
    """Bundles moved, exchanged and split anew, until the bound is met."""
    from tengbol.optimizer.exchange import exchanged

    if stand.proof.first:
        return stand
    return stand.improved(exchanged(stand.problem, stand.begun, stand.bounds[0], limit))


def _guided(stand: Stand, limit: float) -> Stand:
    """Branch and bound at the prices of the bundles that do not fit, with all others taken apart."""
    from tengbol.optimizer.assembly import assembled

    core = stand.core
    assembly = assembled(stand.problem.only(core), stand.begun.only(stand.problem, core))
    if assembly is None:
        return stand
    stand = stand.raised(assembly.bound, 0)
    found = branched(stand.problem, stand.relaxed, nodes=int(limit * _NODES), price=assembly.price)
    return stand.after(found)


def _assembled_at_once(stand: Stand, limit: float) -> Stand:
    """The same where that is little."""
    return _assembled(stand, limit, FEW)


def _assembled(stand: Stand, limit: float, most: int = MOST) -> Stand:
    """Over what each enforcer could hold, where that can be listed."""
    from tengbol.optimizer.assembly import assembled

    assembly = assembled(stand.problem, stand.begun, most)
    if assembly is None:
        return stand
    stand = stand.raised(assembly.bound, 0)
    if not stand.proof.first:
        bundles, bound = assembly.first(stand.begun, limit)
        stand = stand.improved(bundles).raised(bound, 0)
    if not stand.proof.second:
        bundles, bound = assembly.second(stand.begun, limit)
        stand = stand.improved(bundles).raised(0, bound)
    return stand


def _aggregated(stand: Stand, limit: float) -> Stand:
    """CP-SAT over how many of each class go to whom."""
    from tengbol.optimizer.cp_sat import search_first, search_second

    stand = stand.tightened()
    if not stand.proof.first:
        found = search_first(stand.problem, stand.begun, limit / _LAST)
        stand = stand.improved(found.bundles).raised(found.bound, 0).tightened()
    stand = stand.with_totals()
    if not stand.proof.second:
        found = search_second(stand.problem, stand.begun, limit / _LAST)
        stand = stand.improved(found.bundles).raised(0, found.bound)
    return stand
