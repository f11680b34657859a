"""Certificates in the public file: whoever has it confirms them in whole numbers, without a solver."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from itertools import combinations

import pytest
from books import NOW, batch, clerk, home, opened, take
from browser import checking, dropped
from chambers import HOME, decide, typed
from forging import mended
from proofs import numbers
from published import KEY, kept
from publishing import publish
from small import enforcer, recusal, writ
from tampering import written

from tengbol.model.codes import CATEGORIES
from tengbol.proofs import text
from tengbol.report.public.file import write_public
from tengbol.report.record import of_distribution
from tengbol.scenarios.stream import Recipe, draw
from tengbol.verify import Kind
from tengbol.verify.public import verify_public

#: Many bundles in few hands: who gets which decides how even it is.
RECIPE = Recipe(districts=2, enforcers=7, writs_a_day=24, bundled=0.5, followed=0.1, seed=5)
PERSONAL = ("850101300124", "900512400018", "750303300012")


def lines_of(folder, **named):
    """Lines of a file of twelve batches."""
    made = kept(RECIPE, draw(RECIPE).days[:12], **named)
    write_public(made.record, KEY, folder / "p.jsonl", commitment=made.commitment)
    return [json.loads(line) for line in (folder / "p.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    return lines_of(tmp_path_factory.mktemp("proven"))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """By the lot of version 0.1.0, of which nothing but certificates, flows and searches speaks."""
    return lines_of(tmp_path_factory.mktemp("bare"), lot_version=1)


def judged(folder, lines, **named):
    (folder / "p.jsonl").write_text(written(lines), encoding="utf-8")
    return verify_public(folder / "p.jsonl", **named)


def uneven(report):
    """What is not proven of how even it is."""
    return [one for one in report.of(Kind.UNPROVEN) if one.check.startswith("optimality")]


def without(lines):
    return [{key: value for key, value in line.items() if key != "certificate"} for line in lines]


def put(lines, place, path, value):
    out = copy.deepcopy(lines)
    at = out[place]["certificate"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return out


def test_every_batch_has_one_and_no_solver_is_imported_to_confirm_them(told, tmp_path):
    (tmp_path / "p.jsonl").write_text(written(told), encoding="utf-8")
    code = (
        "import sys; from tengbol.verify.public import verify_public; r = verify_public(sys.argv[1]); print(r);"
        "assert r.ok; assert not [name for name in sys.modules if 'ortools' in name]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "p.jsonl"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[certificate]" in done.stdout
    assert "12 of 12 batches: What its certificate" in done.stdout
    assert not uneven(judged(tmp_path, told))
    assert all(own["certificate"]["components"] for own in told[1:])


def test_a_file_of_before_verifies_as_what_it_was(told, tmp_path):
    before = without(told)
    report = judged(tmp_path, before)
    assert report.ok, str(report)
    assert "certificate" not in {one.check for one in report.findings}
    searched = judged(tmp_path, before, steps=10)
    assert searched.ok
    assert not uneven(searched), str(searched)


def test_what_no_certificate_proves_is_named_and_searched_on_demand(bare, tab, tmp_path):
    lines = copy.deepcopy(bare)
    assert not uneven(judged(tmp_path, lines))
    for line in lines[1:]:
        for own in line["certificate"]["components"]:
            for key in ("tree", "sets", "counts"):
                own.pop(key, None)
            own["searched"] = True
    report = judged(tmp_path, lines)
    assert report.ok
    named = uneven(report)
    assert named, "flows alone prove all of it: the recipe shows nothing"
    assert all("--search" in str(one) and one.subject for one in named)
    verdict, broken, left = dropped(tab, written(lines))
    assert (verdict, broken) == ("holds", set())
    assert "evenness" in left
    assert not uneven(judged(tmp_path, lines, steps=10))


def test_a_certificate_with_any_number_changed_is_refused_or_a_proof_all_the_same(bare, tmp_path):
    chance, refused = random.Random(3), 0
    places = [(place, path) for place in range(1, len(bare)) for path in numbers(bare[place]["certificate"])]
    for place, path in chance.sample(places, 150):
        value = chance.choice([-1, 0, 1, 2000, chance.randint(-(10**9), 10**9)])
        report = judged(tmp_path, put(bare, place, path, value))
        if not report.ok:
            assert {one.check for one in report.broken()} == {"certificate"}, (place, path, value)
            refused += 1
    assert refused > 30


def test_nothing_proves_a_distribution_that_could_be_more_even(told, tmp_path):
    """A liar with time: a writ goes to another, and the certificate stays, says what he needs, or goes away."""
    for place in range(1, 5):
        lines = copy.deepcopy(told)[: place + 1]
        part = lines[-1]["part"]
        table = part["assignments"]
        row = next(
            n for n, basis in enumerate(table["basis"])
            if basis == "registered" and table["bundle"][n] is None and len(part["pools"][table["pool"][n]]) > 1
        )  # fmt: skip
        table["enforcer"][row] = next(who for who in part["pools"][table["pool"][row]] if who != table["enforcer"][row])
        lines = mended(lines)
        assert not judged(tmp_path, lines).ok
        for own in lines[-1]["certificate"]["components"]:
            own["bounds"] = [10**12, 10**12]
        assert "certificate" in {one.check for one in judged(tmp_path, lines).broken()}
        assert not judged(tmp_path, without(lines)).ok


def test_a_component_left_out_or_another_one_s_is_refused(told, tmp_path):
    lines = copy.deepcopy(told)
    lines[1]["certificate"]["components"].pop()
    assert {one.check for one in judged(tmp_path, lines).broken()} == {"certificate"}
    lines = copy.deepcopy(told)
    lines[1]["certificate"]["components"][0]["enforcer"] = "E"
    assert {one.check for one in judged(tmp_path, lines).broken()} == {"certificate"}


@pytest.mark.parametrize("key", ["tree", "sets"])
def test_where_ids_are_masked_the_certificate_goes_by_the_public_ones(tab, tmp_path, monkeypatch, key):
    """Enforcers and pools stand in another order in public, and so do their prices."""
    if key == "sets":
        monkeypatch.setattr("tengbol.optimizer.proving.certified", lambda *_, **__: None)
    people = [*HOME["enforcers"], *map(enforcer, PERSONAL)]
    names = [row["enforcer_id"] for row in people if row["district_id"] == "D1"]
    writs, recusals = [], []
    for n, left in enumerate(combinations(names, 2)):
        for m in range(1 + n % 3):
            writs.append(writ(f"w{n}-{m}", creditor_kind="legal_entity" if m else "individual"))
            recusals += [recusal(f"w{n}-{m}", who) for who in left]
    writs += [writ(f"p{n}-{half}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(3) for half in "ab"]
    if key == "sets":  # bundles that fit nowhere, in two pools
        long = [(n, writ(f"l{n}-{m}", case_id=f"L{n}", debtor_id=f"o{n}")) for n in range(2) for m in range(9)]
        recusals += [recusal(one["writ_id"], names[n]) for n, one in long]
        writs += [one for _, one in long]
    tables = {**HOME, "enforcers": people, "recusals": recusals}
    made = decide(*writs, key=KEY, enforcers=people, recusals=recusals)
    chain = {"certificate": text(made.whole.certificate)}
    record = of_distribution(typed({**tables, "writs": writs}), made.whole, batch_id="one", chain=chain)
    write_public(record, KEY, tmp_path / "p.jsonl")
    report = verify_public(tmp_path / "p.jsonl")
    assert report.ok, str(report)
    assert "certificate" in {one.check for one in report.of(Kind.HOLDS)}
    line = json.loads((tmp_path / "p.jsonl").read_text().splitlines()[1])
    (own,) = line["certificate"]["components"]
    assert key in own
    if key == "sets":  # in the order of the public names, whatever that of the others is
        assert own["sets"]["whole"] == sorted(own["sets"]["whole"])
        assert len({row[0] for row in own["sets"]["whole"]}) > 1
    assert not [name for name in PERSONAL if name in (tmp_path / "p.jsonl").read_text()]
    verdict, broken, left = dropped(tab, (tmp_path / "p.jsonl").read_text())
    assert (verdict, broken) == ("holds", set())
    assert not left & {"certificate", "evenness"}


def test_a_book_publishes_the_certificates_that_it_keeps(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path, home(writs=[writ(f"W{n}") for n in range(10)]))
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(4)])
    batch(store, clerk(), as_of=NOW)
    lines = [json.loads(line) for line in publish(store, tmp_path / "p.jsonl").read_text().splitlines()]
    assert all(line["certificate"]["components"] for line in lines[1:])
    store.execute("DROP TRIGGER batches_fixed")
    store.execute("UPDATE batches SET certificate = NULL")
    bare = [json.loads(line) for line in publish(store, tmp_path / "bare.jsonl").read_text().splitlines()]
    assert bare == without(lines), "batches of before have none"
    store.close()


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with checking(tmp_path_factory.mktemp("page")) as tab:
        yield tab


def test_the_page_proves_with_them_what_it_could_not_without(bare, tab):
    assert "evenness" in dropped(tab, written(without(bare)))[2], (
        "cyclic exchanges alone show it: the recipe shows nothing"
    )
    verdict, broken, left = dropped(tab, written(bare))
    assert (verdict, broken) == ("holds", set())
    assert "evenness" not in left


def test_the_page_refuses_the_certificates_that_verify_refuses(bare, tab, tmp_path):
    chance = random.Random(4)
    places = [(place, path) for place in range(1, len(bare)) for path in numbers(bare[place]["certificate"])]
    verdicts = []
    for place, path in chance.sample(places, 60):
        forged = put(bare, place, path, chance.choice([-1, 0, 1, 2000, chance.randint(-(10**9), 10**9), 2**70]))
        report = judged(tmp_path, forged)
        verdicts.append(dropped(tab, written(forged))[0])
        assert verdicts[-1] == ("holds" if report.ok else "broken"), (place, path, str(report))
    assert {"holds", "broken"} == set(verdicts)


def test_the_page_counts_long_bundles(tab, tmp_path):
    """Seven of ten writs: somebody of three has three, and some two have at most four."""
    writs = [writ(f"w{n}-{m}", case_id=f"K{n}", debtor_id=f"d{n}") for n in range(7) for m in range(10)]
    made = decide(*writs, key=KEY)
    chain = {"certificate": text(made.whole.certificate)}
    record = of_distribution(typed({**HOME, "writs": writs}), made.whole, batch_id="one", chain=chain)
    write_public(record, KEY, tmp_path / "p.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    (own,) = lines[1]["certificate"]["components"]
    del own[next(key for key in ("tree", "sets", "counts") if key in own)]
    people = len(max(lines[1]["part"]["pools"].values(), key=len))
    k = CATEGORIES.index(lines[1]["part"]["assignments"]["category"][0])
    for bundles, due in ((7, "holds"), (2, "broken")):
        own["counts"] = [[k, people - 1, bundles]]
        assert judged(tmp_path, lines).ok == (due == "holds")
        verdict, broken, left = dropped(tab, written(lines))
        assert (verdict, broken) == (due, {"certificate"} if due == "broken" else set())
        assert ("evenness" in left) == (due == "broken")


def test_the_page_says_of_what_it_does_not_check_that_it_does_not(bare, tab, tmp_path):
    """Whatever stands there: neither true nor false is said of it."""
    lines = copy.deepcopy(bare)
    for line in lines[1:]:
        for own in line["certificate"]["components"]:
            tree = own.pop("tree", None) or {"first": own["sets"]["first"]["pools"]}
            while "first" not in tree:
                tree = tree["then"][0]
            far = {"scale": 1, "pools": [2**62 for _ in tree["first"]], "bundles": []}
            own["sets"] = {"whole": [], "first": far}
    report = judged(tmp_path, lines)
    assert report.ok
    assert "certificate" in {one.check for one in report.of(Kind.UNPROVEN)}
    verdict, broken, left = dropped(tab, written(lines))
    assert (verdict, broken) == ("holds", set())
    assert {"certificate", "evenness"} <= left
