"""Annealing, compiled: bundles moved and exchanged, by whole numbers alone (Kirkpatrick, Gelatt & Vecchi 1983)."""

from __future__ import annotations

from typing import Final

import numpy as np

from tengbol.optimizer.compiled import chance, compiled, deal, levelled, shared, squares

_WRIT: Final = 1000


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
