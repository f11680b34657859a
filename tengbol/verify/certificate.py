"""The proof that comes with a result, checked in whole numbers: docs/certificate.md, which alone this is written from.

Whatever numbers stand there, what they prove is true: a bound is reckoned from them, never taken from them. So a
certificate in which something was changed proves less than it says, and is refused, or it is a proof all the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from math import gcd
from typing import TYPE_CHECKING, Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.findings import reason_of
from tengbol.verify.law import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tengbol.verify.evenness import Component
    from tengbol.verify.findings import Findings

FILE: Final = "certificate.json"
POINT: Final = "contract 3.8"
#: How deep a tree may be.
_DEEPEST: Final = 400


class RefusedError(ValueError):
    """Why a proof is none."""


@dataclass(frozen=True)
class Case:
    """What is left of a component. base: by enforcer and category, in thousandths; left: bundles of two and more by
    (pool, counts); closed: (pool, counts, enforcer) where none of these may go any more; touched: enforcers that some
    bundle was put at, or that are closed to some.
    """

    base: list[list[int]]
    left: dict[tuple[int, tuple[int, ...]], int]
    closed: frozenset[tuple[int, tuple[int, ...], int]]
    touched: frozenset[int]


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
    listed = told.get("components") if isinstance(told, dict) else None
    names = [part.get("enforcer") if isinstance(part, dict) else None for part in listed or ()]
    if not isinstance(listed, list) or told.get("version") != 1 or names != [part.enforcers[0] for part in parts]:
        found.broken("certificate", FILE, "", POINT, Phrase("is not of version 1, or of other components"))
        return {}
    out = {}
    for part, own in zip(parts, listed, strict=True):
        bounds = own.get("bounds")
        if not (isinstance(bounds, list) and len(bounds) == 2 and all(map(_whole, bounds))):
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


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _numbers(value: Any, length: int, what: str) -> list[int]:
    if not isinstance(value, list) or len(value) != length:
        raise RefusedError(Phrase("{what}: not {length} numbers", what=what, length=length))
    if not all(map(_whole, value)):
        raise RefusedError(Phrase("{what}: not whole numbers", what=what))
    return value


class _Proof:
    """One component: its enforcers by id, its pools by theirs, and what is to be proven of it."""

    def __init__(self, part: Component, bounds: tuple[int, int]) -> None:
        self.bounds, self.reached = bounds, part.objectives(part.got)[0]
        place = {name: j for j, name in enumerate(part.enforcers)}
        named = sorted((sha256("\n".join(sorted(pool)).encode()).hexdigest()[:16], pool) for pool in
                       {pool for pool, _ in part.classes})  # fmt: skip
        number = {pool: p for p, (_, pool) in enumerate(named)}
        self.pools = [sorted(place[name] for name in pool) for _, pool in named]
        self.single = [[0] * len(CATEGORIES) for _ in named]
        left: dict[tuple[int, tuple[int, ...]], int] = {}
        writs = [0] * len(CATEGORIES)
        supplied = set()
        for (pool, counts), bundles in part.classes.items():
            p = number[pool]
            for k, n in enumerate(counts):
                writs[k] += n * bundles
                if n:
                    supplied.add((p, k))
            if sum(counts) == 1:
                self.single[p][counts.index(1)] += bundles
            else:
                left[p, counts] = bundles
        #: Pools and categories in which there is something to give, in the order of the prices.
        self.supplied = sorted(supplied)
        base = [[part.base[name, k] for k in CATEGORIES] for name in part.enforcers]
        self.start = Case(base, left, frozenset(), frozenset())
        self.lift = (_Values(base, writs), _Values([[sum(row)] for row in base], [sum(writs)]))
        stands: list[list[int]] = [[] for _ in base]
        for p, members in enumerate(self.pools):
            for j in members:
                stands[j].append(p)
        #: Enforcers alike before any bundle is put anywhere.
        self.alike = [(tuple(row), tuple(own)) for row, own in zip(base, stands, strict=True)]

    def check(self, tree: Any) -> None:
        self._node(tree, self.start, (None, None), 0)

    def _node(self, node: Any, case: Case, above: tuple[Any, Any], depth: int) -> None:
        if not isinstance(node, dict) or depth > _DEEPEST:
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
        squares = sum(e * e for row in case.base for e in row)
        value = self.lift[0].least(squares + 2000 * one)
        if value < self.bounds[0]:
            raise RefusedError(Phrase("prices prove {value}, not {told}", value=value, told=self.bounds[0]))
        if value > self.reached:
            return  # nothing as even lies here
        if not isinstance(second, dict) or not _whole(second.get("weight")) or second["weight"] < 1:
            raise RefusedError(Phrase("nothing bounds the second objective"))
        weight = second["weight"]
        prices = _numbers(second.get("pools"), len(self.supplied), Phrase("prices"))
        totals = _numbers(second.get("enforcers"), len(case.base), Phrase("prices of totals"))
        both = self._bound(case, weight, prices, totals)
        if both is None:
            return
        rest = both - weight * ((self.reached - squares) // 2000)
        value = self.lift[1].least(sum(sum(row) ** 2 for row in case.base) + 2000 * rest)
        if value < self.bounds[1]:
            raise RefusedError(
                Phrase("prices prove {value} of the second objective, not {told}", value=value, told=self.bounds[1])
            )

    def _cases(self, node: Any, case: Case) -> list[tuple[Any, Case]]:
        """One bundle at each member of its pool in turn; raises `RefusedError` where a member is left out."""
        p, to, then = node.get("pool"), node.get("to"), node.get("then")
        counts = tuple(_numbers(node.get("writs"), len(CATEGORIES), Phrase("a bundle")))
        if not _whole(p) or not case.left.get((p, counts)):
            raise RefusedError(Phrase("a bundle that is not there is put somewhere"))
        if not isinstance(to, list) or not isinstance(then, list) or len(to) != len(then):
            raise RefusedError(Phrase("not a case for each member"))
        left = {key: n - (key == (p, counts)) for key, n in case.left.items()}
        out, closed = [], {j for at, its, j in case.closed if (at, its) == (p, counts)}
        for j, child in zip(to, then, strict=True):
            if not _whole(j) or j not in self.pools[p]:
                raise RefusedError(Phrase("a bundle is put outside its pool"))
            base = list(case.base)
            base[j] = [e + 1000 * n for e, n in zip(base[j], counts, strict=True)]
            shut = case.closed | {(p, counts, i) for i in closed}
            out.append((child, Case(base, left, shut, case.touched | {i for _, _, i in shut} | {j})))
            closed.add(j)
            if j not in case.touched:
                closed |= {i for i in self.pools[p] if i not in case.touched and self.alike[i] == self.alike[j]}
        if not closed.issuperset(self.pools[p]):
            raise RefusedError(Phrase("a member of a pool is left out"))
        return out

    def _bound(self, case: Case, weight: int, prices: list[int], totals: list[int] | None) -> int | None:
        """The bound of docs/certificate.md, in units of 2000 above the squares of what is there; None where a bundle
        has nowhere to go.
        """
        price: dict[tuple[int, int], int] = {}
        for (p, k), own in zip(self.supplied, prices, strict=True):
            for j in self.pools[p]:
                price[j, k] = max(price.get((j, k), own), own)
        cell = {
            (j, k): _Level(weight, case.base[j][k], own - (0 if totals is None else totals[j]))
            for (j, k), own in price.items()
        }
        out = sum(at.floor for at in cell.values())
        total = []
        if totals is not None:
            total = [_Level(1, sum(row), own) for row, own in zip(case.base, totals, strict=True)]
            out += sum(at.floor for at in total)
        for p, singles in enumerate(self.single):
            out += sum(n * min(price[j, k] for j in self.pools[p]) for k, n in enumerate(singles) if n)
        for (p, counts), n in case.left.items():
            held = [(k, a) for k, a in enumerate(counts) if a]
            costs = [
                sum(a * price[j, k] + cell[j, k].above(a) for k, a in held)
                + (total[j].above(sum(counts)) if total else 0)
                for j in self.pools[p]
                if n and (p, counts, j) not in case.closed
            ]
            if n and not costs:
                return None
            out += n * min(costs, default=0)
        return out


class _Level:
    """The least of weight · (e·x + 500·x²) − price · x over x ≥ 0, and what it costs above that to hold some writs."""

    def __init__(self, weight: int, e: int, price: int) -> None:
        self.linear, self.square = weight * e - price, 500 * weight
        self.best = max(0, -((self.linear + self.square) // (2 * self.square)))
        self.floor = self._at(self.best)

    def _at(self, x: int) -> int:
        return (self.linear + self.square * x) * x

    def above(self, held: int) -> int:
        return self._at(max(held, self.best)) - self.floor


class _Values:
    """What a sum of squares can be: see "Values apart" in docs/certificate.md."""

    def __init__(self, base: list[list[int]], writs: list[int]) -> None:
        self.squares = sum(e * e for row in base for e in row)
        self.apart = gcd(1000, *(e - first for row in base for e, first in zip(row, base[0], strict=True)))
        self.rest = sum((e + 500) * n for e, n in zip(base[0], writs, strict=True)) % self.apart

    def least(self, bound: int) -> int:
        """The least of these that is not below `bound`."""
        units = -((self.squares - bound) // 2000)
        return self.squares + 2000 * (units + (self.rest - units) % self.apart)
