"""What compiled steps share: how they are compiled, their chance, and the writs of one between two enforcers.

Everything is a whole number: excess and bundles in thousandths of a writ, costs in squared thousandths, and chance a
counter that is hashed (SplitMix64: Steele, Lea & Flood 2014), so that every machine takes the same steps. A call of
whatever is compiled ends after so many steps, so that an interrupt is heard between two of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import numpy as np
from numba import boolean, int32, int64, njit, uint64, void

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    # Whole numbers by one, two and three indices; of 32 bits by two; of 64 bits without a sign by one; truths by two.
    Vector: TypeAlias = NDArray[np.int64]
    Matrix: TypeAlias = NDArray[np.int64]
    Box: TypeAlias = NDArray[np.int64]
    Ints32: TypeAlias = NDArray[np.int32]
    Counters: TypeAlias = NDArray[np.uint64]
    Truths: TypeAlias = NDArray[np.bool_]

_Function = TypeVar("_Function", bound="Callable[..., object]")

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_WRIT: Final = 1000
#: What is compiled for each type that an annotation names.
_TYPES: Final = {
    "int": int64, "np.uint64": uint64, "Vector": int64[::1], "Matrix": int64[:, ::1], "Box": int64[:, :, ::1],
    "Ints32": int32[:, ::1], "Counters": uint64[::1], "Truths": boolean[:, ::1], "None": void,
}  # fmt: skip


def compiled(*, part: bool = True) -> Callable[[_Function], _Function]:
    """Compile once for the types that a function's annotations name, and keep that where there is a place for it.

    part: whether only what is compiled calls it.
    """

    def wrapped(function: _Function) -> _Function:
        types = {name: _TYPES[annotation] for name, annotation in function.__annotations__.items()}
        signature = types.pop("return")(*types.values())

        def made(cache: bool) -> _Function:
            return njit(
                signature, cache=cache, error_model="numpy", no_cfunc_wrapper=True, no_cpython_wrapper=part
            )(function)  # fmt: skip

        try:
            return made(True)
        except RuntimeError:  # no folder that may be written to
            return made(False)

    return wrapped


@compiled()
def hashed(x: np.uint64) -> np.uint64:
    """Sixty-four bits that look like chance."""
    x = (x ^ (x >> np.uint64(30))) * _FIRST
    x = (x ^ (x >> np.uint64(27))) * _SECOND
    return x ^ (x >> np.uint64(31))


@compiled()
def chance(counter: Counters, size: int) -> int:
    """A number below `size`, from the next hash."""
    counter[0] += _GOLDEN
    return int(np.int64(hashed(counter[0]) >> np.uint64(33)) % size)


@compiled()
def add(cells: Vector, writs: Matrix, bundle: int, times: int) -> None:
    """Add a bundle's writs to the cells of an enforcer, or take them."""
    for k in range(len(cells)):
        cells[k] += times * writs[bundle, k]


@compiled()
def squares(excess: Matrix) -> int:
    """The first objective."""
    total = 0
    for j in range(excess.shape[0]):
        for k in range(excess.shape[1]):
            total += excess[j, k] * excess[j, k]
    return total


@compiled()
def shared(free: Box, member: Truths, i: int, j: int, out: Vector) -> None:
    """Writs of one, by category, that could lie at either of two enforcers."""
    for k in range(len(out)):
        out[k] = 0
    for p in range(free.shape[0]):
        if member[p, i] and member[p, j]:
            for k in range(free.shape[2]):
                out[k] += free[p, i, k] + free[p, j, k]


@compiled()
def levelled(apart: int, writs: int) -> int:
    """What is left between two cells `apart`, when so many writs of one are dealt between them: at least 0."""
    apart = abs(apart)
    reach = _WRIT * writs
    if apart > reach:
        return apart - reach
    rest = (apart + reach) % (2 * _WRIT)
    return min(rest, 2 * _WRIT - rest)


@compiled()
def deal(free: Box, member: Truths, excess: Matrix, i: int, j: int) -> None:
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
