"""The public report: everything a stranger needs to recompute a year of batches, and nothing that is anybody's."""

from __future__ import annotations

import gzip
import hmac
import json
import re
from collections import Counter
from hashlib import sha256

import polars as pl
import pytest
from books import tengbol
from chambers import decide
from published import KEY, committed, kept
from small import writ

from tengbol.errors import UnusableInputError
from tengbol.model.codes import BOUND_BASES, CATEGORIES, POOL_BASES, UNASSIGNED
from tengbol.optimizer import lot
from tengbol.report.public.file import lines, write_public
from tengbol.report.public.find import find
from tengbol.report.record import of_distribution
from tengbol.scenarios.stream import Recipe, draw
from tengbol.verify import Kind
from tengbol.verify.public import verify_public

RECIPE = Recipe(districts=4, enforcers=14, writs_a_day=14, bundled=0.2, followed=0.15, seed=3)


@pytest.fixture(scope="module")
def year():
    """A year, with a batch on every fifth working day."""
    return kept(RECIPE, draw(RECIPE).days[::5])


@pytest.fixture(scope="module")
def file(year, tmp_path_factory):
    path = tmp_path_factory.mktemp("public") / "public.jsonl.gz"
    write_public(year.record, KEY, path, commitment=year.commitment)
    return path


@pytest.fixture(scope="module")
def text(file):
    return gzip.decompress(file.read_bytes()).decode()


def parts(text):
    return [json.loads(line)["part"] for line in text.splitlines()[1:]]


# ---- What a stranger can recompute


def test_a_fresh_process_recomputes_a_year_from_the_file_alone(file, year):
    done = tengbol("verify", "--public", file, "--search")
    assert done.returncode == 0, done.stdout + done.stderr
    count = len(year.record.batches)
    for check in ("lot", "objective", "balances", "optimality", "optimality_total"):
        assert re.search(rf"\[{check}\].* {count} of {count} batches", done.stdout), done.stdout
    assert "no public file can show" in done.stdout


def test_nothing_but_the_law_itself_is_left_unproven(file):
    assert [finding.check for finding in verify_public(file, steps=10).of(Kind.UNPROVEN)] == ["outside"]


def test_of_each_enforcer_it_is_said_how_many_of_his_writs_came_bound_and_by_what(file, text):
    """Nobody outside sees whether a writ had to be bound: whose writs mostly were, stands first."""
    numbers = {"¶11": "returned", "¶13": "alimony_debtor", "¶14": "same_case"}
    given = Counter()
    for part in parts(text):
        given.update(zip(part["assignments"]["enforcer"], part["assignments"]["basis"], strict=True))
    due = {}
    for who in {who for who, _ in given}:
        by = {name: given[who, basis] for name, basis in numbers.items() if given[who, basis]}
        if by:
            due[who] = (sum(by.values()), sum(n for (one, _), n in given.items() if one == who), by)
    said = next(str(one.sentence) for one in verify_public(file).of(Kind.UNPROVEN) if one.check == "outside")
    told = {
        who: (int(bound), int(of), {one.split()[0]: int(one.split()[1]) for one in by.split(", ")})
        for who, bound, of, by in re.findall(r"(\S+) (\d+) of (\d+) \(([^)]*)\)", said)
    }
    assert told == due
    assert len({name for *_, by in due.values() for name in by}) > 1
    shares = [bound / of for bound, of, _ in told.values()]
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[-1]
    assert f"{sum(bound for bound, *_ in due.values())} of {given.total()} writs" in said


def test_objectives_shares_and_received_are_those_of_the_batches(year, text):
    told = parts(text)
    for name in ("objective", "lower_bound", "objective_total", "lower_bound_total"):
        assert [part[name] for part in told] == year.record.batches.sort("number")[name].to_list()
    assert sum(len(part["assignments"]["writ"]) for part in told) == len(year.record.assignments)


def test_the_same_record_gives_the_same_bytes_in_any_order_of_rows(year, file, tmp_path):
    from dataclasses import fields, replace

    record = year.record
    turned = replace(record, **{field.name: getattr(record, field.name).reverse() for field in fields(record)})
    write_public(turned, KEY, tmp_path / "again.jsonl.gz", commitment=year.commitment)
    assert (tmp_path / "again.jsonl.gz").read_bytes() == file.read_bytes()


def test_two_files_that_follow_one_another_hold_together(year, tmp_path):
    half = len(year.record.batches) // 2
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    write_public(cut(year.record, 1, half), KEY, first, commitment=year.commitment)
    before = json.loads(first.read_text().splitlines()[-1])["link"]
    later = cut(year.record, half + 1, len(year.record.batches))
    write_public(later, KEY, second, before=before, commitment=committed(half + 1))
    report = verify_public(second, first)
    assert report.ok, str(report)
    assert "previous" in {finding.check for finding in report.of(Kind.HOLDS)}


