"""`tengbol check` and `tengbol template`: every fault with its cell, the workbook marked, and one to be filled in."""

from __future__ import annotations

import datetime as dt
import string

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from books import clerk, home, opened, tengbol
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.styles.colors import Color
from small import absence, district, enforcer, writ, write_tables

from tengbol.book.amending import withdraw
from tengbol.io.check import LONGEST, check, shortened
from tengbol.io.clerks.codes import code_of, flag_of
from tengbol.io.marked import marked, mended
from tengbol.io.read import read
from tengbol.io.rejections import CODES
from tengbol.io.template import LANGUAGES, template
from tengbol.model.kinds import FLAG
from tengbol.model.tables import TABLES

PLACES = {"districts": [district("D1")], "enforcers": [enforcer("E1")]}
#: Cells of writs, each with what a line about it must name.
FAULTS = {
    "issued_on": ("01/02/2026", ("2026-02-01", "2026-01-02")),
    "amount": ("1,234", ("1.234", "1234")),
    "debtor_id": ("8,70415E+11", ("make the column text",)),
    "creditor_id": ("не известен", ("names nobody",)),
    "form": ("факс", ("paper", "electronic")),
    "claim": ("x" * 300, ("money",)),
    "immediate": ("возможно", ("true",)),
}


def workbook(place, **tables):
    """A clerk's workbook: two title lines, then the table, from column B on; one sheet for each table."""
    with xlsxwriter.Workbook(place) as book:
        for name, rows in {**PLACES, **tables}.items():
            sheet = book.add_worksheet(f"лист {name}")
            sheet.write(0, 1, "Палата")
            for at, column in enumerate(TABLES[name].columns, start=1):
                sheet.write(2, at, column)
                for row, cells in enumerate(rows, start=3):
                    if cells.get(column) is not None:
                        sheet.write(row, at, cells[column])
    return place


@pytest.mark.parametrize("column", FAULTS)
def test_a_fault_is_named_with_its_sheet_its_cell_and_what_to_write(tmp_path, column):
    value, needed = FAULTS[column]
    place = workbook(tmp_path / "in.xlsx", writs=[writ("W1"), writ("W2", **{column: value})])
    found = check(place)
    (line,) = found.faults
    letter = "BCDEFGHIJKLMNOPQRSTUVWXYZ"[TABLES["writs"].columns.index(column)]
    assert line.startswith(f"лист writs, {letter}5: ") and len(line) <= LONGEST
    assert all(word in line for word in needed), line
    assert (found.taken["writs"], found.refused["writs"]) == (1, 1)


def test_every_fault_of_a_row_has_its_line(tmp_path):
    folder = write_tables(tmp_path / "in", **PLACES, writs=[writ("W1", issued_on="?", number=None, amount="x")])
    assert [line.partition(":")[0] for line in check(folder).faults] == [
        "writs.csv, row 2, «number»",
        "writs.csv, row 2, «issued_on»",
        "writs.csv, row 2, «amount»",
    ]


def test_a_line_is_never_longer_than_200_signs_whatever_stood_there():
    for code, template_of in CODES.items():
        words = {name: "w" * 30 for _, name, *_ in string.Formatter().parse(template_of) if name}
        accepted = "one of " + ", ".join(f"some_code_{n}" for n in range(30)) + ", in small letters,"
        message = template_of.format(**words | {"value": "v" * 80, "accepted": accepted})
        for room in (200, 170, 140):
            assert len(shortened(message, room)) <= room, code
    told = shortened("reason is 'holiday'; one of a, b, c, in small letters, is accepted.", 60)
    assert told.startswith("reason is 'holiday'; one of a,") and len(told) <= 60


def test_where_the_rest_of_a_list_is_found_is_said_of_codes_alone():
    places = shortened("такого нет; напишите название или код оттуда: Аудан (D1), Аудан 2 (D2), Аудан 3 (D3).", 70)
    assert places.endswith(": Аудан (D1), ….")
    codes = shortened("напишите: одно из: " + ", ".join(f"код{n}" for n in range(20)) + ".", 60)
    assert codes.endswith(", … (docs/reading.md).")


