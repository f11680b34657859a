"""The bound that keeps bundles whole: true at any prices, and exact where it must be."""

from __future__ import annotations

import numpy as np
import slow_optimizer as slow
from hypothesis import assume, given
from hypothesis import strategies as st
from problems import Problem, problem, problems

from tengbol.optimizer.bound import Pricing, cell_cost, choices, level, overflow, priced, prices
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import WRIT
from tengbol.optimizer.spill import contested, tightened
from tengbol.optimizer.totals import least_counts, second_bound

FEW = 8_000
excess_of_cell = st.integers(-40_000, 40_000)
price_of_cell = st.integers(-40_000, 40_000)


def _number(value: int) -> np.ndarray:
    return np.array(value, dtype=np.int64)


def _own_prices(small: Problem) -> np.ndarray:
    relaxed = relaxation(small)
    return prices(small, small.apart(), small.opening, relaxed.counts, relaxed.flows)


def _any_prices(small: Problem) -> st.SearchStrategy[np.ndarray]:
    """Near the right ones, and anything else."""
    one = st.sampled_from([100, 3000, 30_000, 10**7]).flatmap(lambda far: st.integers(-far, far))
    cells = small.opening.size
    return st.tuples(st.booleans(), st.lists(one, min_size=cells, max_size=cells)).map(
        lambda drawn: np.array(drawn[1]).reshape(small.opening.shape) + (_own_prices(small) if drawn[0] else 0)
    )


def _outcomes(small: Problem) -> list[slow.Received]:
    things = slow.bundles(small) + slow.writs_of_one(small)
    assume(slow.size(small, things) <= FEW)
    return list(slow.outcomes(small, things))


def _with_a_choice(small: Problem, of_class: int, row: int) -> int:
    """The least first objective when one bundle of a class goes to a row."""
    things = slow.bundles(small) + slow.writs_of_one(small)
    first = int(small.class_size[:of_class].sum())
    things[first] = (things[first][0], (row,))
    return slow.best(small, things)[0]


@given(excess_of_cell, st.integers(0, 60))
def test_a_cells_cost_is_its_square_above_the_opening(opening: int, writs: int) -> None:
    cost = int(cell_cost(_number(opening), _number(writs)))
    assert 2 * WRIT * cost == (opening + WRIT * writs) ** 2 - opening**2


@given(excess_of_cell, price_of_cell)
def test_the_level_is_the_first_count_that_costs_least(opening: int, price: int) -> None:
    worth = [int(cell_cost(_number(opening), _number(x))) - price * x for x in range(90)]
    assert int(level(_number(opening), _number(price))) == worth.index(min(worth))


@given(excess_of_cell, price_of_cell, st.integers(0, 40))
def test_the_overflow_is_what_so_many_writs_cost_at_least_above_the_level(opening: int, price: int, held: int) -> None:
    worth = [int(cell_cost(_number(opening), _number(x))) - price * x for x in range(130)]
    assert int(overflow(_number(opening), _number(held), _number(price))) == min(worth[held:]) - min(worth)


@given(excess_of_cell, price_of_cell, st.integers(0, 60), st.integers(0, 60))
def test_two_bundles_overflow_together_at_least_what_they_do_alone(opening: int, price: int, a: int, b: int) -> None:
    alone = sum(int(overflow(_number(opening), _number(n), _number(price))) for n in (a, b))
    assert alone <= int(overflow(_number(opening), _number(a + b), _number(price)))


def test_every_class_may_go_to_every_member_of_its_pool() -> None:
    small = problem([[0]] * 4, [[0, 3], [1], [1, 2, 3]], None, [(2, [2], 1), (0, [3], 2), (1, [2], 1)])
    of_class, row = choices(small)
    assert list(zip(of_class.tolist(), row.tolist(), strict=True)) == [(0, 1), (0, 2), (0, 3), (1, 0), (1, 3), (2, 1)]


@given(problems(things=6), st.data())
def test_the_bound_is_true_at_any_prices(small: Problem, draw: st.DataObject) -> None:
    best = min(slow.cost(small, received)[0] for received in _outcomes(small))
    pricing = priced(small, draw.draw(_any_prices(small)))
    assert pricing.flow_bound <= pricing.bound <= best


@given(problems(things=9, rows=6, pools=5, categories=3))
def test_at_the_flows_prices_the_bound_without_bundles_is_the_flow(small: Problem) -> None:
    assert priced(small, _own_prices(small)).flow_bound == relaxation(small).first


@given(problems(things=9, rows=6, pools=5, bundles=False))
def test_without_bundles_both_bounds_are_one(small: Problem) -> None:
    pricing = priced(small, _own_prices(small))
    assert pricing.bound == pricing.flow_bound == relaxation(small).first


def test_a_bundle_larger_than_its_pools_writs_raises_the_bound_to_the_truth() -> None:
    # Ten writs in one bundle, two enforcers alike: 10² instead of 5² + 5².
    small = problem([[0], [0]], [[0, 1]], None, [(0, [10], 1)])
    pricing = priced(small, np.full((2, 1), 500))
    assert relaxation(small).first == 50 * WRIT**2
    assert pricing.bound == 100 * WRIT**2


