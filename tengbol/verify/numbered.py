"""One component by numbers, as a certificate has it: enforcers in the order of their ids, pools in that of theirs."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from tengbol.phrase import Phrase
from tengbol.verify.law import CATEGORIES
from tengbol.verify.minima import Values
from tengbol.verify.told import is_list, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.verify.evenness import Component

    Ints = NDArray[np.int64]


class RefusedError(ValueError):
    """Why a proof is none."""


class Numbered:
    """base: `(J, K)` excess in thousandths before any free bundle. pools: members of each. singles: `(P, K)` bundles of
    one; longer: of each pool and writs of each category how many bundles of two and more. supplied: pools and
    categories in which there is something to give, in the order of the prices. alike: `(J,)` one number for enforcers
    with the same excess in the same pools. reached: the first objective of the result. lift: to what both can be.
    """

    def __init__(self, part: Component) -> None:
        self.reached = part.objectives(part.got)[0]
        place = {name: j for j, name in enumerate(part.enforcers)}
        named = sorted((sha256("\n".join(sorted(pool)).encode()).hexdigest()[:16], pool) for pool in
                       {pool for pool, _ in part.classes})  # fmt: skip
        number = {pool: p for p, (_, pool) in enumerate(named)}
        self.pools = [sorted(place[name] for name in pool) for _, pool in named]
        self.singles = np.zeros((len(named), len(CATEGORIES)), dtype=np.int64)
        self.longer: dict[tuple[int, tuple[int, ...]], int] = {}
        writs = [0] * len(CATEGORIES)
        supplied: set[tuple[int, int]] = set()
        for (pool, counts), bundles in part.classes.items():
            p = number[pool]
            for k, n in enumerate(counts):
                writs[k] += n * bundles
                if n:
                    supplied.add((p, k))
            if sum(counts) == 1:
                self.singles[p, counts.index(1)] += bundles
            else:
                self.longer[p, counts] = bundles
        self.supplied = sorted(supplied)
        self.writs = writs
        base = [[part.base[name, k] for k in CATEGORIES] for name in part.enforcers]
        self.base = np.array(base, dtype=np.int64)
        self.lift = (Values(base, writs), Values([[sum(row)] for row in base], [sum(writs)]))
        stands: list[list[int]] = [[] for _ in base]
        for p, members in enumerate(self.pools):
            for j in members:
                stands[j].append(p)
        alike: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
        every = ((tuple(row), tuple(own)) for row, own in zip(base, stands, strict=True))
        self.alike = np.array([alike.setdefault(one, len(alike)) for one in every], dtype=np.int64)

    def follows(self, first: int) -> int | None:
        """The second objective where the first is so much; None where it does not follow from it (theorem 5)."""
        given = [n > 0 for n in self.writs]
        rest = self.base[:, ~np.array(given)].sum(axis=1)
        if sum(given) != 1 or (rest != rest[0]).any():
            return None
        k, r = given.index(True), int(rest[0])
        excess = int(self.base[:, k].sum()) + 1000 * self.writs[k]
        return first - squared(np.delete(self.base, k, axis=1)) + 2 * r * excess + len(self.base) * r * r


def numbers(value: Any, length: int, what: str) -> list[int]:
    """A list of so many whole numbers; raises `RefusedError` where it is none."""
    if not is_list(value) or len(value) != length:
        raise RefusedError(Phrase("{what}: not {length} numbers", what=what, length=length))
    if not all(map(is_whole, value)):
        raise RefusedError(Phrase("{what}: not whole numbers", what=what))
    return value


def bundle_of(value: Any, before: int = 0) -> list[int]:
    """A bundle's writs of each category, after so many other numbers.

    Categories that came later stand last, and a certificate from before has no number of them. Raises `RefusedError`.
    """
    later = before + len(CATEGORIES) - len(value) if is_list(value) and len(value) > before else 0
    return numbers([*value, *[0] * later] if later else value, before + len(CATEGORIES), Phrase("a bundle"))


def entries(members: Sequence[Sequence[int]]) -> tuple[Ints, Ints, Ints]:
    """Of each entry the list that it is of, where each list begins, and each entry."""
    sizes = [len(one) for one in members]
    begin = np.cumsum([0, *sizes[:-1]], dtype=np.int64) if sizes else np.zeros(0, dtype=np.int64)
    every = np.array([j for one in members for j in one], dtype=np.int64)
    return np.repeat(np.arange(len(sizes)), sizes), begin, every


def squared(values: Ints) -> int:
    """Σ of squares, of numbers that a product may not fit."""
    return sum(value * value for value in values.ravel().tolist())
