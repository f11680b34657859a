"""The tables of a report as one workbook, a sheet each; the same tables give the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

#: A sheet of more rows than this takes long to write and to open; the table is then in Parquet alone.
LONGEST: Final = 10_000
_CREATED: Final = dt.datetime(2026, 3, 2)
_WIDEST: Final = 48


def workbook(tables: Mapping[str, pl.DataFrame], mark: str | None = None) -> bytes:
    """Write a sheet for each table of at most `LONGEST` rows, in their order, and one that lists all of them.

    mark: what stands over each page that is printed, and on the list.
    """
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    head = book.add_format({"bold": True, "bottom": 1})
    kinds: dict[object, Any] = {dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}
    kinds[dt.date] = book.add_format({"num_format": "yyyy-mm-dd"})
    listing = book.add_worksheet("tables")
    listing.write_row(0, 0, ["table", "rows", "file"], head)
    for place, (name, frame) in enumerate(tables.items(), 1):
        here = frame.height <= LONGEST
        listing.write_row(place, 0, [name, frame.height, f"{name}.parquet"])
        if not here:
            continue
        sheet = book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(frame.columns):
            values = frame[title].to_list()
            kind = kinds.get(frame[title].dtype.to_python())
            sheet.write_string(0, column, title, head)
            sheet.write_column(1, column, ["" if value is None else value for value in values], kind)
            longest = max((len(str(value)) for value in values[:200]), default=0)
            sheet.set_column(column, column, min(_WIDEST, max(len(title), longest) + 2))
    if mark is not None:
        listing.write_string(len(tables) + 2, 0, mark, head)
        for sheet in book.worksheets():
            sheet.set_header(f"&C&B{mark}")
    book.close()
    return content.getvalue()
