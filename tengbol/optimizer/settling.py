"""Local search by splits (`splitting`), compiled: two enforcers at a time, then three, then four, until none helps.

Then a few enforcers' bundles are thrown together by chance, and it begins again from there; the better stays. Most
groups of enforcers are as level as they can be, or were tried as they are before: neither is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import add, chance, compiled, deal, hashed, shared, squares
from tengbol.optimizer.splitting import LIMIT, split

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Box, Counters, Matrix, Truths, Vector

_WRIT: Final = 1000
#: Bundles split anew at most, between two, three and four enforcers; of more, some that chance names stay.
_SPLIT: Final = (0, 0, 14, 15, 18)
#: Groups drawn in vain before it is their number's turn to grow.
_VAIN: Final = (0, 0, 2_000, 10_000, 20_000)
#: Enforcers whose bundles are thrown together.
_THROWN: Final = 3
#: Of how many enforcers the dearest is one of those.
_LOOKS: Final = 4


@compiled()
def draw(
    row: Vector,
    excess: Matrix,
    pool: Vector,
    start: Vector,
    members: Vector,
    counter: Counters,
    looks: int,
    many: int,
    who: Vector,
) -> None:
    """Enforcers of one pool, one of whom holds a bundle of it: of so many looked at who costs most; -1 first where
    there are not so many.
    """
    b, dearest = 0, -1
    for _ in range(looks):
        other, cost = chance(counter, len(row)), 0
        for k in range(excess.shape[1]):
            cost += excess[row[other], k] * excess[row[other], k]
        if cost > dearest:
            b, dearest = other, cost
    p: int = pool[b]
    size = start[p + 1] - start[p]
    who[0] = row[b] if size >= many else -1
    r = 1
    while r < many and who[0] >= 0:
        who[r] = members[start[p] + chance(counter, size)]
        new = True
        for q in range(r):
            new &= who[q] != who[r]
        r += new


@compiled()
def level(excess: Matrix, unit: Vector, who: Vector, many: int) -> int:
    """What some enforcers' cells would cost if everything they hold could be had in pieces of a `unit`."""
    value = np.empty(many, dtype=np.int64)
    least = 0
    for k in range(excess.shape[1]):
        total = 0
        for r in range(many):
            total += excess[who[r], k]
        mean, left = total // many, total
        for r in range(many):
            value[r] = excess[who[r], k] + (mean - excess[who[r], k]) // unit[k] * unit[k]
            left -= value[r]
        while left > 0:
            r = value.argmin()
            value[r] += unit[k]
            left -= unit[k]
        for r in range(many):
            least += value[r] * value[r]
    return least


@compiled()
def name(excess: Matrix, held: Counters, who: Vector, many: int) -> np.uint64:
    """A number for what some enforcers hold, whatever their order."""
    total = np.uint64(many)
    for r in range(many):
        i: int = who[r]
        own: np.uint64 = held[i] + np.uint64(i)
        for k in range(excess.shape[1]):
            own = hashed(own + np.uint64(excess[i, k]))
        total += own
    return hashed(total)


@compiled()
def move(bundle: int, to: int, writs: Matrix, row: Vector, excess: Matrix, keys: Counters, held: Counters) -> None:
    """Give a bundle to an enforcer."""
    add(excess[row[bundle]], writs, bundle, -1)
    held[row[bundle]] -= keys[bundle]
    row[bundle] = to
    add(excess[to], writs, bundle, 1)
    held[to] += keys[bundle]


