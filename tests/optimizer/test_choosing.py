"""docs/lot.md, points a to c: the optimiser's choice among equals is the one that the definition's words give."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import slow_lot
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from problems import problems, written
from slow_lot import Assignment, Given

from tengbol.optimizer import choosing, dealing, few, held
from tengbol.optimizer.choosing import Choice
from tengbol.optimizer.equals import LEVELS
from tengbol.optimizer.problem import Problem, costs
from tengbol.optimizer.solve import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

#: So many assignments are gone through one by one.
MOST = 3_000


def lots(problem: Problem, seed: int) -> tuple[list[int], Given]:
    """Longer bundles, the longest first, and a lot whose first numbers are so few that sums are often equal."""
    rng = np.random.default_rng(seed)
    every = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
    longer = rng.permutation(every)
    longer = longer[np.argsort(-problem.class_counts[longer].sum(axis=1), kind="stable")]
    rows, kinds, _ = problem.shape
    few = int(rng.choice([1, 3, 2**40]))
    levels = [few, 2, *[2**40] * (LEVELS - 2)]
    return longer.tolist(), Given(
        np.stack([rng.integers(0, most, (rows, kinds)) for most in levels]),
        np.stack([rng.integers(0, most, (len(problem.pool_member), kinds)) for most in levels]),
        np.array([rng.permutation(rows) for _ in longer], dtype=np.int64).reshape(len(longer), rows),
    )


def uneven(*, bundles: int, rows: int) -> Problem:
    """One pool and category, bundles of 10 to 60 writs."""
    sizes, many = np.unique(np.random.default_rng(1).integers(10, 61, bundles), return_counts=True)
    return Problem(
        opening=np.full((rows, 1), -1000 * int(sizes @ many) // rows),
        pool_start=np.array([0, rows]),
        pool_member=np.arange(rows),
        singles=np.zeros((1, 1), dtype=np.int64),
        class_pool=np.zeros(len(sizes), dtype=np.int64),
        class_counts=sizes[:, None],
        class_size=many,
    )


def by_product(problem: Problem, longer: Sequence[int], numbers: Given) -> tuple[Assignment, bool]:
    """What `chosen` makes of it, and whether it says so of all of it."""
    solution = solve(problem, limit=2.0)
    found = Choice(problem, solution).chosen(np.array(longer, dtype=np.int64), numbers)
    assignment = Assignment(found.singles, tuple(found.longer.tolist()))
    first, second = costs(problem.opening + 1000 * slow_lot.received(problem, assignment, longer))
    assert (first, second) == (solution.proof.objective, solution.proof.objective_total)
    supply = np.zeros_like(problem.singles)
    np.add.at(supply, problem.entry_pool, found.singles)
    assert (supply == problem.singles).all()
    return assignment, bool(found.proven[problem.apart().any(axis=1)].all())


def agrees(problem: Problem, seed: int) -> bool:
    """Whether it was proven, and then is what the definition's words give."""
    longer, numbers = lots(problem, seed)
    assignment, proven = by_product(problem, longer, numbers)
    if proven:
        due = slow_lot.chosen(problem, longer, numbers)
        assert assignment.longer == due.longer, written(problem)
        assert (assignment.singles == due.singles).all(), written(problem)
    return proven


@given(problems(rows=4, categories=2, pools=3, things=6, bundles=False), st.integers(0, 2**32))
def test_of_writs_of_one_the_choice_is_the_least_in_the_order_of_the_definition(problem, seed):
    assume(slow_lot.how_many_there_are(problem, []) <= MOST)
    assert agrees(problem, seed)


@given(problems(rows=3, categories=2, pools=3, things=6), st.integers(0, 2**32))
def test_with_bundles_too_wherever_it_says_that_it_is_proven(problem, seed):
    longer = np.repeat(np.arange(len(problem.class_size)), problem.class_size)
    assume(slow_lot.how_many_there_are(problem, longer.tolist()) <= MOST)
    agrees(problem, seed)


@settings(max_examples=30)
@given(problems(rows=4, categories=2, pools=3, things=7), st.lists(st.integers(0, 2**32), min_size=2, max_size=3))
def test_components_that_are_known_give_each_lot_what_it_would_get_of_them_alone(problem, seeds):
    solution = solve(problem, limit=2.0)
    for seed in (*seeds, *seeds):
        longer, numbers = lots(problem, seed)
        found, alone = (
            Choice(problem, each).chosen(np.array(longer, dtype=np.int64), numbers)
            for each in (solution, solve(problem, limit=2.0))
        )
        for name in ("singles", "longer", "proven"):
            assert (getattr(found, name) == getattr(alone, name)).all(), written(problem)


@settings(max_examples=300)
@given(problems(rows=4, categories=2, pools=3, things=7), st.integers(0, 2**32), st.integers(1, 6), st.integers(1, 12))
def test_ways_to_hold_bundles_are_left_unseen_only_where_they_lead_nowhere(problem, seed, ways, every):
    """Whatever number of ways is too many, whoever looks at all of them comes to the same."""
    longer, numbers = lots(problem, seed)
    solution = solve(problem, limit=2.0)
    with mock.patch.object(held, "_WAYS", ways), mock.patch.object(held, "_ALL", every):
        found = Choice(problem, solution).chosen(np.array(longer, dtype=np.int64), numbers)
        with mock.patch.object(held.Holding, "_in_vain", lambda *_: False):
            wanted = Choice(problem, solve(problem, limit=2.0)).chosen(np.array(longer, dtype=np.int64), numbers)
    for name in ("singles", "longer", "proven"):
        assert (getattr(found, name) == getattr(wanted, name)).all(), written(problem)


@settings(max_examples=300)
@given(problems(rows=4, categories=2, pools=3, things=7), st.integers(0, 2**32))
def test_of_few_bundles_all_sets_that_anyone_could_have_show_the_first_by_themselves(problem, seed):
    longer, _ = lots(problem, seed)
    assume(longer and slow_lot.how_many_there_are(problem, longer) <= MOST)
    with (
        mock.patch.object(choosing, "handed", lambda *_: None),
        mock.patch.object(held.Holding, "first", lambda *_: None),
        mock.patch.object(few, "_AT_ONCE", 7),
    ):
        assert agrees(problem, seed)


def test_of_bundles_that_fit_in_no_flow_nothing_is_said_where_sets_are_too_many():
    problem = uneven(bundles=12, rows=5)
    longer, numbers = lots(problem, 1)
    assert by_product(problem, longer, numbers)[1]
    for module, limit in ((few, "_SETS"), (few, "_PAIRS"), (dealing, "_STEPS")):
        with mock.patch.object(module, limit, 10):
            assert not by_product(problem, longer, numbers)[1]
