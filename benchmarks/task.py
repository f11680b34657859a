"""What every peer is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tengbol.optimizer.problem import Placement, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Task:
    """One instance for one peer.

    received: `(J, K)` writs received before, for peers that even out raw counts. seconds: the time limit for a peer's
    search. workers: cores it may use. seed: of its chance, and of the order in which bundles arrive.
    """

    problem: Problem
    received: Ints
    seconds: float
    workers: int
    seed: int

    def save(self, path: Path) -> None:
        """Write the task as arrays."""
        problem: dict[str, Any] = {f.name: getattr(self.problem, f.name) for f in fields(Problem)}
        scalars: dict[str, Any] = {name: np.array(getattr(self, name)) for name in ("seconds", "workers", "seed")}
        np.savez(path, received=self.received, **problem, **scalars)


#: A hundred bundles of six and seven writs among three enforcers: what a peer does once before its clock runs, for much
#: is loaded or compiled only at the first call.
WARM_UP: Final = Task(
    Problem(
        opening=np.full((3, 1), -216_667),
        pool_start=np.array([0, 3]),
        pool_member=np.arange(3),
        singles=np.zeros((1, 1), dtype=np.int64),
        class_pool=np.zeros(2, dtype=np.int64),
        class_counts=np.array([[6], [7]]),
        class_size=np.array([50, 50]),
    ),
    received=np.zeros((3, 1), dtype=np.int64),
    seconds=0.1,
    workers=1,
    seed=1,
)


def load_task(path: Path) -> Task:
    """Read what `Task.save` wrote."""
    with np.load(path) as stored:
        problem = Problem(**{f.name: stored[f.name] for f in fields(Problem)})
        return Task(
            problem,
            stored["received"],
            float(stored["seconds"]),
            int(stored["workers"]),
            int(stored["seed"]),
        )


@dataclass(frozen=True)
class Answer:
    """placement: null when nothing was found. bound: what the peer claims no placement can be below, in squared
    thousandths of a writ; null when it claims nothing. note: what a reader should know of this run. bound_total: what
    it claims of the second objective, given its first.
    """

    placement: Placement | None
    bound: int | None = None
    note: str = ""
    bound_total: int | None = None


@dataclass(frozen=True)
class Arrivals:
    """Bundles one by one in the order they arrive. pool: `(B,)`; counts: `(B, K)`; longer: `(B,)` class, or -1."""

    pool: Ints
    counts: Ints
    longer: Ints


def arrivals(problem: Problem, seed: int) -> Arrivals:
    """Take classes apart and shuffle them."""
    categories = problem.opening.shape[1]
    pool, category = np.nonzero(problem.singles)
    many = problem.singles[pool, category]
    longer = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(int(many.sum()) + len(longer))
    alone = np.eye(categories, dtype=np.int64)[np.repeat(category, many)]
    return Arrivals(
        np.concatenate([np.repeat(pool, many), problem.class_pool[longer]])[order],
        np.concatenate([alone, problem.class_counts[longer].reshape(-1, categories)])[order],
        np.concatenate([np.full(len(alone), -1), longer])[order],
    )


def placement(problem: Problem, arrived: Arrivals, place: Ints) -> Placement:
    """A placement from the place in `pool_member` `(B,)` that each bundle went to."""
    singles = np.zeros((len(problem.pool_member), problem.opening.shape[1]), dtype=np.int64)
    alone = arrived.longer < 0
    np.add.at(singles, place[alone], arrived.counts[alone])
    pairs = np.column_stack([arrived.longer, problem.pool_member[place]])[~alone]
    given, count = np.unique(pairs, axis=0, return_counts=True)
    return Placement(singles, given[:, 0], given[:, 1], count)
