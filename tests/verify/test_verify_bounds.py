"""The bounds of `verify` against trying everything, on components small enough for that."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import SEED, district, enforcer, placed, writ, write_result, write_tables

from tengbol.verify import Kind, verify
from tengbol.verify.balances import Standing
from tengbol.verify.bounds import _ends
from tengbol.verify.bundles import Bundle
from tengbol.verify.evenness import Component, excess_after
from tengbol.verify.flow import spread
from tengbol.verify.law import CATEGORIES
from tengbol.verify.lot import deal
from tengbol.verify.proof import prove

NAMES = ("A", "B", "C")


def single(category):
    return tuple(int(name == category) for name in CATEGORIES)


def component(bases, bundles, choice):
    """Three enforcers; `bundles` are (pool, counts), `choice` the enforcer of each."""
    part = Component(list(NAMES))
    part.base = {(name, k): bases.get((name, k), 0) for name in NAMES for k in CATEGORIES}
    for (pool, counts), name in zip(bundles, choice, strict=True):
        part.classes[pool, counts] += 1
        part.dealt.setdefault((pool, counts), Counter())[name] += 1
        for category, writs in zip(CATEGORIES, counts, strict=True):
            if writs:
                part.got[name, category] += writs
    return part


def every_outcome(bases, bundles):
    """Both objectives of every possible assignment, the most even first."""
    choices = product(*(sorted(pool) for pool, _ in bundles))
    parts = [component(bases, bundles, choice) for choice in choices]
    return sorted(((part.objectives(part.got), part) for part in parts), key=lambda outcome: outcome[0])


pools = st.sets(st.sampled_from(NAMES), min_size=1).map(frozenset)
counts = st.tuples(st.integers(0, 2), st.integers(0, 2), st.just(0), st.just(0), st.integers(0, 1))
bundle_lists = st.lists(st.tuples(pools, counts.filter(any)), min_size=1, max_size=5)
single_lists = st.lists(st.tuples(pools, st.sampled_from(("individual", "state")).map(single)), min_size=1, max_size=6)
bases = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(CATEGORIES)), st.integers(-4000, 4000), max_size=8
)


@given(bases, single_lists, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_without_bundles_the_flow_is_the_optimum_of_both_objectives(bases, bundles, random):
    outcomes = every_outcome(bases, bundles)
    # Whatever the result it starts from.
    part = random.choice(outcomes)[1]
    flow = spread(part, first=True, total=True)
    assert flow is not None
    assert part.objectives(flow) == outcomes[0][0]


@given(bases, bundle_lists)
@settings(max_examples=60, deadline=None)
def test_with_bundles_the_flow_is_never_above_the_optimum(bases, bundles):
    (first, second), part = every_outcome(bases, bundles)[0]
    flow = spread(part, first=True, total=True)
    loose = spread(part, first=False, total=True)
    assert flow is not None
    assert loose is not None
    bound = part.objectives(flow)
    assert bound[0] <= first
    assert part.objectives(loose)[1] <= second
    if bound[0] == first:
        assert bound[1] <= second


@given(bases, bundle_lists, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_search_finds_the_optimum_of_the_first_objective_from_any_result(bases, bundles, random):
    outcomes = every_outcome(bases, bundles)
    part = random.choice(outcomes)[1]
    outcome = prove(part, second=False, floor=0, limit=10)
    assert outcome.lower == outcome.best == outcomes[0][0][0]


@given(bases, bundle_lists, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_search_finds_the_optimum_of_the_second_among_those_of_the_first(bases, bundles, random):
    outcomes = every_outcome(bases, bundles)
    first = outcomes[0][0][0]
    optimal = [outcome for outcome in outcomes if outcome[0][0] == first]
    outcome = prove(random.choice(optimal)[1], second=True, floor=0, limit=10)
    assert outcome.lower == outcome.best == optimal[0][0][1]


@given(bases, bundle_lists)
@settings(max_examples=30, deadline=None)
def test_a_true_floor_never_spoils_the_search(bases, bundles):
    outcomes = every_outcome(bases, bundles)
    (first, _), part = outcomes[-1]
    assume(first > outcomes[0][0][0])
    flow = spread(part, first=True, total=True)
    assert flow is not None
    outcome = prove(part, second=False, floor=part.objectives(flow)[0], limit=10)
    assert outcome.lower == outcome.best == outcomes[0][0][0]


def test_where_the_first_misses_its_flow_the_second_is_not_bounded_by_the_optima_of_that_flow():
    # Taken apart the two writs go one to each, which is worse in the second objective than any whole bundle.
    base = {("A", "individual"): 1000, ("B", "individual"): -1000, ("C", "individual"): -1000}
    (first, second), part = every_outcome(base, [(frozenset("AB"), (0, 2, 0, 0, 0))])[0]
    flow = spread(part, first=True, total=True)
    assert flow is not None
    assert part.objectives(flow)[1] > second
    assert _ends(part, (first, second), None, None)[0][0] < first
    assert _ends(part, (first, second), None, None)[0][1] <= second


def test_who_receives_a_writ_counts_though_he_stands_in_no_pool():
    bundle = Bundle("w", [], single("individual"), pool=frozenset("AB"), basis="returned", bound_to="C")
    after = Standing(Counter({("C", "individual"): 1}), Counter())
    excess = excess_after([bundle], {"w": "C"}, after)
    assert excess["C", "individual"] == 1000
    assert {name for name, _ in excess} == set("ABC")


def test_windows_grow_until_the_flow_lies_inside():
    everyone = frozenset(NAMES)
    bundles = [(everyone, single("individual"))] * 90
    part = component({("A", "individual"): -60_000}, bundles, ["B"] * 90)
    flow = spread(part, first=True, total=True)
    assert flow == {("A", "individual"): 70, ("B", "individual"): 10, ("C", "individual"): 10}


def test_a_result_far_from_even_is_seen_to_be_so_beyond_the_tangents():
    everyone = frozenset(NAMES)
    bundles = [(everyone, single("individual"))] * 90
    part = component({}, bundles, ["B"] * 90)
    outcome = prove(part, second=False, floor=0, limit=10)
    assert outcome.best < part.objectives(part.got)[0]
    assert outcome.lower <= 3 * 30_000**2


def test_excess_of_thousands_of_writs_stays_within_the_solver_s_numbers():
    everyone = frozenset(NAMES)
    part = component({("A", "individual"): 9_000_000}, [(everyone, single("individual"))] * 4, ["B"] * 4)
    flow = spread(part, first=True, total=True)
    assert flow == {("B", "individual"): 2, ("C", "individual"): 2}


HOME = ("E1", "E2")


def chamber_of_bundles(folder, takers):
    """Two enforcers and three bundles of two writs: taken apart they would be even, whole they cannot."""
    writs = [writ(f"{n}-{half}", case_id=f"K{n}", debtor_id=f"debtor {n}") for n in range(3) for half in "ab"]
    source = write_tables(
        folder / "in", districts=[district("D1")], enforcers=[enforcer(name) for name in HOME], writs=writs
    )
    dealt = deal(SEED, [f"{n}-a" for n in range(3)], Counter(takers))
    rows = [placed(w["writ_id"], dealt[f"{w['writ_id'][0]}-a"], HOME, bundle_id=f"{w['writ_id'][0]}-a") for w in writs]
    write_result(
        folder / "out",
        source,
        assigned=rows,
        unassigned=[],
        rejected=[],
        balances=[],
        licensed=dict.fromkeys(HOME, "C1"),
        rows={"districts": 1, "enforcers": 2, "writs": 6},
    )
    return folder


def test_where_bundles_keep_the_result_above_the_flow_a_search_with_whole_bundles_proves_it(tmp_path):
    folder = chamber_of_bundles(tmp_path, ("E1", "E1", "E2"))
    report = verify(folder / "in", folder / "out", steps=10)
    assert report.ok, str(report)
    # Who among equals got more is chosen by a search that is not repeated (`--again`).
    assert {f.check for f in report.of(Kind.UNPROVEN)} <= {"lot"}, str(report)
    assert "whole bundles" in str(report)


def test_without_a_search_such_a_bound_is_left_unproven_and_the_result_unbroken(tmp_path):
    folder = chamber_of_bundles(tmp_path, ("E1", "E1", "E2"))
    report = verify(folder / "in", folder / "out")
    assert report.ok, str(report)
    assert {f.check for f in report.of(Kind.UNPROVEN)} == {"lot", "optimality", "optimality_total"}
    assert "E1 and 1 others" in str(report)


def test_a_result_called_optimal_that_could_be_more_even_is_broken(tmp_path):
    folder = chamber_of_bundles(tmp_path, ("E1", "E1", "E1"))
    report = verify(folder / "in", folder / "out", steps=10)
    assert {f.check for f in report.broken()} >= {"optimality"}
    assert "an assignment of 2.000000 exists" in str(report)
