"""Bundles made whole within a flow, and branch and bound over those that do not fit, against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, example, given
from hypothesis import strategies as st
from problems import Problem, district, problem, problems

from tengbol.optimizer.branching import Branched, branched
from tengbol.optimizer.fitting import Fitted, fitted
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import as_placement, completed
from tengbol.optimizer.problem import WRIT, components, costs

FEW = 20_000
ENOUGH = 2_000

#: Two pools of the same two: the longer bundle fits only where writs are exchanged between them.
EXCHANGE = problem([[0], [0]], [[0, 1], [0, 1]], [[1], [4]], [(0, [3], 1)])


def _part(small: Problem, most: int = FEW) -> Problem:
    """The first component that has longer bundles, if any."""
    parts = [part for part, *_ in components(small) if len(part.class_size)]
    assume(parts)
    assume(slow.size(parts[0], slow.bundles(parts[0]) + slow.writs_of_one(parts[0])) <= most)
    return parts[0]


def _search(part: Problem, nodes: int, price: np.ndarray | None = None) -> Branched:
    return branched(part, relaxation(part), nodes=nodes, price=price)


def _sent(part: Problem, found: Fitted) -> np.ndarray:
    """`(P, K)` writs that each pool sends to anybody, in bundles or not."""
    out = np.zeros_like(part.singles)
    np.add.at(out, part.entry_pool, found.flows)
    np.add.at(out, part.class_pool, part.class_counts * found.bundles.sum(axis=1)[:, None])
    return out


@given(problems(things=9))
@example(EXCHANGE)
def test_making_bundles_whole_changes_nobodys_count_and_no_pools_writs(small: Problem) -> None:
    part = _part(small, most=10**12)
    relaxed = relaxation(part)
    found = fitted(part, relaxed.flows)
    assert (found.flows >= 0).all()
    assert np.array_equal(as_placement(found.bundles, found.flows).received(part), relaxed.counts)
    assert np.array_equal(_sent(part, found), part.apart())
    assert (found.bundles.sum(axis=1) <= part.class_size).all()
    inside = np.zeros((part.shape[2], part.shape[0]), dtype=bool)
    inside[part.entry_pool, part.pool_member] = True
    assert not found.bundles[~inside[part.class_pool]].any()


def test_writs_are_exchanged_between_pools_where_a_bundle_fits_in_no_other_way() -> None:
    found = fitted(EXCHANGE, np.array([[2], [2], [2], [2]]))
    assert found.bundles.tolist() == [[1, 0]]
    assert found.flows.tolist() == [[0], [1], [1], [3]]


def test_a_bundle_fits_nowhere_where_its_pool_has_nothing_to_exchange() -> None:
    apart = problem([[0], [0]], [[0, 1]], [[1]], [(0, [3], 1)])
    found = fitted(apart, np.array([[2], [2]]))
    assert found.bundles.tolist() == [[0, 0]]
    assert found.flows.tolist() == [[2], [2]]


@pytest.mark.parametrize("seed", range(3))
def test_where_writs_of_one_abound_every_bundle_fits(seed: int) -> None:
    large = district(np.random.default_rng(seed), rows=12, writs=900, bundled=0.05)
    for part, *_ in components(large):
        found = _search(part, 5)
        assert found.proven
        assert found.bounds[0] >= relaxation(part).first


@given(problems(things=7))
@example(problem([[0], [0], [0], [0]], [[0, 1, 2, 3]], [[1]], [(0, [3], 2), (0, [4], 2)]))  # all alike
@example(problem([[0, 0], [0, 0], [-500, 0]], [[0, 1, 2], [0, 1]], None, [(0, [2, 1], 2), (1, [1, 2], 1)]))
def test_with_nodes_enough_both_objectives_are_least_and_proven(small: Problem) -> None:
    part = _part(small)
    found = _search(part, ENOUGH)
    assert found.best is not None
    objectives, bundles, flows = found.best
    assert found.bounds == objectives == slow.best(part)
    assert costs(part.opening + WRIT * as_placement(bundles, flows).received(part)) == objectives
    assert np.array_equal(bundles.sum(axis=1), part.class_size)
    assert completed(part, bundles)[1] == objectives


@given(problems(things=7), st.integers(0, 8), st.booleans(), st.integers(0, 2**32 - 1))
def test_stopped_anywhere_and_at_any_prices_its_bounds_are_true(
    small: Problem, nodes: int, guided: bool, seed: int
) -> None:
    part = _part(small)
    price = np.random.default_rng(seed).integers(-3000, 3000, part.opening.shape) if guided else None
    found = _search(part, nodes, price)
    best = slow.best(part)
    assert found.bounds <= best
    if found.best is not None:
        assert found.best[0] >= best
        assert found.best[0] != found.bounds or best == found.bounds


def test_the_same_search_gives_the_same_bundles() -> None:
    part = next(components(district(np.random.default_rng(5), rows=9, writs=40, bundled=0.6)))[0]
    one, two = (_search(part, 30) for _ in range(2))
    assert one.bounds == two.bounds
    assert one.best is not None and two.best is not None
    assert np.array_equal(one.best[1], two.best[1])
