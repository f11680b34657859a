"""Reading of a folder or workbook: one chamber from every kind of file, and a clear word for what is none."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import polars as pl
import pytest
import xlsxwriter
from io_cases import IIN, ROWS, as_csv, chamber, csv_folder, parquet_folder, typed, workbook, writ
from polars.testing import assert_frame_equal

from tengbol.errors import UnusableInputError
from tengbol.io.read import read
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from tengbol.model.chamber import Chamber


def frames(chamber_: Chamber) -> dict[str, pl.DataFrame]:
    return {name: getattr(chamber_, name) for name in TABLES}


def codes_of(reading) -> list[tuple]:
    return reading.rejected.select("table", "row", "column", "code").rows()


@pytest.mark.parametrize(
    "put",
    [
        lambda path: csv_folder(path / "in", chamber()),
        lambda path: parquet_folder(path / "in", chamber()),
        lambda path: workbook(path / "in.xlsx", chamber()),
    ],
    ids=["csv", "parquet", "xlsx"],
)
def test_one_chamber_reads_alike_from_every_kind_of_file(tmp_path, put):
    reading = read(put(tmp_path))
    for name, frame in frames(reading.chamber).items():
        assert_frame_equal(frame, typed(name, ROWS[name]))
    assert reading.rejected.is_empty()
    assert reading.warnings == ()
    assert [source.table for source in reading.sources] == list(TABLES)
    assert [source.rows for source in reading.sources] == [len(ROWS[name]) for name in TABLES]


def test_sources_name_the_file_and_its_sha256(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    for source in read(folder).sources:
        assert source.file == f"{source.table}.csv"
        assert source.sha256 == hashlib.sha256((folder / source.file).read_bytes()).hexdigest()


def test_csv_and_parquet_may_stand_side_by_side_for_different_tables(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "ledger.csv").unlink()
    typed("ledger", ROWS["ledger"]).write_parquet(folder / "ledger.parquet")
    assert read(folder).chamber.ledger.height == 1


def test_tables_that_are_not_required_may_be_absent(tmp_path):
    needed = {name: ROWS[name] for name, table in TABLES.items() if table.required}
    reading = read(csv_folder(tmp_path / "in", needed))
    for name, frame in frames(reading.chamber).items():
        assert dict(frame.schema) == TABLES[name].types
        assert frame.is_empty() == (name not in needed)


def test_a_batch_without_writs_is_read(tmp_path):
    reading = read(csv_folder(tmp_path / "in", chamber(writs=[])))
    assert reading.chamber.writs.is_empty()
    assert dict(reading.chamber.writs.schema) == TABLES["writs"].types


@pytest.mark.parametrize("name", ["districts", "enforcers", "writs"])
@pytest.mark.parametrize("put", ["csv", "xlsx"])
def test_without_a_required_table_there_is_no_batch(tmp_path, name, put):
    given = {table: rows for table, rows in ROWS.items() if table != name}
    path = csv_folder(tmp_path / "in", given) if put == "csv" else workbook(tmp_path / "in.xlsx", given)
    with pytest.raises(UnusableInputError, match=f"has no table {name}"):
        read(path)


@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_every_row_needs_must_be_there_and_any_other_may_be_absent(tmp_path, name):
    folder = csv_folder(tmp_path / "in", chamber())
    frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
    for column in TABLES[name].columns:
        frame.drop(column).write_csv(folder / f"{name}.csv")
        if column in TABLES[name].required_columns:
            with pytest.raises(UnusableInputError, match=rf"{name}\.csv.* needs the columns {column}"):
                read(folder)
        else:
            assert getattr(read(folder).chamber, name).schema[column] == TABLES[name].types[column]


def test_extra_columns_are_told_of_once_and_change_nothing(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    path = folder / "writs.csv"
    frame = pl.read_csv(path, infer_schema=False).with_columns(Примечание=pl.lit("x"), colour=pl.lit("y"))
    frame.select("colour", pl.exclude("colour")).write_csv(path)
    reading = read(folder)
    assert reading.warnings == ("writs.csv: columns not used: 'colour', 'Примечание'.",)
    assert_frame_equal(reading.chamber.writs, typed("writs", ROWS["writs"]))


def test_two_columns_of_one_meaning_are_refused(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "districts.csv").write_text("district_id,name,chamber_id,Код района\n1,a,75,2\n", encoding="utf-8")
    with pytest.raises(UnusableInputError, match="'district_id' and 'Код района' both mean district_id"):
        read(folder)


def test_the_same_table_as_csv_and_parquet_is_refused(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    parquet_folder(folder, {"writs": ROWS["writs"]})
    with pytest.raises(UnusableInputError, match=r"writs\.csv and writs\.parquet both are the table writs; keep one"):
        read(folder)


def test_files_of_other_names_are_told_of(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "old writs.csv").write_text("x\n")
    (folder / "README.txt").write_text("x\n")
    assert read(folder).warnings == ("Files not used: old writs.csv.",)


@pytest.mark.parametrize("name", ["Отсутствующие ЧСИ.xlsx", "absences.tsv", "absences.TXT", "absences.ods"])
def test_a_table_that_is_not_read_beside_the_others_stops_the_batch(tmp_path, name):
    folder = csv_folder(tmp_path / "in", {table: rows for table, rows in chamber().items() if table != "absences"})
    (folder / name).write_text("enforcer_id\treason\tstart\nE1\tleave\t2026-11-01\n")
    with pytest.raises(UnusableInputError, match=re.escape(name) + " is named as absences .*save it as CSV"):
        read(folder)


def test_the_apostrophe_by_which_a_spreadsheet_marks_text_is_no_part_of_a_cell(tmp_path):
    """Otherwise a recusal (¶12) or a case (¶14) would not be known, and one writ be two."""
    plain = read(csv_folder(tmp_path / "plain", chamber()))
    marked = {
        name: [{column: f"'{cell}" for column, cell in row.items() if cell} for row in rows]
        for name, rows in ROWS.items()
    }
    for name, frame in frames(read(csv_folder(tmp_path / "marked", marked)).chamber).items():
        assert_frame_equal(frame, getattr(plain.chamber, name))
    mixed = [writ(), {**writ(), "writ_id": "'W1"}]
    assert codes_of(read(csv_folder(tmp_path / "mixed", chamber(writs=mixed)))) == [
        ("writs", 3, "writ_id", "duplicate_row")
    ]


def test_an_apostrophe_that_quotes_stays(tmp_path):
    reading = read(csv_folder(tmp_path / "in", chamber(writs=[writ(subject="'Алма' ЖШС")])))
    assert reading.chamber.writs["subject"].to_list() == ["'Алма' ЖШС"]


def test_a_workbook_beside_the_tables_is_told_of(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    for name in ("writs.xlsx", "Отпуска.ods", "~$writs.xlsx"):
        (folder / name).write_bytes(b"PK")
    assert read(folder).warnings == ("Files not used: writs.xlsx, Отпуска.ods.",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("writs.csv", b""),
        ("writs.csv", b"\n\n  \n"),
        ("writs.csv", b"PK\x03\x04 a workbook by another name"),
        ("writs.csv", b"PAR1xxxxPAR1"),
        ("writs.csv", b"%PDF-1.7\n"),
        ("writs.csv", bytes(range(256)) * 20),
        ("writs.csv", b"\xff\xfe\x00"),
        ("writs.csv", b"no header of ours\n1\n"),
        ("writs.parquet", b""),
        ("writs.parquet", b"writ_id,form\nW1,paper\n"),
        ("writs.parquet", b"PAR1 cut short"),
        ("ledger.csv", b""),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_by_name(tmp_path, name, content):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "writs.csv").unlink() if name == "writs.parquet" else None
    (folder / name).write_bytes(content)
    with pytest.raises(UnusableInputError, match=name):
        read(folder)


def test_a_folder_by_the_name_of_a_file_is_refused(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "ledger.csv").unlink()
    (folder / "ledger.csv").mkdir()
    with pytest.raises(UnusableInputError, match=r"ledger\.csv"):
        read(folder)


@pytest.mark.parametrize("name", ["in.xlsx", "in.xls", "in.txt", "in"])
def test_a_path_that_is_no_input_is_refused(tmp_path, name):
    path = tmp_path / name
    with pytest.raises(UnusableInputError, match="no such folder or workbook"):
        read(path)
    path.write_bytes(b"something else")
    with pytest.raises(UnusableInputError, match=f"{name}: is (neither|not)"):
        read(path)


def test_an_empty_folder_and_a_folder_with_only_a_workbook_say_what_to_do(tmp_path):
    with pytest.raises(UnusableInputError, match=r"(?s)no table districts;.*no table enforcers;.*no table writs;"):
        read(tmp_path)
    workbook(tmp_path / "june.xlsx", chamber())
    with pytest.raises(UnusableInputError, match=r"june\.xlsx; give the workbook's own path"):
        read(tmp_path)


def test_typed_parquet_is_read_as_exactly_as_text(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "balances.csv").unlink()
    typed("balances", ROWS["balances"] * 1).with_columns(pl.col("received").cast(pl.Float64)).write_parquet(
        folder / "balances.parquet"
    )
    (folder / "writs.csv").unlink()
    typed("writs", ROWS["writs"]).with_columns(
        pl.col("received_at").dt.cast_time_unit("ns").dt.replace_time_zone("Asia/Almaty"),
        pl.col("form", "claim").cast(pl.Categorical),
        pl.col("amount").fill_null(float("nan")),
    ).write_parquet(folder / "writs.parquet")
    reading = read(folder)
    assert_frame_equal(reading.chamber.writs, typed("writs", ROWS["writs"]))
    assert_frame_equal(reading.chamber.balances, typed("balances", ROWS["balances"]))


def test_a_large_parquet_file_says_what_a_small_one_does(tmp_path, monkeypatch):
    """Where a file counts as large, its columns are read one by one."""
    folder = parquet_folder(tmp_path / "in", chamber(writs=[writ(), writ(writ_id="W2", number="2", claim="?")]))
    small = read(folder)
    monkeypatch.setattr("tengbol.io.columnar._LARGE", 0)
    large = read(folder)
    assert small.chamber.writs.height == small.rejected.height == 1
    for name, frame in frames(small.chamber).items():
        assert_frame_equal(getattr(large.chamber, name), frame)
    assert_frame_equal(large.rejected, small.rejected)
    (folder / "writs.parquet").write_bytes(b"PAR1 nothing of it PAR1")
    with pytest.raises(UnusableInputError, match="cannot be read as a Parquet file"):
        read(folder)


def test_a_parquet_column_of_lists_is_refused(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber())
    (folder / "districts.csv").unlink()
    pl.DataFrame({"district_id": [["1"]], "name": ["a"], "chamber_id": ["75"]}).write_parquet(
        folder / "districts.parquet"
    )
    with pytest.raises(UnusableInputError, match="column 'district_id' holds List"):
        read(folder)


def test_rejected_follows_the_order_of_tables_and_then_of_rows(tmp_path):
    folder = csv_folder(tmp_path / "in", chamber(absences=[{**ROWS["absences"][0], "reason": "?"}]))
    text = as_csv("writs", [writ(claim="?"), writ(writ_id="W3", claim="?")])
    head, first, second = text.splitlines()
    (folder / "writs.csv").write_text("\n".join([head, first, "broken", second]) + "\n", encoding="utf-8")
    assert codes_of(read(folder)) == [
        ("absences", 2, "reason", "bad_code"),
        ("writs", 2, "claim", "bad_code"),
        ("writs", 3, None, "unreadable_row"),
        ("writs", 4, "claim", "bad_code"),
    ]


# Workbooks


def sheets(path, **tables):
    """A workbook of rows of raw cells, as a clerk would type them."""
    book = xlsxwriter.Workbook(path)
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for number, row in rows.items():
            sheet.write_row(number - 1, 0, row)
    book.close()
    return path


def typed_sheets(path, **changed):
    """The small chamber's sheets with text cells from row 1, some replaced."""
    given = {}
    for name in ("districts", "enforcers", "writs"):
        columns = TABLES[name].columns
        lines = [columns, *([row.get(column, "") for column in columns] for row in ROWS[name])]
        given[name] = dict(enumerate(lines, start=1))
    return sheets(path, **{**given, **changed})


