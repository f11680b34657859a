"""Where no exchange (`exchange`) helps any more, and how to get away from there, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from benchmarks.peers.exchange import move, three, two

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@njit(cache=True)
def settle(
    restless: Flags,
    late: Flags,
    counts: Ints,
    where: Ints,
    excess: Ints,
    alone: Ints,
    eligible: Flags,
    pool: Ints,
    most: int,
) -> None:
    """Pairs, each with one that is `restless`, and where none helps any more triples, each with one that is `late`,
    until nobody is or more than `most` were tried. Both `(J,)` are changed in place.
    """
    rows = len(excess)
    tried = 0
    while tried < most:
        while tried < most and restless.any():
            i = _drawn(restless)
            restless[i] = False
            for j in np.random.permutation(rows):
                tried += 1
                if j != i and two(i, j, counts, where, excess, alone, eligible, pool):
                    restless[i] = restless[j] = late[i] = late[j] = True
        if tried >= most or not late.any():
            break
        i = _drawn(late)
        late[i] = False
        order = np.random.permutation(rows)
        for s in range(rows):
            for t in range(s):
                j, l = order[s], order[t]  # noqa: E741
                tried += 1
                if i not in (j, l) and three(i, j, l, counts, where, excess, eligible, pool):
                    for r in (i, j, l):
                        restless[r] = late[r] = True
            if restless.any():
                break


@njit(cache=True)
def _drawn(flags: Flags) -> int:
    """One that is set, at random."""
    some = np.flatnonzero(flags)
    return some[np.random.randint(0, len(some))]


@njit(cache=True)
def thrown(many: int, counts: Ints, where: Ints, excess: Ints, eligible: Flags, pool: Ints, restless: Flags) -> None:
    """Give the bundles of so many rows, drawn at random, to any of them that may have them."""
    rows = np.random.permutation(len(excess))[:many]
    for b in range(len(where)):
        if where[b] in rows:
            to = rows[np.random.randint(0, many)]
            if eligible[pool[b], to]:
                move(b, to, counts, where, excess)
    for j in rows:
        restless[j] = True
