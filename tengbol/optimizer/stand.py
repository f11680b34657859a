"""How far one component has come: the best placement, what it costs, and what is proven of that."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tengbol.optimizer.flow import Relaxation, total_bound
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.placing import Start, as_placement, completed, placed, repriced
from tengbol.optimizer.polish import polished
from tengbol.optimizer.totals import second_bound

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from tengbol.optimizer.assembly import Assembly
    from tengbol.optimizer.bound import Pricing
    from tengbol.optimizer.branching import Branched
    from tengbol.optimizer.evidence import Counts, Node, SetPrices
    from tengbol.optimizer.few import Few
    from tengbol.optimizer.flow import Spreads
    from tengbol.optimizer.held import Holding
    from tengbol.optimizer.problem import Placement, Problem
    from tengbol.optimizer.whole import Handed

    Ints = NDArray[np.int64]
    #: Categories, enforcers and longest bundles (`crowding.counted`).


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

    def statuses(self) -> dict[str, str]:
        """`status` and `status_total` in the contract's words (point 3.8)."""
        proven = {"status": self.first, "status_total": self.second}
        return {name: "optimal" if done else "feasible" for name, done in proven.items()}

    def numbers(self) -> dict[str, int]:
        """Both objectives and bounds by the contract's names."""
        return asdict(self)


