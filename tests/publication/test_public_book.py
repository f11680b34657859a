"""The public report of a book: its links are the book's, a stranger recomputes them, and nothing in it is personal."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from hashlib import sha256

import polars as pl
import pytest
from books import assign, batch, clerk, day_of_writs, home, leave, neighbours, opened, take, tengbol
from small import balance, writ

from tengbol.book.departures import come_back
from tengbol.book.kept import held
from tengbol.book.opening import key_of
from tengbol.optimizer import lot

FIRST = dt.datetime(2026, 11, 23, 18)
DAYS = 15


def iin(n: int) -> str:
    """A number of no one (there is no month 99) whose check digit holds, the `n`-th of a row with gaps."""
    digits = [int(digit) for digit in f"859901{30000 + 7 * n:05d}"]
    check = sum(place * digit for place, digit in enumerate(digits, 1)) % 11
    return "".join(map(str, [*digits, check])) if check < 10 else iin(n + 1000)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Three weeks of batches; one writ at once, one enforcer away for a week and back; another chamber beside them."""
    folder = tmp_path_factory.mktemp("book")
    beside = neighbours(
        balances=[balance("E1", "individual", 3, "2.25")],
        writs=[*home()["writs"], writ("X0", debtor_district_id="X1")],
    )
    store = opened(f"sqlite:///{folder / 'book.db'}", folder, beside)
    days = [FIRST + dt.timedelta(days=n + n // 5 * 2) for n in range(DAYS)]
    for n, now in enumerate(days):
        hand, came = clerk(at=now), (now - dt.timedelta(hours=8)).isoformat()
        take(store, folder, hand, writs=day_of_writs(n, came, lambda i, n=n: iin(10 * n + i)))
        if n == 3:
            leave(store, hand, "E2", reason="sickness", start=now.date(), end=None, at=now)
        if n == 8:
            come_back(store, hand, "E2", on=now.date())
        if n == 6:
            take(store, folder, hand, writs=[writ("U", received_at=came, immediate="true")])
            assign(store, hand, "U", as_of=now - dt.timedelta(hours=1))
        batch(store, hand, as_of=now, chamber_id="C1")
    batch(store, clerk(at=days[-1]), as_of=days[-1], chamber_id="C2")
    return folder / "book.db", store


@pytest.fixture(scope="module")
def public(book):
    out = book[0].with_name("public.jsonl.gz")
    done = tengbol("public", "write", book[0], "--chamber", "C1", "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def read(path):
    return gzip.decompress(path.read_bytes()).decode()


def test_a_stranger_checks_a_book_s_batches_from_the_file_alone(public):
    done = tengbol("verify", "--public", public)
    assert done.returncode == 0, done.stdout
    for shown in (
        "Batches 1 to 16",
        "16 seeds follow",
        "What the seeds decide is what they give",
        "Both objectives are exactly",
    ):
        assert shown in done.stdout, done.stdout
    assert "no commitment to the secret" not in done.stdout


def test_the_links_of_the_file_are_those_of_the_book(book, public):
    kept = held(book[1], "batches", "t.chamber_id = 'C1'").sort("number")
    assert [json.loads(line)["link"] for line in read(public).splitlines()[1:]] == kept["link"].to_list()
    assert json.loads(read(public).splitlines()[0])["commitment"] == kept["commitment"][0]


def test_any_change_to_the_file_is_found(public, tmp_path):
    lines = read(public).splitlines()
    for n, (old, new) in (
        (6, ("E1", "E3")),
        (9, ('"rejected":0', '"rejected":1')),
        (12, ('"secret":"', '"secret":"0')),
    ):
        assert old in lines[n]
        changed = tmp_path / f"{n}.jsonl"
        changed.write_text("\n".join([*lines[:n], lines[n].replace(old, new), *lines[n + 1 :], ""]))
        assert tengbol("verify", "--public", changed).returncode == 1, old


def test_a_later_period_follows_from_what_was_published_before_it(book, public, tmp_path):
    out, early = tmp_path / "later.jsonl", tmp_path / "earlier.jsonl"
    cut = dt.date(2026, 12, 1)
    for arguments in ((early, "--to", cut - dt.timedelta(days=1)), (out, "--from", cut)):
        done = tengbol("public", "write", book[0], "--chamber", "C1", "--out", *arguments)
        assert done.returncode == 0, done.stderr
    done = tengbol("verify", "--public", out, "--previous", early)
    assert done.returncode == 0, done.stdout
    assert "no commitment to the secret" not in done.stdout


def test_nothing_personal_is_in_the_file_and_no_key_but_the_book_s_opens_it(book, public):
    store, text = book[1], read(public)
    writs = store.frame(
        "SELECT writ_id, number, debtor_id, creditor_id, case_id FROM writs",
        dict.fromkeys(("writ_id", "number", "debtor_id", "creditor_id", "case_id"), pl.String()),
    )
    personal = {cell for name in writs.columns for cell in writs[name].drop_nulls() if len(cell) > 1}
    personal |= set(held(store, "enforcers")["name"])
    assert len(personal) > 250
    assert not [cell for cell in personal if cell in text]
    told = set(re.findall(r'"([0-9a-f]{32})"', text))
    ids, key = writs["writ_id"].unique().to_list(), key_of(store)
    part = json.loads(text.splitlines()[1])["part"]
    assert key not in text
    for known in ("00" * 32, part["key_commitment"], part["secret"], part["seed"], part["input_digest"]):
        assert not told & set(lot.masked(known, ids))
    assert not told & {sha256(f"writ:{name}".encode()).hexdigest()[:32] for name in ids}
    assert told <= set(lot.masked(key, ids)), "the key itself opens all"


def test_a_party_finds_its_writ_by_the_id_that_the_book_tells(book, public):
    told = tengbol("public", "id", "U", "--book", book[0])
    assert told.returncode == 0, told.stderr
    found = tengbol("public", "find", public, told.stdout.split()[1])
    assert found.returncode == 0, found.stderr
    assert "Batch 7 of 2026-12-01" in found.stdout
    holder = held(book[1], "assignments", "t.writ_id = 'U'")["enforcer_id"][0]
    assert f"to {holder} " in found.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["{book}"], "--chamber is needed"), (["no.book"], "there is no book"), (["{book}", "--from", "soon"], "as 2026"),
     (["{book}", "--chamber", "C1", "--from", "2030-01-01"], "no batch in these days"), (["."], "is a folder"),
     (["{book}", "--key", "k"], "has its own key"), (["a", "b"], "--key is missing"),
     (["a", "b", "--key", "k", "--chamber", "C1"], "choose batches of a book")],
)  # fmt: skip
def test_what_cannot_be_published_ends_with_2_and_a_sentence(book, tmp_path, arguments, told):
    given = [text.format(book=book[0]) for text in arguments]
    done = tengbol("public", "write", *given, "--out", tmp_path / "p.jsonl")
    assert done.returncode == 2, done.stdout
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
