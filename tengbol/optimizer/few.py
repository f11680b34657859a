"""The first in the lot where bundles are few: all sets of them that anyone could have, dealt to one after the other.

docs/lot.md, points a and b, for a component of proven evenness where neither a flow nor bundles that are held show it.
Squares of what lies beyond a level of its own in each category add up to the same in all assignments as even, so nobody
has a set that leaves less of the sum than the others have at least. Of all ways to deal that leave the same bundles,
only the one with the least numbers goes on: a dynamic programme over sets (Held & Karp 1962). Nothing as even is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.dealing import Coded
from tengbol.optimizer.equals import LEVELS
from tengbol.optimizer.problem import WRIT, costs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.equals import Numbers
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.whole import Handed, Turn

    Ints = NDArray[np.int64]

#: Bundles and writs of one at most; of more there is nearly always too much to look at, which takes long to find out.
_BUNDLES: Final = 20
#: Sets of one enforcer at most; pairs of a state and a set that are looked at, at once and in all.
_SETS: Final = 2**16
_AT_ONCE: Final = 2**20
_PAIRS: Final = 2**22
#: What is added up must not leave 64 bits, nor numbers of the lot.
_LARGEST: Final = 2**62
_NUMBER: Final = 2**40


@dataclass(frozen=True)
class _Sets:
    """What one enforcer could have. `(N,)` each: code, how many of each class; beyond, what he then has beyond the
    level of each category, squared; total, the square of his excess in all. writs: `(N, K)`. Squared thousandths.
    """

    code: Ints
    writs: Ints
    beyond: Ints
    total: Ints

    @cached_property
    def least(self) -> int:
        """The least that one of them takes."""
        return int(self.beyond.min())

    def within(self, room: int) -> _Sets:
        """Those that take no more room above the least."""
        kept = self.beyond - self.least <= room
        return _Sets(self.code[kept], self.writs[kept], self.beyond[kept], self.total[kept])


@dataclass(frozen=True)
class _States:
    """What there can be when some have been dealt to. `(N,)` each: code, how many are left of each class; beyond and
    total of these; number, the least sum of numbers. In the order of the first three.
    """

    code: Ints
    beyond: Ints
    total: Ints
    number: Ints

    @classmethod
    def least(cls, *columns: Ints) -> _States:
        """Of states alike the one with the least sum."""
        by = np.lexsort(columns[::-1])
        own = [column[by] for column in columns]
        first = np.ones(len(by), dtype=np.bool_)
        first[1:] = np.any([np.diff(column) != 0 for column in own[:3]], axis=0)
        return cls(*own).only(first)

    def only(self, kept: NDArray[np.bool_]) -> _States:
        """Some of them."""
        return _States(self.code[kept], self.beyond[kept], self.total[kept], self.number[kept])


class Few:
    """All assignments of a component as even as one that is most even."""

    def __init__(self, problem: Problem, received: Ints) -> None:
        """received: `(J, K)` writs that everyone has in that one."""
        self._problem, self._writs = problem, int(received.sum())
        self._excess = problem.opening + WRIT * received
        given = received > 0
        self._level = (self._excess * given).sum(axis=0) // np.maximum(given.sum(axis=0), 1)
        self._coded = Coded(problem)

    def first(self, of_class: Ints, number: Numbers, turn: Turn) -> Handed | None:
        """The first of them in the lot; None where bundles are not few.

        of_class: `(B,)` class of each longer bundle, in the order of the lot. number: N of cells. turn: as
        `whole.handed` asks.
        """
        sets = self._sets
        writs = None if sets is None else self._least(sets, number)
        if sets is None or writs is None:
            return None
        due = [own.code[(own.writs == its).all(axis=1)].tolist() for own, its in zip(sets, writs, strict=True)]
        return self._coded.handed(due, of_class, turn)

    @cached_property
    def _beyond(self) -> int:
        """What all have beyond the level, squared: as much in whatever is as even."""
        return int(((self._excess - self._level) ** 2).sum())

    @cached_property
    def _sets(self) -> list[_Sets] | None:
        """What each could have within the room; None where that is too much."""
        if self._coded.size.sum() > _BUNDLES or not self._coded.fits:
            return None
        opening = self._problem.opening
        widest = int(np.abs(opening).sum(axis=1).max()) + int(np.abs(self._level).max()) + WRIT * self._writs
        if widest**2 * opening.size * len(opening) >= _LARGEST or self._writs * _NUMBER >= _LARGEST:
            return None
        members = [set(self._problem.members(int(p)).tolist()) for p in self._coded.pool]
        least = (np.maximum(opening - self._level, 0) ** 2).sum(axis=1)
        found: list[_Sets] = []
        for j, own in enumerate(opening):
            mine = [c for c, there in enumerate(members) if j in there]
            sets = self._of(own, mine, self._beyond - int(least.sum() - least[j]))
            if sets is None:
                return None
            found.append(sets)
        room = self._beyond - sum(sets.least for sets in found)
        return [sets.within(room) for sets in found]

    def _of(self, opening: Ints, mine: Sequence[int], limit: int) -> _Sets | None:
        """Sets of the classes that are `mine`, none of which lies further above the level than `limit`."""
        coded = self._coded
        code, writs = np.zeros(1, dtype=np.int64), np.zeros((1, len(opening)), dtype=np.int64)
        for c in mine:
            many = np.arange(int(coded.size[c]) + 1)
            if len(code) * len(many) > _SETS:
                return None
            code = (code[:, None] + many * coded.unit[c]).ravel()
            writs = (writs[:, None] + many[:, None] * coded.counts[c]).reshape(len(code), -1)
            # Who has too much only gets more.
            above = np.maximum(opening + WRIT * writs - self._level, 0)
            kept = (above**2).sum(axis=1) <= limit
            code, writs = code[kept], writs[kept]
        excess = opening + WRIT * writs
        return _Sets(code, writs, ((excess - self._level) ** 2).sum(axis=1), excess.sum(axis=1) ** 2)

    def _least(self, sets: Sequence[_Sets], number: Numbers) -> Ints | None:
        """`(J, K)` writs of everyone with the least sums of numbers, level by level; None where that takes too long."""
        shape, cells = self._excess.shape, np.arange(self._excess.size)
        paid = [own.writs @ its for own, its in zip(sets, number(cells, 0).reshape(shape), strict=True)]
        none = np.zeros(1, dtype=np.int64)
        states = [_States(np.array([self._coded.all]), none, none, none)]
        pairs = 0
        for done, (own, price) in enumerate(zip(sets, paid, strict=True), start=1):
            pairs += len(states[-1].code) * len(own.code)
            if pairs > _PAIRS:
                return None
            others = sum(one.least for one in sets[done:])
            states.append(self._dealt(states[-1], own, price, done, self._beyond - others))
        last = states[-1]
        if (last.beyond[0], last.total[0]) != (self._beyond, costs(self._excess)[1]):
            raise AssertionError("an assignment is more even than all of them")
        every = [np.reshape(way, shape) for way in sorted(_ways(states, sets, paid))]
        for level in range(1, LEVELS):
            if len(every) == 1:
                break
            numbers = number(cells, level).reshape(shape)
            sums = [int((own * numbers).sum()) for own in every]
            every = [own for own, its in zip(every, sums, strict=True) if its == min(sums)]
        return every[0]

    def _dealt(self, states: _States, sets: _Sets, price: Ints, done: int, limit: int) -> _States:
        """When one more, and so `done` in all, have been dealt to, who lie beyond the level by `limit` at most.

        price: `(N,)` sum of numbers of each set.
        """
        guard = self._coded.guard
        step = max(1, _AT_ONCE // len(sets.code))
        parts: list[tuple[Ints, ...]] = []
        for first in range(0, len(states.code), step):
            own = slice(first, first + step)
            left = (states.code[own, None] | guard) - sets.code
            beyond = states.beyond[own, None] + sets.beyond
            at, of = np.nonzero(((left & guard) == guard) & (beyond <= limit))
            total, number = states.total[own][at] + sets.total[of], states.number[own][at] + price[of]
            parts.append((left[at, of] ^ guard, beyond[at, of], total, number))
        found = _States.least(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        # What is left for the others is least beyond the level where all of them have the same of it (Cauchy).
        others = self._problem.opening[done:] - self._level
        over = others.sum(axis=0) + WRIT * self._coded.writs(found.code)
        return found.only((over**2).sum(axis=1) <= len(others) * (self._beyond - found.beyond))


def _ways(states: Sequence[_States], sets: Sequence[_Sets], paid: Sequence[Ints]) -> set[tuple[int, ...]]:
    """The writs of everyone, row by row, of each way to the first of the last states with its sum of numbers."""
    # By state: what those behind it have got. More than one way only where different writs have equal sums.
    ways: dict[int, set[tuple[int, ...]]] = {0: {()}}
    for after, before, own, price in zip(states[:0:-1], states[-2::-1], sets[::-1], paid[::-1], strict=True):
        further: dict[int, set[tuple[int, ...]]] = {}
        for there, behind in ways.items():
            came = after.code[there] + own.code
            first, last = np.searchsorted(before.code, [came, came + 1])
            for n in np.flatnonzero(first < last).tolist():
                near = slice(int(first[n]), int(last[n]))
                alike = (
                    (before.beyond[near] == after.beyond[there] - own.beyond[n])
                    & (before.total[near] == after.total[there] - own.total[n])
                    & (before.number[near] == after.number[there] - price[n])
                )
                for place in (np.flatnonzero(alike) + near.start).tolist():
                    further.setdefault(place, set()).update((*own.writs[n].tolist(), *way) for way in behind)
        ways = further
    return ways[0]
