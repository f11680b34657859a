"""Enforcers in groups alike, what each group could hold, and the bound at given integer multipliers.

It is reckoned over all that they could hold,

    Σ_groups size · min_S [Σ_k min_{x ≥ S_k} f(x) − λ·x + λ·S_k − Σ_{c in S} π_c] + Σ_c π_c · size_c + Σ_singles min λ

exactly, and holds for whatever integers. Bundles taken apart (`Problem.only`) only lower it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.bound import cell_cost, level
from tengbol.optimizer.configurations import Configurations, groups
from tengbol.optimizer.master import FINE, Multipliers
from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.configurations import Counts, Group
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Columns of a group taken in at a time, fewer where there are many groups, and of all groups together about.
_KEEP: Final = (3, 40)
_TOGETHER: Final = 600
#: Groups are many where fewer than so many of each are taken in.
_FEW: Final = 10
#: Bundles that a configuration may hold.
_LONGEST: Final = 64
#: Choices looked at in an enumeration that take as long as a term of a programme.
_CHOICES: Final = 800
#: Beyond this, in units of 1 / FINE, sums could leave 64 bits.
_LARGEST: Final = 2**58
#: The farthest, so that sums stay in 64 bits.
FAR: Final = 2**40


@dataclass(frozen=True)
class Sets:
    """Configurations: group `(N,)`, counts `(N, C)`; least `(G,)`: what a group's cheapest costs more than none."""

    group: Ints
    counts: Counts
    least: Ints


