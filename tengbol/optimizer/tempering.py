"""Annealing over splits, compiled: two enforcers' bundles are split anew by chance, as level as now or nearly so.

Where bundles are large numbers, to move or exchange single ones is always too dear, and two enforcers
seldom have another split that is not. But all pairs together nearly always have one, even close to the bound: so this
walk from one good assignment to the next does not end, and every step may be the one that meets the bound. What the
cheapest other split of two costs is kept until either of them changes, so that nearly all draws are rejected at sight
(rejection-free sampling: Bortz, Kalos & Lebowitz 1975).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import add, chance, compiled, deal, levelled, shared, squares
from tengbol.optimizer.settling import draw

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Box, Counters, Matrix, Truths, Vector

_WRIT: Final = 1000
#: Bundles of two split anew at most; of more, some that chance names stay.
_SPLIT: Final = 12
#: What a draw costs, and to lay out what two enforcers hold: as much as so many pairs of subsets of a category.
_DRAW: Final = 30
_LAY: Final = 120


@compiled()
def rise(counter: Counters, heat: int) -> int:
    """What a step may cost: `heat` or more half the time, twice as much a quarter of the time, and so on."""
    luck = chance(counter, 1 << 30)
    halves = 0
    while luck & 1 and halves < 20:
        luck >>= 1
        halves += 1
    # A straight line between powers of a half: whole numbers are the same on every machine.
    return heat * (halves * 1024 + ((luck >> 1) & 1023)) // 1024


@compiled()
def another(
    some: Matrix,
    number: int,
    apart: Vector,
    ones: Vector,
    mine: int,
    mirrored: int,
    most: int,
    counter: Counters,
    least: Vector,
    gap: Vector,
    cost: Vector,
) -> int:
    """A split of the first `number` of `some` other than `mine`, by chance one of those that cost at most `most`.

    apart: `(K,)` how far the first is above the second with none of them; ones: `(K,)` writs of one between them.
    mirrored: 1 where the last may stay with the second. A split costs Σ gap². least: `(1,)` set to what the cheapest
    costs. gap, cost: room for a number for each split. Returns who is the first's, as bits, or -1.
    """
    free = number - mirrored
    every = 1 << free
    cost[:every] = 0
    # One category of all splits after the other, each half from the half before: whole rows are added and squared.
    for k in range(len(apart)):
        gap[0] = apart[k]
        for n in range(free):
            half = 1 << n
            for split in range(half):
                gap[half + split] = gap[split] + 2 * some[n, k]
        if ones[k] > 0:
            for split in range(every):
                gap[split] = levelled(gap[split], ones[k])
        for split in range(every):
            cost[split] += gap[split] * gap[split]
    if mine < every:
        cost[mine] = 2**62
    elif mirrored == 1:
        cost[mine ^ (2 * every - 1)] = 2**62
    least[0] = 2**62
    for split in range(every):
        least[0] = min(least[0], cost[split])
    chosen, seen = -1, 0
    for step in range(every if least[0] <= most else 0):
        split = step ^ (step >> 1)
        if cost[split] <= most:
            seen += 1
            if chance(counter, seen) == 0:
                chosen = split
    return chosen


@compiled(part=False)
def temper(
    writs: Matrix,
    pool: Vector,
    row: Vector,
    excess: Matrix,
    free: Box,
    member: Truths,
    start: Vector,
    members: Vector,
    counter: Counters,
    steps: int,
    hot: int,
    cold: int,
    target: int,
    best: Vector,
    best_row: Vector,
) -> None:
    """Walk for about so many pairs of subsets of a category; `row`, `excess` and `free` stay where it ended.

    start, members: the pools' places, as in `Problem`. hot, cold: a rise in squared thousandths that is taken half the
    time, to begin with and at the end. best: `(1,)` the least cost seen after a step, and best_row where the bundles
    then lay; ends where it is at most `target`.
    """
    bundles, kinds = writs.shape
    rows = len(excess)
    first, after = np.full(rows, -1), np.full(bundles, -1)
    for b in range(bundles):
        after[b] = first[row[b]]
        first[row[b]] = b
    known = np.full((rows, rows), -1)
    who = np.zeros(2, dtype=np.int64)
    held, items = np.empty(bundles, dtype=np.int64), np.empty(bundles, dtype=np.int64)
    some = np.empty((_SPLIT, kinds), dtype=np.int64)
    apart, ones = np.empty(kinds, dtype=np.int64), np.zeros(kinds, dtype=np.int64)
    least = np.zeros(1, dtype=np.int64)
    room = np.empty((2, 1 << _SPLIT), dtype=np.int64)
    cost = squares(excess)
    work = steps
    while work > 0 and best[0] > target:
        work -= _DRAW
        draw(row, excess, pool, start, members, counter, 1, 2, who)
        if who[0] < 0:
            continue
        i, j = who.min(), who.max()
        most = 2 * rise(counter, cold + (hot - cold) * work // steps)
        if known[i, j] > most:
            continue
        every, number = 0, 0
        for r in range(2):
            b = first[who[r]]
            while b >= 0:
                held[every] = b
                every += 1
                if member[pool[b], i] and member[pool[b], j]:
                    items[number] = b
                    number += 1
                b = after[b]
        fits = number <= _SPLIT
        for n in range(0 if fits else _SPLIT):  # chance says which, where they are too many
            other = n + chance(counter, number - n)
            items[n], items[other] = items[other], items[n]
        number = min(number, _SPLIT)
        now, mine, even = 0, 0, fits and number > 0
        if len(free):
            shared(free, member, i, j, ones)
        for k in range(kinds):
            gap = excess[i, k] - excess[j, k]
            now += gap * gap
            apart[k] = gap
            if ones[k] > 0:
                here = 0
                for p in range(free.shape[0]):
                    if member[p, i] and member[p, j]:
                        here += free[p, i, k]
                apart[k] -= _WRIT * (2 * here - ones[k])
        for n in range(number):
            b = items[n]
            mine |= (1 if row[b] == i else 0) << n
            for k in range(kinds):
                some[n, k] = writs[b, k]
                apart[k] -= 2 * writs[b, k] if row[b] == i else 0
        for k in range(kinds):
            total = apart[k]
            for n in range(number):
                total += some[n, k]
            even &= total == 0
        work -= _LAY + (kinds + 1) * (1 << (number - even)) // 4 + len(free) * kinds
        chosen = another(
            some, number, apart, ones, mine, 1 if even else 0, now + most, counter, least, room[0], room[1]
        )
        known[i, j] = least[0] - now if fits else -1
        if chosen < 0:
            continue
        for n in range(number):
            to = i if (chosen >> n) & 1 else j
            if row[items[n]] != to:
                add(excess[row[items[n]]], writs, items[n], -1)
                add(excess[to], writs, items[n], 1)
                row[items[n]] = to
        if len(free):
            deal(free, member, excess, i, j)
        work -= (rows + len(free) * kinds) // 2
        first[i] = first[j] = -1
        for n in range(every):
            after[held[n]] = first[row[held[n]]]
            first[row[held[n]]] = held[n]
        for r in range(rows):
            known[i, r] = known[r, i] = known[j, r] = known[r, j] = -1
        gap = 0
        for k in range(kinds):
            gap += (excess[i, k] - excess[j, k]) ** 2
        cost += (gap - now) // 2
        if cost < best[0]:
            best[0] = cost
            best_row[:] = row
