"""Integers that show, without a search, what was found to be the most even: prices, in a tree where bundles do not fit.

Theorems and format are those of docs/certificate.md. The prices are potentials of most even flows with bundles taken
apart, and bound both objectives (`weighted`). Where they bound too little, one bundle that does not fit is put at each
member of its pool in turn; every case has prices of its own, or those of the node above. What was put at a member is
barred there in the cases that follow, and of enforcers alike one is tried, as in `branching`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import pool_prices, priced
from tengbol.optimizer.configurations import membership
from tengbol.optimizer.evidence import Node
from tengbol.optimizer.fitting import fitted
from tengbol.optimizer.flow import spread
from tengbol.optimizer.parity import rounding
from tengbol.optimizer.placing import placed
from tengbol.optimizer.potentials import potentials
from tengbol.optimizer.problem import WRIT, costs
from tengbol.optimizer.weighted import NOTHING, Prices, bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tengbol.optimizer.evidence import Both, Goal
    from tengbol.optimizer.flow import Relaxation, Spreads
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.weighted import Bound

    Ints = NDArray[np.int64]
    Pairs = tuple[tuple[int, int], ...]

#: Nodes of a tree.
_NODES: Final = 200


def certified(
    problem: Problem,
    relaxed: Relaxation,
    bundles: Ints | None,
    goal: Goal,
    looks: int,
    nodes: int | None = None,
    known: Spreads | None = None,
    price: Ints | None = None,
) -> Node | None:
    """A tree of prices that proves the goal; None where none was found.

    bundles: `(C, J)` where they lie at best. looks: bundle classes × enforcers that all nodes may look at. nodes: how
    many of them; else 200. known: as of `spread`. price: `(J, K)` good prices for the first objective, where some are
    known.
    """
    asked = problem.apart() > 0
    if (goal.reached, goal.second) == (relaxed.first, relaxed.second):  # then the flow's own prices prove it
        first, second = potentials(problem, relaxed.flows, asked)
        if second is not None:
            return Node((first, second))
    choices = len(problem.class_size) * problem.shape[0]
    most = min(nodes or _NODES, max(2, looks // max(1, choices)))
    good = None if price is None else Prices(1, np.where(asked, pool_prices(problem, price), NOTHING), None)
    tree = _Tree(problem, goal, most, {} if known is None else known, good)
    return tree.node(problem, relaxed.flows, bundles, _Case((), (), (None, None)))


@dataclass(frozen=True)
class _Case:
    """Choices (class, row) made and closed so far, and the prices known."""

    given: Pairs
    barred: Pairs
    prices: Both


@dataclass(frozen=True)
class _Proven:
    """What prices prove in a case, in squared thousandths; -1 where they prove nothing, or there are none."""

    at: Prices | None
    bound: Bound | None
    value: int


class _Tree:
    """What all nodes share. price: good prices of the first objective, to be tried where nothing is placed."""

    def __init__(self, problem: Problem, goal: Goal, nodes: int, known: Spreads, price: Prices | None) -> None:
        self.goal, self.left, self.rows = goal, nodes, problem.shape[0]
        writs = problem.apart().sum(axis=0)
        self.up = (
            rounding(problem.opening, writs),
            rounding(problem.opening.sum(axis=1, keepdims=True), writs.sum(keepdims=True)),
        )
        self.problem, self.asked = problem, problem.apart() > 0
        #: Spreads of single categories: a bundle changes only its own.
        self.known, self.price = known, price
        self._alike: Ints | None = None

    @property
    def alike(self) -> Ints:
        """`(J,)`: enforcers alike before anything is placed have one number."""
        if self._alike is None:
            kind = np.column_stack([membership(self.problem), self.problem.opening])
            self._alike = np.unique(kind, axis=0, return_inverse=True)[1].ravel()
        return self._alike

    def node(self, own: Problem, flows: Ints | None, bundles: Ints | None, case: _Case) -> Node | None:
        """The tree from here; None where nodes are used up. own: what is left, and flows: of it taken apart, where
        known; bundles: where they might lie.
        """
        self.left -= 1
        if self.left < 0:
            return None
        bars = np.array([c * self.rows + j for c, j in case.barred], dtype=np.int64)
        above = best = [self._proven(own, which, at, bars) for which, at in enumerate(case.prices)]
        if self._enough(best):
            return Node((None, None))
        flows = self._spread(own) if flows is None else flows
        ours, unfit = (None, None), np.zeros(0, dtype=np.int64)
        for prices, left in self._prices(own, flows, bundles):
            found = (self._proven(own, which, at, bars) for which, at in enumerate(prices))
            best = [max(pair, key=lambda one: one.value) for pair in zip(best, found, strict=True)]
            first, second = (None if new is old else new.at for new, old in zip(best, above, strict=True))
            ours = (first, second)
            if self._enough(best):
                return Node(ours)
            unfit = left
        if not unfit.any() or best[0].at is None:
            return None
        return self._branched(own, unfit, replace(case, prices=(best[0].at, best[1].at)), bars, ours, best)

    def _prices(self, own: Problem, flows: Ints, bundles: Ints | None) -> Iterator[tuple[Both, Ints]]:
        """Prices to be tried, with how many of each class do not fit: of the flow, and with what does not fit put."""
        if own is self.problem and self.price is not None:
            yield (self.price, None), np.zeros(0, dtype=np.int64)
        found = potentials(own, flows, self.asked)
        yield found, np.zeros(0, dtype=np.int64)
        left = own.class_size - fitted(own, flows).bundles.sum(axis=1)
        if not left.any():
            return
        if bundles is None:
            bundles = placed(replace(own, class_size=left), priced(own, found[0].cell(own)))
        rest = _with(own, np.where(left[:, None] > 0, bundles, 0))
        yield potentials(rest, self._spread(rest), self.asked), left

    def _spread(self, own: Problem) -> Ints:
        return spread(own, own.apart(), own.opening, self.known)[1]

    def _branched(
        self, own: Problem, unfit: Ints, case: _Case, bars: Ints, ours: Both, best: list[_Proven]
    ) -> Node | None:
        """One bundle of the class that spills most put at each member. best: what the prices of this node prove."""
        first = case.prices[0]
        assert first is not None
        pricing = priced(own, first.cell(own))
        opened = ~np.isin(pricing.choice_class * self.rows + pricing.choice_row, bars)
        spill = np.full(len(unfit), np.iinfo(np.int64).max)
        np.minimum.at(spill, pricing.choice_class[opened], pricing.spill[opened])
        those = np.flatnonzero(unfit)
        c = int(those[np.lexsort((-own.class_counts[those].sum(axis=1), -spill[those]))[0]])
        choices = np.flatnonzero((pricing.choice_class == c) & opened)
        touched = {j for _, j in (*case.given, *case.barred)}
        #: What the prices of this node prove already where one such bundle lies.
        closed: list[dict[int, int]] = [{}, {}]
        for k, one in enumerate(best):
            if one.at is not None and one.bound is not None:
                closed[k] = {j: self._lifted(own, k, one.at, value) for j, value in one.bound.put(c).items()}
        rows: list[int] = []
        nodes: list[Node] = []
        seen = set[int]()
        barred: tuple[tuple[int, int], ...] = case.barred
        for choice in choices[np.argsort(pricing.reduced[choices], kind="stable")].tolist():
            j = int(pricing.choice_row[choice])
            kind = int(self.alike[j])
            if j not in touched and kind in seen:
                continue
            if self._reached(*(closed[k].get(j, -1) for k in (0, 1))):
                child = Node((None, None))
            else:
                put = np.zeros((len(unfit), self.rows), dtype=np.int64)
                put[c, j] = 1
                child = self.node(_with(own, put), None, None, _Case((*case.given, (c, j)), barred, case.prices))
            if child is None:
                return None
            rows.append(j)
            nodes.append(child)
            same: list[int] = [j] if j in touched else np.flatnonzero(self.alike == kind).tolist()
            barred = (*barred, *((c, i) for i in same if i == j or i not in touched))
            seen |= set() if j in touched else {kind}
        first, second = (mine if any(_inherits(node, k) for node in nodes) else None for k, mine in enumerate(ours))
        return Node((first, second), c, tuple(rows), tuple(nodes))

    def _enough(self, best: list[_Proven]) -> bool:
        return self._reached(*(one.value for one in best))

    def _reached(self, first: int, second: int) -> bool:
        goal = self.goal
        return first >= goal.first and (first > goal.reached or goal.second is None or second >= goal.second)

    def _proven(self, own: Problem, which: int, at: Prices | None, bars: Ints) -> _Proven:
        """What these prices prove, where there are any."""
        bound = None if at is None else bounded(own, at, bars)
        value = -1 if at is None or bound is None else self._lifted(own, which, at, bound.value)
        return _Proven(at, bound, value)

    def _lifted(self, own: Problem, which: int, at: Prices, value: int) -> int:
        """The same in squared thousandths, lifted to what there can be."""
        first, second = costs(own.opening)
        if which == 0:
            return self.up[0](first + 2 * WRIT * value)
        return self.up[1](second + 2 * WRIT * (value - at.weight * ((self.goal.reached - first) // (2 * WRIT))))


def _inherits(node: Node, which: int) -> bool:
    """Whether some case of a node may use the prices of the node above."""
    return node.prices[which] is None and (not node.nodes or any(_inherits(each, which) for each in node.nodes))


def _with(own: Problem, bundles: Ints) -> Problem:
    """What is left when bundles `(C, J)` are placed."""
    return replace(
        own,
        opening=own.opening + WRIT * (bundles.T @ own.class_counts),
        class_size=own.class_size - bundles.sum(axis=1),
    )
