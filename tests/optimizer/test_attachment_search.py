"""The attachment planner's optimiser: coverage first, then as few as that takes, then the most even load, proven."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from resource import RUSAGE_SELF, getrusage

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tengbol.optimizer import attachment_sets
from tengbol.optimizer.attachment_sets import Group
from tengbol.optimizer.attachments import AttachmentProblem, filled, loads, plan_attachments


@st.composite
def problems(draw: st.DrawFn) -> AttachmentProblem:
    """One to four enforcers, one to three districts, two columns of load, little enough to try everything."""
    people, places = draw(st.integers(1, 4)), draw(st.integers(1, 3))

    def table(rows: int, columns: int, one: st.SearchStrategy) -> np.ndarray:
        return np.array([[draw(one) for _ in range(columns)] for _ in range(rows)])

    held = table(people, places, st.sampled_from([False, False, False, True]))
    return AttachmentProblem(
        need=table(1, places, st.integers(0, 3))[0],
        allowed=table(people, places, st.sampled_from([True, True, False])) & ~held,
        room=table(1, people, st.integers(0, 3))[0],
        held=held,
        load=table(people, 2, st.sampled_from([0, 0, 3, 40])),
        intake=table(places, 2, st.sampled_from([1, 7, 30, 31])),
    )


def tried(problem: AttachmentProblem) -> tuple[list[int], int]:
    """Coverage and least sum of squares, by trying every choice, in plain loops."""
    people, places = problem.allowed.shape
    best: tuple | None = None
    for bits in product([False, True], repeat=people * places):
        chosen = [list(bits[j * places : (j + 1) * places]) for j in range(people)]
        if any(x and not problem.allowed[j, d] for j, row in enumerate(chosen) for d, x in enumerate(row)):
            continue
        if any(sum(row) > problem.room[j] for j, row in enumerate(chosen)):
            continue
        covered = [sum(row[d] for row in chosen) for d in range(places)]
        if any(covered[d] > problem.need[d] for d in range(places)):
            continue
        levels = tuple(covered[d] < level for level in range(1, 4) for d in range(places))
        squares = 0
        for j, row in enumerate(chosen):
            for c in range(2):
                load = int(problem.load[j, c])
                for d in range(places):
                    if row[d] or problem.held[j, d]:
                        load += int(problem.intake[d, c]) // (int(problem.held[:, d].sum()) + covered[d])
                squares += load * load
        best = min(best or (levels, squares, covered), (levels, squares, covered))
    assert best is not None
    return best[2], best[1]


@given(problems())
def test_it_covers_as_trying_everything_does_and_is_as_even(problem: AttachmentProblem) -> None:
    covered, squares = tried(problem)
    found = plan_attachments(problem)
    assert found.covered.tolist() == covered == found.chosen.sum(axis=0).tolist()
    assert found.objective == squares == int((loads(problem, found.chosen) ** 2).sum())
    assert found.lower_bound == squares
    assert not (found.chosen & ~problem.allowed).any()
    assert (found.chosen.sum(axis=1) <= problem.room).all()


@given(problems(), st.booleans(), st.sampled_from([0, 4, 999]))
def test_a_search_cut_short_claims_no_more_than_it_knows(problem: AttachmentProblem, cut: bool, most: int) -> None:
    covered, squares = tried(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attachment_sets, "_MOST", most)
        patch.setattr(attachment_sets, "_ROUNDS", 1)
        if cut:
            patch.setattr(attachment_sets, "_taken", lambda *known: (known[4], 0))
        found = plan_attachments(problem)
    assert found.covered.tolist() == covered
    assert found.lower_bound <= squares <= found.objective


@given(problems())
def test_the_order_of_equal_enforcers_changes_nothing_but_who_it_is(problem: AttachmentProblem) -> None:
    turned = replace(
        problem, **{name: getattr(problem, name)[::-1].copy() for name in ("allowed", "room", "held", "load")}
    )
    one, other = plan_attachments(problem), plan_attachments(turned)
    assert (one.objective, one.covered.tolist()) == (other.objective, other.covered.tolist())


@given(problems(), st.lists(st.integers(-50, 2000), min_size=3, max_size=3), st.integers(-500, 500))
def test_a_walk_over_sets_leaves_none_out(problem: AttachmentProblem, price: list[int], most: int) -> None:
    places = len(problem.need)
    single = {d: int(problem.intake[d].sum()) * 7 for d in range(places) if problem.allowed[0, d]}
    pair = (problem.intake @ problem.intake.T).tolist()
    group = Group(1, int(problem.room[0]), single, pair)
    every = []
    for bits in product([False, True], repeat=places):
        own = tuple(d for d in range(places) if bits[d])
        if len(own) <= group.room and all(d in single for d in own):
            every.append((group.cost(own) - sum(price[d] for d in own), own))
    assert sorted(group.within(price, most, 99) or []) == sorted(one for one in every if one[0] <= most)
    cheap = [one for one in every if one[0] <= most]
    assert (group.within(price, most, len(cheap) - 1) is None) == bool(cheap)
    assert group.least(price)[0] == min(cost for cost, _ in every)


def test_room_is_moved_along_a_chain_when_that_covers_one_more() -> None:
    """E0 could take either; E1 only the first; E2 only the second, where E0 would stand in its way."""
    problem = AttachmentProblem(
        need=np.array([2, 1]),
        allowed=np.array([[True, True], [True, False]]),
        room=np.array([1, 1]),
        held=np.zeros((2, 2), dtype=bool),
        load=np.zeros((2, 1), dtype=np.int64),
        intake=np.array([[5], [5]]),
    )
    assert filled(problem).tolist() == [[False, True], [True, False]]


def test_nobody_and_nowhere_are_answered_too() -> None:
    none = np.zeros((0, 2), dtype=bool)
    empty = np.zeros((0, 1), dtype=np.int64)
    problem = AttachmentProblem(np.array([1, 2]), none, np.zeros(0, dtype=np.int64), none, empty, np.ones((2, 1), int))
    assert plan_attachments(problem).covered.tolist() == [0, 0]
    nowhere = AttachmentProblem(
        np.zeros(0, dtype=np.int64),
        np.zeros((2, 0), dtype=bool),
        np.array([1, 1]),
        np.zeros((2, 0), dtype=bool),
        np.array([[3], [4]]),
        np.zeros((0, 1), dtype=np.int64),
    )
    assert plan_attachments(nowhere).objective == 25


def chamber_like(seed: int, *, keep: int, room: int, alike: bool) -> AttachmentProblem:
    """17 districts, nine of them empty or with one enforcer, 300 enforcers, ten columns of load in thousandths."""
    draws = np.random.default_rng(seed)
    intake = (draws.lognormal(6, 1, (17, 1)) * draws.dirichlet(np.full(5, 4.0), 17) * 1000).astype(np.int64)
    home = np.concatenate([np.arange(6, 10), draws.integers(10, 17, 296)])
    registered = np.bincount(home, minlength=17)
    held = draws.random((300, 17)) < 0.003
    held[np.arange(300), home] = False
    load = intake[home] // registered[home][:, None]
    if not alike:
        load += draws.integers(0, 100_000, load.shape)
    near = draws.random((17, 17)) < 0.7
    allowed = near[home] & ~held
    allowed[np.arange(300), home] = False
    falls = [intake * (registered == 0)[:, None], intake * (registered <= 1)[:, None]]
    return AttachmentProblem(
        need=np.where(registered <= 1, np.maximum(0, keep + 1 - registered - held.sum(axis=0)), 0),
        allowed=allowed,
        room=np.full(300, room),
        held=held,
        load=np.hstack([load, load]),
        intake=np.hstack(falls),
    )


@pytest.mark.parametrize("keep", [1, 3, 12])
@pytest.mark.parametrize("alike", [True, False])
def test_seventeen_districts_and_three_hundred_enforcers_are_proven_in_thirty_seconds(keep: int, alike: bool) -> None:
    problem = chamber_like(keep, keep=keep, room=3, alike=alike)
    before = getrusage(RUSAGE_SELF).ru_utime
    found = plan_attachments(problem)
    assert getrusage(RUSAGE_SELF).ru_utime - before < 30
    assert found.covered.tolist() == problem.need.tolist()
    assert found.objective == found.lower_bound


def test_a_choice_found_before_the_search_ended_is_not_called_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """One place: the dear enforcer has it to begin with, the cheap one could."""
    groups = [Group(1, 1, {0: 10}, [[0]]), Group(1, 1, {0: 1}, [[0]])]
    begun = [[(0,)], [()]]
    assert attachment_sets.search(groups, [1], begun, limit=20.0).bound == 1
    monkeypatch.setattr(attachment_sets, "_taken", lambda *known: (known[4], 0))
    cut = attachment_sets.search(groups, [1], begun, limit=20.0)
    assert (cut.sets, cut.bound) == (begun, 1)
