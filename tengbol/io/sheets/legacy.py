"""Workbooks of Excel 97 to 2003 (.xls), read by xlrd: it alone tells their error cells, merged and hidden rows."""

from __future__ import annotations

import datetime as dt
import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Final, Literal

from tengbol.errors import UnusableInputError
from tengbol.io.sheets.page import Marks, Page, page_of

if TYPE_CHECKING:
    from pathlib import Path

    import xlrd.sheet

#: What the library calls the kinds of cells.
_NUMBER, _DATE, _BOOLEAN, _ERROR = 2, 3, 4, 5
#: A serial number below one is a time of day without a day.
_FIRST_DAY: Final = 1


def pages(path: Path, file: str) -> list[Page]:
    """Read all sheets. Raises `UnusableInputError` for what is no such workbook."""
    import xlrd
    from xlrd.compdoc import CompDocError

    try:
        # The library prints of damaged parts what it thinks of them.
        with redirect_stdout(io.StringIO()):
            book = xlrd.open_workbook(str(path), formatting_info=True, logfile=io.StringIO())
    except (xlrd.biffh.XLRDError, CompDocError, AssertionError, LookupError, ValueError, TypeError, EOFError) as error:
        raise UnusableInputError(
            "{file}: is not an old Excel workbook (.xls) that can be read; save it as .xlsx, without a password.",
            file=file,
        ) from error
    except Exception as error:
        # struct.error and what else a damaged file makes of the library's unpacking.
        raise UnusableInputError("{file}: is damaged; save it again, best as .xlsx.", file=file) from error
    return [
        page_of(
            sheet.name,
            bool(sheet.visibility),
            [[_text(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows)],
            Marks(
                tuple((first + 1, last, column) for first, last, column, _ in sheet.merged_cells),
                tuple(
                    sorted(row + 1 for row, about in sheet.rowinfo_map.items() if about.hidden and row < sheet.nrows)
                ),
            ),
        )
        for sheet in book.sheets()
    ]


def _text(cell: xlrd.sheet.Cell, datemode: Literal[0, 1]) -> str | None:
    """What a cell holds, as the contract writes it."""
    import xlrd

    value = cell.value
    if cell.ctype == _ERROR:
        return xlrd.error_text_from_code.get(int(value), "#VALUE!")
    if cell.ctype == _BOOLEAN:
        return "true" if value else "false"
    if cell.ctype == _DATE:
        return _day(float(value), datemode)
    if cell.ctype == _NUMBER:
        whole = float(value)
        return str(int(whole)) if whole.is_integer() and abs(whole) < 2**53 else repr(whole)
    return value if isinstance(value, str) and value else None


def _day(serial: float, datemode: Literal[0, 1]) -> str:
    """ISO text of a serial day; a time of day alone as such, for it names no moment."""
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(serial, datemode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return repr(serial)
    if serial < _FIRST_DAY:
        return moment.time().isoformat()
    moment = (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return moment.isoformat() if moment.time() != dt.time() else moment.date().isoformat()
