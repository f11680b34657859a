"""What reading accepts lies within the limits of the world (docs/limits.md), in every way a table may be written."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from io_cases import chamber, csv_folder, parquet_folder, workbook, writ

from tengbol.io.read import read
from tengbol.model import limits
from tengbol.model.cells import is_formula_error, read_amount
from tengbol.model.kinds import KINDS
from tengbol.verify.findings import Findings
from tengbol.verify.limits import check_limits


def rejected(folder: Path) -> list[tuple[str, int, str, str]]:
    return read(folder).rejected.select("table", "row", "column", "code").rows()


def of_writ(tmp_path: Path, **cells: str) -> list[tuple[str, int, str, str]]:
    return rejected(csv_folder(tmp_path / "input", chamber(writs=[writ(**cells), writ(writ_id="W9")])))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"amount": "1000000000000000"}, "amount", "bad_number"),
        ({"amount": "1.005"}, "amount", "two_meanings"),
        ({"amount": "1500.005"}, "amount", "bad_number"),
        ({"amount": "1e6"}, "amount", "bad_number"),
        ({"issued_on": "1991-12-15"}, "issued_on", "bad_date"),
        ({"received_at": "2100-01-01T00:00:00"}, "received_at", "bad_time"),
        ({"received_at": "1899-12-31T09:30:00"}, "received_at", "bad_time"),
        ({"received_at": "2026-11-19T23:59:59"}, "received_at", "received_before_issued"),
        ({"writ_id": "=W1"}, "writ_id", "bad_text"),
        ({"writ_id": "W" * 201}, "writ_id", "bad_text"),
        ({"writ_id": "W\u202e1"}, "writ_id", "bad_text"),
        ({"origin": "returned", "previous_enforcer_id": "-0001"}, "previous_enforcer_id", "bad_text"),
        ({"case_id": "2\u200b/1"}, "case_id", "bad_text"),
        ({"debtor_id": "D\u00ad2"}, "debtor_id", "bad_text"),
        ({"number": "7\u000712"}, "number", "bad_text"),
        ({"subject": "\u2066Борыш\u2069"}, "subject", "bad_text"),
        ({"subject": "Борыш\u0007"}, "subject", "bad_text"),
        ({"subject": "x" * 10_001}, "subject", "bad_text"),
    ],
)  # fmt: skip
def test_past_a_limit_the_row_is_rejected_and_named(tmp_path, cells, column, code):
    assert of_writ(tmp_path, **cells) == [("writs", 2, column, code)]


@pytest.mark.parametrize(
    "cells",
    [
        {"amount": "999999999999999.99"},
        {"amount": "000000000000000000000001.50000"},
        {"amount": "0.30000000000000004"},
        {"issued_on": "1991-12-16"},
        {"received_at": "2099-12-31T23:59:59.999999"},
        {"received_at": "2026-11-20"},
        {"writ_id": "W" * 200},
        {"case_id": "=2/1"},
        {"number": "-12"},
        {"case_id": "@7"},
        {"subject": "x" * 10_000},
        {"subject": "Борыш,\nпайыз\tжәне шығын"},
    ],
)  # fmt: skip
def test_at_a_limit_the_row_is_read(tmp_path, cells):
    assert of_writ(tmp_path, **cells) == []


def test_a_message_shows_no_sign_that_cannot_be_seen(tmp_path):
    (message,) = read(csv_folder(tmp_path / "in", chamber(writs=[writ(subject="a\u202eb")]))).rejected["message"]
    assert "a\ufffdb" in message


def test_the_documentation_has_every_limit():
    text = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
    for limit in (limits.AMOUNT_DIGITS, limits.FIRST_DAY, limits.LAST_DAY, limits.ID_LENGTH):
        assert f" {limit}" in text
    for limit in (limits.MOST_WRITS, limits.TEXT_LENGTH):
        assert f" {limit:,}" in text


def test_every_kind_of_text_tells_its_bounds():
    assert all(kind.bounds.endswith(",") for kind in KINDS if kind.within is not None)


@pytest.mark.parametrize(("text", "value"), [("0.30000000000000004", 0.3), ("1500.4999999999998", 1500.5), (".5", 0.5)])
def test_the_noise_of_binary_arithmetic_is_no_third_place(text, value):
    assert pl.select(read_amount(pl.lit(text))).item() == value


@pytest.mark.parametrize(
    "text",
    [
        *("Err:502", "Ошибка:508", "#ПЕРЕНОС!", "#ВЫЧИСЛ!", "#GETTING_DATA", "#Н/Д", "#н/д", "#ЗНАЧ!", "#ССЫЛКА!"),
        *("#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!", "#BEZUG!", "#NV", "########", "#БӨЛУ/0!", "Қате:502"),
    ],
)
def test_what_spreadsheets_show_of_a_failed_formula_is_no_value(tmp_path, text):
    assert of_writ(tmp_path, debtor_id=text) == [("writs", 2, "debtor_id", "formula_error")]


@pytest.mark.parametrize("text", ["#12", "№ 5!", "Ошибка: нет суммы", "# 7/26", "#а?", "Error", "#"])
def test_what_only_resembles_an_error_is_a_value(text):
    assert not pl.select(is_formula_error(pl.lit(text))).item()


@pytest.mark.parametrize(
    ("column", "cells", "rows"),
    [
        ("received_at", pl.Series([2**62, 0, 10**15], dtype=pl.Int64).cast(pl.Datetime("us")), [2, 3]),
        ("received_at", pl.Series([-(2**62), 0, 10**15], dtype=pl.Int64).cast(pl.Datetime("ms")), [2, 3, 4]),
        ("received_at", pl.Series([-(2**63) + 1, 2**63 - 1, 1_795_000_000 * 10**9]).cast(pl.Datetime("ns")), [2, 3]),
        ("issued_on", pl.Series([2**31 - 1, -(2**31) + 1, 20_000], dtype=pl.Int32).cast(pl.Date), [2, 3]),
    ],
)
def test_parquet_days_beyond_the_calendar_cost_their_row(tmp_path, column, cells, rows):
    folder = parquet_folder(tmp_path / "in", chamber(writs=[writ(writ_id=f"W{n}") for n in range(3)]))
    frame = pl.read_parquet(folder / "writs.parquet")
    if column == "received_at":
        frame = frame.with_columns(issued_on=dt.date(1991, 12, 16))
    frame.with_columns(cells.alias(column)).write_parquet(folder / "writs.parquet")
    assert {row for _, row, at, _ in rejected(folder) if at == column} == set(rows)


def test_parquet_days_beyond_the_calendar_with_a_zone_cost_their_row(tmp_path):
    folder = parquet_folder(tmp_path / "in", chamber())
    cells = pl.Series([2**62, -(2**62)], dtype=pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    frame = pl.read_parquet(folder / "writs.parquet")
    frame.with_columns(cells.dt.convert_time_zone("Asia/Almaty").alias("received_at")).write_parquet(
        folder / "writs.parquet"
    )
    assert [(row, code) for _, row, _, code in rejected(folder)] == [(2, "bad_time"), (3, "bad_time")]


def test_parquet_amounts_have_the_same_limits(tmp_path):
    folder = parquet_folder(tmp_path / "in", chamber(writs=[writ(writ_id=f"W{n}") for n in range(5)]))
    frame = pl.read_parquet(folder / "writs.parquet")
    amounts = pl.Series("amount", [1e18, 1.005, 1500.5, 999999999999999.0, float("inf")])
    frame.with_columns(amounts).write_parquet(folder / "writs.parquet")
    assert [(row, code) for _, row, _, code in rejected(folder)] == [(n, "bad_number") for n in (2, 3, 6)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", 2e15),
        ("writ_id", "@W"),
        ("case_id", "2\u200b"),
        ("issued_on", dt.date(1990, 1, 1)),
        ("number", "n" * 201),
    ],
)
def test_verify_knows_the_limits_by_itself(tmp_path, column, value):
    good = read(csv_folder(tmp_path / "in", chamber())).chamber
    for writs, ok in ((good.writs, True), (good.writs.with_columns(pl.lit(value).alias(column)), False)):
        found = Findings()
        check_limits(replace(good, writs=writs), found)
        assert found.report().ok is ok


def test_one_nul_byte_costs_its_row(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber(writs=[writ(writ_id=f"W{n}", subject=f"s{n}") for n in range(3)]))
    file = folder / "writs.csv"
    file.write_bytes(file.read_bytes().replace(b",s1,", b",s\x001,"))
    reading = read(folder)
    assert reading.rejected.select("table", "row", "code").rows() == [("writs", 3, "unreadable_row")]
    assert "NUL" in reading.rejected["message"][0]
    assert reading.chamber.writs["writ_id"].to_list() == ["W0", "W2"]


@pytest.mark.parametrize("rows_too", [False, True])
def test_an_error_in_a_cell_that_leaves_out_its_place_is_found_there(tmp_path, rows_too):
    path = workbook(tmp_path / "day.xlsx", chamber(writs=[writ(writ_id=f"W{n}", subject=f"s{n}") for n in range(3)]))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    strings = re.findall(rb"<si><t[^>]*>(.*?)</t></si>", parts["xl/sharedStrings.xml"])
    place = strings.index(b"s1")
    sheet = next(name for name in sorted(parts) if b"<v>%d</v>" % place in parts[name] and "sheet" in name)
    error = re.sub(
        rb't="s"><v>%d</v>' % place, b't="e"><v>#N/A</v>', re.sub(rb'<c r="[A-Z]+[0-9]+"', b"<c", parts[sheet])
    )
    # What is empty is then there all the same, or the cells after it would stand one to the left.
    parts[sheet] = re.sub(rb'<row r="[0-9]+"', b"<row", error) if rows_too else error
    columns = pl.read_excel(path, sheet_name="writs", infer_schema_length=0).columns
    assert columns.index("subject") < columns.index("case_id")
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    found = rejected(path)
    assert ("writs", 3, "subject", "formula_error") in found
