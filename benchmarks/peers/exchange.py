"""Exact re-division among two or three enforcers, compiled: what the exchange peers are made of.

Two: all subsets of what the two hold between them, the writs of one dealt around each exactly. Three: all subsets for
the first; wherever even a level division of the rest between the other two would be better than what there is, all of
theirs. Schwerdfeger and Walter's neighbourhood ("A fast and effective subset sum based improvement procedure for
workload balancing on identical parallel machines", Computers & Operations Research 73 (2016)), over all categories.

Excess is in thousandths of a writ; arrays are of int64: `counts (B, K)` longer bundles, `where (B,)` their rows,
`excess (J, K)`, `alone (P, J, K)` writs of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from tengbol.optimizer.problem import WRIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

#: As many bundles are divided anew among two and among three; of more, so many drawn at random.
PAIR, TRIPLE = 14, 15


@njit(cache=True)
def seeded(seed: int) -> None:
    """Begin the chance that the other functions draw from."""
    np.random.seed(seed)


@njit(cache=True)
def _free(where: Ints, eligible: Flags, pool: Ints, rows: Any, most: int) -> Ints:
    """Bundles that these rows hold and all of them may; at most so many, drawn at random."""
    found = np.empty(len(where), np.int64)
    n = 0
    for b in range(len(where)):
        held, may = False, True
        for j in rows:
            held |= where[b] == j
            may &= eligible[pool[b], j]
        if held and may:
            found[n] = b
            n += 1
    if n > most:
        for t in range(most):
            u = np.random.randint(t, n)
            found[t], found[u] = found[u], found[t]
        n = most
    return found[:n]


@njit(cache=True)
def _dealt(d: int, loose: int) -> int:
    """Of `loose` writs of one so many to the first of two that stand `d` apart, so that they end nearest."""
    u = (WRIT * loose - d + WRIT) // (2 * WRIT)
    return min(max(u, 0), loose)


@njit(cache=True)
def two(i: int, j: int, counts: Ints, where: Ints, excess: Ints, alone: Ints, eligible: Flags, pool: Ints) -> bool:
    """Divide what two rows hold anew; whether Σe² fell."""
    kinds = excess.shape[1]
    loose = np.zeros(kinds, np.int64)
    apart = excess[i] - excess[j]
    for p in range(len(alone)):
        if eligible[p, i] and eligible[p, j]:
            for k in range(kinds):
                loose[k] += alone[p, i, k] + alone[p, j, k]
                apart[k] -= WRIT * (alone[p, i, k] - alone[p, j, k])
    held = excess[i] - excess[j]
    now, least = 0, 0
    for k in range(kinds):
        now += held[k] ** 2
        rest = held[k] % (2 * WRIT)
        least += min(rest, 2 * WRIT - rest) ** 2
    if now <= least:
        return False
    some = _free(where, eligible, pool, (i, j), PAIR)
    for b in some:
        for k in range(kinds):
            apart[k] -= WRIT * counts[b, k] if where[b] == i else -WRIT * counts[b, k]
            apart[k] -= WRIT * counts[b, k]
    # Now all of them are the second's; a Gray code hands over one at a time.
    best, chosen, mine = now, -1, 0
    for step in range(1 << len(some)):
        if step:
            bit = 0
            while not (step >> bit) & 1:
                bit += 1
            mine ^= 1 << bit
            sign = 2 * WRIT if (mine >> bit) & 1 else -2 * WRIT
            for k in range(kinds):
                apart[k] += sign * counts[some[bit], k]
        value = 0
        for k in range(kinds):
            d = apart[k]
            if loose[k]:
                d += WRIT * (2 * _dealt(d, loose[k]) - loose[k])
            value += d * d
            if value >= best:
                break
        if value < best:
            best, chosen = value, mine
    if chosen < 0:
        return False
    for n in range(len(some)):
        move(some[n], i if (chosen >> n) & 1 else j, counts, where, excess)
    for k in range(kinds):
        if loose[k]:
            _deal(i, j, k, excess, alone, eligible, loose[k])
    return True


@njit(cache=True)
def _deal(i: int, j: int, k: int, excess: Ints, alone: Ints, eligible: Flags, loose: int) -> None:
    """The writs of one that both may have, so that the two end nearest."""
    d = excess[i, k] - excess[j, k]
    for p in range(len(alone)):
        if eligible[p, i] and eligible[p, j]:
            d -= WRIT * (alone[p, i, k] - alone[p, j, k])
    left = _dealt(d, loose)
    for p in range(len(alone)):
        if eligible[p, i] and eligible[p, j]:
            both = alone[p, i, k] + alone[p, j, k]
            to = min(left, both)
            left -= to
            excess[i, k] += WRIT * (to - alone[p, i, k])
            excess[j, k] += WRIT * (both - to - alone[p, j, k])
            alone[p, i, k], alone[p, j, k] = to, both - to


@njit(cache=True)
def move(b: int, to: int, counts: Ints, where: Ints, excess: Ints) -> None:
    """Give a bundle to a row."""
    for k in range(excess.shape[1]):
        excess[where[b], k] -= WRIT * counts[b, k]
        excess[to, k] += WRIT * counts[b, k]
    where[b] = to


@njit(cache=True)
def three(i: int, j: int, l: int, counts: Ints, where: Ints, excess: Ints, eligible: Flags, pool: Ints) -> bool:  # noqa: E741
    """Divide the longer bundles of three rows anew; whether Σe² fell."""
    kinds = excess.shape[1]
    rows = (i, j, l)
    now = 0
    for r in rows:
        for k in range(kinds):
            now += excess[r, k] ** 2
    if now <= _level(excess, rows):
        return False
    some = _free(where, eligible, pool, rows, TRIPLE)
    n = len(some)
    base = np.empty((3, kinds), np.int64)
    for r in range(3):
        base[r] = excess[rows[r]]
    rest = np.zeros(kinds, np.int64)
    for b in some:
        for k in range(kinds):
            rest[k] += WRIT * counts[b, k]
            for r in range(3):
                if where[b] == rows[r]:
                    base[r, k] -= WRIT * counts[b, k]
    best, first, second, mine = now, -1, -1, 0
    own = base[0].copy()
    for step in range(1 << n):
        if step:
            bit = 0
            while not (step >> bit) & 1:
                bit += 1
            mine ^= 1 << bit
            sign = WRIT if (mine >> bit) & 1 else -WRIT
            for k in range(kinds):
                own[k] += sign * counts[some[bit], k]
                rest[k] -= sign * counts[some[bit], k]
        least = 0
        for k in range(kinds):
            least += 2 * own[k] ** 2 + (base[1, k] + base[2, k] + rest[k]) ** 2
        if least < 2 * best:
            mine_cost = 0
            for k in range(kinds):
                mine_cost += own[k] ** 2
            value, other = _best_of_two(base, rest, some, mine, counts, best - mine_cost)
            if other >= 0:
                best, first, second = value + mine_cost, mine, other
    if first < 0:
        return False
    for t in range(n):
        to = i if (first >> t) & 1 else j if (second >> t) & 1 else l
        move(some[t], to, counts, where, excess)
    return True


@njit(cache=True)
def _level(excess: Ints, rows: Any) -> int:
    """Σe² of three rows if writs could be divided one by one."""
    least = 0
    for k in range(excess.shape[1]):
        total = 0
        for r in rows:
            total += excess[r, k]
        mean, left, value = total // 3, total, np.empty(3, np.int64)
        for t in range(3):
            value[t] = excess[rows[t], k] + (mean - excess[rows[t], k]) // WRIT * WRIT
            left -= value[t]
        while left > 0:
            t = value.argmin()
            value[t] += WRIT
            left -= WRIT
        for t in range(3):
            least += value[t] ** 2
    return least


@njit(cache=True)
def _best_of_two(base: Ints, rest: Ints, some: Ints, taken: int, counts: Ints, most: int) -> tuple[int, int]:
    """The best division of what is not `taken` between the second and the third, if its cost is below `most`."""
    kinds = len(rest)
    left = np.empty(len(some), np.int64)
    n = 0
    for t in range(len(some)):
        if not (taken >> t) & 1:
            left[n] = t
            n += 1
    a, b = base[1].copy(), base[2] + rest
    best, chosen, mine = most, -1, 0
    for step in range(1 << n):
        if step:
            bit = 0
            while not (step >> bit) & 1:
                bit += 1
            mine ^= 1 << left[bit]
            sign = WRIT if (mine >> left[bit]) & 1 else -WRIT
            for k in range(kinds):
                a[k] += sign * counts[some[left[bit]], k]
                b[k] -= sign * counts[some[left[bit]], k]
        value = 0
        for k in range(kinds):
            value += a[k] ** 2 + b[k] ** 2
            if value >= best:
                break
        if value < best:
            best, chosen = value, mine
    return best, chosen
