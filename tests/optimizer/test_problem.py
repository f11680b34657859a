"""The assignment as arrays: what a placement gives, what it costs, and where a problem falls apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems import problem, problems
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tengbol.optimizer.problem import Placement, Problem, components, costs, labels


def _array(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("excess", "first", "second"),
    [
        ([[0, 0], [0, 0]], 0, 0),
        ([[3, -3], [1, 1]], 20, 4),
        ([[-1000]], 1_000_000, 1_000_000),
        ([[500, 500], [-500, -500]], 1_000_000, 2_000_000),
    ],
)
def test_the_first_objective_squares_each_category_and_the_second_each_enforcers_sum(
    excess: list[list[int]], first: int, second: int
) -> None:
    assert costs(np.array(excess, dtype=np.int64)) == (first, second)


def test_objectives_are_exact_where_64_bits_fall_short() -> None:
    excess = np.full((3, 2), 2_500_000_001, dtype=np.int64)
    assert costs(excess) == (6 * 2_500_000_001**2, 3 * 5_000_000_002**2)


def test_nobody_and_no_category_cost_nothing() -> None:
    assert costs(np.zeros((0, 5), dtype=np.int64)) == (0, 0)
    assert costs(np.zeros((4, 0), dtype=np.int64)) == (0, 0)


def test_a_placement_gives_writs_of_one_and_whole_bundles() -> None:
    given_problem = problem([[0, 0], [0, 0], [0, 0]], [[0, 1], [1, 2]], [[3, 0], [0, 2]], [(1, [2, 5], 3)])
    placement = Placement(
        singles=np.array([[1, 0], [2, 0], [0, 0], [0, 2]]),
        bundle_class=_array(0, 0),
        bundle_row=_array(2, 1),
        bundle_count=_array(2, 1),
    )
    assert placement.received(given_problem).tolist() == [[1, 0], [4, 5], [4, 12]]


def test_bundles_taken_apart_are_the_writs_in_them() -> None:
    given_problem = problem([[0, 0]], [[0], [0]], [[1, 0], [0, 0]], [(0, [2, 1], 3), (0, [0, 4], 1), (1, [5, 0], 2)])
    assert given_problem.apart().tolist() == [[7, 7], [10, 0]]


def test_each_place_of_a_pool_knows_its_pool() -> None:
    given_problem = problem([[0]] * 4, [[0, 1, 3], [2], [], [1, 2]])
    assert given_problem.entry_pool.tolist() == [0, 0, 0, 1, 3, 3]
    assert [given_problem.members(p).tolist() for p in range(4)] == [[0, 1, 3], [2], [], [1, 2]]


def test_pools_that_share_an_enforcer_belong_together_and_others_do_not() -> None:
    given_problem = problem(
        [[j] for j in range(7)],
        [[5, 6], [0, 2], [3], [2, 4]],
        [[1], [1], [0], [0]],
        [(3, [2], 1), (0, [3], 2)],
    )
    parts = list(components(given_problem))
    assert [(rows.tolist(), places.tolist(), classes.tolist()) for _, rows, places, classes in parts] == [
        ([0, 2, 4], [2, 3, 5, 6], [0]),
        ([5, 6], [0, 1], [1]),
    ]


def test_an_enforcer_shared_only_through_a_pool_without_writs_joins_nothing() -> None:
    parts = list(components(problem([[0]] * 3, [[0], [0, 1], [1, 2]], [[1], [0], [1]])))
    assert [rows.tolist() for _, rows, *_ in parts] == [[0], [1, 2]]


@pytest.mark.parametrize(
    "empty",
    [
        problem([[1, 2], [3, 4]], [[0, 1]]),
        Problem(*(np.zeros(s, dtype=np.int64) for s in [(0, 5), 1, 0, (0, 5), 0, (0, 5), 0])),
        Problem(*(np.zeros(s, dtype=np.int64) for s in [(3, 5), 1, 0, (0, 5), 0, (0, 5), 0])),
    ],
    ids=["a pool without writs", "nobody", "nothing"],
)
def test_nothing_to_place_has_no_components(empty: Problem) -> None:
    assert list(components(empty)) == []


@given(problems(rows=7, pools=6, things=9))
def test_components_hold_everything_once_and_carry_it_over(whole: Problem) -> None:
    parts = list(components(whole))
    supplied = np.asarray(whole.apart().sum(axis=1) > 0)
    for columns, everything in (
        ([rows for _, rows, *_ in parts], np.unique(whole.pool_member[supplied[whole.entry_pool]])),
        ([places for _, _, places, _ in parts], np.flatnonzero(supplied[whole.entry_pool])),
        ([classes for *_, classes in parts], np.arange(len(whole.class_size))),
    ):
        assert sorted(np.concatenate([[], *columns]).tolist()) == everything.tolist()
    for part, rows, places, classes in parts:
        assert np.array_equal(part.opening, whole.opening[rows])
        assert np.array_equal(rows[part.pool_member], whole.pool_member[places])
        assert np.array_equal(part.class_counts, whole.class_counts[classes])
        assert np.array_equal(part.class_size, whole.class_size[classes])
        old_pool = whole.entry_pool[places][part.pool_start[:-1]]
        assert np.array_equal(part.singles, whole.singles[old_pool])
        assert np.array_equal(old_pool[part.class_pool], whole.class_pool[classes])
        for new, old in enumerate(old_pool.tolist()):
            assert np.array_equal(rows[part.members(new)], whole.members(old))
    assert sum(int(part.apart().sum()) for part, *_ in parts) == int(whole.apart().sum())


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 15)), max_size=30))
def test_parts_are_those_of_a_graph_of_rows_and_pools(edges: list[tuple[int, int]]) -> None:
    row, pool = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(row)), (row, 12 + pool)), shape=(28, 28))
    assert labels(row, pool, 12, 16).tolist() == connected_components(graph, directed=False)[1].tolist()
