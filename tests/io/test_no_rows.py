"""Lines of a register that are no rows: what numbers the columns, and a signature below; everything else is a row."""

from __future__ import annotations

import csv

import pytest
from small import district, enforcer, writ, write_tables

import tengbol


def read(folder, *, after_header=(), at_end=()):
    path = write_tables(folder, districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1"), writ("W2")])
    lines = list(csv.reader((path / "writs.csv").open(encoding="utf-8")))
    width = len(lines[0])
    whole = [lines[0], *after_header, *lines[1:], *at_end]
    with (path / "writs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*row, *[""] * (width - len(row))] for row in whole)
    return tengbol.read(path)


@pytest.mark.parametrize("first", [0, 1])
def test_a_line_that_numbers_the_columns_is_no_row_and_is_said(first, tmp_path):
    reading = read(tmp_path, after_header=[[str(number) for number in range(first, first + 17)]])
    assert reading.rejected.is_empty()
    assert reading.chamber.writs["writ_id"].to_list() == ["W1", "W2"]
    assert [str(note) for note in reading.warnings] == [
        "writs.csv: lines that number the columns are no rows of writs: 2."
    ]


@pytest.mark.parametrize(
    "text", ["Главный специалист ________ Г. Асанова", "Іс жүргізуші: А. Бекова", "Подпись ____ М"]
)
def test_a_signature_below_the_rows_is_no_row_and_is_said(text, tmp_path):
    reading = read(tmp_path, at_end=[["", "", text]])
    assert reading.rejected.is_empty()
    assert [str(note) for note in reading.warnings] == ["writs.csv: lines of a signature are no rows of writs: 4."]


@pytest.mark.parametrize(
    "row", [["W3"], ["", "", "paper"], ["Акт № 7 палаты"], ["1", "3", "2", "4"], ["7", "8", "9", "10"]]
)
def test_a_row_that_was_begun_is_refused_and_not_left_out(row, tmp_path):
    reading = read(tmp_path, at_end=[row])
    assert reading.rejected["row"].to_list() == [4]


@pytest.mark.parametrize("at_end", [["Итого", "2"], ["ИТОГО:", "30 документов", "", "", "9"], ["Барлығы", "30 құжат"]])
def test_a_total_with_a_count_in_the_place_of_an_id_is_no_row_and_is_said(at_end, tmp_path):
    path = write_tables(
        tmp_path, districts=[district("D1")], enforcers=[enforcer("E1")], writs=[writ("W1"), writ("W2")]
    )
    lines = list(csv.reader((path / "writs.csv").open(encoding="utf-8")))
    rows = [["№", *lines[0]], *([str(n), *line] for n, line in enumerate(lines[1:], 1))]
    with (path / "writs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows, [*at_end, *[""] * (len(rows[0]) - len(at_end))]])
    reading = tengbol.read(path)
    assert reading.rejected.is_empty() and reading.chamber.writs.height == 2
    assert any("lines that are totals are no rows of writs: 4" in str(note) for note in reading.warnings)
