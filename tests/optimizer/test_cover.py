"""Columns that hold every bundle once: found where there are any, and never said to be none where there are."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, given
from hypothesis import strategies as st
from problems import Problem, problem, problems

from benchmarks.heart.district import case
from benchmarks.heart.numbers import vectors
from tengbol.optimizer import core, cover, stages
from tengbol.optimizer.cover import covered
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.master import Columns
from tengbol.optimizer.neighbourhood import covered_anew
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import WRIT, components, sum_of_squares
from tengbol.optimizer.solve import _without_search, solve
from tengbol.optimizer.stand import Stand
from tengbol.optimizer.work import Work

ENOUGH = 2**40


@st.composite
def _choices(draw: st.DrawFn) -> tuple[Problem, np.ndarray, Columns, np.ndarray, np.ndarray]:
    """Bundles of one pool, groups of enforcers, columns of either, what these cost, and what they may."""
    kinds, classes, groups = draw(st.integers(1, 2)), draw(st.integers(1, 4)), draw(st.integers(1, 2))
    number = st.lists(st.integers(0, 2), min_size=kinds, max_size=kinds)
    each = [(0, draw(number), draw(st.integers(1, 2))) for _ in range(classes)]
    size = np.array(draw(st.lists(st.integers(1, 2), min_size=groups, max_size=groups)))
    rows = int(size.sum())
    some = problem(np.zeros((rows, kinds), dtype=int).tolist(), [list(range(rows))], None, each)
    counts = np.array(
        draw(st.lists(st.lists(st.integers(0, 2), min_size=classes, max_size=classes), min_size=1, max_size=9))
    )
    group = np.array(draw(st.lists(st.integers(0, groups - 1), min_size=len(counts), max_size=len(counts))))
    above = np.array(draw(st.lists(st.integers(0, 2), min_size=2 * len(counts), max_size=2 * len(counts))))
    room = np.array([draw(st.integers(0, 3)), draw(st.integers(0, 3))])
    writs = counts @ some.class_counts
    nothing = np.zeros(len(counts), dtype=np.int64)
    columns = Columns(group, counts.astype(np.int8), writs, 0 * writs, nothing, nothing)
    return some, size, columns, above.reshape(-1, 2), room


@pytest.mark.parametrize("looks", [1, 50, cover._FIRST])
@given(_choices())
def test_columns_are_found_if_and_only_if_some_cover_everything_and_cost_no_more_than_they_may(
    looks: int, choice: tuple[Problem, np.ndarray, Columns, np.ndarray, np.ndarray]
) -> None:
    some, size, columns, above, room = choice

    def right(places: list[int]) -> bool:
        return (
            np.array_equal(columns.counts[places].sum(axis=0), some.class_size)
            and np.array_equal(np.bincount(columns.group[places], minlength=len(size)), size)
            and bool((above[places].sum(axis=0) <= room).all())
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "_FIRST", looks)
        found, ended = covered(some, size, columns, above, room, Work(ENOUGH))
    assert ended
    if found is not None:
        assert right(found.tolist())
    else:
        every = combinations_with_replacement(range(len(columns)), int(size.sum()))
        assert not any(right(list(places)) for places in every)


def test_what_was_not_tried_to_the_end_is_not_said_to_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    some = problem([[0]] * 2, [[0, 1]], None, [(0, [1], 1), (0, [1], 1)])
    counts = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])
    writs, nothing = counts @ some.class_counts, np.zeros(4, dtype=np.int64)
    columns = Columns(nothing, counts.astype(np.int8), writs, 0 * writs, nothing, nothing)
    given_all = some, np.array([2]), columns, np.array([[0], [1], [1], [0]]), np.array([0])
    assert covered(*given_all, Work(ENOUGH))[0] is not None
    assert covered(*given_all, Work(0)) == (None, False)
    monkeypatch.setattr(cover, "_CELLS", 1)
    assert covered(*given_all, Work(ENOUGH)) == (None, False)


def _stand(part: Problem) -> Stand:
    relaxed = relaxation(part)
    nothing = np.zeros(len(part.class_size), dtype=bool)
    return Stand(part, relaxed, place(part, relaxed, rounds=0), (relaxed.first, 0), nothing)


@pytest.mark.parametrize("every", [core._EVERY, 0])
@given(problems(things=7, categories=3, pools=1))
def test_what_level_columns_cover_is_the_best_there_is_and_no_bound_goes_beyond_it(every: int, small: Problem) -> None:
    for part, *_ in components(small):
        if part.singles.any() or not len(part.class_size):
            continue
        assume(slow.size(part, slow.bundles(part)) <= 20_000)
        stand = _stand(part)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(core, "_EVERY", every)
            found = core.covered(stand, core.MOST, Work(ENOUGH))
        first, second = slow.best(part)
        assert found.proof.lower_bound <= first <= found.proof.objective <= stand.proof.objective
        if found.proof.first:
            assert found.proof.lower_bound_total <= second <= found.proof.objective_total
        if every and part.apart().any(axis=0).sum() > 1:
            assert found.proof.first


def test_three_categories_meet_the_bound_or_it_is_shown_that_nothing_does() -> None:
    # The last has an assignment at the flow's bound, the second none.
    for bundles, rows, seed, raised in ((24, 6, 1, None), (60, 15, 1, True), (100, 25, 3, False)):
        stand = _without_search(next(components(case(vectors(3, bundles, rows, seed)).problem))[0], {})
        found = stages._covered(stand, 4, Work.within(4))
        assert not found.open
        if raised is not None:
            assert (found.proof.lower_bound > stand.relaxed.first) == found.searched[0] == raised


def test_it_is_found_the_same_every_time() -> None:
    some = case(vectors(4, 24, 6, 2)).problem
    one, other = (solve(some, limit=1.0) for _ in range(2))
    assert one.proof == other.proof
    assert one.placement.bundle_row.tolist() == other.placement.bundle_row.tolist()


@given(problems(rows=5, things=8, categories=3, pools=1))
def test_bundles_dealt_anew_are_all_there_and_cost_less_and_no_less_than_the_best(small: Problem) -> None:
    for part, *_ in components(small):
        if part.singles.any() or not len(part.class_size):
            continue
        assume(slow.size(part, slow.bundles(part)) <= 20_000)
        stand = _stand(part)
        before = stand.begun.bundles.copy()
        found = covered_anew(part, stand.begun, 0, Work(10**6))
        assert np.array_equal(stand.begun.bundles, before)
        if found is None:
            continue
        assert (found >= 0).all()
        assert np.array_equal(found.sum(axis=1), part.class_size)
        cost = sum_of_squares(part.opening + WRIT * (found.T @ part.class_counts))
        assert slow.best(part)[0] <= cost < stand.begun.objectives[0]


def test_where_exchange_stops_a_dozen_enforcers_go_on() -> None:
    stand = _without_search(next(components(case(vectors(4, 60, 15, 2)).problem))[0], {})
    stand = stages._exchanged(stand, 0.3, Work.within(4))
    found = [stages._covered_anew(stand, 4, Work(300_000)) for _ in range(2)]
    assert found[0].begun.objectives[0] < stand.begun.objectives[0]
    assert np.array_equal(found[0].begun.bundles, found[1].begun.bundles)
