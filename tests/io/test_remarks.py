"""What a clerk notes beside a row in a column that the contract does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from io_cases import ROWS, as_csv, csv_folder, writ

from tengbol.io.read import read

if TYPE_CHECKING:
    from pathlib import Path

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
