"""`tengbol why`: each member's price agrees with enumeration, and what is said of a writ is what decided."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import fields, replace
from hashlib import sha256
from itertools import product
from math import prod

import numpy as np
import polars as pl
import pytest
from books import NOW, batch, clerk, opened, tengbol
from chambers import HOME, chambers, crowded, typed
from hypothesis import assume, given
from published import KEY, kept
from small import absence, district, enforcer, proceeding, recusal, writ, write_tables

from tengbol.batch import distribute
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.optimizer.lot import masked
from tengbol.report.public.file import write_public
from tengbol.report.public.results import of_results
from tengbol.report.record import of_distribution
from tengbol.report.words import Words
from tengbol.runner import run
from tengbol.scenarios.stream import Recipe, draw
from tengbol.scenarios.why.again import again
from tengbol.scenarios.why.answer import Answers, why, with_numbers
from tengbol.scenarios.why.prices import bundles_of, excess_of, prices
from tengbol.scenarios.why.published import why_published

AS_OF = dt.datetime(2026, 11, 23, 18)


#: So many ways to give everything are gone through.
MOST = 2_000


def recorded(tables):
    chamber = typed(tables)
    return of_distribution(chamber, distribute(chamber, as_of=AS_OF, seed="ab12"), batch_id="B")


def objectives(record, moved=None):
    """Both objectives, reckoned one by one; moved: a bundle and who has it instead."""
    excess = {}
    for row in record.standing.iter_rows(named=True):
        share = round(row["share_after"] / 1_000_000) if row["share_after"] % 1_000_000 != 500_000 else None
        if share is None:
            half = row["share_after"] // 1_000_000
            share = half + half % 2
        excess[row["enforcer_id"], row["category"]] = 1000 * row["received_after"] - share
    for row in record.assignments.iter_rows(named=True) if moved else ():
        if row["bundle_id"] == moved[0]:
            excess[row["enforcer_id"], row["category"]] -= 1000
            excess[moved[1], row["category"]] += 1000
    totals = {who: sum(excess[who, name] for name in CATEGORIES) for who, _ in excess}
    return sum(e**2 for e in excess.values()), sum(e**2 for e in totals.values())


@given(chambers())
def test_every_price_is_the_difference_of_the_sums(tables):
    record = recorded(tables)
    before = np.array(objectives(record))
    for bundle_id, who, first, second, has, _ in prices(record).iter_rows():
        assert ((first, second) == np.array(objectives(record, (bundle_id, who))) - before).all()
        assert not has or (first, second) == (0, 0)
        assert first >= 0 or record.batches["status"].item() != "optimal"


def values_of_all_ways(record):
    """Every way to give all free bundles, `(N, B)` whom, and both objectives of each way, `(N, 2)`."""
    bundles, (ids, after) = bundles_of(record), excess_of(record)
    pool_of = {pool: sorted(rows["enforcer_id"]) for (pool,), rows in record.pools.group_by("pool_id")}
    assume(prod(len(pool_of[pool]) for pool in bundles["pool_id"]) <= MOST)
    row = {name: j for j, name in enumerate(ids)}
    counts = 1000 * bundles.select(CATEGORIES).to_numpy()
    np.subtract.at(after, [row[name] for name in bundles["enforcer_id"]], counts)
    ways = np.array(list(product(*(pool_of[pool] for pool in bundles["pool_id"]))))
    excess = np.repeat(after[None], len(ways), axis=0)
    for place, own in enumerate(counts):
        excess[np.arange(len(ways)), [row[name] for name in ways[:, place]]] += own
    return ways, np.stack([(excess**2).sum(axis=(1, 2)), (excess.sum(axis=2) ** 2).sum(axis=1)], axis=1)


@given(crowded())
def test_to_make_the_rest_anew_costs_what_the_best_of_all_ways_costs(tables):
    record = recorded(tables)
    ways, values = values_of_all_ways(record)
    place = {name: n for n, name in enumerate(bundles_of(record)["bundle_id"])}
    for bundle_id, who, *_ in prices(record).filter(~pl.col("has")).iter_rows():
        found = again(record, bundle_id, who)
        best = min(map(tuple, values[ways[:, place[bundle_id]] == who].tolist()))
        first, second = np.array(best) - objectives(record)
        assert found.change == found.least == first, "so small a pool is proven"
        assert found.second_least <= second <= found.second


@given(crowded())
def test_to_make_the_rest_anew_never_costs_more_than_to_hold_it(tables):
    record = recorded(tables)
    told = prices(record).filter(~pl.col("has"))[:3]
    for bundle_id, who, first, _, _, alike in told.iter_rows():
        found = again(record, bundle_id, who)
        assert found.least <= found.change <= first
        # What was proven least cannot be beaten by a choice.
        assert found.change >= 0 or record.batches["status"].item() != "optimal"
        assert not alike or found.change <= 0


@given(chambers())
def test_of_all_writs_at_once_the_same_is_said_as_of_each_alone(tables):
    record, words = recorded(tables), Words("en")
    answers = Answers(record, words)
    for writ_id in [*record.assignments["writ_id"], *record.unassigned["writ_id"]]:
        assert answers.of(writ_id).as_json() == why(record, writ_id, words).as_json()


def test_of_a_bound_writ_there_was_no_choice():
    held = [proceeding("L", "E1", debtor_id="D-1", category="alimony")]
    claim = {"claim": "alimony", "amount": None, "debtor_id": "D-1"}
    found = why(recorded(HOME | {"writs": [writ("W", **claim)], "ledger": held}), "W", Words("en"), instead="E2")
    assert found.prices.is_empty()
    assert found.explanation.startswith("¶13")


def test_whoever_was_left_out_is_told_with_the_reason():
    record = recorded(HOME | {"writs": [writ("W")], "absences": [absence("E1", "leave")]})
    assert why(record, "W", Words("en")).left_out.select("enforcer_id", "reason").rows() == [("E1", "leave")]


def test_a_writ_that_the_batch_does_not_have_is_refused():
    with pytest.raises(UnusableInputError, match="no such writ"):
        why(recorded(HOME | {"writs": [writ("W")]}), "V", Words("en"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three enforcers in one district, two writs alike, and a writ that waits."""
    folder = tmp_path_factory.mktemp("why")
    write_tables(folder / "in", **HOME, writs=[writ("W1"), writ("W2"), writ("W3", signature="invalid")])
    done = tengbol("run", folder / "in", "--out", folder / "out", "--as-of", "2026-11-23T18:00:00", "--seed", "01")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_command_answers_of_a_result_alone_in_every_language(small, language):
    said = tengbol("why", small / "out", "W1", "--instead", "E1", "--lang", language)
    assert (said.returncode, said.stderr) == (0, "")
    assert len(re.findall(r"^  E\d: ", said.stdout, flags=re.MULTILINE)) == 2
    if language != "en":
        assert not re.search(r"\b(?:the|had|of|and)\b", said.stdout), said.stdout
    waits = tengbol("why", small / "out", "W3", "--lang", language)
    assert waits.stdout.startswith("W3. ¶5: ")