def test_a_file_that_opens_with_other_balances_than_the_one_before_closed_with_is_found(year, tmp_path):
    half = len(year.record.batches) // 2
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    write_public(cut(year.record, 1, half), KEY, first, commitment=year.commitment)
    write_public(cut(year.record, half + 2, half + 4), KEY, second, before="0" * 64, commitment=committed(half + 2))
    broken = {(finding.check, finding.subject) for finding in verify_public(second, first).broken()}
    assert {("previous", "link"), ("previous", "commitment"), ("previous", "opening")} <= broken


def test_balances_that_were_set_anew_between_two_batches_are_told(year, tmp_path):
    record = year.record
    middle = record.batches.sort("number")["batch_id"][3]
    met = record.assignments.filter(batch_id=middle)["enforcer_id"][0]
    own = (pl.col("batch_id") == middle) & (pl.col("enforcer_id") == met) & (pl.col("category") == "state")
    changed = record.standing.with_columns(
        received_before=pl.when(own).then(pl.col("received_before") + 3).otherwise("received_before")
    )
    from dataclasses import replace

    path = tmp_path / "public.jsonl"
    write_public(replace(record, standing=changed), KEY, path, commitment=year.commitment)
    lines_ = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row[0] for row in lines_[4]["corrections"]] == [met]
    told = [finding for finding in verify_public(path, steps=0).of(Kind.UNPROVEN) if finding.check == "balances"]
    assert "set anew" in told[0].sentence


def cut(record, first, last):
    from dataclasses import replace

    batches = record.batches.filter(pl.col("number").is_between(first, last))
    kept_ = {
        name: getattr(record, name).join(batches, on="batch_id", how="semi")
        for name in ("assignments", "unassigned", "rejected", "standing")
    }
    return replace(record, batches=batches, **kept_)


def test_a_single_batch_with_a_given_seed_is_published_and_its_seed_is_left_open(tmp_path):
    made = decide(*(writ(f"w{n}") for n in range(7)), key=KEY)
    path = tmp_path / "public.jsonl"
    write_public(of_distribution(*chamber_of(made), batch_id="one"), KEY, path)
    report = verify_public(path)
    assert report.ok, str(report)
    assert {finding.check for finding in report.of(Kind.UNPROVEN)} == {"seed", "outside"}


def chamber_of(made):
    from chambers import HOME, typed

    return typed({**HOME, "writs": [writ(f"w{n}") for n in range(7)]}), made.whole


def test_a_batch_whose_lot_went_by_plain_ids_cannot_be_published(tmp_path):
    made = decide(*(writ(f"w{n}") for n in range(7)))
    with pytest.raises(UnusableInputError, match="give the key that it was made with"):
        list(lines(of_distribution(*chamber_of(made), batch_id="one"), KEY))


def test_enforcers_whose_ids_could_be_personal_numbers_are_masked_and_the_lot_still_holds(tmp_path):
    from chambers import HOME, typed
    from small import enforcer

    personal = ("850101300124", "900512400018", "750303300012")
    tables = {
        **HOME,
        "enforcers": [*HOME["enforcers"], *map(enforcer, personal)],
        "writs": [writ(f"w{n}") for n in range(40)],
    }
    made = decide(*tables["writs"], key=KEY, enforcers=tables["enforcers"])
    path = tmp_path / "public.jsonl"
    write_public(of_distribution(typed(tables), made.whole, batch_id="one"), KEY, path)
    assert not [name for name in personal if name in path.read_text()]
    pools = {sha256("\n".join(members).encode()).hexdigest()[:16] for members in _subsets(personal)}
    assert not pools & set(re.findall(r"[0-9a-f]{16}", path.read_text()))
    assert verify_public(path).ok


def _subsets(names):
    from itertools import combinations

    return [list(part) for size in (1, 2, 3) for part in combinations(sorted(names), size)]


# ---- What nobody can learn


