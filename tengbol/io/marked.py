"""The clerk's own workbook, with the cells to be corrected marked, each with a comment that says why; or corrected.

An `.xlsx` or `.xlsm` keeps its widths, fonts, number formats, formulae and filters; charts and macros do not come back.
Of any other file the cells stand as text where they stood, so that it can be corrected and read again.
"""

from __future__ import annotations

import csv
import re
from importlib import import_module
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.check import untold
from tengbol.io.delimited import layout
from tengbol.io.encoding import as_utf8
from tengbol.io.grid import HEADER_WITHIN, as_text
from tengbol.io.workbook import WORKBOOKS
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tengbol.io.check import Checked, Reworded

#: Workbooks that keep what is not a cell's value.
_KEPT: Final = (".xlsx", ".xlsm")
#: The colour of a cell to be corrected.
_ODD: Final = "FFFFEB9C"
#: Who writes a comment, which is told first in it; and last, of a cell that had a colour of its own, kind, value and
#: tint of that: so the next copy takes these marks away, wherever the cell has moved to. LibreOffice keeps
#: nothing else of a comment, not even its author.
_AUTHOR: Final = "tengbol"
_MARK: Final = re.compile(rf"(?:^|\n){_AUTHOR}:(?: [a-z]+ \w+ \S+)?(?:\n|$)")
_COLOUR: Final = re.compile(rf"(?:\n\(|{_AUTHOR}: )(rgb|theme|indexed) (\w+) ([^\s)]+)(?:\)$|\n)")
#: Rows of a sheet at most.
_ROWS: Final = 2**20


def marked(source: Path, checked: Checked, reworded: Reworded = untold) -> bytes:
    """Return the workbook (.xlsx); reworded: says the messages of rejected rows in a language.

    Raises `UnusableInputError` where a table is longer than a sheet.
    """
    book = _loaded(source, checked)
    if book is not None:
        places = checked.reading.places
        _mark(book, {place.sheet: _reasons(checked, table, reworded) for table, place in places.items()})
        return _saved(book)
    sheets = _sheets(source, checked)
    return _written(sheets, {name: _reasons(checked, table, reworded) for name, (_, table, _) in sheets.items()})


def _loaded(source: Path, checked: Checked) -> Any:
    """An .xlsx as openpyxl has it, without marks of an earlier copy; None of other files, and where it cannot load what
    others can read.

    A formula in a column that is read gives way to its value, for a file that no spreadsheet has calculated again holds
    none.
    """
    import openpyxl

    if source.suffix.lower() not in _KEPT:
        return None
    read = {place.sheet: sorted(place.columns.values()) for place in checked.reading.places.values()}
    try:
        book = openpyxl.load_workbook(source)
        formulae = [
            (name, row, place + 1)
            for name, places in read.items()
            for place in places
            for row, (cell,) in enumerate(book[name].iter_rows(min_col=place + 1, max_col=place + 1), start=1)
            if cell.data_type == "f"
        ]
        values = openpyxl.load_workbook(source, data_only=True) if formulae else book
    except (ValueError, KeyError, TypeError, AttributeError):
        # The library raises what its parts raise for parts of a workbook that it does not know.
        return None
    for name, row, column in formulae:
        book[name].cell(row, column, values[name].cell(row, column).value)
    _unmark(book)
    return book


def _saved(book: Any) -> bytes:
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(sheet: Any, places: Iterable[tuple[int, int]]) -> list[Any]:
    """The cells of rows from 1 and columns from 0; of one that is merged into others the first of these."""
    firsts = {at: (area.min_row, area.min_col) for area in sheet.merged_cells.ranges for at in area.cells}
    return [sheet.cell(*firsts.get((row, place + 1), (row, place + 1))) for row, place in places]


