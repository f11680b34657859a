"""Local search for the first objective: bundles moved and exchanged, and few enforcers' bundles split anew, exactly.

What prices leave far from the bound is nearly always a matter of who holds which bundle, and is found by looking at
whole assignments: annealing where writs are few to a bundle (Kirkpatrick, Gelatt & Vecchi 1983), splitting two, three
and four enforcers' bundles anew where they are many (P||NSSWD: Ho, Tseng, Ruiz-Torres & López 2009; Schwerdfeger &
Walter 2016). The search begins from the better of the best known assignment and the longest bundles first, never
returns anything dearer than either, and ends when the bound is met or its steps are used up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.configurations import membership
from tengbol.optimizer.flow import spread
from tengbol.optimizer.placing import Start, completed
from tengbol.optimizer.problem import WRIT, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Four times the squared excess of some cells together has to stay in 64 bits; so many flows are held at most.
_LARGEST: Final = 2**59
_FLOWS: Final = 2_000_000
#: Rounds for each of CP-SAT's units of the limit; steps of annealing, and subsets looked at by so many enforcers.
_ROUNDS: Final = 6
_MOVES: Final = 500_000
#: Fewer steps where there are fewer bundles than so many: then there is less to look at.
_MANY: Final = 40
_SUBSETS: Final = ((2, 300_000), (3, 2_000_000), (4, 4_000_000))
#: What a step may cost half the time, in squared writs, round after round; where not given, a few steps at any cost.
_HEAT: Final = (2, None, 5, None, 12, None, 30, None)
_SHAKEN: Final = 5
_ANY: Final = 2**50
_SEED: Final = 20_261_129


def exchanged(problem: Problem, start: Start, target: int, limit: float) -> Ints | None:
    """Bundles `(C, J)` with a smaller first objective than `start`, where some are found.

    target: a bound, squared thousandths. limit: in CP-SAT's deterministic units.
    """
    rows, kinds, pools = problem.shape
    reach = np.abs(problem.opening).max(axis=0) + WRIT * problem.apart().sum(axis=0)
    if sum(v**2 for v in reach.tolist()) > _LARGEST or pools * rows * kinds > _FLOWS:
        return None
    first, best = start.objectives[0], None
    greedy = longest_first(problem)
    placement, objectives = completed(problem, greedy)
    search = _Search(problem, start.bundles, start.placement.singles)
    if objectives[0] < first:
        first, best = objectives[0], greedy
        search = _Search(problem, greedy, placement.singles)
    for turn in range(max(1, round(limit * _ROUNDS))):
        if first <= target:
            break
        bundles = search.round(_HEAT[turn % len(_HEAT)], target)
        placement, objectives = completed(problem, bundles)
        if objectives[0] < first:
            first, best = objectives[0], bundles
        search.lie(bundles if best is None else best, placement.singles)
    return best


def longest_first(problem: Problem) -> Ints:
    """`(C, J)`: the longest bundle first, each to the member of its pool whose squared excess grows least."""
    bundles = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
    excess = problem.opening.copy()
    for c in np.argsort(-problem.class_counts.sum(axis=1), kind="stable").tolist():
        members, counts = problem.members(int(problem.class_pool[c])), WRIT * problem.class_counts[c]
        for _ in range(int(problem.class_size[c])):
            j = members[(excess[members] @ counts).argmin()]
            excess[j] += counts
            bundles[c, j] += 1
    return bundles


class _Search:
    """Where every single bundle lies, and the writs of one beside them."""

    def __init__(self, problem: Problem, bundles: Ints, singles: Ints) -> None:
        self.problem = problem
        kind = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
        self.kind, self.pool = kind, problem.class_pool[kind]
        self.writs = np.ascontiguousarray(WRIT * problem.class_counts[kind])
        self.member = np.ascontiguousarray(membership(problem).T)
        self.part = min(1.0, len(kind) / _MANY) ** 2
        self.counter = np.array([_SEED], dtype=np.uint64)
        self.lie(bundles, singles)

    def lie(self, bundles: Ints, singles: Ints) -> None:
        """Go on from this assignment: `(C, J)` bundles, `(E, K)` flows of writs of one."""
        problem = self.problem
        rows, kinds, pools = problem.shape
        classes, held = np.nonzero(bundles)
        self.row = np.repeat(held, bundles[classes, held])
        self.free = np.zeros((pools if problem.singles.any() else 0, rows, kinds), dtype=np.int64)
        if len(self.free):
            self.free[problem.entry_pool, problem.pool_member] = singles
        self.excess = problem.opening + WRIT * (bundles.T @ problem.class_counts + self.free.sum(axis=0))

    def round(self, heat: int | None, target: int) -> Ints:
        """Anneal, or shake, and then split anew; `(C, J)`."""
        from tengbol.optimizer.kernels import anneal, resplit

        row, where = self.row, self.row.copy()
        best = np.full(1, np.iinfo(np.int64).max)
        if heat is None:
            anneal(self.writs, self.pool, row, self.excess, self.free, self.member, self.counter,
                   _SHAKEN, _ANY, _ANY, target, best, where)  # fmt: skip
        else:
            anneal(self.writs, self.pool, row, self.excess, self.free, self.member, self.counter,
                   int(self.part * _MOVES), heat * WRIT**2, 0, target, best, where)  # fmt: skip
            bundles = self._bundles(where)
            excess = self.problem.opening + WRIT * (bundles.T @ self.problem.class_counts)
            self.lie(bundles, spread(self.problem, self.problem.singles, excess)[1])
        for arity, subsets in _SUBSETS:
            resplit(self.writs, self.pool, self.row, self.excess, self.free, self.member, self.problem.pool_start,
                    self.problem.pool_member, self.counter, int(self.part * subsets), arity, target)  # fmt: skip
        return self._bundles(self.row)

    def _bundles(self, row: Ints) -> Ints:
        out = np.zeros((len(self.problem.class_size), self.problem.shape[0]), dtype=np.int64)
        np.add.at(out, (self.kind, row), 1)
        return out
