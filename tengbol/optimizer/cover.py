"""Whether some columns, one for each enforcer, hold every bundle and cost no more than they may (`covering`).

Where bundles have several categories, at multipliers that meet the bound hardly any column costs nothing above it: of
half a million ways to hold four bundles of sixty, some hundred. Then the columns can be tried out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tengbol.optimizer.master import Columns
    from tengbol.optimizer.problem import Problem
    from tengbol.optimizer.work import Work

    Ints = NDArray[np.int64]

#: Single bundles to a number.
_BITS: Final = 62
#: Columns that may be looked at in one search, and those that take as long as a term of a programme.
_LOOKS: Final = 200_000_000
_TERM: Final = 1_000
#: In the first try, and so many times as many in the next, with chance going on.
_FIRST: Final = 1_000_000
_TIMES: Final = 4
_SEED: Final = 20_261_201
#: Columns × enforcers that are held at most.
_CELLS: Final = 2_000_000


def covered(
    problem: Problem, size: Ints, columns: Columns, above: Ints, room: Ints, work: Work
) -> tuple[Ints | None, bool]:
    """Columns `(J,)`, by their places, that cover every bundle once, every group so often as its `size` `(G,)`; null
    where none were found; and whether that was tried to the end, so that null says there are none.

    above: `(N, S)` costs, none below 0; room: `(S,)` what all that are taken may cost.
    """
    from tengbol.optimizer.covering import cover

    rows, number = int(size.sum()), len(columns)
    if number == 0:
        return None, True
    if number * (rows + 1) > _CELLS:
        return None, False
    single = np.flatnonzero(problem.class_size == 1)
    bits = np.zeros((number, 1 + len(single) // _BITS), dtype=np.int64)
    for n, c in enumerate(single.tolist()):
        bits[:, n // _BITS] |= columns.counts[:, c].astype(np.int64) << (n % _BITS)
    own, item = np.nonzero(columns.counts)
    count = columns.counts[own, item].astype(np.int64)
    # An item more, the last of each column: its group.
    at = np.concatenate([own, np.arange(number)])
    order = np.argsort(at, kind="stable")
    items = np.concatenate([item, len(problem.class_size) + columns.group])[order]
    counts = np.concatenate([count, np.ones(number, dtype=np.int64)])[order]
    start = np.concatenate([[0], np.cumsum(np.bincount(at))])
    writs, above = np.ascontiguousarray(columns.writs), np.ascontiguousarray(above)
    every, writs_in_all = np.concatenate([problem.class_size, size]), problem.apart().sum(axis=0)
    taken, place = np.zeros(rows, dtype=np.int64), np.empty(number * (rows + 1), dtype=np.int64)
    counter = np.array([_SEED], dtype=np.uint64)
    most = left = min(_LOOKS, max(0, work.left) * _TERM)
    looks, found = _FIRST, -1
    while left > 0 and found < 0:
        own = np.array([min(looks, left)])
        left -= int(own[0])
        # What is left of some of these where a try ends early is of no use to the next.
        found = cover(bits, start, items, counts, writs, above, every.copy(), writs_in_all.copy(), room.copy(), place,
                      counter, own, taken)  # fmt: skip
        left += max(0, int(own[0]))
        looks *= _TIMES
    work.left -= (most - left) // _TERM
    return (taken if found == 1 else None), found >= 0
