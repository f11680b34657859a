"""Which instances of which family and size, and who takes part in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.heart import numbers, pools

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.heart.district import District

    #: From a seed to an instance.
    Maker = Callable[[int], District]

_QUICK: Final = ("longest-first", "multifit", "vector-differencing", "pairs", "triples")
_EXACT: Final = ("aggregated-highs", "highs-both", "scip-both")


@dataclass(frozen=True)
class Family:
    """about: in words for the page. makers: a size each. peers: names of those who take part."""

    about: str
    makers: tuple[Maker, ...]
    peers: tuple[str, ...] = _QUICK


def _rows() -> tuple[Maker, ...]:
    return (
        partial(numbers.vectors, 2, 40, 10), partial(numbers.vectors, 2, 60, 15), partial(numbers.vectors, 2, 100, 25),
        partial(numbers.uniform, 100, 25, 100), partial(numbers.uniform, 100, 25, 1_000),
        partial(numbers.uniform, 100, 25, 10_000), partial(numbers.triplets, 40),
    )  # fmt: skip


def _each(rule: Callable[..., District], sizes: list[tuple[float, ...]]) -> tuple[Maker, ...]:
    return tuple(partial(rule, *size) for size in sizes)


#: França's sizes with at least two jobs to a machine; above 100 jobs every rule of thumb is level.
_FRANCA: Final = [(jobs, machines) for jobs in (10, 50, 100) for machines in (5, 10, 25) if jobs >= 2 * machines]

FAMILIES: Final = {
    "rows": Family("the sizes that began it: two categories, uniform times, triplets", _rows()),
    "uniform": Family(
        "times uniform on 1 to 100, 1,000 or 10,000 (França and others 1994)",
        _each(numbers.uniform, [(*size, most) for size in _FRANCA for most in (100, 1_000, 10_000)]),
    ),
    "non-uniform": Family(
        "98 % of times within a tenth of the longest (Frangioni and others 2004)",
        _each(numbers.nonuniform, [(*size, most) for size in _FRANCA for most in (100, 1_000, 10_000)]),
    ),
    "library": Family(
        "the sizes of the library of P‖NSSWD (Ho and others 2009, Cossari and others 2012)",
        _each(numbers.library, [(m, ratio) for m in (3, 4, 6, 8, 10) for ratio in (2.0, 2.5, 3.0, 5.0)]),
    ),
    "triplets": Family("Falkenauer 1996: the optimum is 0", _each(numbers.triplets, [(20,), (40,), (83,)])),
    "vectors": Family(
        "1 to 13 writs in each of two to five categories",
        _each(numbers.vectors, [(k, *size) for k in (2, 3, 4, 5) for size in ((40, 10), (60, 15), (100, 25))]),
    ),
    "bids": Family("papers for those who asked for them, pages for writs", _each(pools.bids, [(20, 60), (60, 240)])),
    "pools": Family(
        "one pool, bundles of 2 to 12, uneven openings",
        _each(pools.pool, [(60, 600, 0.6), (80, 800, 0.6), (150, 1_500, 0.3), (300, 600, 0.6), (300, 3_000, 0.3),
                           (300, 7_200, 0.3), (300, 7_200, 0.6)]),
        ("longest-first", "pairs", *_EXACT),
    ),
    "recusals": Family(
        "the same with 60 pools, each but one without one enforcer",
        _each(partial(pools.pool, recusals=60), [(150, 1_500, 0.3), (300, 600, 0.6), (300, 3_000, 0.3)]),
        ("longest-first", "pairs", *_EXACT),
    ),
    "medium": Family(
        "one pool of 60 to 100 with 5 to 10 writs for each, 60 % of them bundled",
        _each(pools.pool, [(60, 300, 0.6), (60, 600, 0.6), (80, 400, 0.6), (80, 800, 0.6), (100, 500, 0.6),
                           (100, 1_000, 0.6)]),
        _EXACT,
    ),
}  # fmt: skip
