"""Whatever happens in a book, what it publishes is recomputed whole: departures, corrections, urgent writs, periods."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from shutil import copy

import polars as pl
import pytest
from books import assign, batch, clerk, tengbol
from chambers import chambers, one_chamber
from hypothesis import given, settings
from hypothesis import strategies as st
from lived import DAYS, JOINS, URGENT, lived
from publishing import publish, unproven
from small import AS_OF, write_tables

from tengbol.book.audit import audit
from tengbol.book.importing import import_tables
from tengbol.book.kept import held
from tengbol.book.opening import init
from tengbol.errors import UnusableInputError
from tengbol.verify.public import verify_public

_TEXT = pl.String()


@pytest.fixture(scope="module")
def book(tmp_path_factory, empty_book):
    folder = tmp_path_factory.mktemp("lived")
    copy(empty_book, folder / "b")
    return lived(f"sqlite:///{folder / 'b'}", folder)


def objects(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_the_book_of_these_tests_has_seen_everything(book):
    acts = set(book.frame("SELECT DISTINCT what FROM events", {"what": _TEXT})["what"])
    assert {"leave", "return", "recusal", "returned", "transfer", "urgent writ", "batch"} <= acts
    again = "SELECT writ_id FROM assignments GROUP BY writ_id HAVING count(*) > 1"
    assert book.frame(again, {"writ_id": _TEXT}).height > 10
    assert audit(book).ok


def test_the_whole_of_it_is_recomputed_and_only_the_balances_that_somebody_brought_are_told_as_set_anew(book, tmp_path):
    file = publish(book, tmp_path / "p.jsonl")
    report = verify_public(file)
    assert unproven(report) == ["balances", "outside"]
    assert "balances of E4 were set anew before it (1 in all)" in str(report)
    told = {line["part"]["day"]: line["corrections"] for line in objects(file)[1:] if "corrections" in line}
    assert told[str(DAYS[JOINS].date())] == [["E4", "individual", 5, 4_500_000_000]]
    # A recusal takes what it took from the holder and his pool, which follows from the batch that gave the writ.
    corrected = [line["part"] for line in objects(file)[1:] if "corrections" in line["part"]]
    assert [part["corrections"]["act"] for part in corrected] == [["recused"]]
    assert set(told) == {str(DAYS[JOINS].date()), corrected[0]["day"]}


def test_postgresql_publishes_the_same_bytes(book, postgresql, tmp_path):
    url = postgresql.new()
    other = lived(url, tmp_path)
    assert audit(other).ok
    one, two = tmp_path / "one.jsonl.gz", tmp_path / "two.jsonl.gz"
    for source, out in ((book.url, one), (url, two)):
        done = tengbol("public", "write", source, "--chamber", "C1", "--out", out)
        assert done.returncode == 0, done.stderr
    assert one.read_bytes() == two.read_bytes()
    done = tengbol("verify", "--public", two)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("cut", range(1, len(DAYS), 2))
def test_any_period_follows_from_the_ones_before_it(book, tmp_path, cut):
    """With the urgent writ that it may begin with, and whoever left or joined before or in it."""
    begins = DAYS[cut].date()
    whole = publish(book, tmp_path / "whole.jsonl")
    earlier = publish(book, tmp_path / "earlier.jsonl", last=begins - dt.timedelta(days=1))
    later = publish(book, tmp_path / "later.jsonl", first=begins)
    brought = ["balances"] if cut <= JOINS else []
    for previous in (earlier, whole):
        assert unproven(verify_public(later, previous, steps=1)) == [*brought, "outside"]
    assert unproven(verify_public(whole, later, steps=1)) == ["balances", "outside"]


@pytest.mark.parametrize("cut", URGENT)
def test_a_period_may_begin_with_an_urgent_writ_and_nobody_s_balance_is_told_as_set_anew(book, tmp_path, cut):
    begins = DAYS[cut].date()
    kind = held(book, "batches", "t.chamber_id = 'C1' AND substr(t.as_of, 1, 10) = :day", day=str(begins))
    assert kind.sort("number")["kind"][0] == "urgent writ"
    file = publish(book, tmp_path / "p.jsonl", first=begins, last=DAYS[cut + 2].date())
    assert unproven(verify_public(file)) == ["outside"]
    assert {row[0] for row in objects(file)[0]["opening"]} >= {"E1", "F1"}


@settings(max_examples=settings.default.max_examples // 3)
@given(tables=chambers(), place=st.integers(0, 11))
def test_of_any_chamber_an_urgent_writ_and_then_all_others_are_recomputed_from_what_is_published(
    empty_book, tables, place
):
    if tables["writs"]:
        tables["writs"][place % len(tables["writs"])]["immediate"] = "true"
    moment = dt.datetime.fromisoformat(AS_OF)
    with tempfile.TemporaryDirectory() as folder:
        source = write_tables(Path(folder) / "in", **one_chamber(tables))
        copy(empty_book, Path(folder) / "b")
        store, _ = init(f"sqlite:///{Path(folder) / 'b'}", clerk())
        import_tables(store, source, clerk())
        for row in tables["writs"]:
            if row["immediate"] == "true":
                try:
                    assign(store, clerk(), row["writ_id"], as_of=moment)
                except UnusableInputError as error:
                    assert "Writ" in str(error)
        batch(store, clerk(), as_of=moment)
        if held(store, "batches").height:
            report = verify_public(publish(store, Path(folder) / "p.jsonl"), steps=1)
            assert unproven(report) == ["outside"], str(report)
            assert audit(store).ok
        store.close()