@compiled()
def resplit(
    writs: Matrix,
    pool: Vector,
    row: Vector,
    excess: Matrix,
    free: Box,
    member: Truths,
    unit: Vector,
    keys: Counters,
    held: Counters,
    who: Vector,
    many: int,
    most: int,
    counter: Counters,
    now: int,
    work: Vector,
) -> int:
    """Split some enforcers' bundles anew if that costs less than `now`; how much less; -1 if not all was tried."""
    bundles, kinds = writs.shape
    items = np.empty(bundles, dtype=np.int64)
    number = 0
    for n in range(bundles):
        inside, places = False, 0
        for r in range(many):
            inside |= row[n] == who[r]
            places += member[pool[n], who[r]]
        if inside and places > 1:
            items[number] = n
            number += 1
    every = number <= most
    for n in range(0 if every else most):  # chance says which, where they are too many
        other = n + chance(counter, number - n)
        items[n], items[other] = items[other], items[n]
    number = min(number, most)
    if number < 2 and many > 2:
        return 0
    some = np.empty((number, kinds), dtype=np.int64)
    may = np.empty((many, number), dtype=np.bool_)
    bare = np.empty((many, kinds), dtype=np.int64)
    for n in range(number):
        for k in range(kinds):
            some[n, k] = writs[items[n], k]
    for r in range(many):
        for k in range(kinds):
            bare[r, k] = excess[who[r], k]
        for n in range(number):
            may[r, n] = member[pool[items[n]], who[r]]
            if row[items[n]] == who[r]:
                add(bare[r], writs, items[n], -1)
    ones = np.zeros(kinds, dtype=np.int64)
    if many == 2:
        shared(free, member, who[0], who[1], ones)
        for k in range(kinds):
            here = 0
            for q in range(free.shape[0]):
                if member[q, who[0]] and member[q, who[1]]:
                    here += free[q, who[0], k]
            half = _WRIT * here - _WRIT // 2 * ones[k]
            bare[0, k] -= half
            bare[1, k] += half
    where = np.empty(number, dtype=np.int64)
    before = work[0]
    found = split(some, may, bare, unit, ones, now, where, work, LIMIT)
    if found >= now:
        return 0 if every and before - work[0] < LIMIT else -1
    for n in range(number):
        to: int = where[n]
        move(items[n], who[to], writs, row, excess, keys, held)
    if many == 2:
        deal(free, member, excess, who[0], who[1])
    return now - found


@compiled(part=False)
def settle(
    writs: Matrix,
    pool: Vector,
    row: Vector,
    excess: Matrix,
    free: Box,
    member: Truths,
    start: Vector,
    members: Vector,
    unit: Vector,
    keys: Counters,
    table: Counters,
    counter: Counters,
    steps: int,
    widest: int,
    target: int,
) -> int:
    """Look at about so many subsets, and leave the best assignment seen; returns what it costs.

    start, members: the pools' places, as in `Problem`. unit: `(K,)` what all writs of a category are multiples of.
    keys: `(B,)` a hash of each bundle's class. table: hashes of groups tried in vain, their number a power of two.
    widest: enforcers at a time at most, two to four.
    """
    rows, kinds = excess.shape
    held = np.zeros(rows, dtype=np.uint64)
    for b in range(len(row)):
        held[row[b]] += keys[b]
    who = np.zeros(max(_THROWN, widest), dtype=np.int64)
    work = np.full(1, steps)
    cost = squares(excess)
    best, best_row, best_excess, best_free = cost, row.copy(), excess.copy(), free.copy()
    many, vain = 2, 0
    while work[0] > 0 and cost > target:
        work[0] -= 5
        draw(row, excess, pool, start, members, counter, 1, many, who)
        vain += 1
        now, known = 0, np.uint64(0)
        if who[0] >= 0:
            for r in range(many):
                for k in range(excess.shape[1]):
                    now += excess[who[r], k] * excess[who[r], k]
        if now > 0 and now > level(excess, unit, who, many):
            known = name(excess, held, who, many)
        place = np.int64(known & np.uint64(len(table) - 1))
        if known != 0 and table[place] != known:
            work[0] -= len(row) // 8 + 5 + (len(free) * kinds // 8 if many == 2 else 0)
            less = resplit(writs, pool, row, excess, free, member, unit, keys, held, who, many, _SPLIT[many], counter,
                           now, work)  # fmt: skip
            if less > 0:
                cost -= less
                many, vain = 2, 0
            elif less == 0:
                table[place] = known
        if vain <= min(_VAIN[many], 2 * rows**many):
            continue
        many, vain = many + 1, 0
        if many <= min(widest, rows):
            continue
        if cost <= best:
            best, best_row[:], best_excess[:], best_free[:] = cost, row, excess, free
        else:
            row[:], excess[:], free[:] = best_row, best_excess, best_free
            held[:] = np.uint64(0)
            for b in range(len(row)):
                held[row[b]] += keys[b]
        thrown = min(_THROWN, rows)
        draw(row, excess, pool, start, members, counter, _LOOKS, thrown, who)
        for b in range(len(row)):
            inside = False
            for r in range(thrown):
                inside |= row[b] == who[r]
            to = who[chance(counter, thrown)] if inside and who[0] >= 0 else row[b]
            if member[pool[b], to]:
                move(b, to, writs, row, excess, keys, held)
        cost, many = squares(excess), 2
    if cost > best:
        cost, row[:], excess[:], free[:] = best, best_row, best_excess, best_free
    return cost
