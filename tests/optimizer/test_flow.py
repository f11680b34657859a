"""The most even spread of single writs: equal to brute force, and never to be evened any further."""

from __future__ import annotations

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, given
from hypothesis import strategies as st
from problems import Problem, district, patchwork, problem, problems

from tengbol.optimizer.bound import priced, prices
from tengbol.optimizer.flow import Relaxation, relaxation, spread, step_cost, total_bound
from tengbol.optimizer.problem import WRIT, costs

FEW = 20_000


def _holds(given_problem: Problem, relaxed: Relaxation) -> None:
    """Every writ is handed over once, to a member of its pool, and the objectives are those of the counts."""
    supply = given_problem.apart()
    assert (relaxed.flows >= 0).all()
    sent = np.zeros_like(supply)
    np.add.at(sent, given_problem.entry_pool, relaxed.flows)
    assert np.array_equal(sent, supply)
    counts = np.zeros_like(given_problem.opening)
    np.add.at(counts, given_problem.pool_member, relaxed.flows)
    assert np.array_equal(counts, relaxed.counts)
    assert costs(given_problem.opening + WRIT * counts) == (relaxed.first, relaxed.second)


@given(st.integers(-(10**7), 10**7))
def test_a_step_is_half_the_growth_of_the_square_in_writs(excess: int) -> None:
    assert 2 * WRIT * int(step_cost(np.array(excess))) == (excess + WRIT) ** 2 - excess**2


@pytest.mark.parametrize(
    ("excess", "writs", "expected"),
    [
        ([0, 0, 0], 6, [2, 2, 2]),
        ([0, 0, 0], 4, [2, 1, 1]),
        ([-3000, 0, 0], 3, [3, 0, 0]),
        ([-3000, 0, 0], 5, [4, 1, 0]),
        ([500, 499, 501], 1, [0, 1, 0]),
        ([10_000_000, -10_000_000], 20_002, [1, 20_001]),
        ([7], 12, [12]),
    ],
)
def test_one_pool_is_filled_where_it_is_lowest(excess: list[int], writs: int, expected: list[int]) -> None:
    one = problem([[e] for e in excess], [list(range(len(excess)))], [[writs]])
    ends = [e + WRIT * n for e, n in zip(excess, relaxation(one).counts[:, 0].tolist(), strict=True)]
    assert sorted(ends) == sorted(e + WRIT * n for e, n in zip(excess, expected, strict=True))
    assert relaxation(one).first == sum(e * e for e in ends)


@given(st.lists(st.integers(-9000, 9000), min_size=1, max_size=8), st.integers(0, 60))
def test_one_pool_gets_what_giving_each_writ_to_the_least_laden_gives(excess: list[int], writs: int) -> None:
    one = problem([[e] for e in excess], [list(range(len(excess)))], [[writs]])
    ends = [e + WRIT * n for e, n in zip(excess, slow.poured(excess, writs), strict=True)]
    assert relaxation(one).first == sum(e * e for e in ends)


def test_a_writ_reaches_whoever_lacks_it_along_a_chain_of_pools() -> None:
    # The first pool's writs push the second's on to the third enforcer.
    chain = problem([[0], [0], [-2000]], [[0, 1], [1, 2]], [[2], [2]])
    assert relaxation(chain).counts[:, 0].tolist() == [1, 1, 2]


def test_an_enforcer_short_in_one_category_makes_up_for_it_in_another() -> None:
    # Both are alike in each category: each gets one of every pair of odd writs, which the second objective decides.
    two = problem([[0, 0], [0, 0]], [[0, 1]], [[1, 1]])
    assert (relaxation(two).first, relaxation(two).second) == (2 * WRIT**2, 2 * WRIT**2)


def test_of_those_alike_in_a_category_whoever_is_behind_in_all_is_given_its_writ() -> None:
    one = problem([[0, 900], [0, -900], [0, 0]], [[0, 1, 2]], [[1, 0]])
    assert relaxation(one).counts.tolist() == [[0, 0], [1, 0], [0, 0]]
    # The second category's writ goes to the second enforcer in any case, who then is no longer behind.
    two = problem([[0, 900], [0, -900], [0, 0]], [[0, 1, 2]], [[1, 1]])
    assert relaxation(two).counts.tolist() == [[0, 0], [0, 1], [1, 0]]


def test_the_first_objective_is_never_given_up_for_the_second() -> None:
    # The second enforcer is far behind in all, but not in the category at hand.
    two = problem([[0, 9000], [1, -9000]], [[0, 1]], [[1, 0]])
    assert relaxation(two).counts[:, 0].tolist() == [1, 0]


