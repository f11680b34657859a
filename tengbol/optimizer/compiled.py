"""What compiled steps share: how they are compiled, their chance, and the writs of one between two enforcers.

Everything is a whole number: excess and bundles in thousandths of a writ, costs in squared thousandths, and chance a
counter that is hashed (SplitMix64: Steele, Lea & Flood 2014), so that every machine takes the same steps. A call of
whatever is compiled ends after so many steps, so that an interrupt is heard between two of them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import boolean, int64, njit, uint64, void

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_WRIT: Final = 1000
#: i: a whole number; u: one of 64 bits; v, m, t: a vector, matrix, box of whole numbers; c: a vector of 64 bits; b: a
#: matrix of truths; n: nothing.
_TYPES: Final = {
    "i": int64, "u": uint64, "v": int64[::1], "m": int64[:, ::1], "t": int64[:, :, ::1], "c": uint64[::1],
    "b": boolean[:, ::1], "n": void,
}  # fmt: skip


def compiled(signature: str, *, part: bool = True) -> Any:
    """Compile once, and keep what was compiled where there is a place for that.

    signature: what comes back, then the arguments, in the letters above, so that nothing is compiled twice. part:
    whether only what is compiled calls it.
    """
    options = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": part}
    types = [_TYPES[name] for name in signature.split()]

    def wrapped(function: Any) -> Any:
        try:
            return njit(types[0](*types[1:]), cache=True, **options)(function)
        except RuntimeError:  # no folder that may be written to
            return njit(types[0](*types[1:]), **options)(function)

    return wrapped


@compiled("u u")
def hashed(x):
    """Sixty-four bits that look like chance."""
    x = (x ^ (x >> np.uint64(30))) * _FIRST
    x = (x ^ (x >> np.uint64(27))) * _SECOND
    return x ^ (x >> np.uint64(31))


@compiled("i c i")
def chance(counter, size):
    """A number below `size`, from the next hash."""
    counter[0] += _GOLDEN
    return np.int64(hashed(counter[0]) >> np.uint64(33)) % size


@compiled("n v m i i")
def add(cells, writs, bundle, times):
    """Add a bundle's writs to the cells of an enforcer, or take them."""
    for k in range(len(cells)):
        cells[k] += times * writs[bundle, k]


@compiled("i m")
def squares(excess):
    """The first objective."""
    total = 0
    for j in range(excess.shape[0]):
        for k in range(excess.shape[1]):
            total += excess[j, k] * excess[j, k]
    return total


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