def test_what_would_stop_a_batch_is_said(tmp_path):
    folder = write_tables(tmp_path / "in", **PLACES, writs=[writ("W1")], absences=[absence("E1", "holiday")])
    assert check(folder).stops and "--accept" in str(check(folder))
    assert not check(write_tables(tmp_path / "good", **PLACES, writs=[writ("W1")])).stops


def test_the_clerks_own_workbook_comes_back_marked_to_be_corrected_and_read_again(tmp_path):
    place = workbook(tmp_path / "in.xlsx", writs=[writ("W1"), writ("W2", amount="1,234", number="N-77")])
    back = tmp_path / "back.xlsx"
    back.write_bytes(marked(place, check(place)))
    book = openpyxl.load_workbook(back)
    assert book.sheetnames == ["лист districts", "лист enforcers", "лист writs"]
    cell = book["лист writs"]["J5"]
    assert cell.value == "1,234" and "1.234 or 1234" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFFFEB9C" and book["лист writs"]["J4"].comment is None
    assert book["лист writs"]["F5"].value == "N-77" and book["лист writs"]["B1"].value == "Палата"
    assert read(back).rejected.select("row", "code").rows() == read(place).rejected.select("row", "code").rows()
    cell.value = "1234"
    book.save(back)
    assert check(back).ok
    assert read(back).chamber.writs["amount"].to_list() == [50000.0, 1234.0]


def test_a_folder_of_files_comes_back_as_one_workbook(tmp_path):
    folder = write_tables(tmp_path / "in", **PLACES, writs=[writ("W1", subject='a, "b"\nc'), writ("W2", form="?")])
    back = tmp_path / "back.xlsx"
    back.write_bytes(marked(folder, check(folder)))
    again = read(back)
    assert again.chamber.writs.equals(read(folder).chamber.writs)
    assert openpyxl.load_workbook(back)["writs"]["C3"].comment.text.startswith("tengbol:\nform is '?'")


def test_a_copy_has_no_marks_of_an_earlier_one_and_leaves_the_clerks_own(tmp_path):
    place = workbook(tmp_path / "in.xlsx", writs=[writ(f"W{n}", amount="1,234", subject="") for n in range(4)])
    book = openpyxl.load_workbook(place)
    own = book["лист writs"]
    own["J4"].comment = Comment("Ask the court", "Aigul")
    own["J4"].fill = PatternFill("solid", fgColor="FF92D050")
    own["J5"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.4))
    own["B1"].fill = PatternFill("solid", fgColor="FFFFEB9C")
    book.save(place)
    once, twice = tmp_path / "once.xlsx", tmp_path / "twice.xlsx"
    once.write_bytes(marked(place, check(place)))
    book = openpyxl.load_workbook(once)
    sheet = book["лист writs"]
    assert [sheet[f"J{row}"].fill.fgColor.rgb for row in range(4, 8)] == ["FFFFEB9C"] * 4
    assert sheet["J4"].comment.text.startswith("Ask the court\n") and sheet["J4"].comment.author == "Aigul"
    assert sheet["J5"].comment.text.startswith("tengbol:\namount is"), "what is to be corrected comes first"
    sheet["J4"].comment = Comment(sheet["J4"].comment.text, " ")
    sheet["J5"].comment = Comment(sheet["J5"].comment.text, " ")  # as LibreOffice saves it
    for row in range(4, 7):
        sheet[f"J{row}"].value = "1234"
    sheet.insert_rows(4)
    book.save(once)
    twice.write_bytes(marked(once, check(once)))
    sheet = openpyxl.load_workbook(twice)["лист writs"]
    assert sheet["J8"].comment.text.count("1.234 or 1234") == 1 and sheet["J8"].fill.fgColor.rgb == "FFFFEB9C"
    assert [sheet[f"J{row}"].comment for row in (6, 7)] == [None, None]
    assert sheet["J5"].comment.text == "Ask the court"
    assert sheet["J5"].fill.fgColor.rgb == "FF92D050"
    assert (sheet["J6"].fill.fgColor.theme, round(sheet["J6"].fill.fgColor.tint, 2)) == (4, 0.4)
    assert sheet["J7"].fill.patternType is None and sheet["B1"].fill.fgColor.rgb == "FFFFEB9C"


