"""Prices of whole bundles (docs/certificate.md, theorem 4): what each enforcer's cheapest set of them costs, exactly.

That is looked for by listing what can be cheap (`listing`), in a number of steps that is limited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.cases import Tree
from tengbol.verify.law import CATEGORIES
from tengbol.verify.listing import LARGEST, MOST, Held, Listing, Prices, Steps, TooMuchError
from tengbol.verify.numbered import RefusedError, bundle_of, numbers, squared
from tengbol.verify.told import is_list, is_object, is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.verify.cases import Case
    from tengbol.verify.numbered import Numbered

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_NONE: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class _At:
    """scale: of costs. fills: `(J, K)` whether a writ apart can come, and cell: `(J, K)` its price there. bundle:
    `(C,)`. paid: what all pay together.
    """

    scale: int
    fills: Flags
    cell: Ints
    bundle: Ints
    paid: int


@dataclass(frozen=True)
class _Stand:
    """A case whose first bound is known: its groups of enforcers alike, `(G,)` the first of each and how many, what
    can be held, what the cheapest set of each group costs, and what an assignment may cost above all these.
    """

    first: Ints
    many: Ints
    listing: Listing
    least: Ints
    room: int


class Sets(Tree):
    """whole: `(W,)` classes of which bundles are not taken apart. stands: `(J, P)` who is in which pool."""

    def __init__(self, own: Numbered, bounds: tuple[int, int], told: Any) -> None:
        super().__init__(own, bounds)
        rows = told.get("whole") if is_object(told) else None
        if not is_list(rows):
            raise RefusedError(Phrase("it does not say which bundles are whole"))
        whole: list[int] = []
        for row in rows:
            pool, *counts = bundle_of(row, 1)
            whole.append(self.place.get((pool, tuple(counts)), -1))
        if len(set(whole)) < len(whole) or -1 in whole:
            raise RefusedError(Phrase("a bundle that is not there is whole"))
        self.whole = np.array(whole, dtype=np.int64)
        #: `(D,)` the other classes, and the pools of these.
        self.rest = np.setdiff1d(np.arange(len(own.longer)), self.whole)
        self.pools = np.array([p for p, _ in own.longer], dtype=np.int64)[self.rest]
        self.stands = np.zeros((len(own.base), len(own.pools)), dtype=bool)
        for p, members in enumerate(own.pools):
            self.stands[members, p] = True
        self.steps = Steps(MOST)
        self.stand: _Stand | None = None

    def first(self, case: Case, told: Any) -> int | None:
        """Σ over enforcers of what the cheapest set costs, and what all bundles and writs apart pay."""
        at = self._at(case, told)
        allowed = np.zeros((len(case.base), len(self.place)), dtype=bool)
        allowed[self.row[~case.closed], self.kind[~case.closed]] = True
        allowed = allowed[:, self.whole]
        alike = np.column_stack([self.own.alike, case.base, allowed])
        _, first, many = np.unique(alike, axis=0, return_index=True, return_counts=True)
        prices = Prices(at.scale, case.base[first], at.cell[first], at.fills[first], at.bundle)
        listing = Listing(prices, self.counts[self.whole], case.left[self.whole], allowed[first], self.steps)
        least = listing.least()
        exact, squares = _times(many, least) + at.paid, squared(case.base)
        room = at.scale * ((self.own.reached - squares) // 2000) - exact
        self.stand = _Stand(first, many, listing, least, room)
        return self.own.lift[0].least(squares - 2000 * (-exact // at.scale))

    def second(self, case: Case, told: Any, first: int) -> int | None:
        """The same at other prices, over those sets alone that an assignment as even can have."""
        if told is None:
            value = self.own.follows(first)
            if value is None:
                raise RefusedError(Phrase("nothing bounds the second objective"))
            return value
        at, stand = self._at(case, told), self.stand
        if not is_whole(told.get("weight")) or told["weight"] < 0:
            raise RefusedError(Phrase("nothing bounds the second objective"))
        if stand is None:
            raise AssertionError("the second objective is bounded after the first")
        weight: int = told["weight"]
        if max(stand.room, stand.room + int(stand.least.max()), weight) > LARGEST:
            raise TooMuchError
        limit = stand.least + stand.room
        held = stand.listing.filled(stand.listing.within(limit, stand.room, at.bundle), limit)
        cheapest = np.full(len(stand.first), _NONE)
        np.minimum.at(cheapest, held.group, self._costs(case, at, weight, held))
        units = (self.own.reached - squared(case.base)) // 2000
        exact = _times(stand.many, cheapest) + at.paid - weight * units
        return self.own.lift[1].least(squared(case.base.sum(axis=1)) - 2000 * (-exact // at.scale))

    def _costs(self, case: Case, at: _At, weight: int, held: Held) -> Ints:
        """`(N,)`: what both objectives together cost in sets, less what is paid."""
        stand = self.stand
        assert stand is not None
        e, price = case.base[stand.first][held.group], at.cell[stand.first][held.group]
        writs, kinds = int(held.writs.max(initial=0)), len(CATEGORIES)
        dearest = (weight + kinds * at.scale) * (int(np.abs(e).max(initial=0)) + 500 * kinds * writs)
        paid = int(np.abs(price).max(initial=0)) + int(np.abs(at.bundle).max(initial=0))
        if (dearest + paid) * kinds * writs > LARGEST:
            raise TooMuchError
        total = held.writs.sum(axis=1)
        cost = weight * ((e + 500 * held.writs) * held.writs).sum(axis=1)
        cost += at.scale * (e.sum(axis=1) + 500 * total) * total
        return cost - (price * (held.writs - held.whole)).sum(axis=1) - held.paid

    def _at(self, case: Case, told: Any) -> _At:
        own = self.own
        if not is_object(told) or not is_whole(told.get("scale")) or told["scale"] < 1:
            raise RefusedError(Phrase("a case has no prices"))
        prices = numbers(told.get("pools"), len(own.supplied), Phrase("prices"))
        bundle = numbers(told.get("bundles"), len(self.whole), Phrase("prices of bundles"))
        if max(map(abs, [*prices, *bundle, told["scale"]])) > LARGEST:
            raise TooMuchError
        apart = own.singles.copy()
        np.add.at(apart, self.pools, case.left[self.rest, None] * self.counts[self.rest])
        fills: Flags = np.einsum("jp,pk->jk", self.stands, apart > 0)
        cell = np.full(own.base.shape, -_NONE)
        for (p, k), price in zip(own.supplied, prices, strict=True):
            if apart[p, k]:
                cell[own.pools[p], k] = np.maximum(cell[own.pools[p], k], price)
        cell = np.where(fills, cell, 0)
        paid = _times(case.left[self.whole], np.array(bundle, dtype=np.int64))
        for p, k in own.supplied:
            paid += int(apart[p, k]) * int(cell[own.pools[p], k].min())
        return _At(told["scale"], fills, cell, np.array(bundle, dtype=np.int64), paid)


def _times(many: Ints, each: Ints) -> int:
    """Σ of products, of numbers that 64 bits may not hold."""
    return sum(n * value for n, value in zip(many.tolist(), each.tolist(), strict=True))
