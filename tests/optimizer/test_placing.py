"""Placing bundles without search: everything placed, nothing outside its pool, and bounds that are true."""

from __future__ import annotations

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, given
from hypothesis import strategies as st
from problems import Problem, district, lawful, problem, problems

from tengbol.optimizer.bound import priced, prices
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import Start, as_placement, completed, place, placed
from tengbol.optimizer.polish import polished
from tengbol.optimizer.problem import WRIT, costs

FEW = 20_000


def _start(given_problem: Problem) -> Start:
    return place(given_problem, relaxation(given_problem))


def _placements(given_problem: Problem) -> st.SearchStrategy[np.ndarray]:
    """Any way to place the bundles, good or bad, as `(C, J)` counts."""
    choices = [
        (c, given_problem.members(int(given_problem.class_pool[c])).tolist())
        for c, size in enumerate(given_problem.class_size.tolist())
        for _ in range(size)
    ]

    def counted(rows: tuple[int, ...]) -> np.ndarray:
        out = np.zeros((len(given_problem.class_size), given_problem.shape[0]), dtype=np.int64)
        for (c, _), j in zip(choices, rows, strict=True):
            out[c, j] += 1
        return out

    return st.tuples(*(st.sampled_from(members) for _, members in choices)).map(counted)


@given(problems(rows=6, pools=5, things=10, categories=3))
def test_the_first_placement_is_whole_lawful_and_truly_costed(some: Problem) -> None:
    assume(len(some.class_size) > 0)
    start = _start(some)
    lawful(some, start.placement)
    assert costs(some.opening + WRIT * start.placement.received(some)) == start.objectives
    again = as_placement(start.bundles, start.placement.singles)
    assert np.array_equal(again.received(some), start.placement.received(some))


@given(problems(things=7))
def test_the_first_placement_stands_between_its_bound_and_the_truth(small: Problem) -> None:
    things = slow.bundles(small) + slow.writs_of_one(small)
    assume(len(small.class_size) > 0 and slow.size(small, things) <= FEW)
    start = _start(small)
    assert start.pricing.bound <= slow.best(small, things)[0] <= start.objectives[0]
    assert slow.best(small, things) <= start.objectives


@given(problems(things=7, categories=3), st.data())
def test_writs_of_one_are_dealt_around_bundles_as_evenly_as_can_be(small: Problem, draw: st.DataObject) -> None:
    assume(slow.size(small, slow.writs_of_one(small)) <= FEW)
    bundles = draw.draw(_placements(small))
    placement, objectives = completed(small, bundles)
    lawful(small, placement)
    held = tuple(tuple(row) for row in (bundles.T @ small.class_counts).tolist())
    assert objectives == slow.best(small, slow.writs_of_one(small), held)


@given(problems(rows=6, pools=5, things=10), st.data())
def test_what_lies_already_stays_and_the_rest_is_placed(some: Problem, draw: st.DataObject) -> None:
    assume(len(some.class_size) > 0)
    kept = (
        draw.draw(_placements(some))
        * np.array(
            draw.draw(st.lists(st.integers(0, 1), min_size=len(some.class_size), max_size=len(some.class_size)))
        )[:, None]
    )
    out = placed(some, _start(some).pricing, kept)
    assert (out >= kept).all()
    lawful(some, completed(some, out)[0])


@given(problems(rows=6, pools=5, things=10, categories=3), st.data())
def test_polishing_moves_no_bundle_out_of_its_pool(some: Problem, draw: st.DataObject) -> None:
    assume(len(some.class_size) > 0)
    bundles = draw.draw(_placements(some))
    relaxed = relaxation(some)
    pricing = priced(some, prices(some, some.apart(), some.opening, relaxed.counts, relaxed.flows))
    lawful(some, completed(some, polished(some, pricing, bundles))[0])


def test_a_bundle_that_may_go_to_one_enforcer_only_stays_though_another_has_less() -> None:
    start = _start(problem([[-9000], [0]], [[1], [0, 1]], [[0], [2]], [(0, [5], 1)]))
    assert start.bundles.tolist() == [[0, 1]]
    assert start.placement.singles[:, 0].tolist() == [0, 2, 0]


def test_polishing_exchanges_two_bundles_that_lie_the_wrong_way_round() -> None:
    small = problem([[-7000], [-3000]], [[0, 1]], None, [(0, [7], 1), (0, [3], 1)])
    pricing = priced(small, np.full((2, 1), -500))
    assert polished(small, pricing, np.array([[0, 1], [1, 0]])).tolist() == [[1, 0], [0, 1]]


def test_bundles_that_fit_under_the_level_are_proven_without_search() -> None:
    roomy = district(np.random.default_rng(3), rows=40, writs=4000)
    start = _start(roomy)
    lawful(roomy, start.placement)
    assert start.objectives[0] == relaxation(roomy).first


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_pool_of_one_gets_everything(size: int) -> None:
    start = _start(problem([[100, -200]], [[0]], [[3, 1]], [(0, [10, 2], size)]))
    assert start.placement.received(problem([[0, 0]], [[0]], [[3, 1]], [(0, [10, 2], size)])).tolist() == [
        [3 + 10 * size, 1 + 2 * size]
    ]
    assert start.objectives[0] == start.pricing.bound
