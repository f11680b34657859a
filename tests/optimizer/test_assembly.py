"""What each enforcer could hold: nothing left out that a best assignment needs, and no bound beyond the truth."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from unittest import mock

import numpy as np
import pytest
import slow_optimizer as slow
from hypothesis import assume, example, given
from hypothesis import strategies as st
from problems import Problem, district, drawn, problem, problems, written
from scipy.optimize import linprog

from tengbol.optimizer import choice, core, stages
from tengbol.optimizer.assembly import Assembly, assembled
from tengbol.optimizer.configurations import Configurations, Group, groups
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.grouped import Groups
from tengbol.optimizer.master import FINE, Master
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import WRIT, components
from tengbol.optimizer.stand import Stand
from tengbol.optimizer.work import Work

LIMIT = 4.0
#: More than any of these small problems takes.
ENOUGH = 2**40


def _stands(small: Problem) -> list[Stand]:
    """Each component with longer bundles, placed once and without any proof, as if no bundle had fitted."""
    out = []
    for part, *_ in components(small):
        if len(part.class_size):
            relaxed = relaxation(part)
            start = place(part, relaxed, rounds=0)
            out.append(Stand(part, relaxed, start, (relaxed.first, 0), np.zeros(len(part.class_size), dtype=bool)))
    return out


def _whole(stand: Stand) -> Assembly:
    """Over all bundles of a component."""
    part, start = stand.problem, stand.begun
    found = assembled(
        part, start, FINE * start.pricing.price, np.zeros(len(part.class_size), dtype=np.int64), core.MOST, Work(ENOUGH)
    )
    assert found is not None
    return found


def _small(given: Problem, most: int = 20_000) -> Problem:
    assume(slow.size(given, slow.bundles(given) + slow.writs_of_one(given)) <= most)
    return given


@given(problems(things=7, categories=3))
@example(problem([[-4000], [-4000], [-4000]], [[0, 1, 2]], None, [(0, [3], 2), (0, [2], 3)]))
@example(problem([[0, 0], [500, 0]], [[0, 1], [1]], [[2, 1], [0, 1]], [(0, [2, 1], 1), (1, [1, 1], 2)]))
def test_both_objectives_are_found_and_proven_over_what_could_be_held(small: Problem) -> None:
    for stand in _stands(_small(small)):
        first, second = slow.best(stand.problem)
        assembly = _whole(stand)
        assert assembly.bound <= first
        taken = assembly.first(LIMIT)
        stand = stand.improved(taken.bundles)
        assert taken.bound == first == stand.proof.objective
        taken = assembly.second(first, LIMIT)
        assert taken.bound == second == stand.improved(taken.bundles).proof.objective_total


@given(problems(things=7, categories=3))
def test_of_too_wide_a_programme_highs_is_not_asked_and_nothing_false_is_said(small: Problem) -> None:
    for stand in _stands(_small(small)):
        with (
            mock.patch.object(choice, "_WIDE", -1),
            mock.patch.object(choice, "milp", lambda *_, **__: pytest.fail("asked")),
        ):
            proof = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH)).proof
        assert proof.lower_bound <= slow.best(stand.problem)[0] <= proof.objective


@given(problems(things=7, categories=3))
def test_what_would_be_too_large_a_model_is_not_searched_and_nothing_false_is_said(small: Problem) -> None:
    for stand in _stands(_small(small)):
        with (
            mock.patch.object(choice, "_TERMS", 0),
            mock.patch.object(choice, "covered", lambda *_: (None, False)),
            mock.patch.object(choice, "LinearModel", lambda: pytest.fail("searched")),
        ):
            found = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH))
        assert found.searched == (False, False)
        assert found.proof.lower_bound <= slow.best(stand.problem)[0] <= found.proof.objective


@given(problems(things=7, categories=3))
def test_a_core_that_grows_proves_both_objectives(small: Problem) -> None:
    for stand in _stands(_small(small)):
        proof = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH)).proof
        assert (proof.lower_bound, proof.lower_bound_total) <= slow.best(stand.problem)
        assert (proof.objective, proof.objective_total) >= slow.best(stand.problem)
        assert proof.first


def test_a_core_for_which_there_is_no_more_work_ends_early_and_claims_no_more_than_is_true(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved: list[int] = []
    monkeypatch.setattr("tengbol.optimizer.restricted.linprog", lambda *a, **k: solved.append(1) or linprog(*a, **k))
    most = 0
    for seed in range(20):
        for stand in _stands(drawn(np.random.default_rng(seed), rows=4, categories=3, pools=3, things=7)):
            if slow.size(stand.problem, slow.bundles(stand.problem) + slow.writs_of_one(stand.problem)) > 20_000:
                continue
            best = slow.best(stand.problem)[0]
            for work in (core._WORK, 0):
                solved.clear()
                with monkeypatch.context() as less:
                    less.setattr(core, "_WORK", work)
                    proof = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH)).proof
                assert proof.lower_bound <= best <= proof.objective
                most = max(most, len(solved)) if work else most
            assert len(solved) <= 1
    assert most > 1


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3_000))
def test_no_bound_of_a_core_goes_beyond_the_optimum(seed: int) -> None:
    small = drawn(np.random.default_rng(seed), rows=4, categories=3, pools=3, things=7)
    if slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) > 20_000:
        return
    for stand in _stands(small):
        best = slow.best(stand.problem)
        found = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH))
        again = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH))
        assert found.proof == again.proof
        assert np.array_equal(found.begun.bundles, again.begun.bundles)
        proof = found.proof
        assert proof.lower_bound <= best[0] <= proof.objective, written(stand.problem)
        if proof.objective == best[0]:
            assert proof.lower_bound_total <= best[1] <= proof.objective_total, written(stand.problem)


@given(problems(things=5), st.integers(0, 3000), st.data())
def test_configurations_within_a_room_are_all_that_cost_no_more(small: Problem, room: int, data: st.DataObject) -> None:
    """At whatever multipliers: the least is found, and nothing within the room of it is left out."""
    for part, *_ in components(small):
        alike, kinds = groups(part)
        every = Groups(part, alike, kinds, 100_000, Work(ENOUGH))
        near = st.integers(-5000 * FINE, 5000 * FINE)
        writ = np.array([[data.draw(near) for _ in range(part.shape[1])] for _ in kinds], dtype=np.int64)
        bundle = np.array([data.draw(near) for _ in part.class_size], dtype=np.int64)
        at, _ = every.bounded(writ, bundle) or pytest.fail("too much")
        found = every.within(at, FINE * room, core.MOST) or pytest.fail("too many")
        for own, group in zip(found, alike, strict=True):
            value = {
                counts: _value(part, group.opening, group.fills, writ[group.kind], bundle, counts)
                for counts in product(*(range(n + 1) for n in part.class_size.tolist()))
                if set(np.flatnonzero(counts)) <= set(group.classes.tolist())
            }
            least = min(value.values())
            wanted = sorted(counts for counts, cost in value.items() if cost - least <= FINE * room)
            assert sorted(map(tuple, own.counts.tolist())) == wanted


def _value(
    part: Problem, opening: np.ndarray, fills: np.ndarray, writ: np.ndarray, bundle: np.ndarray, counts: tuple[int, ...]
) -> int:
    """What a configuration costs: in each category the cheapest x, and what its writs and bundles are paid."""
    held = [sum(n * int(a) for n, a in zip(counts, column, strict=True)) for column in part.class_counts.T]
    paid = -sum(n * int(v) for n, v in zip(counts, bundle, strict=True))
    for o, h, price, filled in zip(opening.tolist(), held, writ.tolist(), fills.tolist(), strict=True):
        least = max(0, (price // FINE - o) // WRIT + 2)
        reach = range(h, max(h, least) + 2) if filled else [h]
        paid += min(FINE * (o * x + 500 * x * x) - price * (x - h) for x in reach)
    return paid


@given(problems(things=6, categories=2), st.data())
def test_the_bound_holds_at_any_whole_multipliers(small: Problem, data: st.DataObject) -> None:
    for part, *_ in components(_small(small)):
        alike, kinds = groups(part)
        near = st.integers(-8000 * FINE, 8000 * FINE)
        writ = np.array([[data.draw(near) for _ in range(part.shape[1])] for _ in kinds], dtype=np.int64)
        bundle = np.array([data.draw(near) for _ in part.class_size], dtype=np.int64)
        at, _ = Groups(part, alike, kinds, 100_000, Work(ENOUGH)).bounded(writ, bundle) or pytest.fail("too much")
        assert 2 * WRIT * at.bound <= slow.best(part)[0] - int((part.opening**2).sum())


@given(problems(things=6, categories=2))
def test_an_assignment_costs_the_bound_and_what_its_columns_cost_above_it(small: Problem) -> None:
    """So what costs more than the room can be in nothing that is as good as the best."""
    for stand in _stands(_small(small)):
        assembly = _whole(stand)
        first = stand.begun.objectives[0]
        taken = assembly.second(first, LIMIT)
        assert taken.bound <= stand.begun.objectives[1]


def test_enforcers_alike_are_one_group() -> None:
    alike, kinds = groups(problem([[5], [7], [5], [5]], [[0, 1, 2], [3]], [[1], [1]], [(0, [2], 1)]))
    assert [group.rows.tolist() for group in alike] == [[0, 2], [1], [3]]
    assert len(kinds) == 2
    assert alike[2].classes.tolist() == []


@pytest.mark.parametrize("better", [0, 2 * WRIT])
def test_a_core_is_looked_at_again_where_exchange_has_found_better_since(better: int) -> None:
    """Fewer columns are near what is better; near what is as it was there are as many as before."""
    (part, *_) = next(components(district(np.random.default_rng(3), rows=12, writs=60, bundled=0.8, spread=0)))
    (stand,) = _stands(part)
    first, second = stand.begun.objectives
    found = replace(stand, start=replace(stand.begun, objectives=(first - better, second)))
    again = replace(found)
    with (
        mock.patch.object(stages, "_exchanged", return_value=found),
        mock.patch.object(stages, "_assembled", return_value=again),
    ):
        assert stages._exchanged_anew(stand, LIMIT, Work(ENOUGH)) is (again if better else found)


def test_a_search_cut_short_still_bounds_truly() -> None:
    part = district(np.random.default_rng(3), rows=12, writs=60, bundled=0.8, spread=0)
    (part, *_) = next(components(part))
    (stand,) = _stands(part)
    assembly = _whole(stand)
    short = assembly.first(1e-9)
    long = assembly.first(LIMIT)
    assert assembly.bound <= short.bound <= long.bound <= stand.improved(long.bundles).proof.objective


def test_what_is_too_much_to_enumerate_is_left_to_the_search() -> None:
    part = problem([[-4000], [-4000], [-4000]], [[0, 1, 2]], None, [(0, [3], 2), (0, [2], 3)])
    (stand,) = _stands(part)
    assert core.solved(stand, LIMIT, 0, Work(ENOUGH)) == stand


def test_pools_nearly_alike_are_one_for_writs_of_one_until_that_is_not_enough() -> None:
    """The second pool lacks enforcer 0, who has least: its writs may not go there, as one pool for all would say."""
    others = [[2000, 0]] * 5
    given = problem([[-3000, 0], *others], [[0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5]], [[1, 0], [9, 0]], [(0, [0, 7], 2)])
    (stand,) = _stands(given)
    whole = stand.begun.only(given, np.ones(1, dtype=bool))
    pooled, start = core._pooled(given, whole)
    assert pooled.singles.tolist() == [[0, 0], [0, 0], [10, 0]]
    assert np.array_equal(start.placement.received(pooled), stand.placement.received(given))
    proof = core.solved(stand, LIMIT, core.MOST, Work(ENOUGH)).proof
    assert (proof.objective, proof.objective_total) == (proof.lower_bound, proof.lower_bound_total)
    assert relaxation(replace(pooled)).first < relaxation(given).first


@given(problems(things=6, categories=3))
def test_no_sum_of_squares_lies_between_a_bound_and_what_it_is_rounded_up_to(small: Problem) -> None:
    assume(slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= 2_000)
    things = slow.bundles(small) + slow.writs_of_one(small)
    writs = small.apart().sum(axis=0)
    totals = small.opening.sum(axis=1, keepdims=True)
    for received in slow.outcomes(small, things):
        first, second = slow.cost(small, received)
        for less in (0, 1, 1999, 2 * WRIT * 7):
            assert rounded_up(first - less, small.opening, writs) <= first
            assert rounded_up(second - less, totals, writs.sum(keepdims=True)) <= second


def test_even_openings_leave_steps_of_two_squared_writs() -> None:
    """Three writs for two: 2² + 1² or 3² + 0²; nothing lies between."""
    even = np.zeros((2, 1), dtype=np.int64)
    assert rounded_up(5 * WRIT**2, even, np.array([3])) == 5 * WRIT**2
    assert rounded_up(5 * WRIT**2 + 1, even, np.array([3])) == 7 * WRIT**2


@given(problems(things=4, categories=2), st.integers(0, 3000), st.data())
def test_columns_within_a_room_are_all_with_their_writs_that_cost_no_more(
    small: Problem, room: int, data: st.DataObject
) -> None:
    """Every number of writs above what bundles hold, group by group, and none twice."""
    for part, *_ in components(small):
        every = Groups(part, *groups(part), 100_000, Work(ENOUGH))
        near = st.integers(-2000 * FINE, 2000 * FINE)
        writ = np.array([[data.draw(near) for _ in range(part.shape[1])] for _ in every.kinds], dtype=np.int64)
        bundle = np.array([data.draw(near) for _ in part.class_size], dtype=np.int64)
        at, _ = every.bounded(writ, bundle) or pytest.fail("too much")
        listed = every.within(at, FINE * room, core.MOST) or pytest.fail("too many")
        master = Master(
            part, every.alike, every.kinds, np.zeros((len(part.pool_member), part.shape[1]), dtype=np.int64)
        )
        found = master.within(at, listed, FINE * room, core.MOST) or pytest.fail("too many")
        wanted: list[tuple[object, ...]] = []
        for g, (own, group) in enumerate(zip(listed, every.alike, strict=True)):
            costs = _columns(group, own, writ[group.kind], bundle, room)
            least = min(costs.values())
            wanted += [(g, *name, paid - least) for name, paid in costs.items() if paid - least <= FINE * room]
        told = zip(
            found.group.tolist(), *(map(tuple, own.tolist()) for own in (found.counts, found.writs)),
            found.above.tolist(), strict=True,
        )  # fmt: skip
        assert sorted(told) == sorted(wanted)
        assert (np.diff(found.group) >= 0).all()
        assert master.within(at, listed, FINE * room, len(found) - 1) is None
        assert np.array_equal(found.filled, found.writs - found.counts @ part.class_counts)


def _columns(
    group: Group, own: Configurations, price: np.ndarray, bundle: np.ndarray, room: int
) -> dict[tuple[tuple[int, ...], tuple[int, ...]], int]:
    """What each configuration costs with every number of writs that could stay within the room."""
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    for counts, held in zip(own.counts.tolist(), own.held.tolist(), strict=True):
        reach = int(np.abs(group.opening).max() + np.abs(price).max() // FINE + room) // 1000 + 6
        ways = [range(h, max(h, reach) + 1) if fills else [h] for h, fills in zip(held, group.fills, strict=True)]
        for writs in product(*ways):
            paid = -sum(n * int(v) for n, v in zip(counts, bundle, strict=True))
            for o, h, x, each in zip(group.opening.tolist(), held, writs, price.tolist(), strict=True):
                paid += FINE * (o * x + 500 * x * x) - each * (x - h)
            found[tuple(counts), writs] = paid
    return found