def test_the_numbers_are_those_of_the_ids_by_which_the_lot_went(tmp_path):
    """With a key, an enforcer who goes by a personal number stands in the lot by its keyed hash."""
    personal = ("850101300124", "900512400018")
    people = [*map(enforcer, personal), enforcer("E3")]
    write_tables(tmp_path / "in", districts=[district("D1")], enforcers=people, writs=[writ("W1")])
    (tmp_path / "key").write_text(KEY)
    (tmp_path / "key").chmod(0o600)
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01", key=KEY)
    told = json.loads(tengbol("why", tmp_path / "out", "W1", "--key", tmp_path / "key", "--json").stdout)
    found = {row["enforcer_id"]: row["number"] for row in told["members"]}
    names = {**dict(zip(personal, masked(KEY, personal, "enforcer"), strict=True)), "E3": "E3"}
    assert found == {who: sha256(f"01:individual:{name}".encode()).hexdigest()[:10] for who, name in names.items()}
    alone = json.loads(tengbol("why", tmp_path / "out", "W1", "--json").stdout)
    known = {row["enforcer_id"]: row["number"] for row in alone["members"]}
    assert known == {**dict.fromkeys(personal), "E3": found["E3"]}
    (tmp_path / "key").write_text("00" * 32)
    assert "is not the key" in tengbol("why", tmp_path / "out", "W1", "--key", tmp_path / "key", "--lang", "en").stderr


