"""The seed follows from what decides and from nothing else: a text that bears on nothing does not turn the lot."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from copy import deepcopy
from hashlib import sha256
from itertools import count
from unittest import mock

import pytest
from books import NOW, batch, clerk, neighbours, opened, take
from chambers import chambers, typed
from hypothesis import given
from small import absence, balance, enforcer, proceeding, recusal, writ

from tengbol.batch import draw
from tengbol.book import batches, canon
from tengbol.book.audit import audit
from tengbol.book.drawing import decides
from tengbol.book.gathering import of_chamber
from tengbol.book.kept import held
from tengbol.book.past import export_batch
from tengbol.book.publishing import published
from tengbol.book.record import period
from tengbol.errors import UnusableInputError
from tengbol.report.grids import replayed
from tengbol.report.public.chain import canonical, link
from tengbol.report.public.file import write_public
from tengbol.report.tables import tables
from tengbol.ruling import rule, turn_of
from tengbol.verify import Kind, verify
from tengbol.verify.public import verify_public

KEY = "5e" * 32
#: Texts and numbers of each table on which neither rule nor lot depends.
IDLE = {
    "writs": ("subject", "number", "issued_by", "creditor_id"),
    "enforcers": ("name",),
    "districts": ("name",),
    "recusals": ("decision",),
    "absences": ("reference",),
}


def ruled(tables):
    return rule(typed(tables), as_of=NOW, turn="5eed", key=KEY)


def given_to(ruled):
    return draw(ruled, "00ff").assignments.select("writ_id", "enforcer_id")


def retold(tables):
    """The same chamber in other words: texts, numbers of documents, ids of cases and debtors, sums of a category."""
    told = {
        name: [{**row, **{column: f"{row[column]}." for column in IDLE.get(name, ()) if row[column]}} for row in rows]
        for name, rows in tables.items()
    }
    for row in [*told["writs"], *told.get("ledger", [])]:
        row["debtor_id"] = f"debtor {row['debtor_id']}"
        row["case_id"] = row["case_id"] and f"case {row['case_id']}"
    for row in told["writs"]:
        row["amount"] = row["amount"] if row["creditor_kind"] == "state" else row["amount"] and "77"
        row["issued_on"] = "2026-10-05"
    return told


@given(tables=chambers())
def test_what_bears_on_nothing_turns_neither_seed_nor_lot(tables):
    one, other = ruled(tables), ruled(retold(tables))
    assert decides(other, KEY) == decides(one, KEY)
    assert given_to(other).equals(given_to(one))


WRITS = [writ("W1"), writ("W2"), writ("W3", debtor_id="d"), writ("W4", debtor_id="d")]
PLAIN = {**neighbours(writs=WRITS), "ledger": [], "recusals": [], "balances": [], "absences": [], "attachments": []}


@pytest.mark.parametrize(
    "changed",
    [
        {"writs": [writ("W9"), *WRITS[1:]]},
        {"writs": WRITS[1:]},
        {"writs": [*WRITS, writ("W5")]},
        {"writs": [writ("W1", creditor_kind="legal_entity"), *WRITS[1:]]},
        {"writs": [writ("W1", debtor_district_id="D2"), *WRITS[1:]]},
        {"writs": [*WRITS[:2], *(writ(name, debtor_id="d", case_id="K") for name in ("W3", "W4"))]},
        {"enforcers": [*PLAIN["enforcers"], enforcer("E9")]},
        {"enforcers": PLAIN["enforcers"][1:]},
        {"absences": [absence("E1")]},
        {"recusals": [recusal("W1", "E1")]},
        {"balances": [balance("E1", "state", 1, "0")]},
        {"balances": [balance("E1", "state", 0, "0.000000001")]},
        {"writs": [writ("W1", claim="alimony", amount=None), *WRITS[1:]]},
        {"ledger": [proceeding("L", "E2", debtor_id="d", case_id="K")],
         "writs": [*WRITS[:2], *(writ(name, debtor_id="d", case_id="K") for name in ("W3", "W4"))]},
    ],
)  # fmt: skip
def test_whatever_decides_turns_the_seed(changed):
    assert decides(ruled({**PLAIN, **changed}), KEY) != decides(ruled(PLAIN), KEY)


def test_to_whom_a_writ_is_bound_turns_the_seed():
    case = [*WRITS[:2], *(writ(name, debtor_id="d", case_id="K") for name in ("W3", "W4"))]
    holders = [
        decides(ruled({**PLAIN, "writs": case, "ledger": [proceeding("L", who, debtor_id="d", case_id="K")]}), KEY)
        for who in ("E1", "E2")
    ]
    assert len({decides(ruled({**PLAIN, "writs": case}), KEY), *holders}) == 3


def test_a_full_stop_in_a_subject_does_not_turn_the_lot_of_a_book(url, tmp_path, empty_book):
    seeds, holders = set(), set()
    for n in range(3):
        drawn = count()
        with mock.patch("secrets.token_hex", lambda size, at=drawn: sha256(b"%d" % next(at)).hexdigest()[: 2 * size]):
            place = url if n == 0 else f"sqlite:///{tmp_path / str(n)}"
            if n:
                shutil.copy(empty_book, tmp_path / str(n))
            store = opened(place, tmp_path)
            take(store, tmp_path, writs=[writ("W1", subject="Recovery of a debt" + "." * n)])
            batch(store, clerk(), as_of=NOW)
        seeds.add(held(store, "batches")["seed"][0])
        holders.add(tuple(held(store, "assignments").sort("writ_id")["enforcer_id"]))
    assert len(seeds) == len(holders) == 1


def public(store, file):
    told = published(store, chamber_id="C1")
    write_public(told.record, told.key, file, before=told.before, commitment=told.commitment, opening=told.opening)
    return [json.loads(line) for line in file.read_text().splitlines()]


def checked(lines, file):
    """What verify says of lines, their links made anew."""
    before = lines[0]["link"]
    for line in lines[1:]:
        before = line["link"] = link(before, line["part"])
    file.write_text("".join(f"{canonical(line)}\n" for line in lines))
    return verify_public(file)


def found(report, kind):
    return {(finding.check, finding.subject) for finding in report.of(kind)}


@pytest.fixture(scope="module")
def published_once(told_book, tmp_path_factory):
    return public(told_book, tmp_path_factory.mktemp("public") / "p.jsonl")


@pytest.fixture
def told(published_once):
    """What a book publishes of three batches: as of now, as of an earlier moment on a document, and as of now."""
    return deepcopy(published_once)


@pytest.fixture(scope="module")
def told_book(tmp_path_factory, empty_book):
    tmp_path = tmp_path_factory.mktemp("told")
    shutil.copy(empty_book, tmp_path / "b")
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    day = dt.timedelta(days=1)
    batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ("X")])
    batches.batch(store, clerk(document="Order 4 of 25 November", at=NOW + 2 * day), as_of=NOW + day)
    take(store, tmp_path, writs=[writ("Y"), writ("Z")])
    batch(store, clerk(document="an order that decides nothing here"), as_of=NOW + 3 * day)
    assert audit(store).ok, str(audit(store))
    return store


def test_a_batch_that_did_not_run_as_of_now_is_told_with_its_document(told, tmp_path):
    parts = [line["part"] for line in told[1:]]
    assert [(part["day"], part["made"], part["document"]) for part in parts] == [
        ("2026-11-23", "2026-11-23", None),
        ("2026-11-24", "2026-11-25", "Order 4 of 25 November"),
        ("2026-11-26", "2026-11-26", None),
    ]
    report = checked(told, tmp_path / "f")
    assert report.ok, str(report)
    assert ("run", "batch 2") in found(report, Kind.UNPROVEN) and "Order 4 of 25 November" in str(report)


@pytest.mark.parametrize("document", ["ENFORCER E1 is ill", "order on 850101300124", "two\nlines"])
def test_a_document_that_is_published_names_nobody(tmp_path, empty_book, document):
    shutil.copy(empty_book, tmp_path / "b")
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    with pytest.raises(UnusableInputError, match="nobody's name"):
        batches.batch(store, clerk(document=document), as_of=NOW - dt.timedelta(days=1))
    assert batch(store, clerk(document=document), as_of=NOW).number == 1, "else it stays within the chamber"


def test_the_report_tells_it_too(told_book):
    record = period(told_book, chamber_id="C1")
    assert record.batches["document"].to_list() == [None, "Order 4 of 25 November", None]
    (grid,) = replayed(tables(record))
    assert [str(cell) for cell in grid.rows[0][2:]] == ["2026-11-25", "Order 4 of 25 November"]


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"document": None}, "run"),
        ({"made": "2026-11-23"}, "run"),
        ({"day": "2026-11-22", "document": None}, "order"),
        ({"seed": "00" * 32}, "seed"),
        ({"record": 3}, "format"),
    ],
)
def test_what_is_told_of_a_run_must_fit(told, tmp_path, change, check):
    told[2]["part"] |= change
    assert check in {name for name, _ in found(checked(told, tmp_path / "f"), Kind.BROKEN)}


def test_no_digest_can_be_tried_until_the_lot_is_liked_and_no_batch_told_the_older_way_later(told, tmp_path):
    part = told[3]["part"]
    part["input_digest"] = "ab" * 32
    assert checked(told, tmp_path / "f").ok, "only the tables show it, and it turns nothing"
    seed = part["seed"]
    part["seed"] = canon.first_seed(part["secret"], part["input_digest"], "")
    assert "seed" in {name for name, _ in found(checked(told, tmp_path / "f"), Kind.BROKEN)}
    part["seed"] = seed
    for name in ("record", "made", "document"):
        del part[name]
    assert "format" in {name for name, _ in found(checked(told, tmp_path / "f"), Kind.BROKEN)}
    for name in ("lot_version", "status_lot"):
        del part[name]
    assert {"order", "seed"} <= {name for name, _ in found(checked(told, tmp_path / "f"), Kind.BROKEN)}


def test_batches_of_version_0_1_0_stay_as_they_were_and_newer_ones_follow_them(url, tmp_path, monkeypatch):
    store = opened(url, tmp_path)
    with monkeypatch.context() as old:
        old.setattr(batches, "decides", lambda *_: canon.input_digest(of_chamber(store, "C1")))
        old.setattr(canon, "seed", canon.first_seed)
        for what in ("_run", "_lot"):
            old.setattr(f"tengbol.report.public.part.{what}", lambda _: {})
        batch(store, clerk(), as_of=NOW)
    take(store, tmp_path, writs=[writ("X")])
    batch(store, clerk(), as_of=NOW)
    assert audit(store).ok, str(audit(store))
    lines = public(store, tmp_path / "p.jsonl")
    assert ["record" in line["part"] for line in lines[1:]] == [False, True]
    report = verify_public(tmp_path / "p.jsonl")
    assert report.ok and "2 seeds follow" in str(report)


def test_a_batch_after_one_of_a_mistyped_year_is_told_with_the_document_that_says_so(tmp_path, empty_book):
    shutil.copy(empty_book, tmp_path / "b")
    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    batch(store, clerk(), as_of=NOW.replace(year=2066))
    take(store, tmp_path, writs=[writ("X")])
    batches.batch(store, clerk(document="Order 5: the year was mistyped"))
    public(store, tmp_path / "p.jsonl")
    report = verify_public(tmp_path / "p.jsonl")
    assert report.ok, str(report)
    assert ("order", "batch 2") in found(report, Kind.UNPROVEN)


def test_p11_equal_claims_are_decided_before_the_seed_which_has_them_and_verify_follows(tmp_path, empty_book):
    case = {"case_id": "K", "debtor_id": "debtor 7", "origin": "returned"}
    came_back = [writ("R1", previous_enforcer_id="E1", **case), writ("R2", previous_enforcer_id="E2", **case)]
    holders = set()
    for n in range(40):
        shutil.copy(empty_book, tmp_path / f"b{n}")
        store = opened(f"sqlite:///{tmp_path / f'b{n}'}", tmp_path, neighbours(writs=came_back))
        batch(store, clerk(), as_of=NOW, chamber_id="C1")
        kept = held(store, "batches").row(0, named=True)
        order = sorted(
            ("E1", "E2"), key=lambda who: sha256(f"{turn_of(kept['secret'], '')}:holder:{who}".encode()).hexdigest()
        )
        assert set(held(store, "assignments")["enforcer_id"]) == {order[0]}
        holders.add(order[0])
        if len(holders) == 2:
            assert verify(*export_batch(store, tmp_path / f"e{n}", 1, "C1")).ok
            assert checked(public(store, tmp_path / "p.jsonl"), tmp_path / "f").ok
            return
    raise AssertionError("always the same of two equal claims")
