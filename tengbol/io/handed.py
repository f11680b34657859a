"""Who got which writ, as another system or a spreadsheet tells it: writ, enforcer and, where it has them, moments.

Read as any table of a chamber is, by the same names of columns, in one file of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.clerks.understand import understood
from tengbol.io.columnar import read_parquet
from tengbol.io.delimited import read_csv
from tengbol.io.grid import Grid, place_of, printable, text_table
from tengbol.io.lacking import refuse_lacking
from tengbol.io.layout import rows_of
from tengbol.io.validate import validate
from tengbol.io.workbook import WORKBOOKS, Workbook, pages_of, read_sheet
from tengbol.model.kinds import MOMENT, OWN_ID
from tengbol.model.tables import Column, Table

if TYPE_CHECKING:
    from pathlib import Path


#: Writs with their enforcers; a day without a time is that whole day.
_COLUMNS: Final = {
    "writ_id": Column(OWN_ID),
    "enforcer_id": Column(OWN_ID),
    "assigned_at": Column(MOMENT, required=False),
}
#: Its columns are a ledger's, so their names are those that a ledger's have.
_TABLE: Final = Table("ledger", _COLUMNS, tuple(_COLUMNS))


@dataclass(frozen=True)
class Handed:
    """`rows`: `row`, `writ_id`, `enforcer_id`, `assigned_at` (null where no moment is told); and what was left out."""

    rows: pl.DataFrame
    rejected: pl.DataFrame
    notes: tuple[str, ...]


def read_handed(path: Path, enforcers: pl.DataFrame) -> Handed:
    """Read a table of writs and enforcers from a CSV or Parquet file or the first sheet of a workbook that has it.

    enforcers: the good ones of the input, whose ids are compared folded.
    Raises `UnusableInputError` for what is no such file or lacks a column.
    """
    try:
        grid = _grid(path)
    except OSError as error:
        raise UnusableInputError(
            "{path}: cannot be read ({strerror}); check the path.", path=path, strerror=error.strerror or error
        ) from error
    refuse_lacking(place_of(grid, _TABLE), _TABLE)
    text, notes = text_table(grid, _TABLE)
    known = {"enforcers": enforcers}
    meant, put_right = understood(_TABLE, text, known)
    good, rejected, _ = validate(_TABLE, meant, known)
    return Handed(good, rejected.with_columns(table=pl.lit("assignments")), (*notes, *put_right))


def _grid(path: Path) -> Grid:
    end, name = path.suffix.lower(), printable(path.name)
    if not path.is_file():
        raise UnusableInputError("{path}: there is no such file; give the table of writs and enforcers.", path=path)
    if end == ".parquet":
        return read_parquet(path, name, _TABLE)
    if end == ".csv":
        grid = read_csv(path, name, _TABLE)
        kept, _ = rows_of(grid.cells, grid.header, _TABLE)
        return replace(grid, cells=kept)
    if end not in WORKBOOKS:
        raise UnusableInputError(
            "{path}: is neither CSV nor Parquet nor a workbook ({workbooks}).",
            path=path,
            workbooks=", ".join(WORKBOOKS),
        )
    refused = None
    for page in pages_of(path):
        try:
            return read_sheet(Workbook(name, {"ledger": page}, ()), _TABLE)
        except UnusableInputError as error:
            refused = refused or error
    raise refused or UnusableInputError("{path}: has no sheet.", path=path)
