"""From a problem to its proof: the least of both objectives, proven, and never claimed without proof."""

from __future__ import annotations

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, example, given
from hypothesis import strategies as st
from problems import LIMIT, Problem, _one_of, _together, district, drawn, lawful, patchwork, problem, problems, written

import tengbol.optimizer.solve
from tengbol.optimizer import core, linear, stages
from tengbol.optimizer.problem import WRIT, components, costs
from tengbol.optimizer.solve import Proof, Solution, _without_search, solve

FEW = 20_000


def _few(small: Problem) -> bool:
    return slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= FEW


def _truly_costed(given_problem: Problem, solution: Solution) -> None:
    lawful(given_problem, solution.placement)
    reached = costs(given_problem.opening + WRIT * solution.placement.received(given_problem))
    assert reached == (solution.proof.objective, solution.proof.objective_total)


def _claims_no_more_than_true(proof: Proof, best: tuple[int, int]) -> None:
    assert proof.lower_bound <= best[0] <= proof.objective
    if proof.objective == best[0]:
        assert proof.lower_bound_total <= best[1] <= proof.objective_total


@pytest.mark.parametrize(
    ("given_problem", "best"),
    [
        pytest.param(problem([[0], [0]], [[0, 1]], None, [(0, [50], 1)]), (2500, 2500), id="a bundle for a pool"),
        pytest.param(problem([[0]] * 3, [[0, 1, 2]], None, [(0, [3], 2)]), (18, 18), id="alike bundles lie apart"),
        pytest.param(problem([[0, 0]], [[0]], [[2, 1]], [(0, [1, 1], 1)]), (13, 25), id="a pool of one"),
        pytest.param(problem([[0], [0]], [[0, 1], [0, 1]], [[1], [2]], [(1, [3], 1)]), (18, 18), id="equal pools"),
        pytest.param(problem([[-3000], [0]], [[0, 1]], [[1]], [(0, [2], 1)]), (0, 0), id="what one lacked"),
        pytest.param(problem([[0, 0], [0, 0]], [[0, 1]], [[1, 1]]), (2, 2), id="odd writs of two kinds"),
        pytest.param(
            # Two bundles of two kinds each: who gets one of 3 + 1 should not get the other of 1 + 3 only for order.
            problem([[0, 0], [0, 0]], [[0, 1]], None, [(0, [3, 1], 1), (0, [1, 3], 1)]),
            (20, 32),
            id="bundles of two kinds",
        ),
        pytest.param(problem([[0]] * 4, [[0, 1, 2, 3]], [[6]], [(0, [9], 1)]), (93, 93), id="writs of one fill up"),
    ],
)
def test_known_answers(given_problem: Problem, best: tuple[int, int]) -> None:
    proof = solve(given_problem, limit=LIMIT).proof
    squares = (best[0] * WRIT**2, best[1] * WRIT**2)
    assert proof == Proof(squares[0], squares[0], squares[1], squares[1])


@given(problems(things=8, categories=3))
def test_both_objectives_equal_brute_force_and_are_proven(small: Problem) -> None:
    assume(_few(small))
    solution = solve(small, limit=LIMIT)
    _truly_costed(small, solution)
    first, second = slow.best(small)
    assert solution.proof == Proof(first, first, second, second)


@pytest.mark.parametrize("block", range(4))
def test_many_small_problems_equal_brute_force(block: int) -> None:
    _soak(range(100_000 + 60 * block, 100_000 + 60 * (block + 1)))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(20))
def test_thousands_of_small_problems_equal_brute_force(block: int) -> None:
    _soak(range(500 * block, 500 * (block + 1)))


def _soak(seeds: range) -> None:
    for seed in seeds:
        small = drawn(np.random.default_rng(seed), rows=4, categories=3, pools=3, things=9)
        if not _few(small):
            continue
        solution = solve(small, limit=LIMIT)
        _truly_costed(small, solution)
        first, second = slow.best(small)
        assert solution.proof == Proof(first, first, second, second), written(small)


@pytest.mark.parametrize(
    ("unlucky", "limit"),
    [
        (problem([[-966], [365], [596]], [[1, 2], [0, 1]], [[0], [1]], [(0, [3], 1), (0, [2], 2)]), LIMIT),
        (
            problem(
                [[-10508], [-16793]],
                [[0, 1], [0, 1]],
                None,
                [(1, [3], 1), (1, [2], 1), (0, [3], 1), (0, [2], 2)],
            ),
            1e-9,
        ),
        (
            problem(
                [[-18688], [4263], [-14158]], [[0, 1, 2], [1, 2]], [[0], [2]], [(0, [8], 2), (0, [2], 1), (0, [6], 2)]
            ),
            1e-9,
        ),
        (problem([[-9000], [0]], [[1], [0, 1]], [[0], [2]], [(0, [5], 1)]), LIMIT),
    ],
    ids=["easy classes that spill", "nothing found in time", "a bound of nothing", "only one may have it"],
)
def test_a_proof_once_claimed_wrongly(unlucky: Problem, limit: float) -> None:
    solution = solve(unlucky, limit=limit)
    _truly_costed(unlucky, solution)
    _claims_no_more_than_true(solution.proof, slow.best(unlucky))


@given(problems(things=7), st.sampled_from([1e-9, 1e-6, 1e-5, 1e-4, 1e-3]))
def test_a_search_cut_short_keeps_a_whole_placement_and_true_bounds(small: Problem, limit: float) -> None:
    assume(_few(small))
    solution = solve(small, limit=limit)
    _truly_costed(small, solution)
    _claims_no_more_than_true(solution.proof, slow.best(small))