def _mark(book: Any, reasons: Mapping[str, Mapping[tuple[int, int], list[str]]]) -> None:
    """Mark the cells that are to be corrected, by sheet, row and column."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    for name, cells in reasons.items():
        for cell, told in zip(_cells(book[name], cells), cells.values(), strict=True):
            own = [cell.comment.text] if cell.comment else []
            author = cell.comment.author if cell.comment else _AUTHOR
            text = "\n".join([*own, f"{_AUTHOR}:", *told, *_colour(cell)])
            cell.fill = PatternFill("solid", fgColor=_ODD)
            cell.comment = Comment(text, author, width=360, height=120)


def _colour(cell: Any) -> list[str]:
    """A cell's own colour, as `_COLOUR` has it; nothing where it has none."""
    colour = cell.fill.fgColor
    return [f"({colour.type} {colour.value} {colour.tint})"] if cell.fill.patternType == "solid" else []


def _unmark(book: Any) -> None:
    """Take away the marks of an earlier copy, and nothing else; a workbook of openpyxl."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill
    from openpyxl.styles.colors import Color

    commented = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.comment]
    for cell in commented:
        comment, mark = cell.comment, _MARK.search(cell.comment.text)
        if mark is None and comment.author != _AUTHOR:
            continue
        colour = _COLOUR.search(comment.text, mark.start()) if mark else None
        kind, value, tint = colour.groups() if colour else ("", "", "")
        own = comment.text[: mark.start()] if mark else ""
        cell.comment = Comment(own, comment.author, comment.height, comment.width) if own else None
        if not kind:
            cell.fill = PatternFill()
        else:
            of_kind: dict[str, Any] = {kind: value if kind == "rgb" else int(value)}
            cell.fill = PatternFill("solid", fgColor=Color(**of_kind, tint=float(tint)))


def standing(source: Path, checked: Checked) -> dict[tuple[str, int, str], str]:
    """What stands in the faulty cells that a page can offer to correct, by table, row and column.

    Not of a line that could not be split into cells, for nobody knows which cell is which; nor of a column that is
    not there.
    """
    found: dict[tuple[str, int, str], str] = {}
    tables = {table: cells for cells, table, _ in _sheets(source, checked).values() if table}
    told = checked.reading.faults.filter(pl.col("code") != "unreadable_row")
    for table, row, column in told.select("table", "row", "column").iter_rows():
        place, cells = checked.reading.places.get(table), tables.get(table)
        if place is None or cells is None or column not in place.columns:
            continue
        at = place.columns[column]
        inside = row <= cells.height and at < cells.width
        found[table, row, column] = (cells[row - 1, at] if inside else None) or ""
    return found


def mended(source: Path, checked: Checked, cells: Mapping[tuple[str, int, str], str]) -> bytes:
    """Return the workbook (.xlsx) with other values in some cells, by table, row and column.

    Raises `UnusableInputError` as `marked`, and where a line could not be split into cells: as a row of a workbook it
    would be read as what it is not.
    """
    broken = checked.reading.faults.filter(pl.col("code") == "unreadable_row")
    if broken.height:
        table, row = broken.select("table", "row").row(0)
        raise UnusableInputError(
            "{table}, row {row}: this line cannot be split into cells; correct the file itself.", table=table, row=row
        )
    places = checked.reading.places
    values: dict[str, dict[tuple[int, int], str]] = {name: {} for name in places}
    for (table, row, column), value in cells.items():
        if column in places[table].columns:
            values[table][row, places[table].columns[column]] = value
    book = _loaded(source, checked)
    if book is not None:
        for table, mine in values.items():
            for cell, value in zip(_cells(book[places[table].sheet], mine), mine.values(), strict=True):
                cell.value, cell.number_format = value or None, "@"
                cell.data_type = "s" if value else "n"  # no formula
        return _saved(book)
    sheets = {
        name: (_changed(frame, values.get(table or "", {})), table, hidden)
        for name, (frame, table, hidden) in _sheets(source, checked).items()
    }
    return _written(sheets, {})


def _changed(cells: pl.DataFrame, values: Mapping[tuple[int, int], str]) -> pl.DataFrame:
    """Cells with others in their places, by row from 1 and column from 0."""
    for place, name in enumerate(cells.columns):
        mine = {row - 1: value or None for (row, at), value in values.items() if at == place and row <= cells.height}
        if mine:
            column = cells[name].scatter(list(mine), list(mine.values()))
            cells = cells.with_columns(column.alias(name))
    return cells


def _written(
    sheets: Mapping[str, tuple[pl.DataFrame, str | None, bool]],
    reasons: Mapping[str, Mapping[tuple[int, int], list[str]]],
) -> bytes:
    """The workbook. reasons: by sheet, row and column, why a cell is marked."""
    import xlsxwriter

    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        odd = book.add_format({"num_format": "@", "bg_color": f"#{_ODD[2:]}", "border": 1})
        for name, (cells, _, hidden) in sheets.items():
            if cells.height > _ROWS:
                raise UnusableInputError(
                    "{name}: has more rows than a sheet can hold; correct the file itself.", name=name
                )
            sheet = book.add_worksheet(name)
            if hidden:
                sheet.hide()
            for place, column in enumerate(cells.columns):
                sheet.set_column(place, place, 18)
                for row, value in enumerate(cells[column]):
                    if value is not None:
                        sheet.write_string(row, place, value, text)
            for (row, place), told in reasons.get(name, {}).items():
                value = cells[row - 1, place] if row <= cells.height and place < cells.width else None
                sheet.write_string(row - 1, place, value or "", odd)
                sheet.write_comment(
                    row - 1, place, "\n".join([f"{_AUTHOR}:", *told]), {"author": _AUTHOR, "x_scale": 2}
                )
    return content.getvalue()


def _reasons(checked: Checked, table: str | None, reworded: Reworded) -> dict[tuple[int, int], list[str]]:
    """By row (from 1) and column (from 0) why a cell of a table is marked.

    Of a whole row its first column; of a column that is not there the first of the header, once for all rows.
    """
    found: dict[tuple[int, int], list[str]] = {}
    place = checked.reading.places.get(table or "")
    if place is None:
        return found
    faults = checked.reading.faults.filter(pl.col("table") == table)
    for row, column, message in faults.select("row", "column", "message").iter_rows():
        first = min(place.columns.values())
        cell = (
            (place.line, first) if column and column not in place.columns else (row, place.columns.get(column, first))
        )
        told = found.setdefault(cell, [])
        if (text := reworded(message, table or "", place)) not in told:
            told.append(text)
    return found


def _sheets(source: Path, checked: Checked) -> dict[str, tuple[pl.DataFrame, str | None, bool]]:
    """Every sheet's name, cells as text, table, and whether it is hidden; of files each one as a sheet."""
    places = checked.reading.places
    if source.suffix.lower() in WORKBOOKS:
        of = {place.sheet: table for table, place in places.items()}
        pages = import_module(f"tengbol.io.sheets.{WORKBOOKS[source.suffix.lower()]}").pages(source, source.name)
        return {page.name: (_square(page.all()), of.get(page.name), page.hidden) for page in pages}
    found = {}
    for one in checked.reading.sources:
        file = source / one.file if source.is_dir() else source
        found[one.table] = (_of_file(file, one.table), one.table, False)
    return found


def _square(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with a column for every place up to the last."""
    width = max((int(name) for name in cells.columns), default=-1) + 1
    return cells.select(
        pl.col(str(place)) if str(place) in cells.columns else pl.lit(None, dtype=pl.String).alias(str(place))
        for place in range(width)
    )


def _of_file(file: Path, table: str) -> pl.DataFrame:
    """The cells of a CSV or Parquet file, its header the first row."""
    if file.suffix.lower() != ".csv":
        frame = pl.read_parquet(file)
        header = pl.DataFrame({str(place): [name] for place, name in enumerate(frame.columns)})
        rows = frame.select(
            as_text(pl.col(name), frame.schema[name]).alias(str(n)) for n, name in enumerate(frame.columns)
        )
        return pl.concat([header, rows])
    text = as_utf8(file.read_bytes(), file.name)[0].decode(errors="replace")
    separator, _ = layout(text.splitlines()[:HEADER_WITHIN], TABLES[table])
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    width = max(map(len, rows), default=0)
    filled = [[*(cell or None for cell in row), *[None] * (width - len(row))] for row in rows]
    return pl.DataFrame(filled, schema={str(place): pl.String for place in range(width)}, orient="row")
