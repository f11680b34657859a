"""Prices of writs (docs/certificate.md, theorem 1): what they prove of both objectives in a case, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.cases import Tree
from tengbol.verify.law import CATEGORIES
from tengbol.verify.minima import Level
from tengbol.verify.numbered import RefusedError, entries, numbers, squared
from tengbol.verify.told import is_object, is_whole

if TYPE_CHECKING:
    from tengbol.verify.cases import Case
    from tengbol.verify.numbered import Numbered


class Prices(Tree):
    """Prices of pools and categories in which there is something to give.

    source: `(M,)` the pool and category, and cell: `(M,)` the cell of each member of these pools; begin: `(N,)` where
    those of each begin.
    """

    def __init__(self, own: Numbered, bounds: tuple[int, int]) -> None:
        super().__init__(own, bounds)
        self.singles = np.array([own.singles[p, k] for p, k in own.supplied], dtype=np.int64)
        self.source, self.begin, rows = entries([own.pools[p] for p, _ in own.supplied])
        kinds = np.array([k for _, k in own.supplied], dtype=np.int64)
        self.cell = rows * len(CATEGORIES) + kinds[self.source]

    def first(self, case: Case, told: Any) -> int | None:
        """By prices alone."""
        one = self._bound(case, 1, numbers(told, len(self.own.supplied), Phrase("prices")), None)
        return None if one is None else self.own.lift[0].least(squared(case.base) + 2000 * one)

    def second(self, case: Case, told: Any, first: int) -> int | None:
        """By a weight of the first objective, prices, and prices of totals."""
        del first
        if not is_object(told) or not is_whole(told.get("weight")) or told["weight"] < 1:
            raise RefusedError(Phrase("nothing bounds the second objective"))
        weight = told["weight"]
        prices = numbers(told.get("pools"), len(self.own.supplied), Phrase("prices"))
        totals = numbers(told.get("enforcers"), len(case.base), Phrase("prices of totals"))
        both = self._bound(case, weight, prices, totals)
        if both is None:
            return None
        rest = both - weight * ((self.own.reached - squared(case.base)) // 2000)
        return self.own.lift[1].least(squared(case.base.sum(axis=1)) + 2000 * rest)

    def _bound(self, case: Case, weight: int, prices: list[int], totals: list[int] | None) -> int | None:
        """The bound of docs/certificate.md, in units of 2000 above the squares of what is there; None where a bundle
        has nowhere to go.
        """
        stuck = case.closed if len(self.start) == 0 else np.logical_and.reduceat(case.closed, self.start)
        if (stuck & (case.left > 0)).any():
            return None
        # With whole numbers of 64 bits where none can be too large, otherwise with those of any size.
        kind: Any = np.int64 if self._fit(case, weight, prices, totals) else object
        kinds, base = len(CATEGORIES), case.base.astype(kind)
        own, tau = np.array(prices, dtype=kind), np.array(totals or [0] * len(base), dtype=kind)
        price = np.full(base.size, min(prices), dtype=kind)
        np.maximum.at(price, self.cell, own[self.source])
        cell = Level(weight, base.ravel(), price - np.repeat(tau, kinds))
        total = Level(1, base.sum(axis=1), tau)
        out = int(cell.floor[np.unique(self.cell)].sum())
        out += int((self.singles * np.minimum.reduceat(price[self.cell], self.begin)).sum())
        if totals is not None:
            out += int(total.floor.sum())
        if len(self.start):
            costs = np.zeros(len(self.row), dtype=kind)
            for k in range(kinds):
                some = self.counts[self.kind, k] > 0
                held, at = self.counts[self.kind[some], k], self.row[some] * kinds + k
                costs[some] += held * price[at] + cell.above(at, held)
            if totals is not None:
                costs += total.above(self.row, self.counts.sum(axis=1)[self.kind])
            costs[case.closed] = costs.max()
            out += int((case.left * np.minimum.reduceat(costs, self.start)).sum())
        return out

    def _fit(self, case: Case, weight: int, prices: list[int], totals: list[int] | None) -> bool:
        """Whether every sum of `_bound` stays within 64 bits, whatever its signs."""
        e, tau = int(np.abs(case.base).max()), max(map(abs, totals or [0]))
        longest = int(self.counts.sum(axis=1).max(initial=1))

        def dearest(weight: int, linear: int) -> int:
            held = max(linear // (1000 * weight) + 1, longest)
            return (linear + 500 * weight * held) * held

        most = dearest(weight, weight * e + max(map(abs, prices)) + tau) + dearest(1, len(CATEGORIES) * e + tau)
        terms = case.base.size + len(case.base) + int(self.singles.sum()) + 16 * int(case.left.sum())
        return 4 * most * terms < 2**62
