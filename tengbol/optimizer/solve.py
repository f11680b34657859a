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
from tengbol.optimizer.placing import Start, completed, place
from tengbol.optimizer.problem import Placement, Problem, components, costs
from tengbol.optimizer.proving import proven
from tengbol.optimizer.stages import lumpy, searched
from tengbol.optimizer.stand import Proof, Stand, begun
from tengbol.optimizer.work import Work
from tengbol.optimizer.workers import side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tengbol.optimizer.flow import Spreads

    Ints = NDArray[np.int64]

#: Nodes of branch and bound before anything else is tried.
_FEW: Final = 16
#: Bundle classes × enforcers that these nodes may look at.
_LOOKS: Final = 1_000_000
#: The same that is looked at for prices to prove it, of what needed no search.
_EASY: Final = 2_000_000


@dataclass(frozen=True)
class Solution:
    """A placement with its proof, and how many components there were, and how many of them needed a search.

    by_search: in how many of them no integers that anybody could check stand behind a bound that is met, in the first
    objective and in the second: a solver says so, or what `cover` tried out, or `crowding`.
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

    stands: dict[tuple[bytes, ...], Stand] = field(default_factory=dict[tuple[bytes, ...], Stand])
    spreads: dict[tuple[bytes, bytes], Spreads] = field(default_factory=lambda: {})

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
    answers = side_by_side(
        partial(searched, limit=limit, certify=certify), [stands[i] for i in hard],
        processes=processes, cluster=cluster, work=sum(work[i] for i in hard),
    )  # fmt: skip
    for i, stand in zip(hard, answers, strict=True):
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
    return [(partial(searched, limit=limit), stand) for stand in stands if stand.open]


def _begun(problem: Problem, certify: bool, known: Spreads) -> Stand:
    """What is proven without a search, and by which prices."""
    stand = _without_search(problem, known)
    return proven(stand, _EASY) if certify and not stand.open else stand


def _without_search(problem: Problem, known: Spreads) -> Stand:
    """Flow, the bundles that fit in it whole, the few others tried; where that is no proof, placement at prices.

    Where nearly everything is in long bundles no flow says much, and the bound is met by exchange, or hardly.
    """
    relaxed = relaxation(problem, known)
    if len(problem.class_size) == 0:
        return Stand(problem, relaxed, None, (relaxed.first, relaxed.second), np.zeros(0, dtype=bool), known=known)
    lumps = lumpy(problem)
    met = _met(problem, relaxed, known) if lumps else None
    if met is not None and not met.open:
        return met
    choices = len(problem.class_size) * problem.shape[0]
    found = branched(problem, relaxed, nodes=1 if lumps else min(_FEW, max(2, _LOOKS // choices)), known=known)
    if found.best is not None and found.proven:
        start = begun(*found.best, priced(problem, found.price))
        return Stand(problem, relaxed, start, found.bounds, found.core, known=known)
    start = place(problem, relaxed, rounds=0)
    if met is not None and met.begun.objectives < start.objectives:
        start = replace(met.begun, pricing=start.pricing)
    core = found.core | lumps
    stand = Stand(problem, relaxed, start, (0, 0), core, known=known)
    stand = stand.raised(max(relaxed.first, start.pricing.bound), 0)
    return stand.with_second_bound().after(found)


def _met(problem: Problem, relaxed: Relaxation, known: Spreads) -> Stand | None:
    """The longest bundles first, and exchanged for a moment: often the flow's bound is met."""
    from tengbol.optimizer.exchange import evened, exchanged

    level = rounded_up(relaxed.first, problem.opening, problem.apart().sum(axis=0))
    bundles = exchanged(problem, None, level, 0, Work(0))
    if bundles is None:
        return None
    placement, objectives = completed(problem, bundles)
    price = prices(problem, problem.apart(), problem.opening, relaxed.counts, relaxed.flows)
    start = Start(bundles, placement, objectives, priced(problem, price))
    stand = Stand(problem, relaxed, start, (0, 0), np.zeros(len(problem.class_size), dtype=bool), known=known)
    stand = stand.raised(relaxed.first, 0).with_second_bound()
    if stand.proof.first and stand.open:
        stand = stand.taken(evened(problem, start, stand.bounds, 0, Work(0)))
    return stand
