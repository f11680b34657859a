"""A few enforcers' bundles split anew, exactly, compiled.

Two enforcers' bundles are split by going through all subsets in Gray's order. For three and four, every subset that
the first could have is looked at, and only where what it costs, and the best that the others could reach with the
rest, is less than now, is the rest split among them (neighbourhoods of three for P||NSSWD: Schwerdfeger & Walter 2016).
Writs of one that both of two could have are dealt anew with every split.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tengbol.optimizer.compiled import add, compiled, levelled

if TYPE_CHECKING:
    from tengbol.optimizer.compiled import Matrix, Truths, Vector

#: Subsets looked at in one split at most.
LIMIT: Final = 500_000


@compiled()
def lay_out(
    writs: Matrix,
    held: Vector,
    size: int,
    may: Truths,
    bare: Matrix,
    rows: int,
    r: int,
    own: Vector,
    total: Vector,
    loose: Vector,
    begin: Vector,
) -> int:
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


@compiled(part=False)
def split(
    writs: Matrix,
    may: Truths,
    bare: Matrix,
    unit: Vector,
    ones: Vector,
    limit: int,
    where: Vector,
    work: Vector,
    steps: int,
) -> int:
    """The cheapest split of bundles among enforcers, if it costs less than `limit`.

    writs: `(N, K)`; may: `(R, N)` who may have them, each at least one; bare: `(R, K)` excess without them; unit:
    `(K,)` what all writs of a category are multiples of; ones: `(K,)` writs of one that the last two may share. where:
    `(N,)` set to who gets them where a split is found. work: `(1,)` less by what was looked at, `steps` at most.
    Returns the cost, or `limit`.
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
    most = work[0] - steps
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
                    odd = (left - 2 * bare[rows - 1, k]) % (2 * unit[k])
                    odd = min(odd, 2 * unit[k] - odd)
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
