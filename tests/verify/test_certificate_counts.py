"""Counts of long bundles in a certificate: what they prove is true, and of times nearly alike it is everything."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lots import merged
from problems import problem, problems
from proofs import accepted, changed, numbers, of_five, parts_of, proven

from benchmarks.heart.district import case
from benchmarks.heart.numbers import nonuniform
from tengbol.optimizer.solve import solve
from tengbol.verify.certificate import check_proof
from tengbol.verify.findings import Findings


def nothing_beyond(some, looked):
    for part in parts_of(solve(of_five(merged(some)), limit=0.2)):
        reached, people = part.objectives(part.got), len(part.enforcers)
        bundles = sum(many for (_, counts), many in part.classes.items() if sum(counts) > 1 and counts[0])
        own = [[0, 1 + n % (people - 1), many % (bundles + 1)] for n, many in looked] if people > 1 else []
        beyond = {"bounds": [reached[0] + 2000, -(10**15)], "counts": own}
        assert not accepted(part, beyond)
        assert not accepted(part, beyond | {"bounds": [-(10**15), reached[1] + 2000]})


LOOKED = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=6)


@given(problems(rows=4, categories=2, pools=3, things=6), LOOKED)
def test_whatever_numbers_stand_there_they_prove_nothing_that_is_not_so(some, looked):
    nothing_beyond(some, looked)


@given(
    st.integers(2, 4),
    st.lists(st.integers(8, 10), min_size=1, max_size=7),
    st.integers(0, 3),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4),
    LOOKED,
)
def test_nor_where_bundles_are_nearly_alike(rows, sizes, alone, before, looked):
    opening = [[500 * excess] for excess in before[:rows]]
    nothing_beyond(problem(opening, [list(range(rows))], [[alone]], [(0, [size], 1) for size in sizes]), looked)


def certified(some):
    (part,), told = proven(of_five(merged(some)))
    (own,) = told["components"]
    found = Findings()
    assert check_proof(told, [part], found) == {part.enforcers[0]: part.objectives(part.got)}
    return part, own


@pytest.fixture(scope="module")
def nine():
    """Nine bundles alike and four enforcers, who had something of another category before."""
    some = problem([[-20_000, 700]] * 4, [list(range(4))], None, [(0, [10, 0], 9)])
    part, own = certified(some)
    # Prices prove so few, too: what counts do is asked here.
    own = {key: own[key] for key in ("enforcer", "bounds")} | {"counts": [[0, 3, 9]]}
    assert own["bounds"] == [10_000**2 + 4 * 700**2, 10_700**2 + 3 * 700**2]
    assert accepted(part, own)
    return part, own


@pytest.mark.parametrize(("jobs", "rows", "longest"), [(50, 5, 1_000), (100, 25, 1_000)])
def test_times_nearly_alike_and_some_short_are_proven_by_it(jobs, rows, longest):
    own = certified(case(nonuniform(jobs, rows, longest, 1)).problem)[1]
    assert own.keys() == {"enforcer", "bounds", "counts"}


def test_any_change_of_a_number_is_refused_or_a_proof_all_the_same(nine):
    part, own = nine
    reached, draw, refused = part.objectives(part.got), random.Random(1), 0
    for path in numbers(own):
        for value in [*range(-2, 12), 2000, 2**70, *(draw.randint(-(10**9), 10**9) for _ in range(20))]:
            forged = changed(own, path, value)
            if accepted(part, forged):
                assert all(bound <= most for bound, most in zip(forged["bounds"], reached, strict=True))
            else:
                refused += 1
    assert refused > 50


DAMAGED = {
    "nothing": None,
    "an object": {"0": [[3, 9]]},
    "two numbers": [[0, 3]],
    "a text": [[0, "3", 9]],
    "a truth": [[0, True, 9]],
    "a category that is none": [[0, 3, 9], [5, 1, 1]],
    "a category below none": [[0, 3, 9], [-1, 1, 1]],
    "everybody": [[0, 4, 9]],
    "nobody": [[0, 0, 9]],
    "a bundle more than there are": [[0, 3, 10]],
    "fewer bundles than none": [[0, 3, -1]],
    "no numbers": [],
}


@pytest.mark.parametrize("counts", DAMAGED.values(), ids=DAMAGED)
def test_what_was_damaged_on_purpose_is_refused(nine, counts):
    part, own = nine
    found = Findings()
    assert check_proof({"version": 1, "components": [own | {"counts": counts}]}, [part], found) == {}
    assert found.any_broken("certificate")


def test_where_two_categories_are_given_the_second_objective_does_not_follow():
    some = problem([[-22_500, 0]] * 4, [list(range(4))], [[0, 4]], [(0, [10, 0], 9)])
    (part,) = parts_of(solve(of_five(some), limit=0.2))
    first, second = part.objectives(part.got)
    assert not accepted(part, {"bounds": [first, second], "counts": [[0, 3, 9]]})


def test_nor_where_enforcers_stand_apart_in_another_category():
    some = problem([[-22_500, 0]] * 3 + [[-22_500, 500]], [list(range(4))], None, [(0, [10, 0], 9)])
    (part,) = parts_of(solve(of_five(some), limit=0.2))
    first, second = part.objectives(part.got)
    assert not accepted(part, {"bounds": [first, second], "counts": [[0, 3, 9]]})
