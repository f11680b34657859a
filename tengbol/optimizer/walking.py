"""The same walk as `tempering` where there is one category, everyone may have everything, and no writs are of one.

The sums of all that an enforcer could give are kept in order. A split of two is what one gives and what he gets, and
those that cost little are found by going through both lists once (Horowitz & Sahni 1974): 32 sums for four bundles
each, where there are 128 splits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import chance, compiled
from tengbol.optimizer.tempering import rise

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Counters, Vector

#: What a draw costs, and a sum that is looked at, in subsets of one category.
_DRAW: Final = 5
_SUM: Final = 3
#: Bundles of an enforcer whose sums are kept; of more, some that chance names.
_KEPT: Final = 7


@compiled()
def in_order(
    writs: Vector, own: Vector, size: int, sums: Vector, bits: Vector, sum_before: Vector, bit_before: Vector
) -> None:
    """Set `sums` of all subsets of the first `size` bundles of `own`, ascending, and which they are, as `bits`.

    sum_before, bit_before: room to work in.
    """
    sums[0] = bits[0] = 0
    for n in range(size):
        count = 1 << n
        more = writs[own[n]]
        for i in range(count):
            sum_before[i], bit_before[i] = sums[i], bits[i]
        i, j = 0, 0  # without this bundle, and with it
        for place in range(2 * count):
            if j == count or (i < count and sum_before[i] <= sum_before[j] + more):
                sums[place], bits[place] = sum_before[i], bit_before[i]
                i += 1
            else:
                sums[place], bits[place] = sum_before[j] + more, bit_before[j] | count
                j += 1


@compiled()
def swapped(
    mine: Vector,
    mine_bits: Vector,
    size: int,
    theirs: Vector,
    their_bits: Vector,
    their_size: int,
    gap: int,
    mirrored: int,
    most: int,
    counter: Counters,
    least: Vector,
    chosen: Vector,
) -> int:
    """What two enforcers give each other, by chance one of the ways that cost at most `most`; how many there are.

    mine, theirs: that many sums in order and their bits; gap: how far the first is above the second: what is left of
    it, squared, is the cost. mirrored: 1 where all for all changes nothing. least: `(1,)` set to what the cheapest way
    costs; chosen: `(2,)` bits of what the first gives and of what he gets.
    """
    least[0] = 2**62
    seen, above = 0, 0
    for x in range(size):
        while above < their_size and 2 * theirs[above] < 2 * mine[x] - gap:
            above += 1
        for way in (-1, 1):
            y = above if way > 0 else above - 1
            dear = False
            while 0 <= y < their_size and not dear:
                left = gap - 2 * mine[x] + 2 * theirs[y]
                nothing = mine_bits[x] == 0 and their_bits[y] == 0
                if mirrored == 1 and mine_bits[x] == size - 1 and their_bits[y] == their_size - 1:
                    nothing = True
                if not nothing:
                    cost = left * left
                    least[0] = min(least[0], cost)
                    dear = cost > most
                    if not dear:
                        seen += 1
                        if chance(counter, seen) == 0:
                            chosen[0], chosen[1] = mine_bits[x], their_bits[y]
                y += way
    return seen


@compiled(part=False)
def walk(
    writs: Vector,
    row: Vector,
    excess: Vector,
    counter: Counters,
    steps: int,
    hot: int,
    cold: int,
    target: int,
    best: Vector,
    best_row: Vector,
) -> None:
    """Walk until about so many steps are done.

    writs: `(B,)`, row: `(B,)` where they lie, excess: `(J,)`, both left where it ends. hot, cold, best, best_row: as
    `temper` has them.
    """
    bundles, rows = len(writs), len(excess)
    own, number = np.empty((rows, bundles), dtype=np.int64), np.zeros(rows, dtype=np.int64)
    for b in range(bundles):
        own[row[b], number[row[b]]] = b
        number[row[b]] += 1
    sums, bits = np.zeros((rows, 1 << _KEPT), dtype=np.int64), np.zeros((rows, 1 << _KEPT), dtype=np.int64)
    sum_before, bit_before = np.empty(1 << _KEPT, dtype=np.int64), np.empty(1 << _KEPT, dtype=np.int64)
    known = np.full((rows, rows), -1)
    least, chosen = np.zeros(1, dtype=np.int64), np.zeros(2, dtype=np.int64)
    gone = np.empty(2 * _KEPT, dtype=np.int64)
    cost = 0
    for r in range(rows):
        cost += excess[r] * excess[r]
        in_order(writs, own[r], min(_KEPT, number[r]), sums[r], bits[r], sum_before, bit_before)
    work = steps
    while work > 0 and best[0] > target and rows > 1:
        work -= _DRAW
        i, j = chance(counter, rows), chance(counter, rows - 1)
        if j >= i:
            j += 1
        i, j = min(i, j), max(i, j)
        most = 2 * rise(counter, cold + (hot - cold) * work // steps)
        if known[i, j] > most:
            continue
        fits = number[i] <= _KEPT and number[j] <= _KEPT
        for r in (i, j):
            if number[r] > _KEPT:
                for n in range(_KEPT):  # chance says which, where they are too many
                    other = n + chance(counter, number[r] - n)
                    own[r, n], own[r, other] = own[r, other], own[r, n]
                in_order(writs, own[r], _KEPT, sums[r], bits[r], sum_before, bit_before)
                work -= _SUM << _KEPT
        size, their_size = 1 << min(_KEPT, number[i]), 1 << min(_KEPT, number[j])
        gap = excess[i] - excess[j]
        now = gap * gap
        even = fits and excess[i] - sums[i, size - 1] == excess[j] - sums[j, their_size - 1]
        work -= _SUM * (size + their_size)
        seen = swapped(sums[i], bits[i], size, sums[j], bits[j], their_size, gap, 1 if even else 0, now + most, counter,
                       least, chosen)  # fmt: skip
        known[i, j] = least[0] - now if fits else -1
        if seen == 0:
            continue
        given = 0
        for r in range(2):
            of = i if r == 0 else j
            kept = 0
            for n in range(number[of]):
                b = own[of, n]
                if n < _KEPT and (chosen[r] >> n) & 1:
                    row[b] = i + j - of
                    excess[of] -= writs[b]
                    excess[i + j - of] += writs[b]
                    gone[given] = b
                    given += 1
                else:
                    own[of, kept] = b
                    kept += 1
            number[of] = kept
        for n in range(given):
            to = row[gone[n]]
            own[to, number[to]] = gone[n]
            number[to] += 1
        for r in (i, j):
            in_order(writs, own[r], min(_KEPT, number[r]), sums[r], bits[r], sum_before, bit_before)
            for other in range(rows):
                known[r, other] = known[other, r] = -1
            work -= _SUM << min(_KEPT, number[r])
        work -= rows // 2
        gap = excess[i] - excess[j]
        cost += (gap * gap - now) // 2
        if cost < best[0]:
            best[0] = cost
            best_row[:] = row