@given(problems(things=7))
@example(
    problem([[-973, -17751], [-6465, 6418]], [[0, 1]], None, [(0, [2, 2], 1)])
)  # whole bundles level totals better
def test_the_bounds_before_any_search_are_true(small: Problem) -> None:
    assume(_few(small))
    for part, *_ in components(small):
        bounds = _without_search(part, {}).bounds
        best = slow.best(part)
        assert bounds[0] <= best[0]
        assert bounds[1] <= best[1]


def test_the_bounds_of_a_large_search_cut_short_stay_below_what_a_longer_one_finds() -> None:
    large = district(np.random.default_rng(1), rows=30, writs=150, bundled=0.6)
    short, long = (solve(large, limit=limit) for limit in (1e-3, 2.0))
    for solution in (short, long):
        _truly_costed(large, solution)
    assert short.proof.lower_bound <= long.proof.objective <= short.proof.objective


def test_a_solver_that_always_stumbles_leaves_the_best_placement_unproven(monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(*_: object) -> None:
        raise IndexError("absl::btree_map::at")

    monkeypatch.setattr(tengbol.optimizer.solve, "_FEW", 1)
    hard = _alone(0)
    honest = solve(hard, limit=LIMIT)
    assert honest.searched == 1
    assert honest.proof.first
    assert honest.by_search == (0, 0)
    monkeypatch.setattr(core, "_TIMES", 0)
    monkeypatch.setattr(stages, "_exchanged", lambda stand, *_: stand)
    monkeypatch.setattr(stages, "_in_all_ways", lambda stand, *_: stand)
    assert solve(hard, limit=LIMIT).by_search == (1, 1)
    monkeypatch.setattr(linear, "_interruptible", stumble)
    solution = solve(hard, limit=LIMIT)
    _truly_costed(hard, solution)
    _claims_no_more_than_true(solution.proof, (honest.proof.objective, honest.proof.objective_total))
    assert not solution.proof.first


def test_what_stands_in_no_pool_counts_and_is_left_alone() -> None:
    solution = solve(problem([[1000, -2000], [5, 5]], [[1]], [[1, 0]]), limit=LIMIT)
    assert solution.proof.objective == 1000**2 + 2000**2 + 1005**2 + 5**2
    assert solution.proof.objective_total == 1000**2 + 1010**2


@pytest.mark.parametrize(
    "nothing",
    [
        Problem(*(np.zeros(s, dtype=np.int64) for s in [(0, 5), 1, 0, (0, 5), 0, (0, 5), 0])),
        Problem(*(np.zeros(s, dtype=np.int64) for s in [(3, 5), 1, 0, (0, 5), 0, (0, 5), 0])),
        problem([[0, 0]], [[0]]),
    ],
    ids=["nobody", "no pool", "no writ"],
)
def test_nothing_to_do_is_done_and_proven(nothing: Problem) -> None:
    solution = solve(nothing, limit=LIMIT)
    assert solution.proof == Proof(0, 0, 0, 0)
    assert solution.components == 0
    assert not solution.placement.received(nothing).any()


@pytest.mark.parametrize("far", [10_000 * WRIT, 10**10])
def test_objectives_far_beyond_64_bits_are_exact(far: int) -> None:
    solution = solve(problem([[far], [-far]], [[0, 1]], [[5]], [(0, [3], 2)]), limit=LIMIT)
    assert solution.proof.objective == far**2 + (far - 11 * WRIT) ** 2
    assert solution.proof.first
    assert solution.proof.second


def _alone(shift: int) -> Problem:
    opening, bundles = _one_of(shift)
    return problem(opening, [[0, 1, 2, 3]], [[1]], [(0, counts, size) for counts, size in bundles])


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tengbol.optimizer.solve, "_FEW", 1)
    several = _together(3)
    one, two = (solve(several, limit=LIMIT, processes=n) for n in (1, 2))
    assert one.searched == 3
    assert (one.proof, one.components, one.searched) == (two.proof, two.components, two.searched)
    for name in ("singles", "bundle_class", "bundle_row", "bundle_count"):
        assert np.array_equal(getattr(one.placement, name), getattr(two.placement, name))


def test_a_problem_of_several_components_costs_what_they_cost_alone() -> None:
    several = solve(_together(3), limit=LIMIT)
    _truly_costed(_together(3), several)
    assert several.components == 3
    alone = [solve(_alone(10 * p), limit=LIMIT).proof for p in range(3)]
    assert several.proof == alone[0] + alone[1] + alone[2]


def test_progress_ends_at_all_components() -> None:
    seen: list[tuple[int, int]] = []
    solve(_together(3), limit=LIMIT, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (3, 3)
    assert seen == sorted(seen)


@pytest.mark.parametrize("seed", range(3))
def test_a_chamber_of_forty_is_proven_in_both_objectives(seed: int) -> None:
    forty = district(np.random.default_rng(seed), rows=40, writs=1000)
    solution = solve(forty, limit=LIMIT)
    _truly_costed(forty, solution)
    assert solution.proof.first
    assert solution.proof.second


def test_overlapping_pools_without_bundles_need_no_search() -> None:
    chain = patchwork(np.random.default_rng(2), rows=200, pools=40, writs=5000)
    solution = solve(chain, limit=LIMIT)
    _truly_costed(chain, solution)
    assert (solution.components, solution.searched) == (1, 0)
    assert solution.proof.first
    assert solution.proof.second
