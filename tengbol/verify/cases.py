"""Cases of a proof (docs/certificate.md, theorem 2): a bundle at each member of its pool in turn, each with a bound."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES
from tengbol.verify.numbered import RefusedError, bundle_of, entries
from tengbol.verify.told import is_list, is_object, is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.verify.numbered import Numbered

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: A writ in thousandths.
WRIT: Final = 1000
#: How deep a tree may be.
_DEEPEST: Final = 400


@dataclass(frozen=True)
class Case:
    """What is left of a component. base: `(J, K)` in thousandths. left: `(C,)` bundles of two and more of each class.

    closed: `(N,)` members of the classes' pools to whom none of these may go any more. touched: `(J,)` enforcers that
    some bundle was put at, or that are closed to some.
    """

    base: Ints
    left: Ints
    closed: Flags
    touched: Flags


class Tree(ABC):
    """One component, and what is to be proven of it in every case.

    kind, row: `(N,)` class and enforcer of each member of the pool of a class (a pool and the writs of each category of
    bundles of two and more); start: `(C,)` where those of each class begin.
    """

    def __init__(self, own: Numbered, bounds: tuple[int, int]) -> None:
        self.own, self.bounds = own, bounds
        self.place = {each: c for c, each in enumerate(own.longer)}
        self.counts = np.array([counts for _, counts in own.longer], dtype=np.int64).reshape(-1, len(CATEGORIES))
        self.kind, self.start, self.row = entries([own.pools[p] for p, _ in own.longer])

    @abstractmethod
    def first(self, case: Case, told: Any) -> int | None:
        """What is proven of the first objective in a case; None where it is impossible."""

    @abstractmethod
    def second(self, case: Case, told: Any, first: int) -> int | None:
        """The same of the second, where the first is at least `first` and at most the result's."""

    def check(self, tree: Any) -> None:
        """Raise `RefusedError` where some case proves less than the bounds."""
        size = np.array([*self.own.longer.values()], dtype=np.int64)
        nobody = np.zeros(len(self.own.base), dtype=bool)
        self._node(tree, Case(self.own.base, size, np.zeros(len(self.row), dtype=bool), nobody), (None, None), 0)

    def _node(self, node: Any, case: Case, above: tuple[Any, Any], depth: int) -> None:
        if not is_object(node) or depth > _DEEPEST:
            raise RefusedError(Phrase("a node is none, or too deep"))
        first, second = node.get("first", above[0]), node.get("second", above[1])
        if "to" in node:
            for child, its in self._cases(node, case):
                self._node(child, its, (first, second), depth + 1)
            return
        if first is None:
            raise RefusedError(Phrase("a case has no prices"))
        value = self.first(case, first)
        if value is None:
            return  # a bundle has nowhere to go: there is no such assignment
        if value < self.bounds[0]:
            raise RefusedError(Phrase("prices prove {value}, not {told}", value=value, told=self.bounds[0]))
        if value > self.own.reached:
            return  # nothing as even lies here
        value = self.second(case, second, value)
        if value is not None and value < self.bounds[1]:
            raise RefusedError(
                Phrase("prices prove {value} of the second objective, not {told}", value=value, told=self.bounds[1])
            )

    def _cases(self, node: Any, case: Case) -> list[tuple[Any, Case]]:
        """One bundle at each member of its pool in turn; raises `RefusedError` where a member is left out."""
        p, to, then = node.get("pool"), node.get("to"), node.get("then")
        counts = bundle_of(node.get("writs"))
        at = self.place.get((p, tuple(counts))) if is_whole(p) else None
        if at is None or not case.left[at]:
            raise RefusedError(Phrase("a bundle that is not there is put somewhere"))
        if not is_list(to) or not is_list(then) or len(to) != len(then):
            raise RefusedError(Phrase("not a case for each member"))
        own = self.kind == at
        rows, closed = self.row[own], case.closed[own]
        left = case.left.copy()
        left[at] -= 1
        out: list[tuple[Any, Case]] = []
        for j, child in zip(to, then, strict=True):
            if not is_whole(j) or j not in self.own.pools[p]:
                raise RefusedError(Phrase("a bundle is put outside its pool"))
            base, shut, touched = case.base.copy(), case.closed.copy(), case.touched.copy()
            base[j] += WRIT * self.counts[at]
            shut[own] = closed
            touched[rows[closed]] = touched[j] = True
            out.append((child, Case(base, left, shut, touched)))
            closed = closed | (rows == j)
            if not case.touched[j]:
                closed |= ~case.touched[rows] & (self.own.alike[rows] == self.own.alike[j])
        if not closed.all():
            raise RefusedError(Phrase("a member of a pool is left out"))
        return out
