"""Columns that hold every bundle once, one for each enforcer: exact cover by trying, compiled.

Of all bundles and enforcers still to be covered, the one that fewest columns can cover is next, and each of these is
tried in turn (Algorithm X: Knuth 2000). What is left must be within reach of the columns that are left: their writs,
category by category, and how much dearer than the least they are. One that was tried is barred from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import chance, compiled

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Counters, Matrix, Vector

_FAR: Final = 2**62


@compiled()
def narrowed(
    start: Vector,
    item: Vector,
    writs: Matrix,
    above: Matrix,
    left: Vector,
    rest: Vector,
    room: Vector,
    rows: int,
    place: Vector,
    begin: int,
    end: int,
    seen: Vector,
    work: Vector,
) -> int:
    """Leave of the columns at `place[begin:end]` those that so many `rows` can take together; the new end, or -1 where
    that cannot be.

    seen: set to how many columns each item is in. All others: as `cover` has them.
    """
    kinds, sides = writs.shape[1], above.shape[1]
    low, high = np.empty(kinds, dtype=np.int64), np.empty(kinds, dtype=np.int64)
    least = np.empty(sides, dtype=np.int64)
    while True:
        seen[:] = 0
        low[:], high[:], least[:] = _FAR, -_FAR, _FAR
        for p in range(begin, end):
            n = place[p]
            for k in range(kinds):
                low[k] = min(low[k], writs[n, k])
                high[k] = max(high[k], writs[n, k])
            for s in range(sides):
                least[s] = min(least[s], above[n, s])
            for i in range(start[n], start[n + 1]):
                seen[item[i]] += 1
        work[0] -= 3 * (end - begin) + 10
        for i in range(len(left)):
            if left[i] > 0 and seen[i] == 0:
                return -1
        kept = begin
        for p in range(begin, end):
            n = place[p]
            fits = True
            for k in range(kinds):
                after = rest[k] - writs[n, k]
                fits &= (rows - 1) * low[k] <= after <= (rows - 1) * high[k]
            for s in range(sides):
                fits &= above[n, s] + (rows - 1) * least[s] <= room[s]
            if fits:
                place[kept] = n
                kept += 1
        if kept == end:
            return end
        end = kept


@compiled()
def ways(
    start: Vector, item: Vector, left: Vector, place: Vector, begin: int, end: int, seen: Vector, counter: Counters
) -> int:
    """Put first, as chance has them, the columns with the item that fewest have; how many those are."""
    rarest = -1
    for i in range(len(left)):
        if left[i] > 0 and (rarest < 0 or seen[i] < seen[rarest]):
            rarest = i
    number = 0
    for p in range(begin, end):
        n = place[p]
        for i in range(start[n], start[n + 1]):
            if item[i] == rarest:
                place[p] = place[begin + number]
                place[begin + number] = n
                number += 1
    for p in range(number - 1):
        other = p + chance(counter, number - p)
        place[begin + p], place[begin + other] = place[begin + other], place[begin + p]
    return number


@compiled()
def take(
    n: int,
    times: int,
    start: Vector,
    item: Vector,
    count: Vector,
    writs: Matrix,
    above: Matrix,
    left: Vector,
    rest: Vector,
    room: Vector,
) -> None:
    """Take column `n`, or give it back."""
    for i in range(start[n], start[n + 1]):
        left[item[i]] -= times * count[i]
    for k in range(len(rest)):
        rest[k] -= times * writs[n, k]
    for s in range(len(room)):
        room[s] -= times * above[n, s]


@compiled(part=False)
def cover(
    bits: Matrix,
    start: Vector,
    item: Vector,
    count: Vector,
    writs: Matrix,
    above: Matrix,
    left: Vector,
    rest: Vector,
    room: Vector,
    place: Vector,
    counter: Counters,
    work: Vector,
    taken: Vector,
) -> int:
    """Take as many columns as `taken` has room for, that leave nothing of `left` and `rest` and cost no more than
    `room`: 1 where they are found, 0 where there are none, -1 where the work was used up.

    bits: `(N, W)` the single bundles of each column, 62 to a number. start `(N + 1,)`, item, count: what a column
    covers, and how often. writs: `(N, K)`; above: `(N, S)` what it costs. left: of each item, rest: `(K,)` of all
    writs, room: `(S,)` of each cost. place: `((rows + 1) N,)` to work in. work: `(1,)` columns that may be looked at.
    """
    rows, number = len(taken), len(writs)
    begin, end = np.zeros(rows + 1, dtype=np.int64), np.zeros(rows + 1, dtype=np.int64)
    tried, choice = np.zeros(rows + 1, dtype=np.int64), np.zeros(rows + 1, dtype=np.int64)
    seen = np.empty(len(left), dtype=np.int64)
    for n in range(number):
        place[n] = n
    end[0], depth, new = number, 0, True
    while work[0] >= 0:
        if new:
            tried[depth] = choice[depth] = 0
            last = narrowed(start, item, writs, above, left, rest, room, rows - depth, place, begin[depth], end[depth],
                            seen, work)  # fmt: skip
            if last >= 0:
                end[depth] = last
                choice[depth] = ways(start, item, left, place, begin[depth], last, seen, counter)
        if tried[depth] >= choice[depth]:
            depth, new = depth - 1, False
            if depth < 0:
                return 0
            take(taken[depth], -1, start, item, count, writs, above, left, rest, room)
            continue
        first = begin[depth] + tried[depth]
        n = int(place[first])
        tried[depth] += 1
        taken[depth] = n
        take(n, 1, start, item, count, writs, above, left, rest, room)
        if depth + 1 == rows:
            if not left.any():
                return 1
            take(n, -1, start, item, count, writs, above, left, rest, room)
            new = False
            continue
        after = end[depth]
        for p in range(first, end[depth]):
            o = place[p]
            fits = True
            for w in range(bits.shape[1]):
                fits &= bits[o, w] & bits[n, w] == 0
            for s in range(len(room)):
                fits &= above[o, s] <= room[s]
            if fits:
                for i in range(start[o], start[o + 1]):
                    fits &= count[i] <= left[item[i]]
            if fits:
                place[after] = o
                after += 1
        work[0] -= end[depth] - first
        depth, new = depth + 1, True
        begin[depth], end[depth] = end[depth - 1], after
    return -1
