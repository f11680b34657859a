"""`verify` of who among equals got what: what the seed gives holds, and nothing else that is as even does."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lots import bundles_of, checked, distributed, looked_at, merged
from problems import drawn, problem, problems, written

from tengbol.optimizer.few import Few
from tengbol.optimizer.problem import components
from tengbol.verify import few
from tengbol.verify.findings import Kind

#: So many ways to give everything are gone through.
MOST = 400


def values(problem, enforcer_of):
    excess = problem.opening.copy()
    for bundle in bundles_of(problem):
        excess[int(enforcer_of[bundle.bundle_id][1:])] += 1000 * np.array(bundle.counts)[: problem.shape[1]]
    # Of nobody but who stands in a pool with something to give.
    of_pool = problem.apart().any(axis=1)[problem.entry_pool]
    excess = excess[np.unique(problem.pool_member[of_pool])]
    return int((excess**2).sum()), int((excess.sum(axis=1) ** 2).sum())


def as_even(problem, enforcer_of):
    """Every other way to give everything that is as even."""
    bundles = bundles_of(problem)
    due = values(problem, enforcer_of)
    for way in product(*(sorted(bundle.pool) for bundle in bundles)):
        other = {bundle.bundle_id: who for bundle, who in zip(bundles, way, strict=True)}
        if other != enforcer_of and values(problem, other) == due:
            yield other


def ways(problem):
    """How many ways there are to give everything."""
    return prod(len(bundle.pool) for bundle in bundles_of(problem))


def assert_shown_and_no_other(problem, seed, **how):
    """What the seed gives holds with nothing left open, and every other choice as even is broken. how: of `checked`."""
    problem = merged(problem)
    assume(ways(problem) <= MOST)
    seed = f"{seed:x}"
    enforcer_of, proven = distributed(problem, seed)
    assume(proven)
    honest = checked(problem, enforcer_of, seed, **how)
    assert {found.kind for found in honest.made} == {Kind.HOLDS}, (written(problem), seed, honest.made)
    for other in as_even(problem, enforcer_of):
        assert checked(problem, other, seed, **how).any_broken(), (written(problem), seed, other)


@given(problems(rows=3, categories=2, pools=3, things=6), st.integers(0, 2**32))
def test_what_the_seed_gives_holds_and_no_other_choice_as_even_does(problem, seed):
    problem = merged(problem)
    assume(ways(problem) <= MOST)
    seed = f"{seed:x}"
    enforcer_of, proven = distributed(problem, seed)
    honest = checked(problem, enforcer_of, seed, proven=proven)
    assert not honest.any_broken(), (written(problem), seed, honest.made)
    shown = all(found.kind is Kind.HOLDS for found in honest.made)
    for other in as_even(problem, enforcer_of):
        found = checked(problem, other, seed, proven=proven)
        # Where all was shown of the seed's own, nothing but that is left open either.
        assert found.any_broken() or (not shown and any(f.kind is Kind.UNPROVEN for f in found.made)), (
            written(problem), seed, other
        )  # fmt: skip


@given(problems(rows=3, categories=2, pools=3, things=6), st.integers(0, 2**32), st.data())
def test_of_what_is_less_even_than_it_could_be_it_is_never_shown_that_nothing_is_more_even(problem, seed, data):
    problem = merged(problem)
    bundles = bundles_of(problem)
    assume(1 < ways(problem) <= MOST)
    any_way = {bundle.bundle_id: data.draw(st.sampled_from(sorted(bundle.pool))) for bundle in bundles}
    every = product(*(sorted(bundle.pool) for bundle in bundles))
    names = [bundle.bundle_id for bundle in bundles]
    least = min(values(problem, dict(zip(names, way, strict=True))) for way in every)
    _, looked = looked_at(problem, any_way, f"{seed:x}")
    if len(looked.even) == len(list(components(problem))):
        assert values(problem, any_way) == least, written(problem)
    if looked.better:
        assert values(problem, any_way) > least, written(problem)
        if len(list(components(problem))) == 1:
            assert next(iter(looked.better.values())) >= least, written(problem)


@given(problems(rows=3, categories=2, pools=3, things=6), st.integers(0, 2**32))
def test_a_search_leaves_nothing_open_and_finds_every_other_choice_as_even(problem, seed):
    assert_shown_and_no_other(problem, seed, steps=10)


@pytest.mark.parametrize("drawing", [269, 550, 973])
def test_what_does_not_claim_to_be_the_first_is_named_where_a_search_finds_what_is(drawing, monkeypatch):
    monkeypatch.setattr(Few, "first", lambda *_: None)
    monkeypatch.setattr(few, "_SETS", 0)
    problem = merged(drawn(np.random.default_rng(drawing), rows=4, categories=1, pools=3, things=9))
    enforcer_of, proven = distributed(problem, "a")
    assert not proven
    found = checked(problem, enforcer_of, "a", proven=False, steps=10)
    assert not found.any_broken(), found.made
    assert any("the lot gives it to" in str(one) for one in found.made if one.kind is Kind.UNPROVEN)
    assert checked(problem, enforcer_of, "a", proven=True, steps=10).any_broken("lot"), "it would be, if it claimed to"


@pytest.mark.parametrize("where", [0, 3])
def test_uneven_pools_are_named_in_whichever_of_two_components_they_are(where):
    both = problem([[0]] * 6, [[0, 1], [0, 1, 2], [3, 4], [3, 4, 5]], [[2], [4], [2], [4]])
    enforcer_of, proven = distributed(both, "a")
    assert proven
    assert not checked(both, enforcer_of, "a").any_broken()
    two, three = frozenset((f"E{where}", f"E{where + 1}")), frozenset(f"E{where + n}" for n in range(3))
    ours, theirs = f"E{where}", f"E{where + 1}"
    # Each gets as much as before, but both writs of the smaller pool go to one.
    taken = next(b.bundle_id for b in bundles_of(both) if b.pool == two and enforcer_of[b.bundle_id] == theirs)
    given_back = next(b.bundle_id for b in bundles_of(both) if b.pool == three and enforcer_of[b.bundle_id] == ours)
    found = checked(both, enforcer_of | {taken: ours, given_back: theirs}, "a")
    assert [(one.subject, "more even" in str(one)) for one in found.made if one.kind is Kind.BROKEN] == [
        (f"{ours} and 2 others", True)
    ]