def test_programs_get_the_same_as_numbers(small):
    told = json.loads(tengbol("why", small / "out", "W1", "--json").stdout)
    members = {row["enforcer_id"]: row for row in told["members"]}
    assert set(members) == {"E1", "E2", "E3"}
    assert [row["enforcer_id"] for row in told["members"] if row["has"]] == [told["enforcer_id"]]
    assert all((row["objective"] == 0) == (row["has"] or row["alike"] == 0) for row in members.values())


def test_the_command_answers_of_a_book(tmp_path):
    book = tmp_path / "my.book"
    batch(opened(f"sqlite:///{book}", tmp_path), clerk(), as_of=NOW)
    said = tengbol("why", book, "W1", "--lang", "en")
    assert said.returncode == 0, said.stderr
    assert "What it would have cost" in said.stdout
    missing = tengbol("why", book, "W9", "--lang", "en")
    assert missing.returncode == 2
    assert "no batch of this book has met it" in missing.stderr


# ---- From a public file alone


@pytest.fixture(scope="module")
def published_days(tmp_path_factory):
    """Five days of a stream, and the public file of them."""
    recipe = Recipe(districts=3, enforcers=12, writs_a_day=24, bundled=0.3, followed=0.2, seed=5)
    made = kept(recipe, draw(recipe).days[:5])
    file = tmp_path_factory.mktemp("public") / "public.jsonl.gz"
    write_public(made.record, KEY, file, commitment=made.commitment)
    return made.record, file


def test_a_public_file_gives_the_same_prices_and_numbers_as_the_chamber_has(published_days):
    whole, file = published_days
    last = whole.batches.sort("number")["batch_id"][-1]
    names = [field.name for field in fields(whole) if "batch_id" in getattr(whole, field.name).columns]
    one = replace(whole, **{name: getattr(whole, name).filter(batch_id=last) for name in names})
    free = one.assignments.filter(pl.col("basis").is_in(["registered", "attached"])).sort("writ_id")
    told = prices(one)
    tried = 0
    for row in free.iter_rows(named=True):
        priced = with_numbers(one, row, told, one.batches["seed"].item())
        due = priced.select("enforcer_id", "first", "second", "number")
        found = why_published(file, masked(KEY, [row["writ_id"]])[0], str)
        assert found.prices.select(due.columns).sort("enforcer_id").equals(due.sort("enforcer_id"))
        assert found.row["enforcer_id"] == row["enforcer_id"]
        tried += 1
    assert tried > 5
    assert told.height


def test_of_whoever_was_left_out_a_public_file_tells_no_more_than_its_pools_show(tmp_path):
    write_tables(
        tmp_path / "in",
        districts=[district("D1"), district("D2")],
        enforcers=[*(enforcer(f"E{n}") for n in range(1, 4)), enforcer("F1", "D2")],
        recusals=[recusal("W1", "E3", decision="12")],
        writs=[writ("W1"), writ("W2"), writ("W3", debtor_district_id="D2")],
    )
    run(tmp_path / "in", tmp_path / "out", as_of=AS_OF, seed="01", key=KEY)
    file = tmp_path / "public.jsonl"
    write_public(of_results(tmp_path / "out", tmp_path / "in", KEY), KEY, file)
    (public_id,) = masked(KEY, ["W1"])
    said = tengbol("why", file, public_id, "--lang", "en")
    assert (said.returncode, said.stderr) == (0, "")
    assert "so recused: E3." in said.stdout
    assert "F1" not in said.stdout
    assert len(re.findall(r"^  E\d: ", said.stdout, flags=re.MULTILINE)) == 1
    other = tengbol("why", file, public_id, "--instead", "F1", "--lang", "en")
    assert "neither registered in nor attached to the district" in other.stdout
    assert tengbol("why", file, "0" * 32).returncode == 2


