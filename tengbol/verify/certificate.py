"""The proof that comes with a result, checked in whole numbers: docs/certificate.md, which alone this is written from.

Whatever numbers stand there, what they prove is true: a bound is reckoned from them, never taken from them. So a
certificate in which something was changed proves less than it says, and is refused, or it is a proof all the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.findings import reason_of
from tengbol.verify.law import CATEGORIES
from tengbol.verify.minima import Level, Values
from tengbol.verify.told import is_list, is_object, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tengbol.verify.evenness import Component
    from tengbol.verify.findings import Findings

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

FILE: Final = "certificate.json"
POINT: Final = "contract 3.8"
#: A writ in thousandths.
WRIT: Final = 1000
#: How deep a tree may be.
_DEEPEST: Final = 400


class RefusedError(ValueError):
    """Why a proof is none."""


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


def check_certificate(file: Path, parts: Sequence[Component], found: Findings) -> dict[str, tuple[int, int]]:
    """What the certificate of a result proves of both objectives, by the first enforcer of each component."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        found.broken("certificate", FILE, "", POINT, Phrase("cannot be read"))
        return {}
    return check_proof(told, parts, found)


def check_proof(told: Any, parts: Sequence[Component], found: Findings) -> dict[str, tuple[int, int]]:
    """The same of a proof that was read already."""
    listed = told.get("components") if is_object(told) else None
    names = [part.get("enforcer") if is_object(part) else None for part in listed] if is_list(listed) else None
    first = is_object(told) and is_whole(told.get("version")) and told["version"] == 1
    if not is_list(listed) or not first or names != [part.enforcers[0] for part in parts]:
        found.broken("certificate", FILE, "", POINT, Phrase("is not of version 1, or of other components"))
        return {}
    out: dict[str, tuple[int, int]] = {}
    for part, own in zip(parts, listed, strict=True):
        bounds = own.get("bounds")
        if not (is_list(bounds) and len(bounds) == 2 and all(map(is_whole, bounds))):
            found.broken("certificate", FILE, part.name, POINT, Phrase("says no bounds"))
        elif "tree" in own:
            try:
                prove(part, own["tree"], (bounds[0], bounds[1]))
                out[part.enforcers[0]] = (bounds[0], bounds[1])
            except (RefusedError, RecursionError) as error:
                found.broken(
                    "certificate",
                    FILE,
                    part.name,
                    POINT,
                    Phrase(
                        "proves nothing: {error}",
                        error=reason_of(error) if isinstance(error, RefusedError) else Phrase("it is too deep"),
                    ),
                )
    rest = "" if len(out) == len(parts) else Phrase("; of the others a search was the proof")
    sentence = Phrase(
        "Prices prove both bounds of {shown} of {n} components{rest}.", shown=len(out), n=len(parts), rest=rest
    )
    found.holds("certificate", FILE, POINT, sentence)
    return out


def prove(part: Component, tree: Any, bounds: tuple[int, int]) -> None:
    """Reckon what a tree of prices proves of a component; raise `RefusedError` where that is less than the bounds."""
    _Proof(part, bounds).check(tree)


def _numbers(value: Any, length: int, what: str) -> list[int]:
    if not is_list(value) or len(value) != length:
        raise RefusedError(Phrase("{what}: not {length} numbers", what=what, length=length))
    if not all(map(is_whole, value)):
        raise RefusedError(Phrase("{what}: not whole numbers", what=what))
    return value