@given(problems(things=8))
def test_the_relaxation_equals_brute_force_in_both_objectives(small: Problem) -> None:
    apart = slow.taken_apart(small)
    assume(slow.size(small, apart) <= FEW)
    relaxed = relaxation(small)
    _holds(small, relaxed)
    assert (relaxed.first, relaxed.second) == slow.best(small, apart)


@given(problems(things=7, categories=3, bundles=False), st.data())
def test_a_spread_around_what_is_held_equals_brute_force(small: Problem, draw: st.DataObject) -> None:
    held = np.array(draw.draw(st.lists(st.integers(0, 5), min_size=small.opening.size, max_size=small.opening.size)))
    excess = small.opening + WRIT * held.reshape(small.opening.shape)
    things = slow.writs_of_one(small)
    assume(slow.size(small, things) <= FEW)
    counts, _ = spread(small, small.singles, excess)
    begin = tuple(tuple(row) for row in held.reshape(small.opening.shape).tolist())
    assert costs(excess + WRIT * counts) == slow.best(small, things, begin)


@given(problems(things=6))
def test_the_bound_on_the_total_never_exceeds_the_least_total(small: Problem) -> None:
    assume(slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= FEW)
    assert total_bound(small) <= slow.least_total(small)


@given(problems(things=7, categories=1, bundles=False))
def test_with_one_category_the_bound_on_the_total_is_the_first_objective(small: Problem) -> None:
    assert total_bound(small) == relaxation(small).first


LARGE = [
    pytest.param(district(np.random.default_rng(seed), rows=rows, writs=writs, spread=spread, ties=ties), id=name)
    for seed, (name, rows, writs, spread, ties) in enumerate(
        [
            ("many writs for few", 12, 9000, 5 * WRIT, True),
            ("40 enforcers", 40, 1000, 5 * WRIT, True),
            ("300 enforcers", 300, 7200, 5 * WRIT, False),
            ("300 far from even", 300, 7200, 10_000 * WRIT, True),
        ]
    )
] + [
    pytest.param(patchwork(np.random.default_rng(seed), rows=rows, pools=pools, writs=writs, spread=spread), id=name)
    for seed, (name, rows, pools, writs, spread) in enumerate(
        [
            ("a chain of pools", 60, 20, 1000, 8 * WRIT),
            ("a long chain, many writs", 100, 100, 40_000, 300 * WRIT),
            ("a chain far from even", 300, 60, 7200, 10_000 * WRIT),
        ]
    )
]


@pytest.mark.parametrize("large", LARGE)
def test_a_large_spread_can_be_evened_no_further(large: Problem) -> None:
    relaxed = relaxation(large)
    _holds(large, relaxed)
    assert not slow.can_be_evened(large, large.opening, relaxed.flows)


@pytest.mark.parametrize("large", LARGE)
def test_a_large_spread_is_proven_by_its_own_prices(large: Problem) -> None:
    relaxed = relaxation(large)
    price = prices(large, large.apart(), large.opening, relaxed.counts, relaxed.flows)
    assert priced(large, price).flow_bound == relaxed.first


@pytest.mark.parametrize(("pairs", "far"), [(40, 10), (666, 10_000)])
def test_totals_are_levelled_where_each_pair_has_a_level_of_its_own(pairs: int, far: int) -> None:
    """One odd writ of each category for two alike: of five, neither gets more than three.

    The pairs hang together in one component, through enforcers who have far too much to get any.
    """
    rng = np.random.default_rng(5)
    level = rng.integers(-far * WRIT, far * WRIT, (pairs, 5))
    laden = np.full((pairs, 5), 2 * far * WRIT)
    pools = [[2 * i, 2 * i + 1, 2 * pairs + i, 2 * pairs + (i + 1) % pairs] for i in range(pairs)]
    opening = np.concatenate([np.repeat(level, 2, axis=0), laden])
    one_each = problem(opening.tolist(), pools, np.ones((pairs, 5), dtype=int).tolist())
    got = relaxation(one_each).counts[: 2 * pairs].sum(axis=1).reshape(pairs, 2)
    assert (got.sum(axis=1) == 5).all()
    assert (got.max(axis=1) == 3).all()


def test_nothing_to_spread_spreads_nothing() -> None:
    nothing = problem([[1, 2], [3, 4]], [[0, 1]])
    relaxed = relaxation(nothing)
    assert (relaxed.first, relaxed.second) == (30, 58)
    assert not relaxed.counts.any()
    assert total_bound(nothing) == 58
