"""Instances of number partitioning and machine scheduling, by the rules under which they were published.

The numbers are drawn here, not copied: the rule and the seed make the instance.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.heart.district import District, level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Falkenauer's bins.
BIN: Final = 1000


def uniform(jobs: int, machines: int, most: int, seed: int) -> District:
    """Times uniform on 1 to `most` (100, 1,000 or 10,000): França, Gendreau, Laporte, Müller, "A composite heuristic
    for the identical parallel machine scheduling problem with minimum makespan objective", Computers & Operations
    Research 21 (1994), with 10 to 1,000 jobs on 5, 10 or 25 machines.
    """
    times = _rng(seed, 1, jobs, machines, most).integers(1, most + 1, jobs)
    return level(f"uniform {most:,}", _size(jobs, machines), seed, machines, times[:, None])


def nonuniform(jobs: int, machines: int, most: int, seed: int) -> District:
    """98 % of times uniform on [0.9(b − a), b], the others on [a, 0.2(b − a)], with a = 1 and b = `most`: the second
    class of França's library as Frangioni, Necciari, Scutellà describe it, "A multi-exchange neighborhood for minimum
    makespan parallel machine scheduling problems", Journal of Combinatorial Optimization 8 (2004).
    """
    rng = _rng(seed, 2, jobs, machines, most)
    long = rng.integers(ceil(0.9 * (most - 1)), most + 1, jobs)
    short = rng.integers(1, ceil(0.2 * (most - 1)) + 1, jobs)
    times = np.where(rng.random(jobs) < 0.98, long, short)
    return level(f"non-uniform {most:,}", _size(jobs, machines), seed, machines, times[:, None])


def library(machines: int, ratio: float, seed: int) -> District:
    """Times uniform on 1 to 100, `ratio` jobs to a machine, 3 to 10 machines: the range of sizes of the library of
    P‖NSSWD (Ho, Tseng, Ruiz-Torres, López, Computers & Industrial Engineering 56 (2009); Cossari, Ho, Paletta,
    Ruiz-Torres, Computers & Operations Research 39 (2012)), few jobs to a machine being the hard ones.
    """
    jobs = round(ratio * machines)
    times = _rng(seed, 3, jobs, machines).integers(1, 101, jobs)
    return level("library", _size(jobs, machines), seed, machines, times[:, None])


def triplets(bins: int, seed: int) -> District:
    """Three items fill each bin of 1,000: the first uniform on 380 to 490, the second on 250 to half of what is left,
    the third the rest. Falkenauer, "A hybrid grouping genetic algorithm for bin packing", Journal of Heuristics 2
    (1996): t60 to t501. Everyone can have exactly his bin: the optimum is 0.
    """
    rng = _rng(seed, 4, bins)
    first = rng.integers(380, 491, bins)
    second = rng.integers(250, (BIN - first) // 2 + 1)
    items = np.concatenate([first, second, BIN - first - second])
    return level("triplets", f"t{3 * bins}", seed, bins, rng.permutation(items)[:, None], optimum=0)


def vectors(categories: int, bundles: int, enforcers: int, seed: int, most: int = 13) -> District:
    """1 to `most` writs in each of so many categories: vector scheduling (Chekuri, Khanna, "On multidimensional packing
    problems", SIAM Journal on Computing 33 (2004)), numbers as in `uniform`.
    """
    counts = _rng(seed, 5, categories, bundles, enforcers).integers(1, most + 1, (bundles, categories))
    return level(f"vector {categories}", _size(bundles, enforcers), seed, enforcers, counts)


def _size(jobs: int, machines: int) -> str:
    return f"{jobs} on {machines}"


def _rng(*what: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(what))