def test_a_title_above_and_empty_rows_within_keep_the_numbers_the_sheet_shows(tmp_path):
    path = typed_sheets(
        tmp_path / "in.xlsx",
        districts={
            2: ["Аудандар тізімі"],
            4: ["Район", "Название", "Палата"],
            5: ["751110000", "Алмалы", "75"],
            7: ["751210000", "", "75"],
            9: ["751210000", "Әуезов", "75"],
            12: [" ", "\u00a0", ""],
        },
    )
    reading = read(path)
    assert codes_of(reading) == [
        ("districts", 7, "district_id", "conflicting_rows"),
        ("districts", 9, "district_id", "conflicting_rows"),
    ] + [row for row in codes_of(reading) if row[0] != "districts"]
    assert reading.sources[0].rows == 3


def test_the_zero_that_excel_takes_from_an_iin_is_given_back_with_a_warning(tmp_path):
    columns = TABLES["writs"].columns
    cells = writ(debtor_id="D1", creditor_id="C1")
    row = [cells.get(column, "") for column in columns]
    row[columns.index("debtor_id")] = 50101500127  # 050101500127 typed as a number
    other = [*row]
    other[columns.index("writ_id")] = "other"
    other[columns.index("creditor_id")] = 50101500128  # eleven digits, but no IIN with any zero
    reading = read(typed_sheets(tmp_path / "in.xlsx", writs={1: columns, 2: row, 3: other}))
    assert reading.chamber.writs["debtor_id"].to_list() == ["050101500127"]
    assert codes_of(reading) == [("writs", 3, "creditor_id", "bad_id")]
    assert reading.warnings == ("writs: debtor_id was put into its one form in rows 2, 3.",)


