"""What a clerk notes beside a row in a column that the contract does not have."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl
import pytest
from clerks import ods
from io_cases import ROWS, as_csv, csv_folder, writ

from tengbol.io.read import read

if TYPE_CHECKING:
    from pathlib import Path

PARTIES = {"debtor_name": "Асанов Асан", "creditor_name": "Бекова Бота"}
SAYS = "of rows 3 the column {column}, which is not used, says: {word}. They are read like all others"


def with_remarks(folder: Path, remark: str, column: str = "Примечание") -> Path:
    """The small chamber with three writs, and one more column with something in row 3."""
    writs = as_csv("writs", [writ(), writ(writ_id="W2"), writ(writ_id="W3")]).splitlines()
    csv_folder(folder, {name: ROWS[name] for name in ("districts", "enforcers")})
    cells = (column, "", remark, "")
    (folder / "writs.csv").write_text("".join(f"{line},{cell}\n" for line, cell in zip(writs, cells, strict=True)))
    return folder


@pytest.mark.parametrize(
    ("remark", "word"),
    [
        ("АННУЛИРОВАН", "АННУЛИРОВАН"),
        ("документ отозван взыскателем 20.11.2026", "отозван"),
        ("(отменен)", "отменен"),
        ("Күші жойылған", "Күші жойылған"),
        ("сот қайтарып алды", "қайтарып алды"),
        ("исполнение приостановлено судом", "приостановлено"),
        ("не распределять!", "не распределять"),
        ("withdrawn by the creditor", "withdrawn"),
    ],
)
def test_a_row_noted_as_withdrawn_is_read_and_the_remark_is_told(tmp_path, remark, word):
    reading = read(with_remarks(tmp_path, remark))
    assert reading.chamber.writs["writ_id"].to_list() == ["W1", "W2", "W3"]
    assert any(SAYS.format(column="'Примечание'", word=word) in note for note in reading.warnings)


@pytest.mark.parametrize("remark", ["срочно", "звонить", "поставлена", "", "новый адрес"])
def test_of_other_remarks_only_their_column_is_told(tmp_path, remark):
    reading = read(with_remarks(tmp_path, remark))
    assert reading.warnings == ("writs.csv: columns not used: 'Примечание'.",)


def test_what_stands_around_the_word_is_not_told_for_it_may_name_people(tmp_path):
    reading = read(with_remarks(tmp_path, "отозван Ахметова 87011234567"))
    assert "Ахметова" not in " ".join(reading.warnings)


def test_a_column_without_a_header_is_told_by_its_letter(tmp_path):
    notes = read(with_remarks(tmp_path, "отозван", column="")).warnings
    assert notes[0] == "writs.csv: columns not used: U."
    assert SAYS.format(column="U", word="отозван") in notes[1]


def test_an_empty_column_without_a_header_is_nothing(tmp_path):
    assert read(with_remarks(tmp_path, " ", column="")).warnings == ()


def with_a_cell(folder: Path, column: str, cell: str, encoding: str = "utf-8") -> Path:
    """The small chamber with two writs with names, of which row 3 has this cell; a letter that is not known is `?`."""
    rows = [writ() | PARTIES, writ(writ_id="W2", number="N2") | PARTIES | {column: cell}]
    csv_folder(folder, ROWS)
    content = pl.DataFrame(rows).write_csv().encode(encoding, errors="replace")
    (folder / "writs.csv").write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("column", "cell", "word"),
    [
        ("case_id", "7111-26-00-2/15 АННУЛИРОВАН", "АННУЛИРОВАН"),
        ("number", "15 (отозван)", "отозван"),
        ("number", "15 отменён судом", "отменён"),
        ("debtor_name", "Ахметов Ахмет - отозван 20.11.2026", "отозван"),
        ("debtor_name", "Ахметов Ахмет (күші жойылған)", "күші жойылған"),
        ("debtor_id", "850101300124 аннулирован", "аннулирован"),
    ],
)
def test_a_row_noted_as_withdrawn_within_a_number_or_a_name_is_told_by_the_word_alone(tmp_path, column, cell, word):
    notes = [str(note) for note in read(with_a_cell(tmp_path, column, cell)).warnings]
    assert any(f"of rows 3 the column {column} says: {word}. They are read" in note for note in notes)
    assert not any("Ахметов" in note for note in notes)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("subject", "об отмене решения, взыскание прекращено"),
        ("issued_by", "суд, отменён"),
        ("debtor_name", "ТОО «Отмена»"),
        ("creditor_name", "Аннулина Анна"),
        ("case_id", "отм-15"),
    ],
)
def test_what_belongs_to_a_name_or_a_subject_is_no_remark(tmp_path, column, cell):
    assert not any("says:" in str(note) for note in read(with_a_cell(tmp_path, column, cell)).warnings)


@pytest.mark.parametrize("name", ["Әмірбек Жанар", "Жүніс Қайрат", "Темірғали", "«Өрлеу» ЖШС"])
def test_letters_that_windows_1251_lacks_are_missed_with_what_to_do(tmp_path, name):
    notes = read(with_a_cell(tmp_path, "debtor_name", name, "windows-1251")).warnings
    assert any(
        "in rows 3 of the column debtor_name letters are lost: '?' stands for them. Save the table" in str(note)
        for note in notes
    )


@pytest.mark.parametrize("name", ["Асанов?", "Асанов ? Асан", "Асанов (?)", "N?1", "Асанов ?? Асан"])
def test_a_question_mark_is_no_lost_letter(tmp_path, name):
    notes = read(with_a_cell(tmp_path, "debtor_name", name)).warnings
    assert not any("letters are lost" in str(note) for note in notes)


A_DAY = "the column {column} holds days: {cell}. A spreadsheet makes them of numbers such as 2-12 or 12/2026."


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("case_id", "2026-02-01"),
        ("case_id", "01.02.2026"),
        ("case_id", "дек.26"),
        ("number", "12.фев"),
        ("number", "Feb-26"),
        ("number", "2026-12-01"),
        ("writ_id", "ақп.26"),
    ],
)
def test_a_number_that_a_spreadsheet_made_a_day_of_is_taken_and_told(tmp_path, column, cell):
    reading = read(with_a_cell(tmp_path, column, cell))
    assert reading.chamber.writs[column].to_list()[1] == cell
    assert any(f"in rows 3 {A_DAY.format(column=column, cell=cell)}" in str(note) for note in reading.warnings)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("case_id", "2-1234/2026"),
        ("case_id", "7599-26-00-2/1234"),
        ("case_id", "12/2026"),
        ("case_id", "2-12"),
        ("case_id", "1234-26-00"),
        ("number", "26-мар/5"),
        ("number", "от 01.02.2026"),
        ("number", "1-2-2026"),
        ("subject", "01.02.2026"),
    ],
)
def test_a_number_as_courts_write_it_is_no_day(tmp_path, column, cell):
    assert not any("holds days" in str(note) for note in read(with_a_cell(tmp_path, column, cell)).warnings)


@pytest.mark.parametrize("kind", ["ods", "parquet"])
def test_cases_of_the_past_that_became_real_days_are_told_of_other_files_too(tmp_path, kind):
    past = [ROWS["ledger"][0] | {"writ_id": f"W{9 + month}", "case_id": dt.date(2026, month, 1)} for month in (2, 12)]
    if kind == "ods":
        place = tmp_path / "in.ods"
        ods(place, {name: [[*rows[0]], *map(list, map(dict.values, rows))] for name, rows in tables(past).items()})
    else:
        place = csv_folder(tmp_path, tables([]))
        pl.DataFrame(past).write_parquet(place / "ledger.parquet")
        (place / "ledger.csv").unlink()
    reading = read(place)
    assert reading.chamber.ledger["case_id"].to_list() == ["2026-02-01", "2026-12-01"]
    told = A_DAY.format(column="case_id", cell="2026-02-01, 2026-12-01")
    assert any(f"ledger: in rows 2, 3 {told}" in str(note) for note in reading.warnings)


def tables(past):
    """What every batch needs, and its past."""
    return {"districts": ROWS["districts"], "enforcers": ROWS["enforcers"][:1], "writs": [writ()], "ledger": past}
