"""Compiled steps of the local search (`exchange`): annealing by moves, and a few enforcers' bundles split anew.

Everything is a whole number: excess and bundles in thousandths of a writ, costs in squared thousandths, and chance a
counter that is hashed (SplitMix64: Steele, Lea & Flood 2014), so that every machine takes the same steps. A call ends
after so many steps, so that an interrupt is heard between two of them.

Two enforcers' bundles are split by going through all subsets in Gray's order. For three and four, every subset that
the first could have is looked at, and only where what it costs, and the best that the others could reach with the
rest, is less than now, is the rest split among them (neighbourhoods of three for P||NSSWD: Schwerdfeger & Walter 2016).
Writs of one that several of them could have are dealt anew with every split of two, and lie still in wider ones.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import boolean, int64, njit, uint64, void

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_WRIT: Final = 1000
#: Bundles split anew at most, between two, three and four enforcers; of more, some that chance names stay.
_SPLIT: Final = (0, 0, 14, 15, 18)
#: Subsets looked at in one split at most.
_MOST: Final = 500_000
#: i: a whole number; v, m, t: a vector, matrix, box of them; c: a counter; b: a matrix of truths; n: nothing.
_TYPES: Final = {
    "i": int64, "v": int64[::1], "m": int64[:, ::1], "t": int64[:, :, ::1], "c": uint64[::1], "b": boolean[:, ::1],
    "n": void,
}  # fmt: skip


def compiled(signature: str, *, part: bool = True) -> Any:
    """Compile once, and keep what was compiled where there is a place for that.

    signature: of the types `named` below, so that nothing is compiled twice. part: whether only other kernels call it.
    """
    options = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": part}
    types = [_TYPES[name] for name in signature.split()]

    def wrapped(function: Any) -> Any:
        try:
            return njit(types[0](*types[1:]), cache=True, **options)(function)
        except RuntimeError:  # no folder that may be written to
            return njit(types[0](*types[1:]), **options)(function)

    return wrapped


@compiled("i c i")
def chance(counter, size):
    """A number below `size`, from the next hash."""
    counter[0] += _GOLDEN
    x = counter[0]
    x = (x ^ (x >> np.uint64(30))) * _FIRST
    x = (x ^ (x >> np.uint64(27))) * _SECOND
    x = x ^ (x >> np.uint64(31))
    return np.int64(x >> np.uint64(33)) % size


@compiled("n v m i i")
def add(cells, writs, bundle, times):
    """Add a bundle's writs to the cells of an enforcer, or take them."""
    for k in range(len(cells)):
        cells[k] += times * writs[bundle, k]


@compiled("n t b i i v")
def shared(free, member, i, j, out):
    """Writs of one, by category, that could lie at either of two enforcers."""
    for k in range(len(out)):
        out[k] = 0
    for p in range(free.shape[0]):
        if member[p, i] and member[p, j]:
            for k in range(free.shape[2]):
                out[k] += free[p, i, k] + free[p, j, k]


@compiled("i i i")
def levelled(apart, writs):
    """What is left between two cells `apart`, when so many writs of one are dealt between them: at least 0."""
    apart = abs(apart)
    reach = _WRIT * writs
    if apart > reach:
        return apart - reach
    rest = (apart + reach) % (2 * _WRIT)
    return min(rest, 2 * _WRIT - rest)


@compiled("n t b m i i")
def deal(free, member, excess, i, j):
    """Deal the writs of one that could lie at either as evenly as can be."""
    for k in range(free.shape[2]):
        total = 0
        held = 0
        for p in range(free.shape[0]):
            if member[p, i] and member[p, j]:
                held += free[p, i, k]
                total += free[p, i, k] + free[p, j, k]
        if total == 0:
            continue
        apart = excess[j, k] - excess[i, k] + 2 * _WRIT * held
        wanted = (apart + _WRIT) // (2 * _WRIT)
        wanted = max(0, min(total, wanted))
        excess[i, k] += _WRIT * (wanted - held)
        excess[j, k] -= _WRIT * (wanted - held)
        for p in range(free.shape[0]):
            if member[p, i] and member[p, j]:
                both = free[p, i, k] + free[p, j, k]
                free[p, i, k] = min(both, wanted)
                free[p, j, k] = both - free[p, i, k]
                wanted -= free[p, i, k]


@compiled("i m")
def squares(excess):
    """The first objective."""
    total = 0
    for j in range(excess.shape[0]):
        for k in range(excess.shape[1]):
            total += excess[j, k] * excess[j, k]
    return total


