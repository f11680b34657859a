"""Sets of bundles as numbers, and bundles handed out where everyone gets one of some sets: docs/lot.md, point b."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.whole import Handed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.whole import Turn

    Ints = NDArray[np.int64]

#: Sets that are tried when bundles are handed out, at most.
_STEPS: Final = 1_000_000


class Coded:
    """Sets of a problem's bundles, writs of one among them, as numbers: how many of a class stands in bits of its own,
    below one that shows where more are taken than there are.
    """

    def __init__(self, problem: Problem) -> None:
        pool, kind = np.nonzero(problem.singles)
        #: `(C,)` pools, `(C, K)` writs of a bundle and `(C,)` bundles of each class; those of one come last.
        self.pool: Ints = np.concatenate([problem.class_pool, pool])
        self.counts: Ints = np.concatenate([problem.class_counts, np.eye(problem.shape[1], dtype=np.int64)[kind]])
        self.size: Ints = np.concatenate([problem.class_size, problem.singles[pool, kind]])
        self._problem = problem
        self._ends = np.cumsum([int(size).bit_length() + 1 for size in self.size])

    @property
    def fits(self) -> bool:
        """Whether 64 bits are enough."""
        return int(self._ends[-1]) < 63

    @cached_property
    def unit(self) -> Ints:
        """`(C,)`: one bundle of each class."""
        return 1 << np.concatenate([[0], self._ends[:-1]])

    @cached_property
    def guard(self) -> int:
        """The bits that show where more are taken."""
        return int((1 << (self._ends - 1)).sum())

    @cached_property
    def all(self) -> int:
        """All bundles."""
        return int(self.unit @ self.size)

    def writs(self, codes: Ints) -> Ints:
        """`(N, K)` writs of sets."""
        return (codes[:, None] & ((1 << self._ends) - self.unit)) // self.unit @ self.counts

    def handed(self, sets: Sequence[list[int]], of_class: Ints, turn: Turn) -> Handed | None:
        """The first way in the lot to hand out all bundles, where each row gets one of its `sets`, which can be; None
        where that takes too long.

        of_class: `(B,)` class of each longer bundle, in the order of the lot. turn: as `whole.handed` asks.
        """
        problem, left = self._problem, list(sets)
        row = np.zeros(len(of_class), dtype=np.int64)
        given = np.zeros((len(self.size), len(sets)), dtype=np.int64)
        dealt: list[int] = []
        steps = _STEPS
        for b, c in enumerate(of_class.tolist()):
            for j in turn(b, problem.members(int(problem.class_pool[c])).tolist()):
                with_it = [own for own in left[j] if self._number(own, c) > given[c, j]]
                found, steps = self._dealt([*left[:j], with_it, *left[j + 1 :]], steps)
                if found is not None:
                    row[b], left[j], dealt = j, with_it, found
                    given[c, j] += 1
                    break
            else:
                return None
        flows = np.zeros((len(problem.pool_member), problem.shape[1]), dtype=np.int64)
        for c in range(len(problem.class_size), len(self.size)):
            rows = problem.members(int(self.pool[c]))
            place = problem.places(np.full(len(rows), self.pool[c]), rows)
            many = np.array([self._number(code, c) for code in np.array(dealt)[rows].tolist()])
            flows[place] += np.outer(many, self.counts[c])
        return Handed(row, flows)

    def _number(self, code: int, of_class: int) -> int:
        """How many bundles of a class a set has."""
        unit = int(self.unit[of_class])
        return (code & ((1 << int(self._ends[of_class])) - unit)) // unit

    def _dealt(self, sets: Sequence[list[int]], steps: int) -> tuple[list[int] | None, int]:
        """A set of each row that are all bundles together; and steps that are left, below 0 where nobody knows."""
        guard, in_vain = self.guard, set[tuple[int, int]]()

        def further(j: int, left: int) -> list[int] | None:
            nonlocal steps
            if j == len(sets):
                return None if left else []
            if (j, left) in in_vain:
                return None
            for own in sets[j]:
                steps -= 1
                if steps < 0:
                    return None
                rest = (left | guard) - own
                if rest & guard == guard:
                    found = further(j + 1, rest ^ guard)
                    if found is not None:
                        return [own, *found]
            in_vain.add((j, left))
            return None

        return further(0, self.all), steps