def test_of_a_column_that_is_not_there_the_header_is_marked_once(tmp_path):
    place = workbook(tmp_path / "in.xlsx", writs=[writ(f"W{n}", form="paper") for n in range(3)])
    book = openpyxl.load_workbook(place)
    book["лист writs"].delete_cols(2 + TABLES["writs"].columns.index("original_attached"))
    book.save(place)
    back = tmp_path / "back.xlsx"
    back.write_bytes(marked(place, check(place)))
    sheet = openpyxl.load_workbook(back)["лист writs"]
    told = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert told == {"B3": "tengbol:\noriginal_attached is empty; it is needed when form is paper."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_template_holds_is_read_back_without_a_remark(tmp_path, language):
    place = tmp_path / "new.xlsx"
    place.write_bytes(template(language))
    found = check(place)
    assert found.ok and not found.notes, str(found)
    assert list(found.taken) == list(TABLES) and all(found.taken.values())
    assert found.reading.beside.width == 3 and found.reading.beside.height == 1
    assert template(language) == place.read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_template_offers_is_read_as_another_code_of_its_column(tmp_path, language):
    place = tmp_path / "new.xlsx"
    place.write_bytes(template(language))
    book = openpyxl.load_workbook(place)
    offered = 0
    for table, sheet in zip(TABLES.values(), book.worksheets, strict=True):
        for offer in sheet.data_validations.dataValidation:
            first = str(offer.sqref).partition(":")[0]
            column = table.columns[sheet[first].column - 1]
            words = pl.DataFrame({"word": offer.formula1.strip('"').split(",")})
            read_as = flag_of if table.kinds[column] is FLAG else code_of
            meant = words.select(read_as(column, pl.col("word"))).to_series()
            assert meant.is_not_null().all() and meant.is_unique().all(), (column, words)
            offered += 1
    assert offered == 12


def test_the_commands_say_what_they_found_and_write_over_nothing(tmp_path):
    folder = write_tables(tmp_path / "in", **PLACES, writs=[writ("W1"), writ("W2", form="?")])
    asked = tengbol("check", folder, "--marked", tmp_path / "back.xlsx")
    assert asked.returncode == 1 and "writs: rows taken: 1, refused: 1." in asked.stdout
    assert (tmp_path / "back.xlsx").exists()
    again = tengbol("check", folder, "--marked", tmp_path / "back.xlsx")
    assert again.returncode == 2 and "there already" in again.stderr
    assert tengbol("template", tmp_path / "new.xlsx", "--lang", "ru").returncode == 0
    assert tengbol("check", tmp_path / "new.xlsx").returncode == 0
    assert tengbol("template", tmp_path / "x.xlsx", "--lang", "de").returncode == 2


@pytest.mark.parametrize(("spoken", "written"), [("ru", "ru"), ("kk", "kk"), ("en", "kk")])
def test_a_template_has_the_language_of_the_terminal_where_there_are_headers_in_it(tmp_path, spoken, written):
    assert tengbol("--lang", spoken, "template", tmp_path / "new.xlsx").returncode == 0
    assert (tmp_path / "new.xlsx").read_bytes() == template(written)


def test_a_list_by_itself_is_checked_against_the_book_it_adds_to(tmp_path):
    store = opened(f"sqlite:///{tmp_path / 'a.book'}", tmp_path, home())
    store.close()
    folder = write_tables(tmp_path / "more", writs=[writ("X"), writ("Y", debtor_district_id="nowhere")])
    for name in ("districts", "enforcers"):
        (folder / f"{name}.csv").unlink()
    asked = tengbol("check", folder, "--book", tmp_path / "a.book")
    assert asked.returncode == 1 and "writs: rows taken: 1, refused: 1." in asked.stdout


def test_what_the_book_would_refuse_is_checked_too(tmp_path):
    """Of a writ that was withdrawn no row is bad; the book takes it no more."""
    store = opened(f"sqlite:///{tmp_path / 'a.book'}", tmp_path, home(writs=[writ("W"), writ("V")]))
    withdraw(store, clerk(document="R 1"), "W", reason="creditor_withdrew")
    store.close()
    folder = write_tables(tmp_path / "again", **home(writs=[writ("W", amount=1), writ("V"), writ("X")]))
    asked = tengbol("check", folder, "--book", tmp_path / "a.book", "--marked", tmp_path / "back.xlsx")
    assert asked.returncode == 1 and "writs: rows taken: 2, refused: 1." in asked.stdout, asked.stdout
    assert (tmp_path / "back.xlsx").exists()


def test_the_clerks_own_workbook_keeps_how_it_looks(tmp_path):
    """Widths, fonts, formats, formulae and comments come back; a formula that is read comes back as its value."""
    place = tmp_path / "in.xlsx"
    rows = [writ("W1"), writ("W2", form="факс", amount=12500.5)]
    with xlsxwriter.Workbook(place) as book:
        for name, table in {**PLACES, "writs": rows}.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 31)
            bold = book.add_format({"bold": True, "font_name": "Times New Roman"})
            money = book.add_format({"num_format": "#,##0.00"})
            columns = TABLES[name].columns
            sheet.write_row(0, 0, columns, bold)
            for row, cells in enumerate(table, start=1):
                for at, column in enumerate(columns):
                    value = cells.get(column)
                    if column == "number":
                        sheet.write_formula(row, at, f'="N-"&{row}', None, f"N-{row}")
                    elif value is not None:
                        sheet.write(row, at, value, money if column == "amount" else None)
        sheet.write(1, len(columns), "=1+1")
        sheet.write_comment(2, 2, "звонил 3.11")
        sheet.merge_range(4, 0, 5, 3, "Принял секретарь")
    columns = TABLES["writs"].columns
    back = tmp_path / "back.xlsx"
    back.write_bytes(marked(place, check(place)))
    sheet = openpyxl.load_workbook(back)["writs"]
    assert sheet.column_dimensions["A"].width == pytest.approx(31, abs=1)
    assert sheet["A1"].font.b and sheet["A1"].font.name == "Times New Roman"
    amount = sheet.cell(3, columns.index("amount") + 1)
    assert (amount.value, amount.number_format) == (12500.5, "#,##0.00")
    assert sheet["C3"].comment.text.startswith("звонил 3.11\ntengbol:\nform is 'факс'")
    assert sheet["C3"].fill.fgColor.rgb == "FFFFEB9C" and sheet["C2"].fill.fill_type is None
    assert sheet.cell(2, len(columns) + 1).value == "=1+1" and sheet.cell(3, columns.index("number") + 1).value == "N-2"
    assert "A5:D6" in [str(area) for area in sheet.merged_cells.ranges]
    sheet["C3"].value = "paper"
    again, first = read(back), read(place)
    assert again.rejected.equals(first.rejected) and again.chamber.writs.equals(first.chamber.writs)


