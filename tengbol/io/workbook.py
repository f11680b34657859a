"""Excel workbooks as grids of text: one sheet, one table.

Cells are taken as what they hold, not as they are shown: days as ISO text, Booleans as `true` and `false`.
A cell whose formula failed comes from the library as an empty one; it is looked up in the file, so that an
error is never read as "open" or "none".
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

import fastexcel
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import table_named
from tengbol.io.grid import HEADER_WITHIN, Grid, header_line, no_broken_lines
from tengbol.model.cells import FORMULA_ERRORS, NOT_CALCULATED, check_digit_holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tengbol.model.tables import Table

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Workbook:
    """An opened workbook: the sheet of each table, and what to warn of."""

    path: Path
    reader: fastexcel.ExcelReader
    sheets: Mapping[str, str]
    notes: tuple[str, ...]


def open_workbook(path: Path) -> Workbook:
    """Open an `.xlsx` workbook and find the sheets of its tables; a sheet with nothing in it is no table.

    Raises `UnusableInputError` for what is no such workbook, or where two sheets are one table.
    """
    try:
        reader = fastexcel.read_excel(path)
        names = reader.sheet_names
    except fastexcel.FastExcelError as error:
        raise UnusableInputError(
            f"{path.name}: is not an Excel workbook (.xlsx) that can be read; "
            "save it again as .xlsx, without a password."
        ) from error
    sheets: dict[str, str] = {}
    unused = []
    for name in names:
        table = table_named(name)
        if table is None:
            unused.append(name)
        elif table in sheets:
            raise UnusableInputError(
                f"{path.name}: the sheets '{sheets[table]}' and '{name}' both are {table}; keep one."
            )
        elif _loaded(reader, name, path, rows=HEADER_WITHIN).total_height:
            sheets[table] = name
    shown = ", ".join(f"'{name}'" for name in unused)
    return Workbook(path, reader, sheets, (f"{path.name}: sheets not used: {shown}.",) if unused else ())


def read_sheet(book: Workbook, table: Table) -> Grid:
    """Read the sheet of a table; its rows are numbered as the workbook shows them.

    Raises `UnusableInputError` where no header is found or the sheet cannot be read.
    """
    name = book.sheets[table.name]
    where = f"{book.path.name}, sheet '{name}'"
    sheet = _loaded(book.reader, name, book.path)
    letters = [_letters(column.absolute_index) for column in sheet.available_columns()]
    frame = sheet.to_polars()
    frame = frame.rename({column: str(place) for place, column in enumerate(frame.columns)})
    start = header_line(frame.head(HEADER_WITHIN).rows(), table)
    if start is None:
        raise UnusableInputError(
            f"{where}: has no header with the columns of {table.name} ({', '.join(table.required_columns)}); "
            f"it must stand within its first {HEADER_WITHIN} rows."
        )
    header = tuple(word or "" for word in frame.row(start))
    numbered = frame.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    try:
        errors = _formula_errors(book.path, name)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, LookupError, StopIteration) as error:
        raise UnusableInputError(f"{where}: cannot be read; save the workbook again as .xlsx.") from error
    cells = _with_errors(numbered, letters, errors)
    return Grid(where, header, cells.slice(start + 1), no_broken_lines())


def _loaded(reader: fastexcel.ExcelReader, name: str, path: Path, rows: int | None = None) -> fastexcel.ExcelSheet:
    """Load a sheet with every cell as text and every row, empty ones too."""
    try:
        return reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise UnusableInputError(
            f"{path.name}, sheet '{name}': cannot be read; save the workbook again as .xlsx."
        ) from error


def _with_errors(cells: pl.DataFrame, letters: list[str], errors: dict[str, dict[int, str]]) -> pl.DataFrame:
    """Put the errors of formulae where the library left nothing."""
    shown = [
        pl.coalesce(
            pl.col(str(place)),
            pl.col("row").replace_strict(errors[letter], default=None, return_dtype=pl.String),
        ).alias(str(place))
        for place, letter in enumerate(letters)
        if letter in errors
    ]
    return cells.with_columns(shown)


def _letters(place: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _formula_errors(path: Path, sheet: str) -> dict[str, dict[int, str]]:
    """Return column letters → row → what is shown, of formulae that failed or were never calculated."""
    errors: dict[str, dict[int, str]] = {}
    for cell in _formula_cells(path, sheet):
        place, kind = _attribute(cell, "r"), _attribute(cell, "t")
        value = re.search(rb"<v>([^<]*)</v>", cell)
        missing = value is None and kind != "str" and b"<f" in cell
        if kind != "e" and not missing:
            continue
        letters, row = place.rstrip("0123456789"), place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        errors.setdefault(letters, {})[int(row)] = (
            value[1].decode() if value is not None and value[1].decode() in FORMULA_ERRORS else NOT_CALCULATED
        )
    return errors


def _attribute(cell: bytes, name: str) -> str:
    found = re.search(rb"<c\b[^>]*?\s" + name.encode() + rb'="([^"]*)"', cell)
    return found[1].decode() if found else ""


def _formula_cells(path: Path, sheet: str) -> Iterator[bytes]:
    """Yield the XML of cells that may have a formula or an error, in pieces: a sheet may be a gigabyte."""
    with zipfile.ZipFile(path) as archive, archive.open(_part_of(archive, sheet)) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            piece, cut, rest = (rest + chunk).rpartition(b"</c>")
            if b"<f" in piece or b't="e"' in piece:
                # An empty cell closes itself and must not borrow the content of the next one.
                cells = re.findall(rb"<c\b(?:[^>/]|/(?!>))*>(?:(?!</c>).)*", piece + cut, re.DOTALL)
                yield from (cell for cell in cells if b"<f" in cell or b't="e"' in cell)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where in the workbook's archive a sheet is."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            # Transitional and strict workbooks differ in the namespace, not in the name.
            relation = next(value for name, value in element.items() if name.endswith("}id"))
            target = targets[relation]
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def with_leading_zeros(text: pl.DataFrame, where: str) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Put back the zero that an IIN or BIN loses when it is typed into a workbook as a number.

    Only where an id of eleven digits has a right check digit with the zero; a warning says of which column
    and how many.
    """
    notes = []
    for column in ("creditor_id", "debtor_id"):
        if column not in text.columns:
            continue
        eleven = pl.when(pl.col(column).str.contains(r"^[0-9]{11}$")).then("0" + pl.col(column))
        padded = text.select(pl.when(check_digit_holds(eleven)).then(eleven)).to_series()
        count = len(padded) - padded.null_count()
        if count:
            text = text.with_columns(pl.coalesce(padded, pl.col(column)).alias(column))
            notes.append(f"{where}: {column} had lost its first zero in {count} of the rows; it was put back.")
    return text, tuple(notes)