def _reduced_costs_hold(small: Problem, pricing: Pricing, known: int) -> None:
    columns = (pricing.choice_class.tolist(), pricing.choice_row.tolist(), pricing.reduced.tolist())
    for c, j, reduced in zip(*columns, strict=True):
        truth = _with_a_choice(small, c, j)
        # What could improve on the known placement, or equal it, is never left out.
        if truth <= known:
            assert pricing.bound + 2 * WRIT * reduced <= truth


@given(problems(things=5, rows=3), st.data())
def test_a_choice_costs_at_least_its_reduced_cost_above_the_bound(small: Problem, draw: st.DataObject) -> None:
    assume(slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= 1000)
    _reduced_costs_hold(small, priced(small, draw.draw(_any_prices(small))), 2**80)


@given(problems(things=6), st.data())
def test_a_cell_costs_at_least_its_distance_from_the_level_above_the_bound(small: Problem, draw: st.DataObject) -> None:
    price = draw.draw(_any_prices(small))
    pricing = priced(small, price)
    least = level(small.opening, price)
    floor = cell_cost(small.opening, least) - price * least
    for received in _outcomes(small):
        counts = np.array(received)
        above = cell_cost(small.opening, counts) - price * counts - floor
        assert pricing.flow_bound + 2 * WRIT * int(above.max(initial=0)) <= slow.cost(small, received)[0]


@given(problems(things=6, rows=4, categories=2), st.integers(0, 3))
def test_the_programme_of_spills_tightens_the_bound_and_keeps_it_true(small: Problem, above: int) -> None:
    best = min(slow.cost(small, received)[0] for received in _outcomes(small))
    pricing = place(small, relaxation(small)).pricing if len(small.class_size) else priced(small, _own_prices(small))
    tight = tightened(small, pricing, best + above * 2 * WRIT * 1000)
    assert pricing.bound <= tight.bound <= best


@given(problems(things=5, rows=3))
def test_after_tightening_no_choice_of_an_optimum_is_dear(small: Problem) -> None:
    assume(len(small.class_size) > 0)
    assume(slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= 1000)
    known = place(small, relaxation(small)).objectives[0]
    _reduced_costs_hold(small, tightened(small, priced(small, _own_prices(small)), known), known)


def test_two_long_bundles_for_one_low_place_must_not_both_count_on_it() -> None:
    # Alone each would fill the gap; together one of them stands on the other, or above everyone's level.
    small = problem([[-10_000], *[[0]] * 4], [[0, 1, 2, 3, 4]], [[4]], [(0, [10], 1), (0, [9], 1)])
    pricing = priced(small, _own_prices(small))
    best = slow.best(small)[0]
    assert pricing.bound < tightened(small, pricing, best).bound <= best


def test_a_class_is_contested_where_few_places_take_it_for_nothing() -> None:
    small = problem([[-9000], *[[0]] * 9], [list(range(10))], [[30]], [(0, [2], 1), (0, [12], 1)])
    assert contested(small, priced(small, _own_prices(small))).tolist() == [False, True]


@given(problems(things=6, rows=4, categories=3), st.booleans(), st.integers(0, 4))
def test_the_bound_on_totals_is_true_of_all_whose_first_is_small_enough(
    small: Problem, tight: bool, above: int
) -> None:
    assume(len(small.class_size) > 0)
    outcomes = _outcomes(small)
    start = place(small, relaxation(small))
    first = min(slow.cost(small, received)[0] for received in outcomes) + above * 2 * WRIT * 500
    pricing = tightened(small, start.pricing, first) if tight else start.pricing
    bound, least = second_bound(small, pricing, first)
    for received in outcomes:
        reached = slow.cost(small, received)
        if reached[0] <= first:
            assert bound <= reached[1]
            assert (least <= np.array(received)).all()


def test_a_cell_far_below_its_level_is_never_worth_it() -> None:
    # Twenty writs for two alike: eleven and nine cost 2 more than ten and ten, twelve and eight 8 more.
    small = problem([[0], [0]], [[0, 1]], [[18]], [(0, [2], 1)])
    pricing = priced(small, _own_prices(small))
    assert pricing.bound == 200 * WRIT**2
    assert least_counts(small, pricing, 0).sum() >= 19
    assert least_counts(small, pricing, 4 * WRIT).min() < 10


def test_bundles_of_odd_length_keep_totals_apart() -> None:
    # Each category evens out by itself only as 3 + 0 and 0 + 3, so the totals are 3 and 3 or 6 and 0.
    small = problem([[0, 0], [0, 0]], [[0, 1]], None, [(0, [3, 0], 1), (0, [0, 3], 1)])
    pricing = place(small, relaxation(small)).pricing
    first, second = slow.best(small)
    assert (first, second) == (18 * WRIT**2, 18 * WRIT**2)
    assert second_bound(small, pricing, first)[0] <= second
