"""Prices of whole bundles in a certificate: what they prove is true, as trying out every set and assignment shows."""

from __future__ import annotations

import random
from contextlib import suppress
from itertools import product
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lots import merged
from problems import drawn, problem, problems
from proofs import accepted, changed, in_cases, invented, numbers, of_five, parts_of, proven, without_trees, worse

from tengbol.optimizer.solve import solve
from tengbol.verify.certificate import check_proof, prove
from tengbol.verify.findings import Findings, Kind
from tengbol.verify.listing import Listing, Prices, Steps, TooMuchError

PRICES = st.integers(-3, 40).map(lambda price: 500 * price) | st.integers(-(10**5), 10**5)


@st.composite
def held(draw):
    """Groups of enforcers, classes of bundles, and prices."""
    groups, kinds, classes = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(0, 3))

    def table(rows, columns, of):
        return np.array([[draw(of) for _ in range(columns)] for _ in range(rows)]).reshape(rows, columns)

    e, price = table(groups, kinds, st.integers(-9000, 9000)), table(groups, kinds, PRICES)
    fills, allowed = table(groups, kinds, st.booleans()), table(groups, classes, st.booleans())
    counts, size = table(classes, kinds, st.integers(0, 6)), table(classes, 1, st.integers(0, 2)).ravel()
    pays, more = (table(classes, 1, PRICES).ravel() for _ in range(2))
    price = np.where(fills, price, 0)
    at = Prices(draw(st.integers(1, 3)), e, price, fills.astype(bool), pays.astype(np.int64))
    return Listing(at, counts, size.astype(np.int64), allowed.astype(bool), Steps(10**7)), more.astype(np.int64)


def every(own, g, most):
    """All that a group can have, by the formula: bundles, the writs in them, writs in all up to so many, cost."""
    at = own.at
    for bundles in product(*(range(int(n) + 1 if yes else 1) for n, yes in zip(own.size, own.allowed[g], strict=True))):
        whole = np.array(bundles, dtype=np.int64) @ own.counts
        ways = [
            range(int(n), int(n) + most + 1) if more else [int(n)] for n, more in zip(whole, at.fills[g], strict=True)
        ]
        for writs in product(*ways):
            cost = sum(
                at.scale * (int(e) * x + 500 * x * x) - int(price) * (x - int(n))
                for e, price, x, n in zip(at.e[g], at.price[g], writs, whole, strict=True)
            )
            yield bundles, tuple(whole.tolist()), writs, cost - int(np.array(bundles) @ at.bundle)


@given(held(), st.sampled_from([0, 500, 7_000, 60_000]))
def test_what_can_be_held_is_listed_to_the_last_and_the_cheapest_found(drawn, room):
    own, pays = drawn
    reach = 12 + int(np.max(own.at.start, initial=0))
    assume(reach <= 60)
    least = own.least()
    listed = own.filled(own.within(least + room, room, pays), least + room)
    rows = zip(*(getattr(listed, n).tolist() for n in ("group", "paid", "whole", "writs", "value")), strict=True)
    found = sorted((g, paid, tuple(whole), tuple(writs), cost) for g, paid, whole, writs, cost in rows)
    due = []
    for g in range(len(least)):
        ways = list(every(own, g, reach))
        assert least[g] == min(cost for *_, cost in ways)
        due += [
            (g, int(np.array(bundles) @ pays), whole, writs, cost)
            for bundles, whole, writs, cost in ways
            if cost <= least[g] + room
        ]
    assert found == sorted(due)


@given(problems(rows=3, categories=2, pools=2, things=4), st.integers(0, 2**32))
def test_whatever_integers_stand_there_they_prove_nothing_that_is_not_so(some, seed):
    for part in parts_of(solve(of_five(merged(some)), limit=0.2)):
        # What is found of so few bundles is the best there is.
        reached, draw = part.objectives(part.got), random.Random(seed)
        for _ in range(10):
            own = {"bounds": [-(10**15), -(10**15)], "sets": invented(part, "sets", draw)}
            # It proves so little, unless that is too much to look at.
            with suppress(TooMuchError):
                prove(part, own, tuple(own["bounds"]))
            assert not accepted(part, own | {"bounds": [reached[0] + 2000, -(10**15)]})
            assert not accepted(part, own | {"bounds": [-(10**15), reached[1] + 2000]})


def test_a_bundle_that_a_case_puts_somewhere_is_no_longer_among_the_writs_apart():
    (part,) = parts_of(solve(of_five(problem([[-1500]], [[0]], [[1]], [(0, [2], 1)])), limit=0.2))
    prices = {"pools": [500], "scale": 1, "bundles": []}
    leaf = {"first": prices, "second": prices | {"weight": 0}}
    case = {"whole": [], "pool": 0, "writs": [2, 0, 0, 0, 0], "to": [0], "then": [leaf]}
    assert accepted(part, {"bounds": [2_250_000, 2_250_000], "sets": case})
    assert not accepted(part, {"bounds": [2_250_000, 2_252_000], "sets": case})


@given(problems(rows=3, categories=2, pools=3, things=6))
def test_small_problems_are_proven_and_nothing_above_what_was_reached_ever_is(some):
    parts, told = without_trees(some)
    found = Findings()
    out = check_proof(told, parts, found)
    assert not found.any_broken("certificate")
    for part, own in zip(parts, told["components"], strict=True):
        if own.keys() & {"sets", "counts"}:
            assert out[part.enforcers[0]] == part.objectives(part.got)
        else:
            assert own.keys() & {"tree", "searched"}


