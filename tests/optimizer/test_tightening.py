"""The bounds and steps that keep long bundles from needing a search: never beyond the truth, never outside a pool."""

from __future__ import annotations

from unittest import mock

import numpy as np
from hypothesis import given, settings
from problems import problem, problems
from slow_optimizer import best

from tengbol.optimizer import spill
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import place
from tengbol.optimizer.polish import polished
from tengbol.optimizer.problem import Problem, components
from tengbol.optimizer.spill import tightened
from tengbol.optimizer.totals import least_counts, second_bound


def _within_pools(part: Problem, bundles: np.ndarray) -> bool:
    return all(set(np.flatnonzero(bundles[c])) <= set(part.members(p)) for c, p in enumerate(part.class_pool))


def _with_bundles(given: Problem) -> list[Problem]:
    return [part for part, *_ in components(given) if len(part.class_size)]


def test_a_bundle_with_nowhere_else_to_go_stays_where_it_is() -> None:
    # The second pool is enforcer 1 alone; enforcer 0, who has least, is not to be had for its bundles.
    given = problem([[-3], [4], [-3]], [[0, 1, 2], [1]], [[1], [1]], [(1, [6], 2), (1, [4], 1)])
    for part in _with_bundles(given):
        start = place(part, relaxation(part))
        assert _within_pools(part, start.bundles)


@given(problems())
@settings(deadline=None)
def test_steps_stay_in_the_pools_and_never_cost_more(given: Problem) -> None:
    for part in _with_bundles(given):
        start = place(part, relaxation(part))
        after = polished(part, start.pricing, start.bundles, least_counts(part, start.pricing, 0))
        assert _within_pools(part, start.bundles)
        assert _within_pools(part, after)
        assert np.array_equal(after.sum(axis=1), part.class_size)


@given(problems())
@settings(deadline=None)
def test_no_bound_goes_beyond_the_optimum(given: Problem) -> None:
    for part in _with_bundles(given):
        start = place(part, relaxation(part))
        first, second = best(part)
        pricing = tightened(part, start.pricing, start.objectives[0])
        assert start.pricing.bound <= pricing.bound <= first
        assert second_bound(part, pricing, first)[0] <= second


@given(problems())
@settings(deadline=None)
def test_no_bound_goes_beyond_the_optimum_with_fewer_tangents(given: Problem) -> None:
    for part in _with_bundles(given):
        start = place(part, relaxation(part))
        with mock.patch.object(spill, "_TERMS", 3):
            pricing = tightened(part, start.pricing, start.objectives[0])
        assert start.pricing.bound <= pricing.bound <= best(part)[0]


def test_where_two_long_bundles_want_the_same_enforcer_the_programme_counts_both() -> None:
    # Each alone would go to enforcer 0, who is due most; together one of them must go elsewhere and cost more.
    given = problem([[-8000], [-2000], [-2000], [-2000], [-2000]], [[0, 1, 2, 3, 4]], [[6]], [(0, [7], 2)])
    (part,) = _with_bundles(given)
    start = place(part, relaxation(part))
    first, _ = best(part)
    pricing = tightened(part, start.pricing, start.objectives[0])
    assert start.pricing.bound < pricing.bound <= first
