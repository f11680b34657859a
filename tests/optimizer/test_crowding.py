"""How far apart the number of long bundles keeps enforcers: no further than the best assignment, and mostly as far."""

from __future__ import annotations

import pytest
import slow_optimizer as slow
from hypothesis import given
from hypothesis import strategies as st
from problems import Problem, problem, problems

from benchmarks.heart.district import case
from benchmarks.heart.numbers import nonuniform
from tengbol.optimizer.crowding import crowded
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.solve import solve


def nothing_known(given: Problem) -> list[int]:
    return [0] * given.opening.shape[1]


@given(problems())
def test_nobody_can_be_more_even_than_it_says(some: Problem) -> None:
    assert crowded(some, nothing_known(some)) <= slow.best(some)[0]


@given(
    st.integers(2, 4),
    st.lists(st.integers(8, 10), min_size=1, max_size=7),
    st.integers(0, 3),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
)
def test_nor_where_bundles_are_nearly_alike(rows: int, sizes: list[int], alone: int, before: list[int]) -> None:
    opening = [[500 * excess] for excess in before[:rows]]
    some = problem(opening, [list(range(rows))], [[alone]], [(0, [size], 1) for size in sizes])
    assert crowded(some, [0]) <= slow.best(some)[0]


def test_nine_bundles_alike_go_to_four_enforcers_by_three_and_two_and_two_and_two():
    some = problem([[-22_500]] * 4, [list(range(4))], None, [(0, [10], 9)])
    assert crowded(some, [0]) == slow.best(some)[0] == 7_500**2 + 3 * 2_500**2
    assert relaxation(some).first < crowded(some, [0])


def test_of_each_category_the_more_is_taken_of_what_is_known_and_what_it_says():
    some = problem([[-22_500, 0]] * 4, [list(range(4))], None, [(0, [10, 0], 9)])
    assert crowded(some, [0, 11]) == 7_500**2 + 3 * 2_500**2 + 11
    assert crowded(some, [10**9, 0]) == 10**9


@pytest.mark.parametrize(
    ("jobs", "rows", "longest"), [(50, 5, 1_000), (50, 10, 1_000), (100, 25, 1_000), (100, 25, 10_000)]
)
def test_times_nearly_alike_and_some_short_are_proven_by_it(jobs: int, rows: int, longest: int) -> None:
    """The flow's bound is one writ there, or less, where 120,000 to a million squared writs cannot be gone below."""
    found = solve(case(nonuniform(jobs, rows, longest, 1)).problem, limit=1.0)
    assert found.proof.first
    assert found.proof.second
    assert found.by_search == (0, 0)
