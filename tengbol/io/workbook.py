"""Excel workbooks as grids of text: one sheet, one table.

Cells are taken as what they hold, not as they are shown: days as ISO text, Booleans as `true` and `false`. An
error of a formula is put where it stands (`io.sheet_xml`), so that it is never read as "open" or "none".
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import fastexcel
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import table_named
from tengbol.io.grid import HEADER_WITHIN, Grid, header_line, no_broken_lines, printable
from tengbol.io.sheet_xml import Sheet, letters, seen
from tengbol.model.cells import check_digit_holds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tengbol.model.tables import Table


@dataclass(frozen=True)
class Workbook:
    """An opened workbook: by table the name of its sheet and what was seen of it; and what to warn of.

    `file`: how it is named in messages.
    """

    file: str
    reader: fastexcel.ExcelReader
    sheets: Mapping[str, tuple[str, Sheet]]
    notes: tuple[str, ...]


def open_workbook(path: Path) -> Workbook:
    """Open an `.xlsx` workbook and find the sheets of its tables; a sheet with nothing in it is no table.

    Raises `UnusableInputError` for what is no such workbook, where two sheets are one table, and where a stray cell
    stands far out.
    """
    file = printable(path.name)
    try:
        reader = fastexcel.read_excel(path)
        names = reader.sheet_names
    except fastexcel.FastExcelError as error:
        raise UnusableInputError(
            f"{file}: is not an Excel workbook (.xlsx) that can be read; save it again as .xlsx, without a password."
        ) from error
    sheets: dict[str, tuple[str, Sheet]] = {}
    unused = []
    for name in names:
        table = table_named(name)
        if table is None:
            unused.append(name)
        elif table in sheets:
            raise UnusableInputError(
                f"{file}: the sheets '{sheets[table][0]}' and '{name}' both are {table}; keep one."
            )
        elif (sheet := _seen(path, name, f"{file}, sheet '{name}'")).height:
            sheets[table] = name, sheet
    shown = ", ".join(f"'{name}'" for name in unused)
    return Workbook(file, reader, sheets, (f"{file}: sheets not used: {shown}.",) if unused else ())


def read_sheet(book: Workbook, table: Table) -> Grid:
    """Read the sheet of a table; its rows are numbered as the workbook shows them.

    Raises `UnusableInputError` where no header is found or the sheet cannot be read.
    """
    name, xml = book.sheets[table.name]
    where = f"{book.file}, sheet '{name}'"
    try:
        sheet = book.reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    except fastexcel.FastExcelError as error:
        raise _unreadable(where) from error
    columns = [letters(column.absolute_index + 1) for column in sheet.available_columns()]
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
    cells = _with_errors(numbered, columns, xml.errors)
    return Grid(where, header, cells.slice(start + 1), no_broken_lines())


def _seen(path: Path, name: str, where: str) -> Sheet:
    """Look through a sheet before it is loaded."""
    try:
        sheet = seen(path, name)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, LookupError) as error:
        raise _unreadable(where) from error
    if sheet.sprawls:
        raise UnusableInputError(
            f"{where}: reaches to row {sheet.height} and column {letters(sheet.width)}, so a stray cell must stand far "
            "out; delete the rows below the table and the columns to its right, and save."
        )
    return sheet


def _unreadable(where: str) -> UnusableInputError:
    return UnusableInputError(f"{where}: cannot be read; save the workbook again as .xlsx.")


def _with_errors(cells: pl.DataFrame, columns: list[str], errors: dict[str, dict[int, str]]) -> pl.DataFrame:
    """Put the errors of formulae where the library left nothing."""
    shown = [
        pl.coalesce(
            pl.col(str(place)),
            pl.col("row").replace_strict(errors[column], default=None, return_dtype=pl.String),
        ).alias(str(place))
        for place, column in enumerate(columns)
        if column in errors
    ]
    return cells.with_columns(shown)


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
