"""What is at a path: a folder of tables, one of them, or a workbook; and how each table of it is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import table_named
from tengbol.io.columnar import parquet_lines, read_parquet
from tengbol.io.delimited import beginnings, read_csv, table_within
from tengbol.io.grid import beside, contract_cells, place_of, printable, text_rows, text_table
from tengbol.io.headers import sheet
from tengbol.io.layout import rows_of, table_by_columns
from tengbol.io.overlooked import naming
from tengbol.io.sheets.page import Marks, Page
from tengbol.io.validate import Cells, of_texts
from tengbol.io.workbook import WORKBOOKS, open_workbook, pages_of, read_sheet, table_of
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tengbol.io.grid import Grid
    from tengbol.model.tables import Table

_READERS: Final[Mapping[str, Callable[[Path, str, Table], Grid]]] = {
    ".csv": read_csv,
    ".parquet": read_parquet,
}
#: What tables are kept in, too, and what is not read beside them: the user is told, for absences may stand there.
_TEXTS: Final = (".tsv", ".txt", ".tab")


@dataclass(frozen=True)
class Given:
    """What is at the path: by table its file's name and place, how to read one, what to warn of, and what stops."""

    files: Mapping[str, tuple[str, Path]]
    table: Callable[[Table], tuple[Cells, pl.DataFrame, tuple[str, ...]]]
    notes: tuple[str, ...]
    stops: tuple[Phrase, ...] = ()


def given_at(path: Path) -> Given:
    """Look what is there. Raises `UnusableInputError` for what is nothing that can be read."""
    if path.is_dir():
        return _files(path, sorted(path.iterdir()))
    if path.suffix.lower() in _READERS and path.is_file():
        return _files(path, [path])
    return _workbook(path)


def _files(folder: Path, entries: list[Path]) -> Given:
    files: dict[str, tuple[str, Path]] = {}
    unused, twice = [], []
    entries = [file for file in entries if not file.name.startswith((".", "~$"))]
    for file in entries:
        if file.suffix.lower() not in _READERS:
            continue
        name, shown = _table(file), printable(file.name)
        if name is None:
            unused.append(shown)
        elif name in files:
            refused = UnusableInputError(
                "{folder}: {files} and {shown} both are the table {name}; keep one of them.",
                folder=folder,
                files=files[name][0],
                shown=shown,
                name=sheet(name),
            )
            twice.append(refused.phrase)
        elif not file.is_file():
            # A pipe or a device might never end.
            raise UnusableInputError(
                "{file}: is no file to be read; put the table itself there, or take it away.", file=file
            )
        else:
            files[name] = (shown, file)
    workbooks = [printable(file.name) for file in entries if file.suffix.lower() in WORKBOOKS]
    if workbooks and not files:
        raise UnusableInputError(
            "{folder}: holds no table as CSV or Parquet, but {workbooks}; give the workbook's own path.",
            folder=folder,
            workbooks=workbooks[0],
        )
    unused += workbooks
    unread = [
        UnusableInputError(
            "{folder}: {file} is named as {table} and is neither CSV nor Parquet; save it as CSV, or take it away.",
            folder=folder,
            file=printable(file.name),
            table=sheet(name),
        ).phrase
        for file in entries
        if file.suffix.lower() in (*WORKBOOKS, *_TEXTS) and (name := table_named(file.stem)) and name not in files
    ]

    def table(table: Table) -> tuple[Cells, pl.DataFrame, tuple[str, ...]]:
        file, place = files[table.name]
        grid = _READERS[place.suffix.lower()](place, file, table)
        if place.suffix.lower() == ".csv":
            kept, left_out = rows_of(grid.cells, grid.header, table)
            notes = tuple(Phrase("{where}: {note}", where=file, note=note) for note in left_out)
            grid = replace(grid, cells=kept, notes=(*grid.notes, *notes))
        cells, notes = contract_cells(grid, table)
        return (
            Cells(cells, partial(text_rows, grid, table), _beside(grid, table), place_of(grid, table)),
            grid.broken,
            notes,
        )

    notes = (Phrase("Files not used: {files}.", files=", ".join(unused)),) if unused else ()
    others = [
        file
        for file in entries
        if file.suffix.lower() in (*_READERS, *WORKBOOKS, *_TEXTS)
        and table_named(file.stem) is None
        and (printable(file.name), file) not in files.values()
    ]
    return Given(files, table, notes, (*twice, *unread, *_overlooked(folder, others, files)))


#: Lines at the beginning of a file that may tell whom it names, and which days.
_FIRST: Final = 1_000


def _overlooked(folder: Path, others: list[Path], files: Mapping[str, tuple[str, Path]]) -> list[Phrase]:
    """What stops a batch: files that are no table, and yet have a column of enforcers and one of days."""
    _, enforcers = files.get("enforcers", ("", None))
    if enforcers is None or not others:
        return []
    ours = _pages(enforcers, {})
    found = [file for file in others if file.is_file() and any(naming(_pages(file, files), page) for page in ours)]
    return [
        UnusableInputError(
            "{folder}: {file} names enforcers and days, and is no table that is read; save it as CSV with the columns "
            "of `tengbol template`, or take it away.",
            folder=folder,
            file=printable(file.name),
        ).phrase
        for file in found
    ]


def _pages(file: Path, files: Mapping[str, tuple[str, Path]]) -> list[Page]:
    """The beginning of a file: of text by each separator that parts it, of a workbook the sheets that are seen.

    files: the tables that are read; a sheet that is one of these is a copy of it. What cannot be read names nobody.
    """
    kind = file.suffix.lower()
    try:
        if kind in WORKBOOKS:
            return [page for page in pages_of(file) if not page.hidden and page.top and table_of(page) not in files]
        tops = [parquet_lines(file, _FIRST)] if kind == ".parquet" else beginnings(file, _FIRST)
    except (UnusableInputError, ValueError, OSError):
        return []
    return [
        Page(file.name, False, partial(list, lines), pl.DataFrame, Marks)
        for lines in tops
        if any(len(line) > 1 for line in lines)
    ]


def _table(file: Path) -> str | None:
    """The table of a file: by its name, else by its header."""
    named = table_named(file.stem)
    if named is not None or not file.is_file():
        return named
    if file.suffix.lower() == ".csv":
        return table_within(file)
    try:
        return table_by_columns(parquet_lines(file, 0))
    except (ValueError, OSError):
        return None


def _workbook(path: Path) -> Given:
    if not path.exists():
        raise UnusableInputError("{path}: there is no such folder or workbook; check the path.", path=path)
    if path.suffix.lower() not in WORKBOOKS:
        raise UnusableInputError(
            "{path}: is neither a folder of CSV or Parquet files, nor one such file, nor a workbook ({workbooks}); "
            "give one of these.",
            path=path,
            workbooks=", ".join(WORKBOOKS),
        )
    book = open_workbook(path)

    def table(table: Table) -> tuple[Cells, pl.DataFrame, tuple[str, ...]]:
        grid = read_sheet(book, table)
        text, notes = text_table(grid, table)
        return of_texts(text)._replace(beside=_beside(grid, table), place=place_of(grid, table)), grid.broken, notes

    return Given(dict.fromkeys(book.sheets, (printable(path.name), path)), table, book.notes, book.stops)


def _beside(grid: Grid, table: Table) -> pl.DataFrame | None:
    return beside(grid, table) if table.name == "writs" else None
