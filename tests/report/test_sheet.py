"""One enforcer's own sheet: its lines add up to his balance, before and after, and it is printed in each language."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl
import pytest
from books import NOW, batch, clerk, home, opened, take, tengbol
from chambers import HOME, chambers, typed
from held_by import two
from hypothesis import given
from pdfs import pages
from small import part, proceeding, writ, write_tables

from tengbol.batch import distribute
from tengbol.book.amending import annul
from tengbol.report.record import Record, of_distribution
from tengbol.report.sheet import tables
from tengbol.report.words import Words

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.datetime(2026, 11, 23, 18)
BILLION = 10**9


def recorded(rows: dict) -> Record:
    chamber = typed(rows)
    return of_distribution(chamber, distribute(chamber, as_of=AS_OF, seed="ab12"), batch_id="B")


def billionths(column: pl.Series) -> list[int]:
    return [int(each * BILLION) for each in column]


@given(chambers())
def test_lines_add_up_to_what_the_contract_says_he_was_due_and_got(rows):
    record = recorded(rows)
    members = {pool: set(own["enforcer_id"]) for (pool,), own in record.pools.group_by("pool_id")}
    for who in record.standing["enforcer_id"].unique():
        made = tables(record, who, Words("en"))
        due, got = Counter(), Counter()
        for row in record.assignments.iter_rows(named=True):
            pool = members[row["pool_id"]]
            due[row["category"]] += part(who, pool)
            got[row["category"]] += row["enforcer_id"] == who
        lines = made["lines"].group_by("category").agg(pl.col("share", "received").sum())
        assert dict(zip(lines["category"], billionths(lines["share"]), strict=True)) == {
            category: due[category] for category in lines["category"]
        }
        assert {category: got[category] for category in lines["category"]} == dict(
            lines.select("category", "received").iter_rows()
        )
        balance = made["balance"].filter(pl.col("category") != "all")
        standing = record.standing.filter(enforcer_id=who)
        after = dict(standing.select("category", "share_after").iter_rows())
        assert dict(zip(balance["category"], billionths(balance["share_after"]), strict=True)) == after
        assert billionths(balance["share"]) == [due[category] for category in balance["category"]]
        assert balance["received"].to_list() == [got[category] for category in balance["category"]]
        assert (made["balance"]["share_otherwise"] == 0).all() and (made["balance"]["received_otherwise"] == 0).all()
        assert (balance["received"] + balance["received_before"] == balance["received_after"]).all()
        assert made["writs"].height == got.total()


def test_a_writ_bound_from_outside_his_pools_stands_there_without_a_share():
    held = [proceeding("L", "F1", debtor_id="D-1", category="alimony")]
    bound = writ("W", claim="alimony", amount=None, debtor_id="D-1")
    rows = home(writs=[bound], ledger=held, attachments=[{"district_id": "D1", "enforcer_id": "F1",
                                                          "valid_from": "2020-01-01", "valid_to": None}])  # fmt: skip
    lines = tables(recorded(rows), "F1", Words("en"))["lines"]
    assert lines.select("basis", "writs", "received", "share").rows() == [("alimony_debtor", 1, 1, 0)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheet")
    write_tables(folder / "in", **HOME, writs=[writ(f"W{n}") for n in range(4)])
    done = tengbol("run", folder / "in", "--out", folder / "out", "--as-of", "2026-11-23T18:00:00", "--seed", "01")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_command_prints_it_in_every_language(small, tmp_path, language):
    out = tmp_path / "sheet"
    done = tengbol(
        "report", small / "out", "--input", small / "in", "--out", out, "--enforcer", "E1", "--lang", language
    )
    assert (done.returncode, done.stderr) == (0, "")
    page = (out / "report.html").read_text(encoding="utf-8")
    own = pl.read_parquet(out / "writs.parquet")["writ_id"].to_list()
    others = {f"W{n}" for n in range(4)} - set(own)
    assert own and all(f">{writ_id}<" in page for writ_id in own)
    assert not any(f">{writ_id}<" in page for writ_id in others), "nobody else's writs stand on it"
    said = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    printed = " ".join(word.text for each in pages((out / "report.pdf").read_bytes()) for word in each)
    for text in (said, printed):
        assert "Enforcer E1 (E1)" in text
        if language != "en":
            assert not re.search(r"\b(?:the|and|of|your|share|pool)\b", text), text
    assert json.loads((out / "manifest.json").read_text())["enforcer_id"] == "E1"
    assert not (out / "report.html").stat().st_mode & 0o077


def test_whoever_stands_in_none_of_the_batches_is_refused(small, tmp_path):
    done = tengbol("report", small / "out", "--out", tmp_path / "x", "--enforcer", "E9", "--lang", "en")
    assert done.returncode == 2 and "'E9': nobody of this id" in done.stderr


def test_what_a_book_changed_between_its_batches_stands_beside_the_lines(empty_book, tmp_path):
    from tengbol.book.record import frames
    from tengbol.report.record import record as recorded_book

    store = opened(f"sqlite:///{tmp_path / 'b'}", tmp_path)
    batch(store, clerk(), as_of=NOW)
    given = store.frame(
        "SELECT writ_id, enforcer_id FROM assignments", {"writ_id": pl.String(), "enforcer_id": pl.String()}
    )
    who, gone = given.sort("writ_id").select("enforcer_id", "writ_id").row(0)
    annul(store, two(at=NOW), gone, reason="entered_twice")
    take(store, tmp_path, writs=[writ(f"X{n}") for n in range(3)])
    batch(store, clerk(), as_of=NOW + dt.timedelta(days=1))
    record = recorded_book(**frames(store, first=None, last=None))
    balance = tables(record, who, Words("en"))["balance"].filter(category="all").row(0, named=True)
    assert balance["received_otherwise"] == -1
    assert balance["received_before"] + balance["received"] - 1 == balance["received_after"]
    assert balance["share_before"] + balance["share"] + balance["share_otherwise"] == balance["share_after"]
    store.close()
