"""From a problem to its proof: each connected component apart, first what is quickly proven, then the search.

A component without longer bundles is a flow, solved and proven for both objectives. Longer bundles are made whole
within the flow (`fitting`), and the few that do not fit are tried (`branching`): nearly always that is a proof. What is
left is searched in parallel processes, one worker each, under a limit of deterministic steps: an unfinished proof
leaves the best placement and its bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import priced, prices
from tengbol.optimizer.branching import branched
from tengbol.optimizer.flow import Relaxation, relaxation
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.placing import ROUNDS, Start, completed, place
from tengbol.optimizer.problem import Placement, Problem, components, costs
from tengbol.optimizer.stand import Proof, Stand, begun
from tengbol.optimizer.workers import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.flow import Spreads

    Ints = NDArray[np.int64]

#: Nodes of branch and bound before anything else is tried.
_FEW: Final = 16
#: Bundle classes × enforcers that these nodes may look at.
_LOOKS: Final = 400_000
#: Nearly everything is in long bundles where they have so many writs on average, and hard where bundles × enforcers
#: are so many.
_LONG: Final = 6
_MANY: Final = 300
#: The same that is looked at for prices to prove it, of what needed no search and of what did.
_EASY: Final = 2_000_000
_HARD: Final = 100_000
#: The same that all rounds of placing may look at.
_PLACES: Final = 200_000
#: The part of the limit for what is hardly ever proven any more, and for what finds most of what it does at once.
_LAST: Final = 2
_AT_ONCE: Final = 4
#: And for CP-SAT over few columns, which mostly ends at once: exchange takes ten seconds.
_MOMENT: Final = 16


@dataclass(frozen=True)
class Solution:
    """A placement with its proof, and how many components there were, and how many of them needed a search.

    by_search: in how many of them a solver alone says that nothing is less, in the first objective and in the second.
    met: `(P,)` pools of components that are as even as with all bundles taken apart; least: of those that are proven.
    parts: each component as it stands, with its rows.
    """

    placement: Placement
    proof: Proof
    components: int
    searched: int
    by_search: tuple[int, int]
    met: NDArray[np.bool_]
    least: NDArray[np.bool_]
    parts: tuple[tuple[Stand, Ints], ...] = ()


@dataclass(frozen=True)
class Known:
    """What solving some problems came to, of use to others in which some of it is the same.

    stands: by `Problem.key` of a component, how it stood. spreads: by its pools, as of `flow.spread`.
    """

    stands: dict[tuple[bytes, ...], Stand] = field(default_factory=dict)
    spreads: dict[tuple[bytes, bytes], Spreads] = field(default_factory=dict)

    def of(self, part: Problem) -> Spreads:
        """The spreads over the pools of a component."""
        return self.spreads.setdefault((part.pool_start.tobytes(), part.pool_member.tobytes()), {})


def solve(
    problem: Problem,
    *,
    limit: float,
    certify: bool = True,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    known: Known | None = None,
) -> Solution:
    """Place all bundles and writs of one.

    limit: CP-SAT's deterministic units for each component and objective. certify: whether anybody asks for prices that
    prove the bounds (`Stand.tree`); placement and bounds are the same without. processes: how many search side by side;
    cluster: the scheduler of those who do so instead (`workers`); the result depends on neither. progress: called
    with components done and components in all. known: to look up and to add to.
    """
    parts = list(components(problem))
    known = Known() if known is None else known
    found = [known.stands.get(part.key) for part, *_ in parts]
    stands = [stand or _begun(part, certify, known.of(part)) for stand, (part, *_) in zip(found, parts, strict=True)]
    hard = [i for i, stand in enumerate(stands) if stand.open and found[i] is None]
    work = [len(stand.problem.class_size) * stand.problem.shape[0] for stand in stands]
    hard.sort(key=lambda i: -work[i])
    done = len(parts) - len(hard)
    if progress:
        progress(done, len(parts))
    searched = side_by_side(
        partial(_with_search, limit=limit, certify=certify), [stands[i] for i in hard],
        processes=processes, cluster=cluster, work=sum(work[i] for i in hard),
    )  # fmt: skip
    for i, stand in zip(hard, searched, strict=True):
        stands[i] = stand
        done += 1
        if progress:
            progress(done, len(parts))
    known.stands.update((stand.problem.key, stand) for stand in stands)
    idle = np.ones(problem.shape[0], dtype=bool)
    for _, rows, *_ in parts:
        idle[rows] = False
    first, second = costs(problem.opening[idle])
    proof = Proof(first, first, second, second)
    singles = np.zeros((len(problem.pool_member), problem.shape[1]), dtype=np.int64)
    met, least = np.zeros((2, problem.shape[2]), dtype=bool)
    given: list[tuple[Ints, Ints, Ints]] = []
    for stand, (_, rows, places, classes) in zip(stands, parts, strict=True):
        proof += stand.proof
        own = stand.placement
        singles[places] = own.singles
        met[problem.entry_pool[places]], least[problem.entry_pool[places]] = stand.met, not stand.open
        given.append((classes[own.bundle_class], rows[own.bundle_row], own.bundle_count))
    empty = np.empty(0, dtype=np.int64)
    columns = [np.concatenate([empty, *column]) for column in zip(*given, strict=True)] or [empty] * 3
    words = [(stand.proof.first and stand.searched[0], stand.proof.second and any(stand.searched)) for stand in stands]
    by_search = (sum(first for first, _ in words), sum(second for _, second in words))
    every = tuple((stand, rows) for stand, (_, rows, *_) in zip(stands, parts, strict=True))
    return Solution(Placement(singles, *columns), proof, len(parts), len(hard), by_search, met, least, every)


def searches(problem: Problem, *, limit: float) -> list[tuple[Callable[[Stand], Stand], Stand]]:
    """What `solve` would search, and from where: a pure function and its argument for each such component."""
    stands = [_without_search(part, {}) for part, *_ in components(problem)]
    return [(partial(_with_search, limit=limit), stand) for stand in stands if stand.open]


def _begun(problem: Problem, certify: bool, known: Spreads) -> Stand:
    """What is proven without a search, and by which prices."""
    stand = _without_search(problem, known)
    return stand.certified(_EASY) if certify and not stand.open else stand


def _without_search(problem: Problem, known: Spreads) -> Stand:
    """Flow, the bundles that fit in it whole, the few others tried; where that is no proof, placement at prices.

    Where nearly everything is in long bundles no flow says much, and the bound is met by exchange, or hardly.
    """
    relaxed = relaxation(problem, known)
    if len(problem.class_size) == 0:
        return Stand(problem, relaxed, None, (relaxed.first, relaxed.second), np.zeros(0, dtype=bool))
    lumpy = _lumpy(problem)
    met = _met(problem, relaxed) if lumpy else None
    if met is not None and not met.open:
        return met
    choices = len(problem.class_size) * problem.shape[0]
    found = branched(problem, relaxed, nodes=1 if lumpy else min(_FEW, max(2, _LOOKS // choices)), known=known)
    if found.best is not None and found.proven:
        start = begun(*found.best, priced(problem, found.price))
        return Stand(problem, relaxed, start, found.bounds, found.core, known=known)
    start = place(problem, relaxed, rounds=0)
    if met is not None and met.begun.objectives < start.objectives:
        start = replace(met.begun, pricing=start.pricing)
    core = found.core | lumpy
    stand = Stand(problem, relaxed, start, (0, 0), core).raised(max(relaxed.first, start.pricing.bound), 0)
    return stand.with_second_bound().after(found)


def _lumpy(problem: Problem) -> bool:
    """Whether nearly all writs are in long bundles, and these too many to be tried one by one."""
    bundles, loose = int(problem.class_size.sum()), int(problem.singles.sum())
    writs = int(problem.apart().sum()) - loose
    return bundles * problem.shape[0] >= _MANY and loose <= bundles and writs >= _LONG * bundles


def _met(problem: Problem, relaxed: Relaxation) -> Stand | None:
    """The longest bundles first, and exchanged for a moment: often the flow's bound is met."""
    from tengbol.optimizer.exchange import evened, exchanged

    bundles = exchanged(problem, None, rounded_up(relaxed.first, problem.opening, problem.apart().sum(axis=0)), 0)
    if bundles is None:
        return None
    placement, objectives = completed(problem, bundles)
    price = prices(problem, problem.apart(), problem.opening, relaxed.counts, relaxed.flows)
    start = Start(bundles, placement, objectives, priced(problem, price))
    stand = Stand(problem, relaxed, start, (0, 0), np.zeros(len(problem.class_size), dtype=bool))
    stand = stand.raised(relaxed.first, 0).with_second_bound()
    if stand.proof.first and stand.open:
        stand = stand.taken(evened(problem, start, stand.bounds, 0))
    return stand


