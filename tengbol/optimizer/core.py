"""Which bundles need be kept whole: the few that do not fit, and those that come to be in their way.

Most bundles fit, whole, in any good flow of writs (`fitting`), and cost what their writs cost alone. Those that do not
are the core. A problem with only the core whole (`Problem.only`) bounds the whole problem for both objectives, and is
solved over configurations (`assembly`). Where all others then fit in what is left, nothing better can be; those that
do not fit join the core.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.assembly import assembled, too_large, unassembled
from tengbol.optimizer.configurations import membership
from tengbol.optimizer.fitting import fitted
from tengbol.optimizer.flow import spread
from tengbol.optimizer.grouped import between
from tengbol.optimizer.master import FINE
from tengbol.optimizer.problem import WRIT, costs
from tengbol.optimizer.stand import begun

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.assembly import Assembly
    from tengbol.optimizer.placing import Start
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.stand import Stand
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Pools that hold so much of all their members together are nearly alike.
_NEAR: Final = 0.8
#: So many columns are little, and so many not too many.
FEW: Final = 2_000
MOST: Final = 60_000
#: Columns × classes are held several times over: this keeps a process below 400 MB.
_CELLS: Final = 1_500_000
#: Terms of programmes solved at one time, for each column that is not too many, and at most: half a minute.
_TERMS: Final = 750
_WORK: Final = 3_000_000
#: All columns of so many bundles are looked at, and those of average length of so many.
_EVERY: Final = 64
_AVERAGE: Final = 128
#: Of so few classes × enforcers all are looked at at once: one programme takes less than two that grow.
_SMALL: Final = 500
#: How often a solver may search.
_SEARCHES: Final = 4
#: How often the core may grow.
_TIMES: Final = 12


def solved(stand: Stand, limit: float, most: int, work: Work) -> Stand:
    """The component with what its core says of both objectives.

    limit: in CP-SAT's deterministic units. most: how many columns are not too many. work: a part of it is taken.
    """
    if work.left < 0:
        return stand
    with work.part(min(_WORK, _TERMS * most)) as own:
        return _grown(stand, limit, most, own)


def coverable(problem: Problem) -> bool:
    """Whether everyone may have everything, all in long bundles of several categories."""
    several = problem.apart().any(axis=0).sum() > 1
    return bool(several) and problem.shape[2] == 1 and not problem.singles.any() and not too_large(problem)


def covered(stand: Stand, most: int, work: Work) -> Stand:
    """The component with what columns that cost nothing, or hardly anything, above the flow's bound can cover: all
    columns of a few bundles, and those of no more bundles than everyone has on average of some more.
    """
    problem, start = stand.problem, stand.begun
    bundles, rows = int(problem.class_size.sum()), problem.shape[0]
    if not coverable(problem) or bundles > _AVERAGE:
        return stand
    longest = None if bundles <= _EVERY else -(-bundles // rows)
    assembly = unassembled(problem, start, between(problem.opening, stand.relaxed.counts), most, work, longest)
    if longest is None:
        every = np.ones(len(problem.class_size), dtype=bool)
        return _placed(replace(stand, assembly=(assembly, every)), every, assembly, 0)[0]
    # What these columns do not hold may yet be held by others.
    stand = stand.taken(assembly.first(0, (0,)).bundles)
    if stand.proof.first:
        stand = stand.taken(replace(assembly, start=stand.begun).second(stand.proof.objective, 0).bundles)
    return stand


def _grown(stand: Stand, limit: float, most: int, work: Work) -> Stand:
    """The same; the core grows until nothing is left out of it, or there is no more to do with."""
    core, pooled, tries = stand.nowhere | stand.core, True, _SEARCHES
    if core.size * stand.problem.shape[0] <= _SMALL:
        core = np.ones_like(core)
    writ, bundle = FINE * stand.begun.pricing.price, np.zeros(len(stand.core), dtype=np.int64)
    if stand.assembly is not None:
        before, own = stand.assembly
        core |= own
        writ, bundle[own] = before.writ, before.at.bundle
        pooled = before.problem.key != stand.problem.only(own).key
    for _ in range(_TIMES):
        apart = stand.problem.only(core)
        problem, start = apart, stand.begun.only(stand.problem, core)
        if pooled:
            problem, start = _pooled(problem, start)
            pooled = problem is not apart
        columns = min(most, _CELLS // max(1, int(core.sum())))
        before = stand.assembly and (stand.assembly[0], np.flatnonzero(stand.assembly[1][core]))
        assembly = assembled(problem, start, writ, bundle[core], columns, work, before)
        if assembly is None:
            return stand
        writ, bundle[core] = assembly.writ, assembly.at.bundle
        stand = replace(stand, assembly=(assembly, core))
        stand, unfit, searched = _placed(stand, core, assembly, limit / _SEARCHES)
        tries -= searched
        if not stand.open or not (unfit.any() or pooled) or tries <= 0 or work.left < 0:
            return stand
        core, pooled = core | unfit, pooled and bool(unfit.any())
    return stand


def _pooled(problem: Problem, start: Start) -> tuple[Problem, Start]:
    """With the writs of one of pools that are nearly alike in one pool of all their members, which bounds it too."""
    size = np.diff(problem.pool_start)
    supplied = problem.singles.sum(axis=1) > 0
    near = supplied & (size >= _NEAR * size[supplied].max(initial=0))
    member = membership(problem)
    union = np.flatnonzero(member[:, near].any(axis=1))
    if near.sum() < 2 or (size[near] < _NEAR * len(union)).any():
        return problem, start
    flows = np.zeros_like(problem.opening)
    moved = near[problem.entry_pool]
    np.add.at(flows, problem.pool_member[moved], start.placement.singles[moved])
    kept = np.where(moved[:, None], 0, start.placement.singles)
    singles = np.where(near[:, None], 0, problem.singles)
    return replace(
        problem,
        pool_start=np.append(problem.pool_start, problem.pool_start[-1] + len(union)),
        pool_member=np.concatenate([problem.pool_member, union]),
        singles=np.concatenate([singles, problem.singles[near].sum(axis=0)[None]]),
    ), replace(start, placement=replace(start.placement, singles=np.concatenate([kept, flows[union]])))


def _placed(
    stand: Stand, core: NDArray[np.bool_], assembly: Assembly, limit: float
) -> tuple[Stand, NDArray[np.bool_], bool]:
    """Both objectives over the core, and the others put where they fit; classes `(C,)` that did not all fit; and
    whether a solver had to search.
    """
    first = assembly.first(limit)
    stand = stand.raised(assembly.bound, 0).raised(first.bound, 0, searched=first.searched)
    if first.value != first.bound:
        return *_completed(stand, core, first.bundles), True
    second = assembly.second(first.value, limit)
    stand, unfit = _completed(stand, core, first.bundles if second.bundles is None else second.bundles)
    if stand.begun.objectives[0] == first.value:
        stand = stand.raised(0, second.bound, searched=second.searched)
    return stand, unfit, first.searched or second.searched


def _completed(stand: Stand, core: NDArray[np.bool_], bundles: Ints | None) -> tuple[Stand, NDArray[np.bool_]]:
    """With the core's bundles at `bundles`, and of the others those that fit whole where they fit."""
    if bundles is None:
        return stand, np.zeros(len(core), dtype=bool)
    problem = stand.problem
    given = np.zeros((len(core), problem.shape[0]), dtype=np.int64)
    given[core] = bundles
    rest = replace(
        problem,
        opening=problem.opening + WRIT * (given.T @ problem.class_counts),
        class_size=problem.class_size - given.sum(axis=1),
    )
    counts, flows = spread(rest, rest.apart(), rest.opening)
    whole = fitted(rest, flows)
    unfit = rest.class_size > whole.bundles.sum(axis=1)
    if unfit.any():
        return stand.improved(given + whole.bundles), unfit
    objectives = costs(rest.opening + WRIT * counts)
    if objectives < stand.begun.objectives:
        start = begun(objectives, given + whole.bundles, whole.flows, stand.begun.pricing)
        stand = replace(stand, start=start).with_second_bound()
    return stand, unfit
