"""What the page makes of certificates, in a real browser: the verdict of `verify` on each, intact and altered.

The browser is opened once and handed many certificates at a time, each with its component; no file is written.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from browser import checking
from lots import merged
from problems import drawn, problem
from proofs import changed, in_cases, invented, named, numbers, of_five, parts_of, pools_of, proven, without_trees
from tampering import canonical

from benchmarks.heart.district import case
from benchmarks.heart.numbers import nonuniform
from tengbol.model.codes import CATEGORIES
from tengbol.optimizer.solve import solve
from tengbol.verify.certificate import check_proof, prove
from tengbol.verify.findings import Findings, Kind

#: What it says of [part, certificate of it], as those are in `told`.
_SAID = """text => {
  const {parts, tries} = new Reader(text).whole();
  const made = parts.map(({who, base, bundles}) => ({
    who, name: who[0],
    base: new Map(who.flatMap((one, j) => base[j].map((e, k) => [cellOf(one, COUNTED_BY[k]), e]))),
    bundles: bundles.flatMap(({pool, members, counts, enforcer, many}) => Array.from({length: many}, () => ({
      pool, members, enforcer, counts: CATEGORIES.map(one => counts[COUNTED_BY.indexOf(one)]),
      writs: Array.from({length: counts.reduce((sum, one) => sum + one)}),
    }))),
  }));
  return tries.map(([n, own]) => {
    const found = new Findings(), even = certified({certificate: {version: 1, components: [own]}}, [made[n]], found);
    return found.anyBroken() ? "refused" : found.made.length ? "left" : even.size ? "even" : "less";
  });
}"""


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with checking(tmp_path_factory.mktemp("page")) as tab:
        yield tab


def told(part):
    """A component as the page has it."""
    rows = ((each, who, many) for each, got in part.dealt.items() for who, many in got.items())
    return {
        "who": part.enforcers,
        "base": [[part.base[who, category] for category in CATEGORIES] for who in part.enforcers],
        "bundles": [
            {"pool": named(pool), "members": sorted(pool), "counts": list(counts), "enforcer": who, "many": many}
            for (pool, counts), who, many in rows
        ],
    }


def by_page(tab, tries):
    parts = list({id(part): part for part, _ in tries}.values())
    place = {id(part): n for n, part in enumerate(parts)}
    own = [[place[id(part)], {"enforcer": part.enforcers[0], **own}] for part, own in tries]
    return tab.evaluate(_SAID, canonical({"parts": [told(part) for part in parts], "tries": own}))


def by_verify(part, own):
    found = Findings()
    out = check_proof({"version": 1, "components": [{"enforcer": part.enforcers[0], **own}]}, [part], found)
    if found.any_broken("certificate"):
        return "refused"
    if [one for one in found.made if one.kind is Kind.UNPROVEN]:
        return "left"
    return "even" if out.get(part.enforcers[0]) == part.objectives(part.got) else "less"


def agreed(tab, tries):
    """Hold the page to `verify`; how often each said what. Of large numbers the page may say nothing where it does."""
    out = Counter()
    for (part, own), said in zip(tries, by_page(tab, tries), strict=True):
        due = by_verify(part, own)
        assert said == due or said == "left", (own, told(part), due, said)
        out[due, said] += 1
    return out


class Least(int):
    """A bound that nothing falls short of; remembers the least that was held to it."""

    least = 10**15

    def __gt__(self, value):
        self.least = min(self.least, value)
        return False


def closest(part, own):
    """The same with the highest bounds that it proves, and with either of them one higher."""
    first, second = Least(), Least()
    prove(part, own, (first, second))
    more = [(0, 0), (1, 0), (0, 1)]
    return [own | {"bounds": [first.least + one, second.least + other]} for one, other in more]


@cache
def small(number):
    """Components of a small problem; of every third all enforcers are alike, and there are more bundles alike."""
    some = merged(drawn(np.random.default_rng(number), rows=4, categories=2, pools=3, things=9))
    if number % 3 == 0:
        some = replace(some, opening=np.full_like(some.opening, 250 * number), class_size=some.class_size + 2)
    return parts_of(solve(of_five(some), limit=0.0))


def thinned(node, draw):
    """A tree with some of its cases left out: as it is where another enforcer is in the same case."""
    if "to" not in node:
        return node
    kept = sorted(draw.sample(range(len(node["to"])), max(1, len(node["to"]) - draw.randint(0, 1))))
    return node | {"to": [node["to"][n] for n in kept], "then": [thinned(node["then"][n], draw) for n in kept]}


@cache
def crowded(number):
    """Long bundles of one category, nearly alike or not, and enforcers who differ in that or in others, or do not."""
    draw = random.Random(number)
    rows, apart = draw.randint(2, 6), draw.choice([1000, 500, 40, 1])
    before = [[apart * draw.randint(-9, 9), draw.randint(-2000, 2000)] for _ in range(rows)]
    opening = [[own, other, 700 - other if number % 3 else 0] for own, other in before]
    sizes = [draw.randint(8, 10) if number % 2 else draw.randint(2, 20) for _ in range(draw.randint(1, 9))]
    classes = [(0, [size, 0, 0], 1) for size in sizes]
    alone = [draw.randint(0, 3), int(draw.random() < 0.2), 0]
    some = problem(opening, [list(range(rows))], [alone], classes)
    (part,) = parts_of(solve(of_five(merged(some)), limit=0.0))
    return part


def looked(part, draw):
    """Counts as chance has them, a few of more than there are, and of a category without writs."""
    people, bundles = len(part.enforcers), sum(many for (_, counts), many in part.classes.items() if sum(counts) > 1)
    beyond = int(draw.random() < 0.1)
    own = [
        [0, draw.randint(1, people - 1 + beyond), draw.randint(0, bundles + beyond)] for _ in range(draw.randint(0, 6))
    ]
    return [*own, [draw.choice([0, 1]), people, bundles]] if beyond else own


def made(key, draw):
    """Components, and what is said to prove their bounds."""
    if key == "counts":
        for number in range(60):
            yield from ((crowded(number), {key: looked(crowded(number), draw)}) for _ in range(5))
        return
    for part in (part for number in range(60) for part in small(number)):
        own = invented(part, key, draw, most=2)
        yield from ((part, {key: each}) for each in (own, thinned(own, draw)))


@pytest.mark.parametrize("key", ["tree", "sets", "counts"])
def test_the_highest_bounds_that_any_numbers_prove_are_proven_and_no_higher_ones(tab, key, monkeypatch):
    draw, tries, nothing = random.Random(key), [], {"bounds": [-(10**15)] * 2}
    monkeypatch.setattr("tengbol.verify.sets.MOST", 100_000)  # prices that rule out nothing are asked about below
    for part, own in made(key, draw):
        said = by_verify(part, own | nothing)
        if said == "less":
            tries += [(part, each) for each in closest(part, own)]
        elif said == "refused":  # a case is left out, or nothing bounds the second objective
            tries.append((part, own | nothing))
    said = agreed(tab, tries)
    assert not [one for one in said if "left" in one]
    assert said["less", "less"] + said["even", "even"] > 50
    assert said["refused", "refused"] > 150


@pytest.fixture(scope="module")
def honest():
    """Components with a proof by whole bundles, in several cases too, by theorem 5 and by counts."""
    out = []
    for seed in range(60):
        parts, proof = without_trees(drawn(np.random.default_rng(seed), rows=4, categories=2, pools=3, things=14))
        for part, own in zip(parts, proof["components"], strict=True):
            if "sets" in own and own["sets"]["whole"]:
                out += [(part, own), (part, in_cases(part, own))]
    for seed in (1, 2):
        (part,), proof = proven(of_five(merged(case(nonuniform(50, 5, 1_000, seed)).problem)))
        out.append((part, proof["components"][0]))
    (part,) = parts_of(solve(of_five(problem([[-20_000, 700]] * 4, [[*range(4)]], None, [(0, [10, 0], 9)])), limit=0.2))
    out.append((part, {"bounds": list(part.objectives(part.got)), "counts": [[0, 3, 9]]}))
    return out


def test_honest_certificates_are_proofs(tab, honest):
    assert {key for _, own in honest for key in ("sets", "counts") if key in own} == {"sets", "counts"}
    assert {"second" in own["sets"] for _, own in honest if "sets" in own} == {True, False}, "theorem 5, too"
    said = agreed(tab, honest)
    assert set(said) == {("even", "even")}
    assert said.total() > 20


def test_any_change_of_a_number_is_refused_or_a_proof_all_the_same(tab, honest):
    draw, tries = random.Random(1), []
    for part, own in honest:
        places = list(numbers(own))
        for _ in range(25):
            path = draw.choice(places)
            value = draw.choice(
                [-1, 0, 1, 2, 2000, draw.randint(-(10**6), 10**6), draw.randint(-(10**13), 10**13), 2**70]
            )
            tries.append((part, changed(own, path, value)))
    said = agreed(tab, tries)
    assert said["refused", "refused"] > 300
    assert said["less", "less"] + said["even", "even"] > 100
    assert said["left", "left"]
    for part, own in honest:
        for more in ([2000, 0], [0, 2000]):
            bounds = [a + b for a, b in zip(part.objectives(part.got), more, strict=True)]
            assert by_page(tab, [(part, own | {"bounds": bounds})]) == ["refused"]


def places_of(value, path=()):
    """Every place in a certificate, whatever stands there."""
    yield path
    for key, inside in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places_of(inside, (*path, key))


def test_whatever_stands_in_the_place_of_anything_the_verdict_is_that_of_verify(tab, honest):
    draw, tries = random.Random(2), []
    for part, own in honest:
        places = [path for path in places_of(own) if path and path != ("enforcer",)]
        for _ in range(25):
            value = draw.choice([None, True, "1", [], {}, [1], [[0, 1, 1]], [[0]], {"pools": []}, -1, 0])
            tries.append((part, changed(own, draw.choice(places), value)))
        which = draw.choice([key for key in own if key not in ("enforcer", "bounds")])
        tries.append((part, {key: value for key, value in own.items() if key != which}))
        tries.append((part, own | {"tree": {}}))
    said = agreed(tab, tries)
    assert said["refused", "refused"] > 300
    assert said["less", "less"]


def test_a_category_that_came_later_is_missing_in_what_is_whole_of_before(tab, honest):
    part, own = next((part, own) for part, own in honest if "sets" in own)
    assert not any(row[-1] for row in own["sets"]["whole"])
    whole = [row[:-1] for row in own["sets"]["whole"]]
    assert agreed(tab, [(part, own | {"sets": own["sets"] | {"whole": whole}})]) == {("even", "even"): 1}
    whole = [[*row, 0] for row in own["sets"]["whole"]]
    assert agreed(tab, [(part, own | {"sets": own["sets"] | {"whole": whole}})]) == {("refused", "refused"): 1}


def test_where_it_takes_more_steps_or_larger_numbers_than_are_allowed_nothing_is_said(tab):
    """Prices of nothing rule out nothing, so that all sets of forty-eight bundles are within the room."""
    kinds = [[one, other] for one in range(1, 5) for other in range(1, 5)]
    some = problem([[-1000 * j, 500 * j] for j in range(6)], [[*range(6)]], None, [(0, counts, 3) for counts in kinds])
    (part,) = parts_of(solve(of_five(some), limit=0.0))
    (pool,) = pools_of(part)
    whole = [[0, *counts] for p, counts in part.classes if p == pool]
    nothing = {"scale": 1, "pools": [0, 0], "bundles": [0] * len(whole)}
    own = {"bounds": [0, 0], "sets": {"whole": whole, "first": nothing, "second": nothing | {"weight": 0}}}
    large = own["sets"] | {"first": nothing | {"bundles": [10**17] * len(whole)}}
    assert by_page(tab, [(part, own), (part, own | {"sets": large})]) == ["left", "left"]
    # What is proven of the first objective alone takes few.
    assert by_page(tab, [(part, own | {"bounds": [10**15, 0]})]) == ["refused"]