@dataclass(frozen=True)
class Stand:
    """How far one component has come: the best placement, and bounds on both objectives, squared thousandths.

    Without longer bundles there is no `start`, only the flow, which is optimal. core: `(C,)` classes of bundles that do
    not all fit in the flow. searched: whether no integers of a certificate stand behind each bound. tree: prices that
    prove both bounds, where such were found (`certificate`); otherwise counts (`crowding`), or sets, prices of whole
    bundles (`sets`). known: as of `flow.spread`. drawn: what lots chose, by what they say (`choosing`).
    assembly: the last one, of classes `(C,)`, for the next to go on from.
    """

    problem: Problem
    relaxed: Relaxation
    start: Start | None
    bounds: tuple[int, int]
    core: NDArray[np.bool_]
    searched: tuple[bool, bool] = (False, False)
    tree: Node | None = None
    counts: Counts | None = None
    sets: SetPrices | None = None
    known: Spreads = field(default_factory=lambda: {}, repr=False, compare=False)
    drawn: dict[Hashable, tuple[Handed, bool]] = field(default_factory=lambda: {}, repr=False, compare=False)
    assembly: tuple[Assembly, NDArray[np.bool_]] | None = field(default=None, repr=False, compare=False)

    @property
    def placement(self) -> Placement:
        """The best placement."""
        if self.start is not None:
            return self.start.placement
        return as_placement(np.zeros((0, self.problem.shape[0]), dtype=np.int64), self.relaxed.flows)

    @property
    def proof(self) -> Proof:
        """Objectives of the placement, and the bounds, which beyond an objective only say that it is least."""
        relaxed = (self.relaxed.first, self.relaxed.second)
        first, second = relaxed if self.start is None else self.start.objectives
        least = second if first <= self.bounds[0] and self.follows else min(second, self.bounds[1])
        return Proof(first, min(first, self.bounds[0]), second, least)

    @property
    def open(self) -> bool:
        """Whether something is left to prove."""
        return not (self.proof.first and self.proof.second)

    @property
    def met(self) -> bool:
        """Whether it is as even as with all bundles taken apart."""
        return self.start is None or self.start.objectives == (self.relaxed.first, self.relaxed.second)

    @cached_property
    def follows(self) -> bool:
        """Whether one category alone tells enforcers apart: the second objective then follows from the first."""
        problem = self.problem
        given = problem.apart().any(axis=0)
        rest = problem.opening[:, ~given].sum(axis=1)
        return int(given.sum()) == 1 and bool((rest == rest[0]).all())

    @property
    def held(self) -> Ints:
        """`(C, J)` bundles of each class that each row has in the placement."""
        bundles = np.zeros((len(self.problem.class_size), self.problem.shape[0]), dtype=np.int64)
        own = self.placement
        np.add.at(bundles, (own.bundle_class, own.bundle_row), own.bundle_count)
        return bundles

    @cached_property
    def holding(self) -> Holding:
        """All assignments as even as the placement, which is most even."""
        from tengbol.optimizer.held import Holding

        return Holding(self.problem, self.held, self.known)

    @cached_property
    def few(self) -> Few:
        """The same, where bundles are few."""
        from tengbol.optimizer.few import Few

        return Few(self.problem, self.placement.received(self.problem))

    @property
    def begun(self) -> Start:
        """The best placement of a component with longer bundles."""
        if self.start is None:
            raise AssertionError("a component without longer bundles is never searched")
        return self.start

    @property
    def nowhere(self) -> NDArray[np.bool_]:
        """`(C,)`: classes whose bundles cost more than their writs wherever they go."""
        pricing = self.begun.pricing
        least = np.full(len(self.core), np.iinfo(np.int64).max)
        np.minimum.at(least, pricing.choice_class, pricing.spill)
        return least > 0

    @property
    def guide(self) -> Ints | None:
        """`(J, K)` prices of the last programme over columns, which keep bundles whole better than those of a flow."""
        if self.assembly is None:
            return None
        from tengbol.optimizer.master import FINE  # which takes a solver that easy components never load

        return (self.assembly[0].writ + FINE // 2) // FINE

    def tightened(self) -> Stand:
        """With the prices of the best placement, where those bound it better, and competition counted."""
        from tengbol.optimizer.spill import tightened

        start = self.begun
        pricing = max(start.pricing, repriced(self.problem, start.placement), key=lambda pricing: pricing.bound)
        pricing = tightened(self.problem, pricing, start.objectives[0])
        return replace(self, start=replace(start, pricing=pricing)).raised(pricing.bound, 0)

    def raised(self, first: int, second: int, *, searched: bool = False) -> Stand:
        """With these bounds where they are higher, each lifted to the next value its objective can have."""
        opening, writs = self.problem.opening, self.problem.apart().sum(axis=0)
        first = rounded_up(first, opening, writs)
        second = rounded_up(second, opening.sum(axis=1, keepdims=True), writs.sum(keepdims=True))
        ours = [(bound, not word) for bound, word in zip(self.bounds, self.searched, strict=True)]
        # Of two equal bounds the one with integers behind it.
        (one, known), (other, sure) = (
            max(own, (new, not searched)) for own, new in zip(ours, (first, second), strict=True)
        )
        return replace(self, bounds=(one, other), searched=(not known, not sure))

    def after(self, found: Branched) -> Stand:
        """With what branch and bound came to, where that is better."""
        stand = self
        if found.best is not None and found.best[0] < self.begun.objectives:
            stand = replace(self, start=begun(*found.best, self.begun.pricing)).with_second_bound()
        return stand.raised(found.bounds[0], found.bounds[1] if found.bounds[0] == stand.begun.objectives[0] else 0)

    def improved(self, bundles: Ints | None) -> Stand:
        """With `bundles` `(C, J)`, completed by what they leave out, where that is better."""
        if bundles is None or self.start is None:
            return self
        pricing = self.start.pricing
        whole = placed(self.problem, pricing, bundles)
        found = min(
            ((*completed(self.problem, each), each) for each in (whole, polished(self.problem, pricing, whole))),
            key=lambda one: one[1],
        )
        placement, objectives, whole = found
        if objectives >= self.start.objectives:
            return self
        better = replace(self.start, bundles=whole, placement=placement, objectives=objectives)
        return replace(self, start=better).with_second_bound()

    def taken(self, bundles: Ints | None) -> Stand:
        """With `bundles` `(C, J)` as they are, all of them, where that is better."""
        if bundles is None:
            return self
        placement, objectives = completed(self.problem, bundles)
        if objectives >= self.begun.objectives:
            return self
        better = replace(self.begun, bundles=bundles, placement=placement, objectives=objectives)
        return replace(self, start=better).with_second_bound()

    def with_totals(self) -> Stand:
        """With what whole bundles say of the second objective, and bundles exchanged for its sake."""
        start = self.begun
        bound, least = second_bound(self.problem, start.pricing, start.objectives[0])
        return self.improved(polished(self.problem, start.pricing, start.bundles, least)).raised(0, bound)

    def with_second_bound(self) -> Stand:
        """With what the relaxation says of the second objective, given the first that was reached."""
        reached = self.relaxed.first if self.start is None else self.start.objectives[0]
        if reached == self.relaxed.first:
            return self.raised(0, self.relaxed.second)
        return self.raised(0, total_bound(self.problem))


def begun(objectives: tuple[int, int], bundles: Ints, flows: Ints, pricing: Pricing) -> Start:
    """An assignment of branch and bound, to go on from."""
    return Start(bundles, as_placement(bundles, flows), objectives, pricing)
