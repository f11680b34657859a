"""The proof that travels with a result: what it says is true, and what is changed in it is refused or true as well."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from lots import merged
from problems import drawn, problems
from proofs import accepted, changed, numbers, of_five, proven, worse

from benchmarks.families import Recipe
from benchmarks.instances import case
from tengbol.verify.certificate import check_certificate, check_proof
from tengbol.verify.findings import Findings


@given(problems(rows=3, categories=2, pools=3, things=6))
def test_small_problems_are_proven_and_nothing_above_what_was_reached_ever_is(problem):
    parts, told = proven(of_five(merged(problem)))
    found = Findings()
    out = check_proof(told, parts, found)
    assert not found.any_broken("certificate")
    for part, own in zip(parts, told["components"], strict=True):
        assert own["bounds"] == list(part.objectives(part.got))
        if part.enforcers[0] in out:
            for more in ([2000, 0], [0, 2000]):
                assert not accepted(part, own | {"bounds": [a + b for a, b in zip(own["bounds"], more, strict=True)]})


def one(seed):
    """A component of a small problem, and its proof."""
    parts, told = proven(of_five(merged(drawn(np.random.default_rng(seed), rows=4, categories=2, pools=3, things=14))))
    (part,), (own,) = parts, told["components"]
    assert accepted(part, own)
    return part, own


@pytest.fixture(scope="module")
def crowded():
    """Some bundles do not fit in any flow: a tree of nine nodes."""
    part, own = one(1)
    assert len(own["tree"]["then"]) > 1
    return part, own


@pytest.fixture(scope="module")
def easy():
    """One node alone."""
    part, own = one(4)
    assert set(own["tree"]) == {"first", "second"}
    return part, own


def test_what_branch_and_bound_proved_at_the_prices_of_columns_has_a_tree_at_these():
    parts, told = proven(of_five(merged(case(Recipe("skewed", 300, 7_200)).problem)), limit=4)
    (cases,) = (own for own in told["components"] if "then" in own.get("tree", {}))
    assert len(told["components"]) == 5
    assert check_proof(told, parts, Findings()) == {part.enforcers[0]: part.objectives(part.got) for part in parts}
    assert len(cases["tree"]["then"]) > 10


def test_of_2000_changes_none_makes_it_prove_more_than_was_reached(crowded, easy):
    for part, own in (crowded, easy):
        reached, draw, places = part.objectives(part.got), random.Random(1), list(numbers(own))
        refused = 0
        for _ in range(1000):
            path = draw.choice(places)
            forged = changed(own, path, draw.choice([-1, 0, 1, 2000, draw.randint(-(10**9), 10**9)]))
            if accepted(part, forged):
                assert all(bound <= most for bound, most in zip(forged["bounds"], reached, strict=True))
            else:
                refused += 1
        assert refused > 300


def test_no_change_makes_it_prove_a_worse_assignment(crowded, easy):
    for part, own in (crowded, easy):
        other, draw, places = worse(part), random.Random(2), list(numbers(own))
        for _ in range(200):
            forged = changed(own, draw.choice(places), draw.randint(-(10**6), 10**6))
            assert not accepted(other, forged | {"bounds": list(other.objectives(other.got))})


def _in_tree(**put):
    return lambda own: own | {"tree": {key: value for key, value in (own["tree"] | put).items() if value is not None}}


DAMAGED = {
    "a case left out": lambda own: _in_tree(to=own["tree"]["to"][:-1], then=own["tree"]["then"][:-1])(own),
    "the first case left out": lambda own: _in_tree(to=own["tree"]["to"][1:], then=own["tree"]["then"][1:])(own),
    "one case in the place of another": lambda own: _in_tree(to=[own["tree"]["to"][0]] * len(own["tree"]["to"]))(own),
    "no cases": _in_tree(to=[], then=[]),
    "a member without a case": lambda own: _in_tree(then=own["tree"]["then"][:-1])(own),
    "a leaf in place of a tree": _in_tree(to=None),
    "cases that are none": lambda own: _in_tree(then=[None] * len(own["tree"]["to"]))(own),
    "somebody of another pool": lambda own: _in_tree(to=[99, *own["tree"]["to"][1:]])(own),
    "no number of a member": lambda own: _in_tree(to=["0", *own["tree"]["to"][1:]])(own),
    "another pool": _in_tree(pool=99),
    "no pool": _in_tree(pool=None),
    "a pool that is a truth": _in_tree(pool=True),
    "a bundle that is not there": _in_tree(writs=[9, 9, 9, 9, 9]),
    "a bundle of a category too many": lambda own: _in_tree(writs=[*own["tree"]["writs"], 0])(own),
    "a bundle without writs": _in_tree(writs=[]),
    "more of the first": lambda own: own | {"bounds": [own["bounds"][0] + 1, own["bounds"][1]]},
    "more of the second": lambda own: own | {"bounds": [own["bounds"][0], own["bounds"][1] + 1]},
    "a tree that is a list": lambda own: own | {"tree": [own["tree"]]},
    "no tree at all": lambda own: own | {"tree": None},
}


PRICES = {
    "no prices": _in_tree(first=None),
    "too few prices": lambda own: _in_tree(first=own["tree"]["first"][:-1])(own),
    "too many prices": lambda own: _in_tree(first=[*own["tree"]["first"], 0])(own),
    "a broken price": lambda own: _in_tree(first=[0.5, *own["tree"]["first"][1:]])(own),
    "prices that are none": lambda own: _in_tree(first=[None] * len(own["tree"]["first"]))(own),
    "prices as text": _in_tree(first="1 2 3"),
    "nothing of the second": _in_tree(second=None),
    "no weight": lambda own: _in_tree(second=own["tree"]["second"] | {"weight": 0})(own),
    "a weight below none": lambda own: _in_tree(second=own["tree"]["second"] | {"weight": -5})(own),
    "a weight that is a truth": lambda own: _in_tree(second=own["tree"]["second"] | {"weight": True})(own),
    "no prices of totals": lambda own: _in_tree(second=own["tree"]["second"] | {"enforcers": []})(own),
    "no prices of pools": lambda own: _in_tree(second=own["tree"]["second"] | {"pools": None})(own),
}


@pytest.mark.parametrize("damage", [*DAMAGED, *PRICES])
def test_what_was_damaged_on_purpose_is_refused(crowded, easy, damage):
    part, own = crowded if damage in DAMAGED else easy
    damage = (DAMAGED | PRICES)[damage]
    assert not accepted(part, damage(own))
    found = Findings()
    assert check_proof({"version": 1, "components": [damage(own)]}, [part], found) == {}
    assert found.any_broken("certificate")


WHOLE = {
    "another version": lambda own: {"version": 2, "components": [own]},
    "no version": lambda own: {"components": [own]},
    "no components": lambda own: {"version": 1, "components": []},
    "components that are a number": lambda own: {"version": 1, "components": 1},
    "components that are none": lambda own: {"version": 1, "components": {}},
    "a component that is none": lambda own: {"version": 1, "components": [None]},
    "a component too many": lambda own: {"version": 1, "components": [own, own]},
    "other enforcers": lambda own: {"version": 1, "components": [own | {"enforcer": "E9"}]},
    "no bounds": lambda own: {"version": 1, "components": [own | {"bounds": []}]},
    "bounds as text": lambda own: {"version": 1, "components": [own | {"bounds": ["1", "2"]}]},
    "a version as text": lambda own: {"version": "1", "components": [own]},
    "a version that is a truth": lambda own: {"version": True, "components": [own]},
    "one bound": lambda own: {"version": 1, "components": [own | {"bounds": own["bounds"][:1]}]},
    "three bounds": lambda own: {"version": 1, "components": [own | {"bounds": [*own["bounds"], 0]}]},
    "a bound of nothing": lambda own: {"version": 1, "components": [own | {"bounds": [own["bounds"][0], None]}]},
    "a broken bound": lambda own: {"version": 1, "components": [own | {"bounds": [0.5, own["bounds"][1]]}]},
    "nobody's component": lambda own: {"version": 1, "components": [{k: own[k] for k in own if k != "enforcer"}]},
    "enforcers as a list": lambda own: {"version": 1, "components": [own | {"enforcer": [own["enforcer"]]}]},
    "a list": lambda own: [own],
    "a word": lambda own: "proven",
}


def test_a_certificate_from_before_a_category_came_has_no_number_of_it(crowded):
    """Categories that came later stand last, and no bundle of that time has writs in them."""
    part, own = crowded
    assert own["tree"]["writs"][-1] == 0 and accepted(part, own)
    assert accepted(part, _in_tree(writs=own["tree"]["writs"][:-1])(own))


@pytest.mark.parametrize("told", WHOLE.values(), ids=WHOLE)
def test_a_certificate_of_something_else_is_refused(crowded, told):
    part, own = crowded
    found = Findings()
    assert check_proof(told(own), [part], found) == {}
    assert found.any_broken("certificate")


def test_a_file_that_is_no_certificate_is_refused(tmp_path):
    for text in ("", "{", "[" * 100_000, "\xff"):
        (tmp_path / "certificate.json").write_text(text, encoding="latin-1")
        found = Findings()
        assert check_certificate(tmp_path / "certificate.json", [], found) == {}
        assert found.any_broken("certificate")


def test_where_a_search_was_the_proof_nothing_is_claimed(crowded):
    part, own = crowded
    found = Findings()
    searched = {key: own[key] for key in ("enforcer", "bounds")}
    assert check_proof({"version": 1, "components": [searched]}, [part], found) == {}
    assert not found.any_broken("certificate")