def _with_search(stand: Stand, limit: float, *, certify: bool = True) -> Stand:
    """What is not proven.

    What each enforcer could hold of the bundles that do not fit nearly always proves both objectives (`core`). What
    that leaves is placed better, and searched over all bundles in the aggregated model (`cp_sat`).
    """
    if stand.start is None or not stand.open:
        return stand
    steps = [_divided, _assembled_at_once, _exchanged_a_while, _assembled, _replaced, _exchanged_anew, _aggregated]
    if _lumpy(stand.problem):  # CP-SAT and prices have nothing to say there
        steps = [_divided, _exchanged_a_while, _assembled_at_once, _assembled, partial(_exchanged_anew, part=1)]
    for step in steps:
        stand = step(stand, limit)
        if not stand.open:
            break
    return stand.certified(_HARD) if certify else stand


def _divided(stand: Stand, limit: float) -> Stand:
    """All divisions of a few bundles."""
    from tengbol.optimizer.division import divided

    del limit
    bundles, (first, second) = divided(stand.problem, stand.begun)
    stand = stand.taken(bundles)
    return stand.raised(stand.proof.objective if first else 0, stand.proof.objective_total if second else 0)


def _assembled_at_once(stand: Stand, limit: float) -> Stand:
    """Over what each enforcer could hold of the bundles that do not fit, where that is little."""
    from tengbol.optimizer.core import FEW, solved

    return solved(stand, limit / _MOMENT, FEW)