class _Proof:
    """One component: its enforcers by id, its pools by theirs, and what is to be proven of it.

    An entry is a member of the pool of what is supplied (a pool and category with free writs: `source`, `cell`), or of
    a class (a pool and the writs of each category of bundles of two and more: `kind`, `row`).
    """

    def __init__(self, part: Component, bounds: tuple[int, int]) -> None:
        self.bounds, self.reached = bounds, part.objectives(part.got)[0]
        place = {name: j for j, name in enumerate(part.enforcers)}
        named = sorted((sha256("\n".join(sorted(pool)).encode()).hexdigest()[:16], pool) for pool in
                       {pool for pool, _ in part.classes})  # fmt: skip
        number = {pool: p for p, (_, pool) in enumerate(named)}
        self.pools = [sorted(place[name] for name in pool) for _, pool in named]
        single = [[0] * len(CATEGORIES) for _ in named]
        longer: dict[tuple[int, tuple[int, ...]], int] = {}
        writs = [0] * len(CATEGORIES)
        supplied: set[tuple[int, int]] = set()
        for (pool, counts), bundles in part.classes.items():
            p = number[pool]
            for k, n in enumerate(counts):
                writs[k] += n * bundles
                if n:
                    supplied.add((p, k))
            if sum(counts) == 1:
                single[p][counts.index(1)] += bundles
            else:
                longer[p, counts] = bundles
        #: Pools and categories in which there is something to give, in the order of the prices.
        self.supplied = sorted(supplied)
        self.singles = np.array([single[p][k] for p, k in self.supplied], dtype=np.int64)
        self.source, self.begin, rows = _entries([self.pools[p] for p, _ in self.supplied])
        kinds = np.array([k for _, k in self.supplied], dtype=np.int64)
        self.cell = rows * len(CATEGORIES) + kinds[self.source]
        self.place = {each: c for c, each in enumerate(longer)}
        self.counts = np.array([counts for _, counts in longer], dtype=np.int64).reshape(-1, len(CATEGORIES))
        self.kind, self.start, self.row = _entries([self.pools[p] for p, _ in longer])
        base = [[part.base[name, k] for k in CATEGORIES] for name in part.enforcers]
        self.start_case = Case(
            np.array(base, dtype=np.int64),
            np.array([*longer.values()], dtype=np.int64),
            np.zeros(len(self.row), dtype=bool),
            np.zeros(len(base), dtype=bool),
        )
        self.lift = (Values(base, writs), Values([[sum(row)] for row in base], [sum(writs)]))
        stands: list[list[int]] = [[] for _ in base]
        for p, members in enumerate(self.pools):
            for j in members:
                stands[j].append(p)
        alike: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        every = ((tuple(row), tuple(own)) for row, own in zip(base, stands, strict=True))
        #: Enforcers alike before any bundle is put anywhere, by a number.
        self.alike = np.array([alike.setdefault(one, len(alike)) for one in every], dtype=np.int64)

    def check(self, tree: Any) -> None:
        self._node(tree, self.start_case, (None, None), 0)

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
        one = self._bound(case, 1, _numbers(first, len(self.supplied), Phrase("prices")), None)
        if one is None:
            return  # a bundle has nowhere to go: there is no such assignment
        squares = _squared(case.base)
        value = self.lift[0].least(squares + 2000 * one)
        if value < self.bounds[0]:
            raise RefusedError(Phrase("prices prove {value}, not {told}", value=value, told=self.bounds[0]))
        if value > self.reached:
            return  # nothing as even lies here
        if not is_object(second) or not is_whole(second.get("weight")) or second["weight"] < 1:
            raise RefusedError(Phrase("nothing bounds the second objective"))
        weight = second["weight"]
        prices = _numbers(second.get("pools"), len(self.supplied), Phrase("prices"))
        totals = _numbers(second.get("enforcers"), len(case.base), Phrase("prices of totals"))
        both = self._bound(case, weight, prices, totals)
        if both is None:
            return
        rest = both - weight * ((self.reached - squares) // 2000)
        value = self.lift[1].least(_squared(case.base.sum(axis=1)) + 2000 * rest)
        if value < self.bounds[1]:
            raise RefusedError(
                Phrase("prices prove {value} of the second objective, not {told}", value=value, told=self.bounds[1])
            )

    def _cases(self, node: Any, case: Case) -> list[tuple[Any, Case]]:
        """One bundle at each member of its pool in turn; raises `RefusedError` where a member is left out."""
        p, to, then = node.get("pool"), node.get("to"), node.get("then")
        counts = _numbers(node.get("writs"), len(CATEGORIES), Phrase("a bundle"))
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
            if not is_whole(j) or j not in self.pools[p]:
                raise RefusedError(Phrase("a bundle is put outside its pool"))
            base, shut, touched = case.base.copy(), case.closed.copy(), case.touched.copy()
            base[j] += WRIT * self.counts[at]
            shut[own] = closed
            touched[rows[closed]] = touched[j] = True
            out.append((child, Case(base, left, shut, touched)))
            closed = closed | (rows == j)
            if not case.touched[j]:
                closed |= ~case.touched[rows] & (self.alike[rows] == self.alike[j])
        if not closed.all():
            raise RefusedError(Phrase("a member of a pool is left out"))
        return out

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


def _entries(members: list[list[int]]) -> tuple[Ints, Ints, Ints]:
    """Of each entry the list that it is of, where each list begins, and each entry."""
    sizes = [len(one) for one in members]
    begin = np.cumsum([0, *sizes[:-1]], dtype=np.int64) if sizes else np.zeros(0, dtype=np.int64)
    every = np.array([j for one in members for j in one], dtype=np.int64)
    return np.repeat(np.arange(len(sizes)), sizes), begin, every


def _squared(values: Ints) -> int:
    """Σ of squares, of numbers that a product may not fit."""
    return sum(value * value for value in values.ravel().tolist())
