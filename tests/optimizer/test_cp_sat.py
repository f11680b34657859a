"""The search: no optimum is left out of its model, its bounds are true, and a stumbling solver is no disaster."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, example, given
from hypothesis import strategies as st
from problems import Problem, problem, problems

from tengbol.optimizer import cp_sat, linear
from tengbol.optimizer.bound import priced, prices
from tengbol.optimizer.cp_sat import search_first, search_second
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.linear import UNBOUNDED, LinearModel, TooLargeError
from tengbol.optimizer.placing import Start, as_placement, completed, place, placed
from tengbol.optimizer.solve import components
from tengbol.optimizer.spill import tightened
from tengbol.optimizer.work import Work

FEW = 4_000
LIMIT = 4.0


def _part(small: Problem) -> Problem:
    """The first component that has longer bundles, if any."""
    parts = [part for part, *_ in components(small) if len(part.class_size)]
    assume(parts)
    things = slow.bundles(parts[0]) + slow.writs_of_one(parts[0])
    assume(slow.size(parts[0], things) <= FEW)
    return parts[0]


def _good(part: Problem) -> Start:
    start = place(part, relaxation(part))
    return replace(start, pricing=tightened(part, start.pricing, start.objectives[0]))


def _poor(part: Problem) -> Start:
    """Every bundle at the first of its pool, and the flow's prices."""
    relaxed = relaxation(part)
    pricing = priced(part, prices(part, part.apart(), part.opening, relaxed.counts, relaxed.flows))
    bundles = np.zeros((len(part.class_size), part.shape[0]), dtype=np.int64)
    for c, size in enumerate(part.class_size.tolist()):
        bundles[c, part.members(int(part.class_pool[c]))[0]] = size
    placement, objectives = completed(part, bundles)
    return Start(bundles, placement, objectives, pricing)


@pytest.mark.parametrize("begin", [_good, _poor], ids=["well placed", "badly placed"])
@given(small=problems(things=6))
def test_the_search_finds_and_proves_the_first_objective(begin: Any, small: Problem) -> None:
    part = _part(small)
    start = begin(part)
    found = search_first(part, start, LIMIT, Work.within(LIMIT))
    best = slow.best(part)[0]
    assert found.bound == best
    assert found.bundles is not None
    assert completed(part, found.bundles)[1][0] == best


@pytest.mark.parametrize("begin", [_good, _poor], ids=["well placed", "badly placed"])
@given(small=problems(things=6))
def test_the_search_finds_and_proves_the_second_among_the_best(begin: Any, small: Problem) -> None:
    part = _part(small)
    start = begin(part)
    best = slow.best(part)
    first = search_first(part, start, LIMIT, Work.within(LIMIT))
    assert first.bundles is not None
    placement, objectives = completed(part, first.bundles)
    reached = replace(start, bundles=first.bundles, placement=placement, objectives=objectives)
    found = search_second(part, reached, LIMIT, Work.within(LIMIT))
    assert found.bound == best[1]
    assert found.bundles is not None
    assert completed(part, found.bundles)[1] == best


@given(problems(things=6), st.booleans())
@example(problem([[-500], [-500]], [[0, 1]], [[1]], [(0, [3], 1)]), False)  # just as good as the best known
@example(problem([[-500], [-500]], [[0, 1]], [[1]], [(0, [3], 1)]), True)
def test_no_assignment_as_good_as_the_best_known_is_left_out(small: Problem, well: bool) -> None:
    """Whatever costs no more than the start has its counts in the windows and its choices among the open ones."""
    part = _part(small)
    start = _good(part) if well else _poor(part)
    search = cp_sat._Search(part, start)
    things = slow.bundles(part) + slow.writs_of_one(part)
    of_thing = np.repeat(np.arange(len(part.class_size)), part.class_size).tolist()
    window = {(j, k): search.model.domain[x] for j, k, x, _ in search.cells}
    open_choice = {(c, j) for c, j, _ in search.choice}
    nobody = ((0,) * part.shape[1],) * part.shape[0]
    for way in slow.ways(things):
        received = nobody
        for (counts, _), row in zip(things, way, strict=True):
            received = slow.given_to(received, row, counts)
        if slow.cost(part, received)[0] > start.objectives[0]:
            continue
        for (j, k), (low, high) in window.items():
            assert low <= received[j][k] <= high
        used = {(c, j) for c, j in zip(of_thing, way, strict=False)}
        assert used <= open_choice


