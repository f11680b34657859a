"""A book keeps why each writ went where it went, as columns; words are put to it when it is looked at."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from books import NOW, batch, clerk, home, opened, take
from held_by import unlocked
from small import absence, proceeding, recusal, writ

from tengbol import ruling
from tengbol.book.audit import audit
from tengbol.book.decided import decisions_in, explanation
from tengbol.book.kept import held
from tengbol.book.past import export_batch, rows_of_batch
from tengbol.book.record import period
from tengbol.model import explanations, sentences
from tengbol.report.explained import in_language
from tengbol.report.words import LANGUAGES, Words
from tengbol.verify import verify
from tengbol.verify.findings import Kind

BATCH = "C1-000001"
WRITS = [
    *(writ(f"W{n}") for n in range(4)),
    *(writ(f"P{n}", case_id="K", debtor_id="pair") for n in range(2)),
    writ("bound", case_id="L", debtor_id="held"),
    writ("kept", origin="returned", previous_enforcer_id="E1"),
    writ("unsigned", signature="absent"),
    writ("dear", creditor_kind="state", amount=9_000_000),
]


@pytest.fixture
def made(url, tmp_path):
    """One batch with an absence, a recusal, a claim that fell, a binding, a pair, and writs that wait."""
    tables = home(
        writs=WRITS,
        absences=[absence("E3", start="2026-11-01", end="2026-11-24", reason="sickness")],
        recusals=[recusal("W1", "E1"), recusal("kept", "E1")],
        ledger=[proceeding("old", "E2", case_id="L", debtor_id="held")],
    )
    store = opened(url, tmp_path, tables)
    return store, batch(store, clerk(), as_of=NOW).result


def test_a_book_keeps_every_table_of_decisions_as_the_batch_made_it(made):
    store, result = made
    kept = decisions_in(rows_of_batch(store, BATCH)).tables()
    for name, due in result.decisions.tables().items():
        assert due.height, f"{name} has nothing to lose here"
        assert kept[name].equals(due), name


def test_a_past_batch_is_written_of_what_was_kept_with_its_certificate(made, tmp_path):
    store, result = made
    source, folder = export_batch(store, tmp_path / "out", 1, "C1")
    for name, due in result.decisions.tables().items():
        assert pl.read_parquet(folder / f"{name}.parquet").equals(due), name
    report = verify(source, folder)
    assert report.ok, str(report)
    assert {"certificate", "passed_over", "left_out", "shares"} <= {f.check for f in report.of(Kind.HOLDS)}


@pytest.mark.parametrize(
    ("table", "condition", "cells"),
    [
        ("left_out", "reason = 'sickness'", {"reason": "leave"}),
        ("passed_over", "basis = 'returned'", {"reason": "leave"}),
        ("unassigned", "writ_id = 'dear'", {"limit": 1}),
        ("shares", "enforcer_id = 'E1'", {"writs": 17}),
        ("assignments", "writ_id = 'W2'", {"alike": 17}),
    ],
)
def test_verify_derives_what_the_book_kept_a_second_time(made, tmp_path, table, condition, cells):
    store = unlocked(made[0])
    ((column, value),) = cells.items()
    assert store.execute(f'UPDATE {table} SET "{column}" = :value WHERE {condition}', value=value)
    assert not audit(store).ok
    report = verify(*export_batch(store, tmp_path / "out", 1, "C1"))
    names = {"unassigned": "waiting", "assignments": "decisions"}
    assert names.get(table, table) in {finding.check for finding in report.of(Kind.BROKEN)}


def said(store: Any, language: str) -> dict[str, str]:
    """What the book's pages say of each writ, and what its report says: the same."""
    words = Words(language)
    rows = [row for table in ("assignments", "unassigned") for row in held(store, table).rows(named=True)]
    told = {row["writ_id"]: explanation(store, row, words) for row in rows}
    tables = in_language(period(store), words)
    reported = {
        row["writ_id"]: row["explanation"] for name in ("assignments", "unassigned") for row in tables[name].to_dicts()
    }
    assert told == reported
    return told


def test_a_changed_template_is_said_of_every_old_batch_and_nothing_stored_moves(made, tmp_path, monkeypatch):
    store, result = made
    stored = {
        row["writ_id"]: row["explanation"] for row in result.assignments.to_dicts() + result.unassigned.to_dicts()
    }
    assert said(store, "en") == stored, "until words change, what is said is what was written"
    files = {path.name: path.read_bytes() for path in (tmp_path / "in").glob("*")}
    before = export_batch(store, tmp_path / "before", 1, "C1")[1]
    for table, name in ((sentences.GIVEN, "registered"), (sentences.WAITING, "signature_not_valid")):
        monkeypatch.setitem(table, name, "In other words.")
    anew = {language: said(store, language) for language in LANGUAGES}
    for language in LANGUAGES:
        assert anew[language]["W2"].startswith("In other words.") and anew[language]["unsigned"] == "In other words."
    assert explanations.GIVEN is sentences.GIVEN
    after = export_batch(store, tmp_path / "after", 1, "C1")[1]
    for table in ("assignments", "unassigned"):
        assert (before / f"{table}.csv").read_bytes() == (after / f"{table}.csv").read_bytes()
        assert set(held(store, table)["explanation"]) <= set(stored.values())
    assert audit(store).ok
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "in").glob("*")}


def test_a_batch_asks_the_law_once(made, tmp_path, monkeypatch):
    store, _ = made
    asked: list[object] = []
    docket = ruling.docket
    monkeypatch.setattr(ruling, "docket", lambda *given, **more: asked.append(given) or docket(*given, **more))
    take(store, tmp_path, writs=[writ(f"N{n}") for n in range(3)])
    assert batch(store, clerk(), as_of=NOW).result is not None
    assert len(asked) == 1
