"""Configurations of one enforcer, depth first and compiled: the cheapest ones, or all within a room.

What a cell spills is convex in what it holds, so one more bundle costs the more, the more bundles are there already
(the value is supermodular). Therefore every part of a configuration within `room` of the least is reached by bundles
each of which costs at most `room`, in any order; and of the cheapest one by bundles each of which saves something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import compiled

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Ints32, Matrix, Truths, Vector

_WRIT: Final = 1000
_HALF: Final = 500


@compiled()
def _spill(opening: int, writs: int, price: int, start: int, fine: int) -> int:
    """What a cell costs that holds `writs`, above its least over all counts from `start`; in units of 1 / fine."""
    over = writs - start
    if over <= 0:
        return 0
    return over * ((opening + _HALF) * fine - price) + _HALF * fine * over * (writs + start - 1)


@compiled(part=False)
def enumerate_sets(
    opening: Matrix,
    fills: Truths,
    price: Matrix,
    counts: Matrix,
    size: Vector,
    pays: Vector,
    allowed: Truths,
    fine: int,
    limit: Vector,
    slack: int,
    keep: int,
    longest: int,
    work: Vector,
    owner: Vector,
    items: Ints32,
    length: Vector,
    value: Vector,
) -> int:
    """Write down configurations of every group; how many, or -1 where work is used up, or -2 for want of room.

    opening, fills, price: `(G, K)`, price in units of 1 / fine; counts `(C, K)`, size `(C,)`; pays: `(C,)` what a
    bundle of a class pays; allowed: `(G, C)`. limit: `(G,)` what a configuration may cost; slack: what a bundle more
    may cost, -1 where it must save something. keep: so many of each group, the cheapest found; 0: all.
    longest: bundles of a configuration at most.
    work: `(1,)` choices that may be looked at, and less by those that were.
    owner `(N,)`, items `(N, M)` classes, each as often as it is held, length `(N,)`, value `(N,)`: written to.
    """
    groups, categories = opening.shape
    classes, most = counts.shape[0], items.shape[1]
    start = np.empty(categories, np.int64)
    paid = np.empty(classes, np.int64)
    held = np.zeros((most + 1, categories), np.int64)
    worth = np.zeros(most + 1, np.int64)
    choice = np.empty((most + 1, classes), np.int64)
    costs = np.empty((most + 1, classes), np.int64)
    number = np.zeros(most + 1, np.int64)
    at = np.zeros(most + 1, np.int64)
    taken = np.zeros(most + 1, np.int64)
    used = np.zeros(classes, np.int64)
    total = 0
    for g in range(groups):
        for k in range(categories):
            rest = (opening[g, k] + _HALF) * fine - price[g, k]
            start[k] = max(0, -(rest // (_WRIT * fine))) if fills[g, k] else 0
        begin, found = total, 0
        if limit[g] >= 0:
            if total >= len(owner):
                return -2
            owner[total], length[total], value[total] = g, 0, 0
            total, found = total + 1, 1
        best, worst = 0, 0
        n = 0
        for c in range(classes):
            if not allowed[g, c]:
                continue
            paid[c] = -pays[c]
            spilt = 0
            for k in range(categories):
                if counts[c, k]:
                    paid[c] += counts[c, k] * price[g, k]
                    spilt += _spill(opening[g, k], counts[c, k], price[g, k], start[k], fine)
            if paid[c] + spilt <= slack:
                choice[0, n], costs[0, n] = c, paid[c] + spilt
                n += 1
        work[0] -= classes
        number[0], at[0] = n, 0
        depth = 0
        while depth >= 0:
            if at[depth] >= number[depth]:
                depth -= 1
                if depth >= 0:
                    used[taken[depth]] -= 1
                continue
            i = at[depth]
            at[depth] += 1
            c = choice[depth, i]
            now = worth[depth] + costs[depth, i]
            if depth >= most:
                return -2
            used[c] += 1
            taken[depth] = c
            below = depth + 1
            for k in range(categories):
                held[below, k] = held[depth, k] + counts[c, k]
            worth[below] = now
            best = min(best, now)
            if now <= limit[g] and (keep == 0 or found < keep or now < worst):
                place = total
                if keep > 0 and found >= keep:
                    place = begin
                    for q in range(begin, total):
                        if value[q] > value[place]:
                            place = q
                else:
                    if total >= len(owner):
                        return -2
                    total, found = total + 1, found + 1
                owner[place], length[place], value[place] = g, below, now
                for q in range(below):
                    items[place, q] = taken[q]
                if keep > 0:
                    worst = value[begin]
                    for q in range(begin, total):
                        worst = max(worst, value[q])
            if below == longest:
                used[c] -= 1
                continue
            # Bundles that may still be added, at what they now cost: later they cost no less.
            n, low = 0, now
            for q in range(i, number[depth]):
                e = choice[depth, q]
                if used[e] >= size[e]:
                    continue
                more = paid[e]
                for k in range(categories):
                    if counts[e, k]:
                        more += _spill(opening[g, k], held[below, k] + counts[e, k], price[g, k], start[k], fine)
                        more -= _spill(opening[g, k], held[below, k], price[g, k], start[k], fine)
                if more <= slack:
                    choice[below, n], costs[below, n] = e, more
                    n += 1
                    if more < 0:
                        low += more * (size[e] - used[e])
            work[0] -= number[depth] - i
            if work[0] < 0:
                return -1
            if keep > 0:
                if found >= keep and low >= worst and low >= best:
                    n = 0
            elif low > limit[g]:
                n = 0
            number[below], at[below] = n, 0
            depth = below
    return total