def test_the_zero_is_given_back_in_csv_too(tmp_path):
    reading = read(csv_folder(tmp_path / "in", chamber(writs=[writ(debtor_id="50101500127")])))
    assert reading.chamber.writs["debtor_id"].to_list() == ["050101500127"]


def test_an_error_of_a_formula_is_never_read_as_an_empty_cell(tmp_path):
    path = tmp_path / "in.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("districts", "enforcers", "writs"):
        sheet = book.add_worksheet(name)
        columns = TABLES[name].columns
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(ROWS[name], start=1):
            sheet.write_row(number, 0, [row.get(column, "") for column in columns])
        if name == "enforcers":
            sheet.write_formula(1, columns.index("licensed_to"), "=VLOOKUP(1,A:B,2)", None, "#N/A")
            sheet.write_formula(2, columns.index("licensed_to"), "=DATE(2030,1,31)", None, "")
        if name == "writs":
            sheet.write_formula(1, columns.index("case_id"), "=A99/0", None, "#DIV/0!")
    book.close()
    reading = read(path)
    assert codes_of(reading)[:2] == [
        ("enforcers", 2, "licensed_to", "bad_date"),
        ("writs", 2, "case_id", "formula_error"),
    ]
    assert "#N/A" in reading.rejected["message"][0]