@given(problems(things=6), st.sampled_from([1e-9, 1e-6, 1e-5, 1e-4]))
def test_a_search_cut_short_never_claims_more_than_it_proved(small: Problem, limit: float) -> None:
    part = _part(small)
    start = _poor(part)
    best = slow.best(part)
    for search, least in ((search_first, best[0]), (search_second, 0)):
        found = search(part, start, limit, Work.within(limit))
        assert found.bound <= max(least, best[1] if search is search_second else 0)
        if found.bundles is not None:
            assert np.array_equal(found.bundles.sum(axis=1), part.class_size)


@given(
    st.integers(-4000, 4000),
    st.lists(st.integers(2, 9), min_size=1, max_size=3),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
    st.integers(0, 6),
)
def test_lifted_tangents_meet_the_cost_and_never_pass_it(
    opening: int, lengths: list[int], numbers: list[int], alone: int
) -> None:
    """With all but the cost fixed, the least that the rows allow is the cost itself."""
    cell = cp_sat._Cell(opening, 0, max(0, -((opening + 500) // 1000)))
    total = sum(a * n for a, n in zip(lengths, numbers, strict=False)) + alone
    model = LinearModel()
    items = [model.variable(n, n, n) for _, n in zip(lengths, numbers, strict=False)]
    x = model.variable(0, 70, total)
    model.row([x], [1], total, total)
    q = model.epigraph(cell.at, x, total, items, lengths)
    model.minimise([q], [1])
    answer = model.solve(LIMIT, Work.within(LIMIT))
    assert answer is not None
    assert answer[0] is not None
    assert answer[1] == answer[0][q] == cell.at(total)


def _stumbles(monkeypatch: pytest.MonkeyPatch, when: Any) -> list[bool]:
    """Let the solver fail as it was seen to, where `when` says so of whether the model is hinted."""
    true_solve, hinted = linear._interruptible, []

    def solve(solver: Any, message: Any) -> Any:
        hinted.append(len(message.solution_hint.vars) > 0)
        if when(hinted[-1]):
            raise IndexError("absl::btree_map::at")
        return true_solve(solver, message)

    monkeypatch.setattr(linear, "_interruptible", solve)
    return hinted


#: One pool of four for whom the first placement is not the best one.
HARD = problem([[3000], [-2500], [-4500], [-2000]], [[0, 1, 2, 3]], [[1]], [(0, [6], 2), (0, [8], 2)])


def test_a_solver_that_stumbles_over_the_hint_is_asked_again_without(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = _stumbles(monkeypatch, lambda hinted: hinted)
    found = search_first(HARD, _poor(HARD), LIMIT, Work.within(LIMIT))
    assert tries == [True, False]
    assert found.bound == slow.best(HARD)[0]
    assert found.bundles is not None


def test_a_solver_that_stumbles_twice_finds_nothing_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = _stumbles(monkeypatch, lambda hinted: True)
    found = search_second(HARD, _poor(HARD), LIMIT, Work.within(LIMIT))
    assert tries == [True, False]
    assert found.bundles is None
    assert found.bound < 0


def test_the_same_search_gives_the_same_bundles() -> None:
    start = _poor(HARD)
    one, two = (search_first(HARD, start, LIMIT, Work.within(LIMIT)) for _ in range(2))
    assert one.bound == two.bound
    assert np.array_equal(np.asarray(one.bundles), np.asarray(two.bundles))


def test_a_start_that_is_completed_around_its_own_bundles_is_itself() -> None:
    start = _good(HARD)
    whole = placed(HARD, start.pricing, start.bundles)
    assert np.array_equal(whole, start.bundles)
    assert np.array_equal(as_placement(whole, start.placement.singles).received(HARD), start.placement.received(HARD))


def test_a_model_takes_as_many_terms_as_it_was_allowed() -> None:
    model = LinearModel(most=3)
    one, two = model.variable(0, 1, 0), model.variable(0, 1, 0)
    model.row([one, two], [1, 1], 0, 1)
    model.row([one], [1], 0, 1)
    with pytest.raises(TooLargeError):
        model.row([two], [1], 0, 1)


@pytest.mark.parametrize("search", [search_first, search_second])
def test_what_makes_too_large_a_model_is_not_searched(search: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert search(HARD, _poor(HARD), LIMIT, Work.within(LIMIT)).bundles is not None
    monkeypatch.setattr(cp_sat, "_LARGEST", 20)
    monkeypatch.setattr(linear, "_interruptible", lambda *_: pytest.fail("searched"))
    assert search(HARD, _poor(HARD), LIMIT, Work.within(LIMIT)) == cp_sat.Found(None, -UNBOUNDED)
