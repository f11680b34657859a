"""Names of debtor and creditor are kept beside the writ for paper, and bear on nothing (¶15, ¶16)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from books import batch, clerk, home, opened, take
from io_cases import columns_named
from small import district, enforcer, writ, write_tables

from tengbol.asked import as_of_from
from tengbol.book.audit import audit
from tengbol.book.export import export_all
from tengbol.book.naming import names_of
from tengbol.book.past import export_batch
from tengbol.io.read import read
from tengbol.runner import run
from tengbol.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

NAMED = {"debtor_name": "Ерлан Сәбитұлы", "creditor_name": "ЖШС «Ақ жол»"}
DAY = dt.datetime(2026, 11, 23, 18)


def folder(place: Path, **cells) -> Path:
    writs = [{**writ(f"W{n}"), **({**NAMED, **cells} if n == 1 else {})} for n in (1, 2)]
    writs = [{**dict.fromkeys((*NAMED, *cells)), **row} for row in writs]
    return write_tables(place, districts=[district("D1")], enforcers=[enforcer("E1"), enforcer("E2")], writs=writs)


def test_names_are_kept_beside_the_writ_and_not_told_as_unused(tmp_path):
    reading = read(folder(tmp_path / "in"))
    assert reading.beside.rows(named=True) == [{"writ_id": "W1", **NAMED}]
    assert reading.warnings == () and not {*NAMED} & {*reading.chamber.writs.columns}


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["ИИН должника", "Должник"], ["debtor_id", None]),
        (["Борышкер", "Борышкердің ЖСН"], [None, "debtor_id"]),
        (["Должник", "Взыскатель"], ["debtor_id", "creditor_id"]),
        (["ФИО должника", "Должник"], [None, "debtor_id"]),
        (["Взыскатель (ИИН/БИН)", "Өндіріп алушы (аты-жөні)"], ["creditor_id", None]),
        (["Должник (наименование)", "Должник (ИИН/БИН)"], [None, "debtor_id"]),
    ],
)
def test_a_bare_debtor_is_his_number_unless_another_column_is(header, columns):
    assert columns_named(header, "writs") == columns


def test_nothing_of_a_result_depends_on_names_or_shows_them(tmp_path):
    results = []
    for name, cells in (("one", {}), ("other", {"debtor_name": "Другой Человек"})):
        source = folder(tmp_path / name, **cells)
        run(source, tmp_path / f"out-{name}", as_of=as_of_from("2026-11-23T18:00:00"), seed="01")
        assert verify(source, tmp_path / f"out-{name}").ok
        results.append(pl.read_parquet(tmp_path / f"out-{name}" / "assignments.parquet"))
        texts = [file.read_bytes() for file in (tmp_path / f"out-{name}").iterdir()]
        assert not any(said.encode() in text for text in texts for said in ("Ерлан", "Другой", "Ақ жол"))
    assert results[0].equals(results[1])


def test_a_book_keeps_the_last_word_of_names_and_exports_them_for_paper_alone(url, tmp_path):
    given = home()
    given["writs"] = [{**dict.fromkeys(NAMED), **row} for row in given["writs"]]
    given["writs"][1] |= NAMED
    store = opened(url, tmp_path, given)
    assert names_of(store, ["W0", "W1"]).rows(named=True) == [{"writ_id": "W1", **NAMED}]
    take(store, tmp_path, writs=[{**writ("W1"), "debtor_name": "Ерлан С.", "creditor_name": None}])
    assert names_of(store, ["W1"]).rows(named=True) == [{"writ_id": "W1", **NAMED, "debtor_name": "Ерлан С."}]
    batch(store, clerk(), as_of=DAY)
    source, result = export_batch(store, tmp_path / "past", 1, "C1")
    assert read(source).beside["debtor_name"].to_list() == ["Ерлан С."]
    assert verify(source, result).ok
    take(store, tmp_path, writs=[{**writ("X"), **NAMED}])
    export_all(store, tmp_path / "now")
    assert read(tmp_path / "now", known={}).beside["writ_id"].to_list() == ["X"]
    assert audit(store).ok, str(audit(store))