def test_a_mended_workbook_is_the_clerks_own_but_for_the_cells_that_were_mended(tmp_path):
    place = workbook(tmp_path / "in.xlsx", writs=[writ("W1"), writ("W2", amount="many", subject="?")])
    book = openpyxl.load_workbook(place)
    own = book["лист writs"]
    day = 2 + TABLES["writs"].columns.index("issued_on")  # from column B on
    own.cell(4, day).value, own.cell(4, day).number_format = dt.datetime(2026, 11, 20), "dd.mm.yyyy"
    own.column_dimensions["C"].width = 31
    own["A1"].fill = PatternFill("solid", fgColor="FF92D050")
    book.save(place)
    found = check(place)
    wrong = {("writs", 5, "amount"): "1200,50", ("writs", 5, "subject"): "=1+1"}
    back = tmp_path / "back.xlsx"
    back.write_bytes(mended(place, found, wrong))
    sheet = openpyxl.load_workbook(back)["лист writs"]
    assert sheet.cell(4, day).value == dt.datetime(2026, 11, 20) and sheet.cell(4, day).number_format == "dd.mm.yyyy"
    assert sheet.column_dimensions["C"].width == 31 and sheet["A1"].fill.fgColor.rgb == "FF92D050"
    writs = read(back).chamber.writs
    assert writs["amount"].to_list()[1] == 1200.5 and writs["subject"].to_list()[1] == "=1+1"