@compiled("n m v v m t b c i i i i v v", part=False)
def anneal(writs, pool, row, excess, free, member, counter, steps, hot, cold, target, best, best_row):
    """So many moves of a bundle, or exchanges of two, dearer ones the more rarely the dearer and the later.

    hot, cold: a rise in squared thousandths that is taken half the time, to begin with and at the end. best: `(1,)` the
    least cost seen, and best_row where the bundles lay; ends where it is at most `target`.
    """
    bundles, kinds = writs.shape
    ones = free.size > 0
    m = np.zeros(kinds, dtype=np.int64)
    cost = squares(excess)
    if cost < best[0]:
        best[0] = cost
        for b in range(bundles):
            best_row[b] = row[b]
    for step in range(steps):
        if best[0] <= target:
            return
        b = chance(counter, bundles)
        i = row[b]
        c = chance(counter, bundles + bundles // 4 + 1)
        swap = c < bundles
        j = row[c] if swap else chance(counter, excess.shape[0])
        if i == j or not member[pool[b], j] or (swap and not member[pool[c], i]):
            continue
        rise = 0
        if ones:
            shared(free, member, i, j, m)
            for k in range(kinds):
                x = (writs[c, k] if swap else 0) - writs[b, k]
                apart = excess[i, k] - excess[j, k]
                if m[k] == 0:
                    rise += 2 * x * (apart + x)
                else:
                    held = 0
                    for p in range(free.shape[0]):
                        if member[p, i] and member[p, j]:
                            held += free[p, i, k]
                    bare = apart - _WRIT * (2 * held - m[k]) + 2 * x
                    left = levelled(bare, m[k])
                    rise += (left * left - apart * apart) // 2
        elif swap:
            for k in range(kinds):
                x = writs[c, k] - writs[b, k]
                rise += 2 * x * (excess[i, k] - excess[j, k] + x)
        else:
            for k in range(kinds):
                x = -writs[b, k]
                rise += 2 * x * (excess[i, k] - excess[j, k] + x)
        if rise > 0:
            heat = hot - (hot - cold) * step // steps
            luck = chance(counter, 1 << 30)
            halves = 0
            while luck & 1 and halves < 20:
                luck >>= 1
                halves += 1
            # A straight line between powers of a half: whole numbers are the same on every machine.
            if rise * 1024 > heat * (halves * 1024 + ((luck >> 1) & 1023)):
                continue
        for k in range(kinds):
            x = (writs[c, k] if swap else 0) - writs[b, k]
            excess[i, k] += x
            excess[j, k] -= x
        row[b] = j
        if swap:
            row[c] = i
        if ones:
            deal(free, member, excess, i, j)
        cost += rise
        if cost < best[0]:
            best[0] = cost
            for b in range(bundles):
                best_row[b] = row[b]


@compiled("i m v i b m i i v v v v")
def lay_out(writs, held, size, may, bare, rows, r, own, total, loose, begin):
    """What enforcer `r` is to choose from: how many bundles, the first `size` of `held`, are open to him and others.

    Sets `own` and `total` `(K,)`, his excess and that of all from him on, and begin: `(1,)` what only he may have.
    """
    for k in range(bare.shape[1]):
        own[k] = total[k] = bare[r, k]
        for q in range(r + 1, rows):
            total[k] += bare[q, k]
    same = True
    for q in range(r + 1, rows):
        for k in range(bare.shape[1]):
            same &= bare[q, k] == bare[r, k]
        for n in range(size):
            same &= may[q, held[n]] == may[r, held[n]]
    begin[0] = 0
    number = 0
    for n in range(size):
        b = held[n]
        others = False
        for q in range(r + 1, rows):
            others |= may[q, b]
        add(total, writs, b, 1)
        # Of enforcers alike it does not matter who has the first.
        if may[r, b] and others and not (same and n == 0):
            loose[number] = b
            number += 1
        elif may[r, b]:
            begin[0] |= 1 << b
            add(own, writs, b, 1)
    return number


@compiled("i m b m v i v v", part=False)
def split(writs, may, bare, ones, limit, where, work):
    """The cheapest split of bundles among enforcers, if it costs less than `limit`.

    writs: `(N, K)`; may: `(R, N)` who may have them, each at least one; bare: `(R, K)` excess without them; ones:
    `(K,)` writs of one that the last two may share. where: `(N,)` set to who gets them where a split is found. work:
    `(1,)` less by what was looked at. Returns the cost, or `limit`.
    """
    rows, kinds = bare.shape
    size = len(writs)
    held = np.empty((rows, size), dtype=np.int64)
    loose = np.empty((rows, size), dtype=np.int64)
    own = np.empty((rows, kinds), dtype=np.int64)
    total = np.empty((rows, kinds), dtype=np.int64)
    number = np.zeros(rows, dtype=np.int64)
    step = np.zeros(rows, dtype=np.int64)
    taken = np.zeros(rows, dtype=np.int64)
    spent = np.zeros(rows, dtype=np.int64)
    begin = np.zeros(1, dtype=np.int64)
    for n in range(size):
        held[0, n] = n
    best = limit
    r = 0
    number[0] = lay_out(writs, held[0], size, may, bare, rows, 0, own[0], total[0], loose[0], begin)
    taken[0] = begin[0]
    most = work[0] - _MOST
    while r >= 0 and work[0] > most:
        work[0] -= 1
        if step[r] >= 1 << number[r]:
            r -= 1
            continue
        if step[r] > 0:
            flip = 0
            while not (step[r] >> flip) & 1:
                flip += 1
            b = loose[r, flip]
            taken[r] ^= 1 << b
            add(own[r], writs, b, 1 if (taken[r] >> b) & 1 else -1)
        step[r] += 1
        after = rows - r - 1
        floor = 0
        for k in range(kinds):
            left = total[r, k] - own[r, k]
            if after == 1:
                apart = own[r, k] - left
                apart = abs(apart) if ones[k] == 0 else levelled(apart, ones[k])
                floor += (total[r, k] * total[r, k] + apart * apart) // 2
            else:
                floor += after * own[r, k] * own[r, k] + left * left
                if after == 2:
                    odd = (left - 2 * bare[rows - 1, k]) % (2 * _WRIT)
                    odd = min(odd, 2 * _WRIT - odd)
                    floor += odd * odd
        if floor >= after * (best - spent[r]):
            continue
        if after == 1:
            best = spent[r] + floor
            gone = 0
            for q in range(rows):
                for n in range(size):
                    if (taken[q] >> n) & 1 if q < rows - 1 else not (gone >> n) & 1:
                        where[n] = q
                gone |= taken[q]
            continue
        spent[r + 1] = spent[r]
        for k in range(kinds):
            spent[r + 1] += own[r, k] * own[r, k]
        left = 0
        gone = 0
        for q in range(r + 1):
            gone |= taken[q]
        for n in range(size):
            if not (gone >> n) & 1:
                held[r + 1, left] = n
                left += 1
        r += 1
        number[r] = lay_out(writs, held[r], left, may, bare, rows, r, own[r], total[r], loose[r], begin)
        taken[r] = begin[0]
        step[r] = 0
    return best


@compiled("i m v v m t b v v c i i i", part=False)
def resplit(writs, pool, row, excess, free, member, start, members, counter, steps, arity, target):
    """The bundles of some enforcers split anew, again and again, where that is cheaper; returns the cost.

    steps: how many subsets to look at, about.
    start, members: the pools' places, as in `Problem`. arity: how many enforcers at a time, two to four.
    """
    bundles, kinds = writs.shape
    most = _SPLIT[arity]
    cost = squares(excess)
    who = np.empty(arity, dtype=np.int64)
    items = np.empty(bundles, dtype=np.int64)
    where = np.empty(bundles, dtype=np.int64)
    m = np.zeros(kinds, dtype=np.int64)
    work = np.full(1, steps)
    while cost > target and work[0] > 0:
        work[0] -= bundles // 8 + 10
        b = chance(counter, bundles)
        p = pool[b]
        size = start[p + 1] - start[p]
        if size < arity:
            continue
        who[0] = row[b]
        r = 1
        while r < arity:
            who[r] = members[start[p] + chance(counter, size)]
            new = True
            for q in range(r):
                new &= who[q] != who[r]
            r += new
        number = 0
        for n in range(bundles):
            inside, places = False, 0
            for r in range(arity):
                inside |= row[n] == who[r]
                places += member[pool[n], who[r]]
            if inside and places > 1:
                items[number] = n
                number += 1
        for n in range(number):  # chance says which, where they are too many
            other = n + chance(counter, number - n)
            items[n], items[other] = items[other], items[n]
        number = min(number, most)
        if number < 2:
            continue
        some = np.empty((number, kinds), dtype=np.int64)
        for n in range(number):
            for k in range(kinds):
                some[n, k] = writs[items[n], k]
        may = np.empty((arity, number), dtype=np.bool_)
        bare = np.empty((arity, kinds), dtype=np.int64)
        now = 0
        for r in range(arity):
            for k in range(kinds):
                now += excess[who[r], k] * excess[who[r], k]
            for k in range(kinds):
                bare[r, k] = excess[who[r], k]
            for n in range(number):
                may[r, n] = member[pool[items[n]], who[r]]
                if row[items[n]] == who[r]:
                    add(bare[r], writs, items[n], -1)
        for k in range(kinds):
            m[k] = 0
        if arity == 2:
            shared(free, member, who[0], who[1], m)
            for k in range(kinds):
                held = 0
                for q in range(free.shape[0]):
                    if member[q, who[0]] and member[q, who[1]]:
                        held += free[q, who[0], k]
                half = _WRIT * held - _WRIT // 2 * m[k]
                bare[0, k] -= half
                bare[1, k] += half
        found = split(some, may, bare, m, now, where, work)
        if found < now:
            for n in range(number):
                b = items[n]
                add(excess[row[b]], writs, b, -1)
                row[b] = who[where[n]]
                add(excess[row[b]], writs, b, 1)
            if arity == 2:
                deal(free, member, excess, who[0], who[1])
            cost -= now - found
    return cost
