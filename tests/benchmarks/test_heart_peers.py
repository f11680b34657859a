"""The field's heuristics as peers: what they give is whole, never better than the best, and as their authors say."""

from __future__ import annotations

import itertools
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numba
import numpy as np
import pytest

from benchmarks.heart import numbers, pools
from benchmarks.heart.district import District, case, level
from benchmarks.judge import judge
from benchmarks.peers import multifit, vector_differencing
from benchmarks.peers.packed import level as bound
from benchmarks.peers.packed import packed, unpacked
from benchmarks.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def search() -> Iterator[Any]:
    """The exchange peers, uncompiled: compiling takes longer than all of this."""
    before, numba.config.DISABLE_JIT = numba.config.DISABLE_JIT, True
    for name in ("exchange", "local_search"):
        sys.modules.pop(f"benchmarks.peers.{name}", None)
    yield import_module("benchmarks.peers.local_search")
    for name in ("exchange", "local_search"):
        sys.modules.pop(f"benchmarks.peers.{name}", None)
    numba.config.DISABLE_JIT = before


def task(made: District, seconds: float = 0.3) -> Task:
    instance = case(made)
    return Task(instance.problem, instance.received, seconds, workers=1, seed=1)


def tiny(seed: int, recusals: int = 1) -> District:
    rng = np.random.Generator(np.random.PCG64(seed))
    made = pools.pool(3, 18, 0.8, seed, recusals)
    counts = np.concatenate([rng.integers(0, 6, (6, 5)), np.eye(5, dtype=np.int64)[:2]])
    pool = rng.integers(0, recusals, len(counts))
    return District("tiny", "", seed, counts[:, :5], made.opening, pool, made.members)


def least(one: Task) -> int:
    """Σe² of the best of all placements, by trying each."""
    problem = one.problem
    things = [
        (p, np.eye(5, dtype=np.int64)[k]) for p, k in np.argwhere(problem.singles) for _ in range(problem.singles[p, k])
    ]
    for p, counts, size in zip(problem.class_pool, problem.class_counts, problem.class_size, strict=True):
        things += [(p, counts)] * int(size)
    found = []
    for rows in itertools.product(*(problem.members(p).tolist() for p, _ in things)):
        excess = problem.opening.copy()
        for row, (_, counts) in zip(rows, things, strict=True):
            excess[row] += 1000 * counts
        found.append(int((excess**2).sum()))
    return min(found)


@pytest.mark.parametrize("recusals", [1, 3])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_they_give_is_whole_and_no_better_than_the_best(search: Any, seed: int, recusals: int) -> None:
    one = task(tiny(seed, recusals), 0.1)
    best = least(one)
    peers = [search.pairs, search.triples, multifit.place] + [vector_differencing.place] * (recusals == 1)
    for place in peers:
        answer = place(one)
        assert judge(one.problem, answer.placement).objective >= best, place
        assert answer.bound is None or answer.bound <= best
    # Three enforcers are one triple, and what the search then does is exact but for the writs of one.
    assert (
        judge(one.problem, search.triples(one).placement).objective
        <= judge(one.problem, search.pairs(one).placement).objective
    )


@pytest.mark.parametrize("made", [numbers.vectors(2, 16, 4, 3), numbers.uniform(15, 5, 100, 3), numbers.triplets(4, 2)],
                         ids=lambda made: made.name)  # fmt: skip
def test_no_pair_can_be_improved_after_pairs_and_triples_are_no_worse(search: Any, made: District) -> None:
    one = task(made)
    two, three = (search.descended(one, triples=triples) for triples in (False, True))
    start = judge(one.problem, import_module("benchmarks.peers.least_loaded").longest_first(one).placement)
    assert three.cost <= two.cost <= start.objective
    rows = len(two.excess)
    for i, j in itertools.combinations(range(rows), 2):
        both = np.flatnonzero((two.where == i) | (two.where == j))
        now = int((two.excess[[i, j]] ** 2).sum())
        bare = two.excess[[i, j]].copy()
        for b in both:
            bare[0 if two.where[b] == i else 1] -= 1000 * two.counts[b]
        for mask in range(2 ** len(both)):
            tried = bare.copy()
            for n, b in enumerate(both):
                tried[mask >> n & 1] += 1000 * two.counts[b]
            assert (tried**2).sum() >= now


@pytest.mark.parametrize("made", [numbers.vectors(2, 7, 3, 1), numbers.uniform(7, 3, 1_000, 2)], ids=lambda m: m.name)
def test_three_enforcers_are_divided_exactly(search: Any, made: District) -> None:
    """Against every one of the 3^7 divisions, from the worst of them: all with the first."""
    assert search.settle  # the fixture's modules are the uncompiled ones
    exchange = sys.modules["benchmarks.peers.exchange"]
    problem = case(made).problem
    counts = np.repeat(problem.class_counts, problem.class_size, axis=0)
    excess, where = problem.opening.copy(), np.zeros(7, dtype=np.int64)
    excess[0] += 1000 * counts.sum(axis=0)
    eligible, pool = np.ones((1, 3), dtype=bool), np.zeros(7, dtype=np.int64)
    assert exchange.three(0, 1, 2, counts, where, excess, eligible, pool)
    found = []
    for rows in itertools.product(range(3), repeat=7):
        tried = problem.opening.copy()
        np.add.at(tried, list(rows), 1000 * counts)
        found.append(int((tried**2).sum()))
    assert int((excess**2).sum()) == min(found)
    assert not exchange.three(0, 1, 2, counts, where, excess, eligible, pool)


def test_the_bound_is_met_where_bundles_can_be_dealt_one_by_one() -> None:
    made = pools.pool(7, 60, 0.0, 1)
    one = task(made)
    assert bound(one.problem) == judge(one.problem, multifit.place(one).placement).objective
    assert bound(task(pools.pool(7, 60, 0.0, 1, recusals=3)).problem) is None


def test_a_placement_is_packed_and_unpacked() -> None:
    one = task(pools.pool(7, 60, 0.5, 1, recusals=4))
    placed = multifit.place(one).placement
    assert placed is not None
    held = packed(one.problem, placed)
    assert held.cost == judge(one.problem, placed).objective
    assert judge(one.problem, unpacked(one.problem, held)) == judge(one.problem, placed)


def test_multifit_beats_longest_first_on_its_authors_kind() -> None:
    """3, 3, 2, 2, 2 on two: longest first gives 7 and 5, a capacity of 6 fits."""
    one = task(level("two", "", 1, 2, np.array([[3], [3], [2], [2], [2]])))
    assert judge(one.problem, multifit.place(one).placement).objective == 0
    longest = import_module("benchmarks.peers.least_loaded").longest_first(one).placement
    assert judge(one.problem, longest).objective == 2 * 1000**2


def test_differencing_of_vectors_is_the_authors_with_one_category_and_heeds_openings() -> None:
    counts = np.array([[8], [7], [6], [5], [4]])
    part = vector_differencing.divided(np.zeros((2, 1), dtype=np.int64), counts)
    assert sorted(int(counts[part == p].sum()) for p in range(2)) == [14, 16]
    opening = np.array([[-5000, 0], [0, -5000]])
    assert vector_differencing.divided(opening, np.array([[0, 5], [5, 0]])).tolist() == [1, 0]
