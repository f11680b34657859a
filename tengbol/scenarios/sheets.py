"""How the tables of an invented chamber are written: a file, or a sheet, for each (contract section 2)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.write import parquet_bytes
from tengbol.scenarios.day import TIME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.scenarios.faults import Planted

WORKBOOK: Final = "chamber.xlsx"

#: Rows of a sheet of a workbook, less its header.
_SHEET_ROWS: Final = 2**20 - 1

_MOMENT: Final = "%Y-%m-%dT%H:%M:%S"

_CELL_FORMATS: Final = {
    pl.Date: "yyyy-mm-dd",
    pl.Datetime: "yyyy-mm-dd hh:mm:ss",
    pl.Float64: "0.00",
    pl.Int64: "0",
    pl.Decimal: "0.000000000",
}


def folder_files(tables: Mapping[str, Planted], *, parquet: bool) -> dict[str, bytes]:
    """One file for each table: CSV with faults as they stand, or Parquet, null where a cell is no value."""
    if parquet:
        return {f"{name}.parquet": parquet_bytes(table.frame) for name, table in tables.items()}
    return {f"{name}.csv": _csv(_with_marks(table)) for name, table in tables.items()}


def workbook_file(tables: Mapping[str, Planted]) -> dict[str, bytes]:
    """One workbook with a sheet for each table; days and moments are Excel's own, ids are text.

    Raises `UnusableInputError` where a table has more rows than a sheet.
    """
    import xlsxwriter

    _refuse_too_long(tables)
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        # The moment of writing would make every workbook differ.
        book.set_properties({"created": datetime(TIME.year, TIME.month, TIME.day)})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            table.frame.write_excel(
                book, worksheet=sheet, autofilter=False, table_style="Table Style Light 1",
                dtype_formats=_CELL_FORMATS, column_widths=130, freeze_panes=(1, 0),
            )  # fmt: skip
            for mark in table.marks:
                sheet.write_string(mark.row + 1, table.frame.get_column_index(mark.column), mark.text)
    return {WORKBOOK: content.getvalue()}


def _csv(frame: pl.DataFrame) -> bytes:
    content = BytesIO()
    frame.write_csv(content, datetime_format=_MOMENT, float_precision=2)
    return content.getvalue()


def _refuse_too_long(tables: Mapping[str, Planted]) -> None:
    for name, table in tables.items():
        if table.frame.height > _SHEET_ROWS:
            raise UnusableInputError(
                "{name} has {height} rows, more than a sheet can hold ({sheet_rows}). Ask for fewer writs, or for a "
                "folder.",
                name=name,
                height=table.frame.height,
                sheet_rows=_SHEET_ROWS,
            )


def _with_marks(table: Planted) -> pl.DataFrame:
    """Return the table with the columns that have marks as text, and the marks written there."""
    frame = table.frame
    for column in dict.fromkeys(mark.column for mark in table.marks):
        cells = _as_text(frame[column])
        rows = [mark.row for mark in table.marks if mark.column == column]
        texts = [mark.text for mark in table.marks if mark.column == column]
        frame = frame.with_columns(cells.scatter(rows, texts))
    return frame


def _as_text(cells: pl.Series) -> pl.Series:
    """Days, moments, tenge and booleans as the CSV writer would write them."""
    if cells.dtype.is_temporal():
        return cells.dt.strftime(_MOMENT if cells.dtype == pl.Datetime else "%Y-%m-%d")
    return (cells.cast(pl.Decimal(38, 2)) if cells.dtype == pl.Float64 else cells).cast(pl.String)
