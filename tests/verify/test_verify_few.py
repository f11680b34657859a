"""Who among equals got what, where bundles are few: tables of all that each could get show it by themselves."""

from __future__ import annotations

from contextlib import contextmanager
from unittest import mock

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lots import bundles_of, checked, distributed, looked_at, merged
from problems import problem, problems, written
from test_verify_lot import MOST, assert_shown_and_no_other, values, ways

from benchmarks import bnwp
from tengbol.verify import chosen, few
from tengbol.verify.findings import Kind
from tengbol.verify.held import Outcome


@contextmanager
def alone():
    """Neither exchanges of writs nor flows say anything."""
    silent = {"nothing_first": lambda _: Outcome(False), "handed_out": lambda *_: None}
    with mock.patch.multiple(chosen, **silent), mock.patch.object(few, "_AT_ONCE", 50):
        yield


@settings(max_examples=150)
@given(problems(rows=4, categories=2, pools=3, things=6), st.integers(0, 2**32))
def test_what_the_seed_gives_is_shown_and_every_other_choice_as_even_is_found(problem, seed):
    with alone():
        assert_shown_and_no_other(problem, seed)


@settings(max_examples=150)
@given(problems(rows=4, categories=2, pools=3, things=6), st.integers(0, 2**32), st.data())
def test_what_is_more_even_is_found_with_both_of_its_objectives(problem, seed, data):
    problem = merged(problem)
    assume(1 < ways(problem) <= MOST)
    bundles = bundles_of(problem)
    any_way = {bundle.bundle_id: data.draw(st.sampled_from(sorted(bundle.pool))) for bundle in bundles}
    best = values(problem, distributed(problem, "a")[0])
    with alone():
        _, looked = looked_at(problem, any_way, f"{seed:x}")
    assert bool(looked.better) == (values(problem, any_way) > best), written(problem)


@pytest.mark.parametrize("limit", ["_SETS", "_PAIRS", "_TRIES"])
def test_where_there_is_too_much_to_look_at_nothing_is_said(limit):
    lengths = (31, 37, 41, 53, 59, 67, 79)
    uneven = merged(problem([[-92_000]] * 4, [[0, 1, 2, 3]], [[0]], [(0, [writs], 1) for writs in lengths]))
    enforcer_of, proven = distributed(uneven, "a")
    assert proven
    assert {found.kind for found in checked(uneven, enforcer_of, "a").made} == {Kind.HOLDS}
    with mock.patch.object(few, limit, 5):
        assert Kind.UNPROVEN in {found.kind for found in checked(uneven, enforcer_of, "a").made}


@pytest.mark.soak
@pytest.mark.parametrize("case", bnwp.cases(), ids=lambda case: case.name)
def test_of_every_zone_of_the_nursing_problem_the_lot_is_proven_and_shown(case):
    zones = merged(case.problem)
    enforcer_of, proven = distributed(zones, "2026")
    assert proven
    assert {found.kind for found in checked(zones, enforcer_of, "2026").made} == {Kind.HOLDS}
