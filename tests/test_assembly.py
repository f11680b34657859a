"""Everything each enforcer could hold: nothing left out that a best assignment needs, and no bound beyond the truth."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import slow_optimizer as slow
from hypothesis import assume, example, given
from hypothesis import strategies as st
from problems import Problem, district, problem, problems

from tengbol.optimizer import configurations
from tengbol.optimizer.assembly import Assembly, assembled
from tengbol.optimizer.master import FINE
from tengbol.optimizer.parity import rounded_up
from tengbol.optimizer.problem import WRIT, components
from tengbol.optimizer.solve import _without_search

if TYPE_CHECKING:
    from tengbol.optimizer.stand import Stand

LIMIT = 4.0


def _parts(small: Problem) -> list[tuple[Stand, Assembly]]:
    """Each component with longer bundles, placed without search, and what could be held in it."""
    assume(slow.size(small, slow.bundles(small) + slow.writs_of_one(small)) <= 20_000)
    out = []
    for part, *_ in components(small):
        stand = _without_search(part)
        if stand.start is not None:
            assembly = assembled(part, stand.begun)
            assert assembly is not None
            out.append((stand, assembly))
    return out


@given(problems(things=7, categories=3))
@example(problem([[-4000], [-4000], [-4000]], [[0, 1, 2]], None, [(0, [3], 2), (0, [2], 3)]))
@example(problem([[0, 0], [500, 0]], [[0, 1], [1]], [[2, 1], [0, 1]], [(0, [2, 1], 1), (1, [1, 1], 2)]))
def test_both_objectives_are_found_and_proven_over_what_could_be_held(small: Problem) -> None:
    for stand, assembly in _parts(small):
        first, second = slow.best(stand.problem)
        assert assembly.bound <= first
        bundles, bound = assembly.first(stand.begun, LIMIT)
        stand = stand.improved(bundles)
        assert bound == first == stand.proof.objective
        bundles, bound = assembly.second(stand.begun, LIMIT)
        assert bound == second == stand.improved(bundles).proof.objective_total


@given(problems(things=6))
def test_whatever_a_best_assignment_gives_an_enforcer_is_among_what_is_listed(small: Problem) -> None:
    for stand, assembly in _parts(small):
        part = stand.problem
        listed = {
            (int(row), counts.tobytes())
            for own in assembly.master.every
            for row in own.group.rows
            for counts in own.counts
        }
        things = slow.bundles(part) + slow.writs_of_one(part)
        of_thing = np.repeat(np.arange(len(part.class_size)), part.class_size).tolist()
        nobody = ((0,) * part.shape[1],) * part.shape[0]
        for way in slow.ways(things):
            received = nobody
            for (counts, _), row in zip(things, way, strict=True):
                received = slow.given_to(received, row, counts)
            if slow.cost(part, received)[0] > stand.begun.objectives[0]:
                continue
            held = np.zeros((part.shape[0], len(part.class_size)), dtype=np.int64)
            for c, row in zip(of_thing, way, strict=False):
                held[row, c] += 1
            assert {(row, counts.tobytes()) for row, counts in enumerate(held)} <= listed


@given(problems(things=5), st.integers(0, 3000))
def test_columns_within_a_room_are_all_that_cost_no_more(small: Problem, room: int) -> None:
    for stand, assembly in _parts(small):
        master, at = assembly.master, assembly.at
        found = master.within(at, FINE * room)
        assert found is not None
        most = int(stand.problem.apart().sum()) + 4
        wanted = []
        for g, own in enumerate(master.every):
            price = at.writ[own.group.kind].tolist()
            opening, fills = own.group.opening.tolist(), own.group.fills.tolist()
            cost = {}
            for counts, held in zip(own.counts.tolist(), own.held.tolist(), strict=True):
                reach = [range(h, max(h, most) + 1 if filled else h + 1) for h, filled in zip(held, fills, strict=True)]
                for writs in product(*reach):
                    paid = sum(
                        FINE * (o * x + 500 * x * x) - p * (x - h)
                        for o, p, x, h in zip(opening, price, writs, held, strict=True)
                    )
                    earned = sum(n * int(v) for n, v in zip(counts, at.bundle, strict=True))
                    cost[g, *counts, *writs] = paid - earned
            least = min(cost.values())
            wanted += [key for key, paid in cost.items() if paid - least <= FINE * room]
        keys = np.column_stack([found.group, found.counts, found.writs]).tolist()
        inside = [tuple(key) for key in keys if max(key[1 + found.counts.shape[1] :]) <= most]
        assert sorted(inside) == sorted(wanted)


def test_enforcers_alike_are_one_group() -> None:
    alike, kinds = configurations.groups(problem([[5], [7], [5], [5]], [[0, 1, 2], [3]], [[1], [1]], [(0, [2], 1)]))
    assert [group.rows.tolist() for group in alike] == [[0, 2], [1], [3]]
    assert len(kinds) == 2
    assert alike[2].classes.tolist() == []


def test_a_search_cut_short_still_bounds_truly() -> None:
    part = district(np.random.default_rng(3), rows=12, writs=60, bundled=0.8, spread=0)
    (part, *_) = next(components(part))
    stand = _without_search(part)
    assembly = assembled(part, stand.begun)
    assert assembly is not None
    _, short = assembly.first(stand.begun, 1e-9)
    bundles, long = assembly.first(stand.begun, LIMIT)
    assert assembly.bound <= short <= long <= stand.improved(bundles).proof.objective


def test_what_is_too_much_to_list_is_left_to_the_search() -> None:
    part = problem([[-4000], [-4000], [-4000]], [[0, 1, 2]], None, [(0, [3], 2), (0, [2], 3)])
    stand = _without_search(part)
    assert assembled(part, stand.begun, 2) is None


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
