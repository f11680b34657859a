"""Local search by exact re-division: among two enforcers, plain; and among two and three, after Schwerdfeger and Walter
2016, from longest first. Where nothing helps, a few enforcers' bundles are thrown together at random and it begins
again from there, the better of the two staying, until the time is over or the level bound is met.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.peers.exchange import seeded
from benchmarks.peers.least_loaded import longest_first
from benchmarks.peers.packed import Packed, level, packed, unpacked
from benchmarks.peers.settling import settle, thrown
from benchmarks.task import Answer, Task
from tengbol.optimizer.problem import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Tries between looks at the clock.
_TRIES: Final = 500
#: Throws in a row without gain after which it gives up.
_VAIN: Final = 2_000
#: Enforcers whose bundles are thrown together.
_THROWN: Final = 3


def pairs(task: Task) -> Answer:
    """Two enforcers at a time."""
    return _search(task, triples=False)


def triples(task: Task) -> Answer:
    """Two at a time, then three."""
    return _search(task, triples=True)


def descended(task: Task, *, triples: bool) -> Packed:
    """From longest first to where no exchange helps, whatever time it takes."""
    held = _begun(task)
    everyone = np.ones(len(held.excess), dtype=bool)
    _settled(held, everyone, everyone & triples, np.inf)
    return held


def _search(task: Task, *, triples: bool) -> Answer:
    end = time.process_time() + task.seconds
    problem = task.problem
    best, floor = _begun(task), level(problem)
    touched, vain, held = np.ones(len(best.excess), dtype=bool), 0, best.copy()
    while True:
        _settled(held, touched, touched & triples, end)
        vain = 0 if held.cost < best.cost else vain + 1
        if held.cost <= best.cost:
            best = held
        if best.cost == floor or vain > _VAIN or time.process_time() >= end:
            return Answer(unpacked(problem, best), floor)
        held, touched = best.copy(), np.zeros_like(touched)
        thrown(min(_THROWN, len(touched)), held.counts, held.where, held.excess, held.eligible, held.pool, touched)


def _begun(task: Task) -> Packed:
    start = longest_first(task).placement
    if start is None:
        raise AssertionError("greedy always places")
    seeded(task.seed)
    return packed(task.problem, start)


def _settled(held: Packed, restless: NDArray[np.bool_], late: NDArray[np.bool_], end: float) -> None:
    """Exchange until nothing helps or the time is over."""
    while (restless.any() or late.any()) and time.process_time() < end:
        settle(restless, late, held.counts, held.where, held.excess, held.alone, held.eligible, held.pool, _TRIES)


def _compiled() -> None:
    """Compile, or load what is compiled, before the clock runs."""
    problem = Problem(
        opening=np.zeros((3, 1), dtype=np.int64),
        pool_start=np.array([0, 3]),
        pool_member=np.arange(3),
        singles=np.array([[2]]),
        class_pool=np.zeros(2, dtype=np.int64),
        class_counts=np.array([[2], [3]]),
        class_size=np.array([3, 3]),
    )
    for search in (pairs, triples):
        search(Task(problem, np.zeros((3, 1), dtype=np.int64), 1.0, workers=1, seed=1))


_compiled()
