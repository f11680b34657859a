"""Workbooks of today's Excel (.xlsx, .xlsm, .xlsb): cells by the library, what it does not tell from their XML.

An error of a formula is put where it stands, so that it is never read as "open" or "none". Macros are never run. The
binary .xlsb tells neither errors nor merged or hidden rows; that is said.
"""

from __future__ import annotations

import zipfile
import zlib
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import fastexcel
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.grid import HEADER_WITHIN
from tengbol.io.sheet_marks import hidden_sheets, marks
from tengbol.io.sheet_xml import Sheet, letters, seen
from tengbol.io.sheets.page import Marks, Page

if TYPE_CHECKING:
    from pathlib import Path


def pages(path: Path, file: str) -> list[Page]:
    """Open a workbook; its sheets are read when they are asked for.

    Raises `UnusableInputError` for what is no such workbook; a page raises it where it cannot be read, or where a stray
    cell stands far out.
    """
    try:
        reader = fastexcel.read_excel(path)
        names = reader.sheet_names
    except fastexcel.FastExcelError as error:
        raise UnusableInputError(
            "{file}: is not an Excel workbook that can be read; save it again as .xlsx, without a password.", file=file
        ) from error
    hidden = hidden_sheets(path)
    return [_page(reader, path, file, name, name in hidden) for name in names]


def _page(reader: fastexcel.ExcelReader, path: Path, file: str, name: str, hidden: bool) -> Page:
    where = f"{file}, sheet '{name}'"
    binary = path.suffix.lower() == ".xlsb"

    @cache
    def xml() -> Sheet:
        return Sheet() if binary else _seen(path, name, where)

    def cells(rows: int | None) -> pl.DataFrame:
        sheet = xml()
        try:
            loaded = reader.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
        except fastexcel.FastExcelError as error:
            raise _unreadable(where) from error
        columns = [column.absolute_index for column in loaded.available_columns()]
        frame = loaded.to_polars()
        frame = frame.rename({column: str(place) for column, place in zip(frame.columns, columns, strict=True)})
        return _with_errors(frame, columns, sheet.errors)

    def first() -> list[tuple[str | None, ...]]:
        frame = cells(HEADER_WITHIN)
        width = max(map(int, frame.columns), default=-1) + 1
        every = frame.select(
            pl.col(str(place)) if str(place) in frame.columns else pl.lit(None, dtype=pl.String).alias(str(place))
            for place in range(width)
        )
        return every.rows()

    return Page(name, hidden, first, lambda: cells(None), lambda: Marks() if binary else marks(path, name))


def _seen(path: Path, name: str, where: str) -> Sheet:
    """Look through a sheet before it is loaded."""
    try:
        sheet = seen(path, name)
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, LookupError) as error:
        raise _unreadable(where) from error
    if sheet.sprawls:
        raise UnusableInputError(
            "{where}: reaches to row {height} and column {letters}, so a stray cell must stand far out; delete the "
            "rows below the table and the columns to its right, and save.",
            where=where,
            height=sheet.height,
            letters=letters(sheet.width),
        )
    return sheet


def _unreadable(where: str) -> UnusableInputError:
    return UnusableInputError("{where}: cannot be read; save the workbook again as .xlsx.", where=where)


def _with_errors(cells: pl.DataFrame, columns: list[int], errors: dict[str, dict[int, str]]) -> pl.DataFrame:
    """Put the errors of formulae where the library left nothing."""
    row = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return cells.with_columns(
        pl.coalesce(
            pl.col(str(place)), row.replace_strict(errors[letters(place + 1)], default=None, return_dtype=pl.String)
        ).alias(str(place))
        for place in columns
        if letters(place + 1) in errors
    )