class Groups:
    """The enforcers of a problem in groups alike, and what they could hold.

    steps: choices looked at in one enumeration at most. work: what all that is done with them is taken from.
    longest: bundles of a configuration at most, null: there is no bound; with one nothing that is left out is proven.
    """

    def __init__(
        self, problem: Problem, alike: Sequence[Group], kinds: NDArray[np.bool_], steps: int, work: Work,
        longest: int | None = None,
    ) -> None:  # fmt: skip
        self.problem, self.alike, self.kinds, self.steps, self.work = problem, alike, kinds, steps, work
        self.longest = _LONGEST if longest is None else longest
        self.keep = int(np.clip(_TOGETHER // len(alike), *_KEEP))
        #: Whether groups are so many that fewer columns are taken in at a time.
        self.many = self.keep < _FEW
        self.opening = np.array([group.opening for group in alike])
        self.fills = np.array([group.fills for group in alike])
        self.kind = np.array([group.kind for group in alike])
        self.size = np.array([len(group.rows) for group in alike])
        self.allowed = np.zeros((len(alike), len(problem.class_size)), dtype=bool)
        for g, group in enumerate(alike):
            self.allowed[g, group.classes] = True
        pool, category = np.nonzero(problem.singles)
        able = kinds[:, pool].T
        pair, kind = np.nonzero(able)
        #: What a group's cheapest costs more than none at some multipliers, those of the last enumeration.
        self.least: tuple[Multipliers, Ints] | None = None
        #: Writs of one of a pool and category that go to a kind of group: (pool, category, kind).
        self.flows = np.column_stack([pool[pair], category[pair], kind])

    def pays(self, writ: Ints) -> Ints:
        """`(P, K)`: what a writ of one of a pool costs at least, at the multipliers `writ` `(F, K)`."""
        pool, category, kind = self.flows.T
        out = np.full(self.problem.singles.shape, np.iinfo(np.int64).max)
        np.minimum.at(out, (pool, category), writ[kind, category])
        return out

    def level(self, writ: Ints) -> Ints:
        """`(G, K)`: the least count at which the next writ costs what it pays; 0 where no writ of one can come."""
        price = writ[self.kind]
        least = -(((self.opening + WRIT // 2) * FINE - price) // (FINE * WRIT))
        return np.where(self.fills, np.maximum(0, least), 0)

    def bounded(self, writ: Ints, bundle: Ints) -> tuple[Multipliers, Sets] | None:
        """The bound at these multipliers, exactly, and the cheapest configurations; None where that takes too long."""
        problem = self.problem
        writs, bundles = int(problem.apart().sum()), int(problem.class_size.sum())
        if max(int(np.abs(writ).max(initial=0)) * writs, int(np.abs(bundle).max(initial=0)) * bundles) > _LARGEST:
            return None
        sets = self._listed(writ, bundle, np.zeros(len(self.size), dtype=np.int64), -1, self.keep, 0)
        if sets is None:
            return None
        level, price = self.level(writ), writ[self.kind]
        floor = np.where(self.fills, FINE * cell_cost(self.opening, level) - price * level, 0).sum(axis=1)
        supplied = problem.singles > 0
        total = int(self.size @ (sets.least + floor)) + int(bundle @ problem.class_size)
        total += int((problem.singles * self.pays(writ))[supplied].sum())
        at = Multipliers(writ, bundle, total)
        self.least = at, sets.least
        return at, sets

    def within(self, at: Multipliers, room: int, most: int) -> list[Configurations] | None:
        """All configurations at most `room` (units of 1 / FINE) above the group's least; None if more than `most`."""
        least = self.least[1] if self.least is not None and self.least[0] is at else None
        sets = None if least is None else self._listed(at.writ, at.bundle, least + room, room, 0, most)
        if least is None or (sets is not None and len(np.unique(sets.group)) < len(self.size)):
            # What is least may be known as a bound alone, that nothing meets.
            cheapest = self._listed(at.writ, at.bundle, np.zeros(len(self.size), dtype=np.int64), -1, 1, 0)
            sets = cheapest and self._listed(at.writ, at.bundle, cheapest.least + room, room, 0, most)
        if sets is None:
            return None
        own = np.split(np.arange(len(sets.group)), np.searchsorted(sets.group, np.arange(1, len(self.size))))
        return [
            Configurations(group, sets.counts[i], sets.counts[i] @ self.problem.class_counts)
            for group, i in zip(self.alike, own, strict=True)
        ]

    def _listed(self, writ: Ints, bundle: Ints, limit: Ints, slack: int, keep: int, most: int) -> Sets | None:
        from tengbol.optimizer.enumeration import enumerate_sets

        problem = self.problem
        most = keep * len(self.size) if keep else most
        longest = min(_LONGEST, int(problem.class_size.sum())) + 1
        owner, length = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
        items, value = np.zeros((most, longest), dtype=np.int32), np.zeros(most, dtype=np.int64)
        work = np.full(1, self.steps)
        number = enumerate_sets(
            self.opening, self.fills, np.ascontiguousarray(writ[self.kind]),
            np.ascontiguousarray(problem.class_counts), problem.class_size, np.ascontiguousarray(bundle),
            self.allowed, FINE, limit, slack, keep, self.longest, work, owner, items, length, value,
        )  # fmt: skip
        self.work.left -= int(self.steps - work[0]) // _CHOICES
        if number < 0:
            return None
        counts = np.zeros((number, len(bundle)), dtype=np.int8)  # at most `_LONGEST`
        held = np.arange(longest) < length[:number, None]
        np.add.at(counts, (np.nonzero(held)[0], items[:number][held]), 1)
        least = np.zeros(len(self.size), dtype=np.int64)
        np.minimum.at(least, owner[:number], value[:number])
        return Sets(owner[:number], counts, least)


def between(opening: Ints, counts: Ints) -> Ints:
    """`(K,)`: what a writ costs where a flow leaves `counts` `(J, K)`: between the last that came and the next."""
    step = opening + WRIT * counts
    ahead: Ints = (step + WRIT // 2).min(axis=0)
    last: Ints = np.where(counts > 0, step - WRIT // 2, -FAR).max(axis=0)
    return ahead + np.where(last > -FAR, (last - ahead) // 2, 0)


def at_prices(
    problem: Problem, price: Ints, steps: int, work: Work, longest: int | None
) -> tuple[Groups, Multipliers, Ints]:
    """Groups, where there are no writs of one, with the multipliers that prices `(K,)` of everyone's writs are, and
    what each group's cheapest costs at least, `(G,)`. steps, work, longest: as `Groups` has them.
    """
    every = Groups(problem, *groups(problem), steps, work, longest)
    writs = level(every.opening, price[None])
    least = FINE * (cell_cost(every.opening, writs) - price * writs).sum(axis=1)
    writ, bundle = np.zeros((len(every.kinds), len(price)), dtype=np.int64), FINE * (problem.class_counts @ price)
    at = Multipliers(writ, bundle, int(every.size @ least) + int(bundle @ problem.class_size))
    every.least = at, least
    return every, at, least