def test_no_number_name_case_sum_or_hour_of_the_input_is_in_the_file(year, text):
    writs, chamber = year.stream.writs, year.stream.chamber
    secret = {
        *writs["debtor_id"], *writs["creditor_id"], *writs["writ_id"], *writs["number"], *writs["subject"],
        *writs["case_id"].drop_nulls(), *writs["issued_by"], *chamber.ledger["debtor_id"], *chamber.ledger["writ_id"],
        *chamber.ledger["case_id"].drop_nulls(), *chamber.enforcers["name"], *chamber.districts["name"],
        *year.record.assignments["explanation"],
        *writs["received_at"].dt.strftime("%Y-%m-%dT%H:%M"), *writs["received_at"].dt.strftime("%H:%M:%S"),
        *(f"{amount:.2f}" for amount in writs["amount"].drop_nulls()),
    }  # fmt: skip
    assert len(secret) > 5_000
    assert not [what for what in secret if what in text]


def test_every_leaf_of_the_file_is_of_a_kind_that_may_be_published(year, text):
    known = {
        *CATEGORIES, *BOUND_BASES, *POOL_BASES, *UNASSIGNED, "optimal", "feasible", "tengbol public report 1",
        *year.stream.chamber.enforcers["enforcer_id"], *year.stream.chamber.districts["district_id"],
        *year.stream.chamber.districts["chamber_id"], *year.record.batches["public_value"].drop_nulls(),
        *(str(moment.date()) for moment in year.record.batches["as_of"]),
    }  # fmt: skip
    hexadecimal = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{64}")

    def leaves(value):
        if isinstance(value, dict):
            for inner in value.values():
                yield from leaves(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from leaves(inner)
        else:
            yield value

    words = {leaf for line in text.splitlines() for leaf in leaves(json.loads(line)) if isinstance(leaf, str)}
    assert not [word for word in words if word not in known and not hexadecimal.fullmatch(word)]


def test_trying_all_numbers_of_the_register_without_the_key_finds_nothing(year, text):
    """With everything published as a key, and with none: only the chamber's own key opens an id."""
    register = [f"W-{n:02d}-{number:07d}" for n in (24, 25) for number in range(1, 4_000)]
    assert set(year.record.assignments["writ_id"]) <= set(register)
    published = set(re.findall(r'"([0-9a-f]{32})"', text))
    told = json.loads(text.splitlines()[1])["part"]
    open_keys = [b"", *(bytes.fromhex(told[name]) for name in ("key_commitment", "secret", "seed", "input_digest"))]
    found = set()
    for name in register:
        for shape in (name, f"writ:{name}", f"{told['seed']}:writ:{name}"):
            found.add(sha256(shape.encode()).hexdigest()[:32])
            found.update(hmac.digest(key, shape.encode(), "sha256").hex()[:32] for key in open_keys)
    assert not found & published
    assert set(lot.masked(KEY, register)) & published, "the key itself would find them"


def test_rows_do_not_stand_in_the_order_in_which_writs_came(text):
    for part in parts(text):
        writs = part["assignments"]["writ"]
        keys = [bundle or writ for bundle, writ in zip(part["assignments"]["bundle"], writs, strict=True)]
        assert keys == sorted(keys)
        assert part["unassigned"]["writ"] == sorted(part["unassigned"]["writ"])


# ---- A party finds his own


def test_a_party_who_knows_his_public_id_finds_who_got_his_writ_and_its_place_in_the_lot(year, file):
    for row in year.record.assignments.sample(40, seed=1).iter_rows(named=True):
        (public_id,) = lot.masked(KEY, [row["writ_id"]])
        place = next(p for p in find(file, public_id) if p.enforcer == row["enforcer_id"])
        assert (place.category, place.district, place.basis) == (row["category"], row["district_id"], row["basis"])
        assert len(place.pool) == row["pool_size"]
        if row["basis"] in POOL_BASES:
            assert "dealt among" not in row["explanation"] or place.alike
            assert 1 <= place.turn <= place.alike
            assert place.drawn.endswith(f":writ:{row['lot_id']}")


def test_a_stranger_s_number_is_not_found(file):
    assert find(file, "0" * 32) == []


@pytest.mark.soak
def test_a_region_s_year_of_daily_batches_is_recomputed_and_proven_from_its_file(tmp_path):
    made = kept(Recipe())
    path = tmp_path / "region.jsonl.gz"
    write_public(made.record, KEY, path, commitment=made.commitment)
    assert path.stat().st_size < 2_000_000
    report = verify_public(path, steps=10)
    assert report.ok, str(report)
    # Where bundles of several writs tie, a batch may not claim to know who among equals comes first (docs/lot.md).
    assert {finding.check for finding in report.of(Kind.UNPROVEN)} <= {"lot", "outside"}
    text = gzip.decompress(path.read_bytes()).decode()
    writs = made.stream.writs
    numbers = {*writs["debtor_id"], *writs["creditor_id"], *writs["writ_id"], *writs["number"]}
    assert not [number for number in numbers if number in text]
