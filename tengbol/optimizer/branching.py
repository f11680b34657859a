"""Branch and bound over the few bundles that fit in no flow.

A node has some bundles placed and some choices barred. Its flow, with all other bundles taken apart, is a bound; where
they fit in it whole (`fitting`) the node is solved, for both objectives. Else one that does not fit is tried at each
member of its pool, by what that costs at the best prices known (`bound.priced`), the most promising node first
(Land & Doig 1960). A choice that was tried is barred in the nodes that follow, and of enforcers alike one is tried.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import Pricing, priced, prices
from tengbol.optimizer.configurations import membership
from tengbol.optimizer.fitting import fitted
from tengbol.optimizer.flow import Relaxation, spread
from tengbol.optimizer.parity import rounding
from tengbol.optimizer.placing import placed
from tengbol.optimizer.problem import WRIT, Problem, costs
from tengbol.optimizer.totals import second_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.flow import Spreads

    Ints = NDArray[np.int64]

#: Reduced cost of a choice that is barred, in cost units: beyond any real one.
_BARRED: Final = 2**40


@dataclass(frozen=True)
class Branched:
    """What a search came to.

    best: both objectives of the best assignment, its bundles `(C, J)` and its flows `(E, K)` of writs of one; null
    when none was found. bounds: (first, second), where the second holds for assignments whose first is the first bound.
    price: `(J, K)` the best prices at the root; core: `(C,)` classes of which some bundle did not fit there.
    nodes: how many were looked at.
    """

    best: tuple[tuple[int, int], Ints, Ints] | None
    bounds: tuple[int, int]
    price: Ints
    core: NDArray[np.bool_]
    nodes: int

    @property
    def proven(self) -> bool:
        """Whether there is no better assignment, in both objectives."""
        return self.best is not None and self.best[0] == self.bounds


def branched(
    problem: Problem, relaxed: Relaxation, *, nodes: int, price: Ints | None = None, known: Spreads | None = None
) -> Branched:
    """Look at so many nodes, fewer when that is a proof. price: `(J, K)` good prices, where some are known. known: as
    of `spread`.
    """
    tree = _Tree(problem, relaxed, price, {} if known is None else known)
    while tree.nodes < nodes and tree.step():
        pass
    return tree.result()


@dataclass(frozen=True)
class _Node:
    """placed, barred: (class, row); price: the best known at the node above."""

    placed: tuple[tuple[int, int], ...]
    barred: tuple[tuple[int, int], ...]
    price: Ints | None


@dataclass(frozen=True)
class _Look:
    """The bound of a node at some prices, bars counted. reduced: `(D,)` by choice; least: `(C,)` of each class."""

    bound: int
    pricing: Pricing
    reduced: Ints
    least: Ints


class _Tree:
    """Nodes still to look at, the best assignment, and what all nodes share."""

    def __init__(self, problem: Problem, relaxed: Relaxation, price: Ints | None, known: Spreads) -> None:
        self.problem, self.relaxed = problem, relaxed
        writs = problem.apart().sum(axis=0)
        self.first = rounding(problem.opening, writs)
        self.second = rounding(problem.opening.sum(axis=1, keepdims=True), writs.sum(keepdims=True))
        kind = np.unique(np.column_stack([membership(problem), problem.opening]), axis=0, return_inverse=True)[1]
        #: Enforcers alike before anything is placed have one number.
        self.alike = kind.ravel()
        self.order = count()
        #: Spreads of single categories: a bundle changes only its own.
        self.known = known
        self.open = [((relaxed.first, relaxed.second), 0, next(self.order), _Node((), (), price))]
        self.best: tuple[tuple[int, int], Ints, Ints] | None = None
        self.price = np.zeros_like(problem.opening) if price is None else price
        self.core = np.zeros(len(problem.class_size), dtype=bool)
        self.nodes = 0

    def result(self) -> Branched:
        """What has been found so far."""
        bounds = [bounds for bounds, *_ in self.open[:1]] + ([] if self.best is None else [self.best[0]])
        return Branched(self.best, min(bounds), self.price, self.core, self.nodes)

    def step(self) -> bool:
        """Look at the most promising node; false when none could better the best assignment."""
        while self.open and not self._promising(self.open[0][0]):
            heapq.heappop(self.open)
        if not self.open:
            return False
        bounds, _, _, node = heapq.heappop(self.open)
        self.nodes += 1
        self._solve(bounds, node)
        return True

    def _promising(self, bounds: tuple[int, int]) -> bool:
        return self.best is None or bounds < self.best[0]

    def _solve(self, bounds: tuple[int, int], node: _Node) -> None:
        problem = self.problem
        given = np.zeros((len(problem.class_size), problem.shape[0]), dtype=np.int64)
        for choice in node.placed:
            given[choice] += 1
        own = _with(problem, given)
        counts, flows = self._spread(own, node)
        value = costs(own.opening + WRIT * counts)
        bounds = max(bounds, value)
        if not self._promising(bounds):
            return
        whole = fitted(own, flows)
        left = own.class_size - whole.bundles.sum(axis=1)
        if not left.any():
            self.best = (value, given + whole.bundles, whole.flows)
            return
        bars = np.array([c * len(self.alike) + j for c, j in node.barred], dtype=np.int64)
        look = _looked(own, prices(own, own.apart(), own.opening, counts, flows), bars)
        if node.price is not None:
            look = max(look, _looked(own, node.price, bars), key=lambda look: look.bound)
        look = self._better(own, given, left, look, bars)
        if not node.placed:
            self.price, self.core = look.pricing.price, left > 0
        bounds = max(bounds, (self.first(look.bound), 0))
        if self.best is not None and value[0] < bounds[0] == self.best[0][0]:
            bounds = max(bounds, (bounds[0], self.second(second_bound(own, look.pricing, bounds[0])[0])))
        if self._promising(bounds):
            self._branch(bounds, node, look, np.flatnonzero(left))

    def _spread(self, own: Problem, node: _Node) -> tuple[Ints, Ints]:
        if node.placed:
            return spread(own, own.apart(), own.opening, self.known)
        return self.relaxed.counts, self.relaxed.flows

    def _better(self, own: Problem, given: Ints, left: Ints, look: _Look, bars: Ints) -> _Look:
        """Put what does not fit where it is cheapest: perhaps a better assignment, and perhaps better prices."""
        put = placed(replace(own, class_size=left), look.pricing)
        rest = _with(own, put)
        counts, flows = spread(rest, rest.apart(), rest.opening, self.known)
        value = costs(rest.opening + WRIT * counts)
        if self._promising(value):
            whole = fitted(rest, flows)
            if (whole.bundles.sum(axis=1) == rest.class_size).all():
                self.best = (value, given + put + whole.bundles, whole.flows)
        found = _looked(own, prices(rest, rest.apart(), rest.opening, counts, flows), bars)
        return max(look, found, key=lambda look: look.bound)

    def _branch(self, bounds: tuple[int, int], node: _Node, look: _Look, unfit: Ints) -> None:
        """A node for each member where one bundle of the class that spills most may go."""
        pricing, opened = look.pricing, look.reduced < _BARRED
        spill = np.full(len(look.least), _BARRED)
        np.minimum.at(spill, pricing.choice_class, np.where(opened, pricing.spill, _BARRED))
        c = int(unfit[np.lexsort((-self.problem.class_counts[unfit].sum(axis=1), -spill[unfit]))[0]])
        own = np.flatnonzero((pricing.choice_class == c) & opened)
        touched = {j for _, j in (*node.placed, *node.barred)}
        barred, seen = node.barred, set[int]()
        for choice in own[np.argsort(look.reduced[own], kind="stable")].tolist():
            j = int(pricing.choice_row[choice])
            cost = look.bound + 2 * WRIT * int(look.reduced[choice] - look.least[c])
            ahead = max(bounds, (self.first(cost), 0))
            if not self._promising(ahead):
                return
            if j in touched or self.alike[j] not in seen:
                child = _Node((*node.placed, (c, j)), barred, pricing.price)
                heapq.heappush(self.open, (ahead, -len(child.placed), next(self.order), child))
            if j not in touched:
                seen.add(int(self.alike[j]))
            barred = (*barred, (c, j))


def _with(problem: Problem, given: Ints) -> Problem:
    """The problem that is left when bundles `(C, J)` are placed."""
    return replace(
        problem,
        opening=problem.opening + WRIT * (given.T @ problem.class_counts),
        class_size=problem.class_size - given.sum(axis=1),
    )


def _looked(own: Problem, price: Ints, bars: Ints) -> _Look:
    """The bound at `price`, when choices `bars` (class × rows + row) are closed to what is not placed."""
    pricing = priced(own, price)
    reduced = pricing.reduced
    if len(bars):
        barred = np.isin(pricing.choice_class * len(own.opening) + pricing.choice_row, bars)
        reduced = np.where(barred, _BARRED, reduced)
    least = np.full(len(own.class_size), _BARRED)
    np.minimum.at(least, pricing.choice_class, reduced)
    return _Look(pricing.bound + 2 * WRIT * int(least @ own.class_size), pricing, reduced, least)