def _exchanged_a_while(stand: Stand, limit: float) -> Stand:
    """The next as long as it mostly brings something."""
    return _exchanged(stand, limit / _AT_ONCE)


def _exchanged_anew(stand: Stand, limit: float, part: int = _LAST) -> Stand:
    """The next for a part of the limit; where that was better, columns near it are fewer, and are looked at again."""
    found = _exchanged(stand, limit / part)
    return _assembled(found, limit) if found.open and found.begun.objectives[0] < stand.begun.objectives[0] else found


def _exchanged(stand: Stand, limit: float) -> Stand:
    """Bundles moved, exchanged and split anew, until the bound is met, and then that on the second objective."""
    from tengbol.optimizer.exchange import evened, exchanged

    if not stand.proof.first:
        stand = stand.taken(exchanged(stand.problem, stand.begun, stand.bounds[0], limit))
    if stand.proof.first and stand.open:
        stand = stand.taken(evened(stand.problem, stand.begun, stand.bounds, limit))
    return stand


def _assembled(stand: Stand, limit: float) -> Stand:
    """The same where it is more, and searched where need be."""
    from tengbol.optimizer.core import MOST, solved

    return solved(stand, limit, MOST)


def _replaced(stand: Stand, limit: float) -> Stand:
    """Placed at prices, again and again."""
    del limit
    choices = len(stand.problem.class_size) * stand.problem.shape[0]
    start = place(stand.problem, stand.relaxed, rounds=max(1, min(ROUNDS, _PLACES // choices)))
    if start.objectives < stand.begun.objectives:
        stand = replace(stand, start=start).with_second_bound()
    elif start.pricing.bound > stand.begun.pricing.bound:
        stand = replace(stand, start=replace(stand.begun, pricing=start.pricing))
    stand = stand.raised(start.pricing.bound, 0)
    return stand.with_totals() if stand.proof.first and stand.open else stand


def _aggregated(stand: Stand, limit: float) -> Stand:
    """CP-SAT over how many of each class go to whom."""
    from tengbol.optimizer.cp_sat import search_first, search_second

    stand = stand.tightened()
    if not stand.proof.first:
        found = search_first(stand.problem, stand.begun, limit / _LAST)
        stand = stand.improved(found.bundles).raised(found.bound, 0, searched=True).tightened()
    stand = stand.with_totals()
    if not stand.proof.second:
        found = search_second(stand.problem, stand.begun, limit / _LAST)
        stand = stand.improved(found.bundles).raised(0, found.bound, searched=True)
    return stand
