"""Workbooks as grids of text: one sheet, one table, whatever the sheet is called and whatever program saved it.

Cells are taken as what they hold, not as they are shown: days as ISO text, Booleans as `true` and `false`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import table_named
from tengbol.io.grid import HEADER_WITHIN, Grid, header_line, no_broken_lines, printable, start_of
from tengbol.io.guessing import known_of, likely, matched, named_like
from tengbol.io.headers import headers, sheet
from tengbol.io.layout import nearly, rows_of, table_by_columns, whole
from tengbol.io.overlooked import overlooked
from tengbol.io.sheets.page import filled_down
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, listed, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tengbol.io.evidence import Known
    from tengbol.io.sheets.page import Page
    from tengbol.model.tables import Table

#: The workbooks that are read, by the end of their names, and who reads them.
WORKBOOKS: Final = {
    ".xlsx": "ooxml",
    ".xlsm": "ooxml",
    ".xlsb": "ooxml",
    ".xls": "legacy",
    ".ods": "opendocument",
}


#: How like a table a sheet must be to be told which columns it lacks: what part of the columns that the table needs it
#: has or seems to have, and that with what part of its own are the table's. More is asked for a table that a batch can
#: do without.
_NEEDED, _LIKE = 0.4, 1.0
_NEEDED_BESIDE, _LIKE_BESIDE = 0.55, 1.2
_NAMED: Final = 0.5


#: What is said of a sheet whose table is guessed.
SEEMS: Final = mark(
    "{file}: the sheet '{name}' seems to be {table}; if it is another, name it as `tengbol template` does; if it is "
    "none, hide it."
)


@dataclass(frozen=True)
class Workbook:
    """An opened workbook: by table its sheet; what to warn of, and what stops. `file`: how messages name it."""

    file: str
    sheets: Mapping[str, Page]
    notes: tuple[str, ...]
    stops: tuple[Phrase, ...] = ()


def open_workbook(path: Path) -> Workbook:
    """Open a workbook and find the sheets of its tables; a sheet with nothing in it is no table.

    Raises `UnusableInputError` for what is no such workbook, and where a stray cell stands far out.
    """
    file = printable(path.name)
    sheets: dict[str, Page] = {}
    others: list[Page] = []
    hidden, twice = [], []
    for page in pages_of(path):
        table = table_of(page)
        if page.hidden:
            hidden.append(page.name)
        elif table is None:
            others.append(page)
        elif table in sheets:
            refused = UnusableInputError(
                "{file}: the sheets '{name}' and '{name2}' both are {table}; keep one.",
                file=file,
                name=sheets[table].name,
                name2=page.name,
                table=sheet(table),
            )
            twice.append(refused.phrase)
        elif _filled(page):
            sheets[table] = page
    supposed = _fill(sheets, others)
    used = {page.name for page in sheets.values()}
    unused = [page for page in others if page.name not in used]
    notes = [Phrase(SEEMS, file=file, name=sheets[table].name, table=sheet(table)) for table in supposed]
    notes += [
        Phrase(told, file=file, names=", ".join(map(repr, names)))
        for told, names in (
            (mark("{file}: sheets not used: {names}."), [page.name for page in unused]),
            (mark("{file}: hidden sheets, not used: {names}."), hidden),
        )
        if names
    ]
    stops = [*twice, *overlooked(file, unused, sheets)]
    return Workbook(file, sheets, tuple(notes), tuple(stops))


def _fill(sheets: dict[str, Page], others: Sequence[Page]) -> list[str]:
    """Give the tables that have no sheet yet those whose columns are not all there, so that it is told what they lack.

    A table without which nothing can be distributed first by the columns that are known, then by the sheet's name; any
    table by what the columns may be. Tables that were found by the last alone are returned.
    """
    required = [table for table in TABLES.values() if table.required]
    named = {page.name: table_named(page.name) for page in others}
    near = {table.name: [page for page in others if nearly(page.top, table)] for table in required}

    def left() -> list[Page]:
        used = {page.name for page in sheets.values()}
        return [page for page in others if page.name not in used]

    for name, pages in near.items():
        if name not in sheets and len(pages) == 1:
            sheets[name] = pages[0]
    for table in required:
        for page in left():
            if named[page.name] == table.name:
                sheets.setdefault(table.name, page)
    supposed = []
    # What the tables that a batch needs hold says what the others may be.
    for needed in (True, False):
        lacking = [table for table in TABLES.values() if table.required == needed and table.name not in sheets]
        pages, known = left(), known_of({name: page.top for name, page in sheets.items()})
        shares = np.array([
            [0.0 if named[page.name] not in (None, table.name) else _like(page, table, known) for page in pages]
            for table in lacking
        ]).reshape(len(lacking), len(pages))  # fmt: skip
        # Where two sheets may as well be a table, or a sheet two tables, none is taken for it.
        for table, page in matched(shares):
            sheets[lacking[table].name] = pages[page]
            supposed.append(lacking[table].name)
    for page in left():
        if (name := named[page.name]) and not any(page in pages for pages in near.values()):
            sheets.setdefault(name, page)
    return supposed


def _like(page: Page, table: Table, known: Known) -> float:
    """How like a table a sheet is, 0 where too little or where it has all that the table needs, as another may have."""
    if whole(page.top, table):
        return 0
    needed, own = likely(page.top, table, known)
    least, like = (_NEEDED, _LIKE) if table.required else (_NEEDED_BESIDE, _LIKE_BESIDE)
    if named_like(page.name, table):
        # A name that says what it is stands for half of the columns.
        return needed + own + _NAMED if needed > 0 else 0
    return 0 if needed < least or needed + own < like else needed + own


def pages_of(path: Path) -> Iterable[Page]:
    """The sheets of a workbook, read as they are asked for."""
    return import_module(f"tengbol.io.sheets.{WORKBOOKS[path.suffix.lower()]}").pages(path, printable(path.name))


def table_of(page: Page) -> str | None:
    """The table of a page; a page that has no table's name and cannot be looked into is none.

    A name is not followed at once to a table of whose columns the page has few, or not all where it has all of another:
    «Журнал» may be the ledger or what came in.
    """
    if page.hidden:
        return None
    named = table_named(page.name)
    if named is not None and (not _filled(page) or whole(page.top, TABLES[named])):
        return named
    try:
        by_columns = table_by_columns(page.top)
    except UnusableInputError:
        return named
    return by_columns or (named if named is not None and nearly(page.top, TABLES[named]) else None)


def _filled(page: Page) -> bool:
    return any(word for line in page.top for word in line)


def read_sheet(book: Workbook, table: Table) -> Grid:
    """Read the sheet of a table; its rows are numbered as the workbook shows them.

    Raises `UnusableInputError` where no header is found or the sheet cannot be read.
    """
    page = book.sheets[table.name]
    where = Phrase("{file}, sheet '{sheet}'", file=book.file, sheet=page.name)
    start = start_of(page.top, table)
    if start is None or (header_line(page.top, table) is None and not likely(page.top, table).needed):
        raise UnusableInputError(
            "{where}: has no header with the columns of {name} ({required_columns}); it must stand within its first "
            "{header_within} rows.",
            where=where,
            name=sheet(table.name),
            required_columns=headers(table, table.required_columns),
            header_within=HEADER_WITHIN,
        )
    marks = page.marks()
    cells = page.all().with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    header = _header(page.top[start], cells)
    cells = filled_down(cells, marks.merged, start + 1).slice(start + 1)
    every = cells.select(
        "row",
        *(
            str(place) if str(place) in cells.columns else pl.lit(None, dtype=pl.String).alias(str(place))
            for place in range(len(header))
        ),
    )
    kept, notes = rows_of(every, header, table)
    hidden = [row for row in marks.hidden if row > start + 1]
    if hidden:
        notes.append(Phrase("hidden rows are read like others: {rows}.", rows=listed(hidden)))
    return Grid(
        where,
        header,
        kept,
        no_broken_lines(),
        tuple(Phrase("{where}: {note}", where=where, note=note) for note in notes),
        page.name,
        start + 1,
    )


def _header(line: Sequence[str | None], cells: pl.DataFrame) -> tuple[str, ...]:
    width = max([len(line), *(int(name) + 1 for name in cells.columns if name != "row")])
    return tuple(word or "" for word in [*line, *[None] * (width - len(line))])