def test_a_sheet_may_begin_at_another_column_and_have_any_order(tmp_path):
    path = typed_sheets(
        tmp_path / "in.xlsx",
        districts={
            1: ["", "", "Палата", "Район", "", "Название"],
            2: ["", "", "75", "751110000", "", "Алмалы"],
            3: ["", "", "75", "751210000", "", "Әуезов"],
        },
    )
    assert read(path).chamber.districts.rows() == [
        ("751110000", "Алмалы", "75"),
        ("751210000", "Әуезов", "75"),
    ]


def test_sheets_of_other_names_are_told_of_and_empty_ones_are_no_tables(tmp_path):
    path = typed_sheets(tmp_path / "in.xlsx", Лист1={1: ["x"]}, recusals={})
    reading = read(path)
    assert reading.warnings == ("in.xlsx: sheets not used: 'Лист1'.",)
    assert "recusals" not in [source.table for source in reading.sources]


def test_two_sheets_of_one_table_are_refused(tmp_path):
    path = typed_sheets(tmp_path / "in.xlsx", Районы={1: TABLES["districts"].columns})
    with pytest.raises(UnusableInputError, match="'districts' and 'Районы' both are districts"):
        read(path)


def test_a_sheet_without_a_header_is_refused(tmp_path):
    path = typed_sheets(tmp_path / "in.xlsx", writs={1: ["a", "b"], 2: [1, 2]})
    with pytest.raises(UnusableInputError, match="sheet 'writs': has no header"):
        read(path)


def test_a_days_number_without_a_days_format_is_rejected_not_guessed(tmp_path):
    columns = TABLES["enforcers"].columns
    path = typed_sheets(tmp_path / "in.xlsx", enforcers={1: columns, 2: ["0001", "А", "751110000", 43831, ""]})
    assert ("enforcers", 2, "licensed_from", "bad_date") in codes_of(read(path))
    assert IIN in read(path).chamber.writs["debtor_id"].to_list()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_a_file_of_any_name_is_known_by_its_columns_in_every_encoding(tmp_path, encoding):
    folder = csv_folder(tmp_path / "in", chamber())
    text = (folder / "absences.csv").read_text(encoding="utf-8").replace("reason", "Болмауының себебі")
    (folder / "absences.csv").unlink()
    (folder / "Лист3.csv").write_bytes(text.encode(encoding))
    assert read(folder).chamber.absences.height == 1