# ---- By what stands on the paper


@pytest.fixture(scope="module")
def numbered(tmp_path_factory):
    """Two writs of one number, one of its own, and two rows that were refused, one of them for another row."""
    folder = tmp_path_factory.mktemp("numbered")
    rows = [
        writ("W1", number="№ 7/2026-А", issued_by="Суд 1", debtor_id="P-77"),
        writ("W2", number="9", issued_by="Суд 1"),
        writ("W3", number="9", issued_by="Суд 2"),
        writ("W4", number="11", form="fax"),
        writ("W5", number="7/2026-a", issued_by="СУД 1", debtor_id="P-77"),
    ]
    write_tables(folder / "in", **HOME, writs=rows)
    done = tengbol("run", folder / "in", "--out", folder / "out", "--as-of", "2026-11-23T18:00:00", "--seed", "01")
    assert done.returncode == 0, done.stderr
    return folder


def asked(folder, what, *more, language="en"):
    return tengbol("why", folder / "out", what, "--input", folder / "in", "--lang", language, *more)


@pytest.mark.parametrize("number", ["№ 7/2026-А", "7/2026-a", "w1"])
def test_a_writ_is_found_by_the_number_on_the_paper(numbered, number):
    assert asked(numbered, number).stdout == asked(numbered, "W1").stdout != ""


def test_a_number_of_several_is_answered_with_their_ids(numbered):
    told = asked(numbered, "9")
    assert told.returncode == 2 and "W2 (Суд 1), W3 (Суд 2)" in told.stderr


@pytest.mark.parametrize("name", ["11", "W4"])
def test_of_a_refused_row_it_is_said_where_it_stands_and_what_to_write(numbered, name):
    told = asked(numbered, name)
    assert told.returncode == 0, told.stderr
    assert re.search(r"refused.*\n  writs.csv, row 5, «form»: form is 'fax'; one of paper, electronic", told.stdout)
    said = json.loads(asked(numbered, name, "--json").stdout)
    assert said["assigned"] is False and "row 5" in said["refused"][0]
    assert "бумажный" in asked(numbered, name, language="ru").stdout


def test_a_row_that_another_row_has_already_is_found_too(numbered):
    told = asked(numbered, "W5").stdout
    assert "row 6" in told and "as W1 in row 2" in told


def test_what_nobody_knows_is_said_with_what_to_give(numbered):
    assert "neither a writ of this id, nor a document of this number" in asked(numbered, "404").stderr
    alone = tengbol("why", numbered / "out", "9", "--lang", "en")
    assert alone.returncode == 2 and "--input INPUT" in alone.stderr


def test_a_book_knows_the_number_and_what_waits_to_be_completed(tmp_path):
    book = tmp_path / "my.book"
    batch(opened(f"sqlite:///{book}", tmp_path), clerk(), as_of=NOW)
    number = writ("W1")["number"]
    assert tengbol("why", book, number.lower(), "--lang", "en").stdout.startswith("W1 → ")
    write_tables(tmp_path / "more", writs=[writ("W8", form="fax")])
    done = tengbol("book", "import", tmp_path / "more", "--book", book)
    assert done.returncode == 0, done.stderr
    told = tengbol("why", book, "W8", "--lang", "en")
    assert told.returncode == 0 and "refused" in told.stdout and "form is 'fax'" in told.stdout
