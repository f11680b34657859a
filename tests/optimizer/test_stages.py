"""A search in its stages: all of them together do no more than the limit allows, and none begins what one has done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from problems import Problem, district, problem

from benchmarks.families import Recipe
from benchmarks.heart.district import case
from benchmarks.heart.numbers import nonuniform
from benchmarks.instances import case as instance
from tengbol.optimizer import core, exchange, generation, stages
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import components
from tengbol.optimizer.solve import _without_search, solve
from tengbol.optimizer.stand import Stand
from tengbol.optimizer.work import Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def _crowded() -> Problem:
    """Sixty bundles of five categories on fifteen: what is found stays above a bound that nothing closes at once."""
    counts = np.random.default_rng(3).integers(1, 14, (60, 5))
    opening = np.tile(-1000 * counts.sum(axis=0) // 15, (15, 1)).tolist()
    return problem(opening, [list(range(15))], None, [(0, own.tolist(), 1) for own in counts])


def _stand(given: Problem) -> Stand:
    return _stand_of(next(components(given)))


def _stand_of(part: tuple[Problem, *tuple[Ints, ...]]) -> Stand:
    return _without_search(part[0], {})


def test_where_one_stage_has_used_all_up_no_other_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[int] = []

    def watched(function: Any, where: int) -> Any:
        def called(*arguments: Any, **named: Any) -> Any:
            left.append(arguments[where].left)
            return function(*arguments, **named)

        return called

    monkeypatch.setattr(core, "_grown", watched(core._grown, 3))
    monkeypatch.setattr(exchange._Search, "round", watched(exchange._Search.round, -1))
    stand = _stand(_crowded())
    assert stand.open
    left.clear()
    stages.searched(stand, 0.3, certify=False)
    assert len(left) > 1
    assert min(left) >= 0
    assert max(left) <= Work.within(0.3).left


def test_subsets_nodes_and_rounds_of_placing_are_taken_from_the_same_sum() -> None:
    few, work = _stand(district(np.random.default_rng(1), rows=4, writs=20, bundled=0.9)), Work.within(4)
    crowded = next(s for s in map(_stand_of, components(instance(Recipe("skewed", 300, 7_200)).problem)) if s.open)
    crowded = stages._assembled_at_once(crowded, 4, work)
    for stage, stand in ((stages._divided, few), (stages._guided, crowded), (stages._replaced, crowded)):
        before = work.left
        stage(stand, 4, work)
        assert work.left < before, stage.__name__
    assert stages._guided(crowded, 4, Work(0)).open


def test_a_core_whose_programme_is_solved_is_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[int] = []
    monkeypatch.setattr(generation, "solved", lambda *given, own=generation.solved: solved.append(1) or own(*given))
    # As if what the columns said had proven nothing.
    monkeypatch.setattr(core, "_placed", lambda stand, own, *_: (stand, np.zeros_like(own), False))
    ended = 0
    for seed in range(20):
        (part, *_), *_ = components(district(np.random.default_rng(seed), rows=12, writs=60, bundled=0.8))
        relaxed = relaxation(part)
        nothing = np.zeros(len(part.class_size), dtype=bool)
        stand = Stand(part, relaxed, place(part, relaxed, rounds=0), (relaxed.first, 0), nothing)
        first = core.solved(stand, 0, core.MOST, Work(2**40))
        assert first.assembly is not None
        solved.clear()
        second = core.solved(first, 0, core.MOST, Work(2**40))
        assert second.assembly is not None
        assert second.assembly[0].bound == first.assembly[0].bound
        if first.assembly[0].ended:
            assert solved == []
            ended += 1
    assert ended


def _two_each(times: Ints, enforcers: int) -> Stand:
    """Twice as many bundles as enforcers alike, of one category."""
    opening = np.full((enforcers, 1), -1000 * times.sum() // enforcers).tolist()
    return _stand(problem(opening, [list(range(enforcers))], None, [(0, [int(time)], 1) for time in times]))


@pytest.mark.parametrize("most", [100, 1_000, 10_000])
def test_a_programme_of_few_terms_goes_on_until_it_is_solved_however_far_its_multipliers_have_to_go(most: int) -> None:
    # Where bundles are of thousands of writs, a multiplier is millions of times what one writ more costs.
    stand = stages.searched(_two_each(np.random.default_rng(1).integers(1, most + 1, 40), 20), 1, certify=False)
    assert not stand.open
    assert stand.searched == (False, False)


def test_multipliers_that_say_nothing_do_not_run_away() -> None:
    stand = stages.searched(_stand(case(nonuniform(50, 25, 10_000, 2)).problem), 1, certify=False)
    assert not stand.open


@pytest.mark.parametrize("recipe", [Recipe("skewed", 300, 7_200), Recipe("region", 300, 20_000)], ids=str)
def test_what_branch_and_bound_proves_is_not_left_to_exchange(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the prices of a flow, or of columns: exchange took half a minute where a second does."""

    def begun(*_: object) -> Stand:
        raise AssertionError("exchange has begun")

    monkeypatch.setattr(stages, "_exchanged", begun)
    solution = solve(instance(recipe).problem, limit=4, certify=False)
    assert (solution.proof.first, solution.proof.second) == (True, True)
    assert solution.by_search == (0, 0)