#: Of two pools, with a weight of the first objective, and of enforcers alike.
SEEDS = (15, 39, 96)


@pytest.fixture(scope="module", params=[(seed, cases) for seed in SEEDS for cases in (False, True)], ids=str)
def component(request):
    """A component of a small problem, and its proof by whole bundles."""
    seed, cases = request.param
    parts, told = without_trees(drawn(np.random.default_rng(seed), rows=4, categories=2, pools=3, things=14))
    (part,), (own,) = parts, told["components"]
    assert "sets" in own
    own = in_cases(part, own) if cases else own
    assert accepted(part, own)
    return part, own


def test_of_1000_changes_none_makes_it_prove_more_than_was_reached(component):
    part, own = component
    reached, draw, places = part.objectives(part.got), random.Random(1), list(numbers(own))
    refused = 0
    for _ in range(1000):
        path = draw.choice(places)
        forged = changed(own, path, draw.choice([-1, 0, 1, 2000, draw.randint(-(10**13), 10**13), 2**63, -(2**70)]))
        if accepted(part, forged):
            assert all(bound <= most for bound, most in zip(forged["bounds"], reached, strict=True))
        else:
            refused += 1
    assert refused > 300


def test_no_change_makes_it_prove_a_worse_assignment(component):
    part, own = component
    other, draw, places = worse(part), random.Random(2), list(numbers(own))
    for _ in range(200):
        forged = changed(own, draw.choice(places), draw.randint(-(10**6), 10**6))
        assert not accepted(other, forged | {"bounds": list(other.objectives(other.got))})


def _put(key, value):
    return lambda own: own | {"sets": {k: v for k, v in (own["sets"] | {key: value}).items() if v is not None}}


def _of(which, key, value):
    def damaged(own):
        prices = {k: v for k, v in (own["sets"][which] | {key: value}).items() if v is not None}
        return own | {"sets": own["sets"] | {which: prices}}

    return damaged


DAMAGED = {
    "no object": lambda own: own | {"sets": [own["sets"]]},
    "nothing said of what is whole": _put("whole", None),
    "a number of what is whole": _put("whole", 3),
    "a bundle of a category too many": lambda own: _put("whole", [[*row, 0] for row in own["sets"]["whole"]])(own),
    "a bundle without writs": lambda own: _put("whole", [row[:1] for row in own["sets"]["whole"]])(own),
    "a bundle that is not there": lambda own: _put("whole", [[0, 9, 9, 9, 9, 9], *own["sets"]["whole"][1:]])(own),
    "a bundle twice": lambda own: _put("whole", own["sets"]["whole"][:1] * len(own["sets"]["whole"]))(own),
    "a bundle that is none": lambda own: _put("whole", [None, *own["sets"]["whole"][1:]])(own),
    "no prices": _put("first", None),
    "prices that are a list": lambda own: _put("first", own["sets"]["first"]["pools"])(own),
    "no scale": _of("first", "scale", None),
    "a scale of nothing": _of("first", "scale", 0),
    "a scale below nothing": _of("first", "scale", -1024),
    "a scale that is a truth": _of("first", "scale", True),
    "too few prices of bundles": lambda own: _of("first", "bundles", own["sets"]["first"]["bundles"][:-1])(own),
    "a broken price": lambda own: _of("first", "pools", [0.5, *own["sets"]["first"]["pools"][1:]])(own),
    "nothing of the second": _put("second", None),
    "a list for the second": _put("second", []),
    "no weight": _of("second", "weight", None),
    "a weight below nothing": _of("second", "weight", -1),
    "a weight that is a truth": _of("second", "weight", True),
    "no cases": lambda own: own | {"sets": own["sets"] | {"to": [], "then": []}},
    "more of the first": lambda own: own | {"bounds": [own["bounds"][0] + 1, own["bounds"][1]]},
    "more of the second": lambda own: own | {"bounds": [own["bounds"][0], own["bounds"][1] + 1]},
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_what_was_damaged_on_purpose_is_refused(component, damage):
    part, own = component
    assert not accepted(part, damage(own))
    found = Findings()
    assert check_proof({"version": 1, "components": [damage(own)]}, [part], found) == {}
    assert found.any_broken("certificate")


@pytest.mark.parametrize(
    "put", [{}, {"first": 10**17}, {"second": 10**17}], ids=["steps", "numbers", "numbers of the second"]
)
def test_what_takes_too_much_to_check_is_not_proven_and_not_broken(component, put, monkeypatch):
    part, own = component
    if not put:
        monkeypatch.setattr("tengbol.verify.sets.MOST", 3)
    for which, times in put.items():
        own = _of(which, "bundles", [times * (1 + price) for price in own["sets"][which]["bundles"]])(own)
    found = Findings()
    assert check_proof({"version": 1, "components": [own]}, [part], found) == {}
    assert not found.any_broken("certificate")
    assert [one.kind for one in found.made if one.subject] == [Kind.UNPROVEN]
    assert "more steps" in str(found.made[0])


def test_a_search_is_told_where_nothing_else_proves_it():
    with mock.patch("tengbol.optimizer.stages.proven", lambda stand, *_, **__: stand):
        parts, told = proven(
            of_five(merged(drawn(np.random.default_rng(13), rows=4, categories=2, pools=3, things=14)))
        )
    assert [own.keys() for own in told["components"]] == [{"enforcer", "bounds", "searched"}] * len(parts)
    found = Findings()
    assert check_proof(told, parts, found) == {}
    assert not found.any_broken("certificate")
