"""What every source is turned into before it is understood: a grid of text cells under a header.

Here the header's words become the contract's columns (by `io.aliases`), and cells are trimmed; nothing is
judged.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self

import polars as pl

from tengbol.io.aliases import beside_named, column_named, meant, numbers_rows
from tengbol.io.clerks.enforcers import absent_beside
from tengbol.io.clerks.remarks import no_longer
from tengbol.io.sheet_xml import letters
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tengbol.model.tables import Table

#: White space to trim, with the no-break and zero-width characters that copying brings along.
BLANKS: Final = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680"
    + "".join(map(chr, range(0x2000, 0x2010)))
    + ("\u2028\u2029\u202f\u205f\u2060\u3000\ufeff")
)

#: A cell with the apostrophe by which a spreadsheet marks text; one of two is a quotation mark.
MARK: Final = "'"
_MARKED: Final = f"^{MARK}([^{MARK}]*)$"

#: What stands for a day or moment that no calendar has.
NO_DAY: Final = "(a day outside the calendar)"

#: Rows that show what a column holds.
_SAMPLE: Final = 200

#: How far down a sheet or file its header is looked for, below a title or empty lines.
HEADER_WITHIN: Final = 20


@dataclass(frozen=True)
class Grid:
    """One table as its source has it.

    `file`: how the source is named in messages. `header`: the words of its header line. `cells`: `row`
    (`Int64`, as a spreadsheet counts), then a column per header word, named `"0"`, `"1"`, …: `String`, or of the type
    that the contract's column has.
    `broken`: `row` and `message` of lines that could not be split into cells. `notes`: what the user should
    know of how it was read. `line`: of the header, from 1.
    """

    file: str
    header: tuple[str, ...]
    cells: pl.DataFrame
    broken: pl.DataFrame
    notes: tuple[str, ...] = ()
    sheet: str = ""
    line: int = 1


@dataclass(frozen=True)
class Place:
    """Where a table's cells are. file: as messages name it. columns: contract column → place in the header, from 0.

    words: of the header. sheet: of a workbook, empty where it is a file of its own. doubled: contract column → places
    of the words that all mean it. doubtful: place of a word → the columns that it may mean. sample: what stands in the
    first rows, as text, a column for each word, named `"0"`, `"1"`, …. line: of the header, from 1.
    """

    file: str
    columns: Mapping[str, int]
    words: tuple[str, ...]
    sheet: str = ""
    doubled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    doubtful: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    sample: pl.DataFrame = field(default_factory=pl.DataFrame, compare=False)
    line: int = 1

    def cell(self, row: int, column: str | None, spoken: Callable[..., str] = str.format) -> str:
        """Name a cell as a clerk finds it: `Лист1, D5`, or `writs.csv, row 5, «Сумма»`."""
        at = self.columns.get(column or "")
        if self.sheet and at is not None:
            return f"{self.sheet}, {letters(at + 1)}{row}"
        line = spoken("{place}, row {row}", place=self.sheet or self.file, row=str(row))
        return line if self.sheet or at is None else f"{line}, «{self.words[at].strip(BLANKS)}»"


class CellName(Phrase):
    """Where a cell is, said in the reader's language."""

    def __new__(cls, place: Place, row: int, column: str | None) -> Self:
        """A cell of a table's place, as `Place.cell` names it."""
        self = super().__new__(cls, place.cell(row, column))
        self.values = {"at": (place, row, column)}
        return self

    def said(self, spoken: Callable[..., str]) -> str:
        """Its place by way of a translator."""
        place, row, column = self.values["at"]
        return place.cell(row, column, spoken)


def place_of(grid: Grid, table: Table) -> Place:
    """Where the table's cells are, and which words of its header are in doubt."""
    columns, doubled = _named_places(grid.header, table)
    first = grid.cells.head(_SAMPLE)
    sample = first.select(
        as_text(pl.col(name), dtype).str.strip_chars(BLANKS) for name, dtype in first.schema.items() if name != "row"
    )
    doubtful = meant(grid.header, table.name)[1]
    return Place(grid.file, columns, grid.header, grid.sheet, doubled, doubtful, sample, grid.line)


def printable(name: str) -> str:
    r"""Write a file's name so that it can be printed and kept: a byte of it that is no UTF-8 as `\xff`."""
    return os.fsencode(name).decode(errors="backslashreplace")


def no_broken_lines() -> pl.DataFrame:
    """`Grid.broken` with no rows."""
    return pl.DataFrame(schema={"row": pl.Int64, "message": pl.String})


def header_line(lines: Sequence[Sequence[str | None]], table: Table) -> int | None:
    """Find which of the first lines is the header: that with most of the table's columns; None if none is."""
    best, most = None, 0
    for place, line in enumerate(lines[:HEADER_WITHIN]):
        known = 0 if _valued(line) else len({column_named(word or "", table.name) for word in line} - {None})
        if known > most:
            best, most = place, known
        if most == len(table.columns):
            break
    return best


def _valued(line: Sequence[str | None]) -> bool:
    """Whether a line is a word and its value: «Палата: | Ақмола облысы …»."""
    filled = [word.rstrip() for word in line if word and word.strip()]
    return len(filled) == 2 and filled[0].endswith(":") and not filled[1].endswith(":")


def start_of(lines: Sequence[Sequence[str | None]], table: Table) -> int | None:
    """Find the header, if need be as the first line that has the most words; None where no line has two."""
    start = header_line(lines, table)
    if start is not None:
        return start
    words = [sum(any(map(str.isalpha, word or "")) for word in line) for line in lines[:HEADER_WITHIN]]
    return words.index(max(words)) if max(words, default=0) > 1 else None


def as_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Write a typed column as the contract's text, exactly."""
    match dtype:
        case pl.Datetime():
            # A zone is the chamber's own: what its clock shows is kept, and the zone is dropped.
            return _of_the_calendar(
                cell, dtype, lambda known: known.dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
            )
        case pl.Date():
            return _of_the_calendar(cell, dtype, lambda known: known.cast(pl.String))
        case pl.Float32() | pl.Float64():
            # An id or a count that became a float elsewhere, for want of a null, is still a whole number.
            whole = cell.is_finite() & (cell == cell.round()) & (cell.abs() < 2.0**53)
            # A number of three places is no thousands that somebody wrote with a point.
            part = cell.cast(pl.String).str.replace(r"^(-?[0-9]{1,3}\.[0-9]{3})$", "${1}0")
            text = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(part)
            return pl.when(cell.is_not_nan()).then(text)
        case pl.Decimal():
            # A number, of which no zero at the end says that it might be thousands.
            return cell.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "${1}")
        case _:
            return cell.cast(pl.String)


#: Days from 1970 to the first day of the year 1000 and of 10000: what lies outside cannot always be written as text.
_CALENDAR: Final = (-354_285, 2_932_897)
_IN_A_DAY: Final = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def _of_the_calendar(cell: pl.Expr, dtype: pl.DataType, write: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Write a day or moment, and in its place a few words where no calendar has it."""
    number = cell.to_physical()
    unit = _IN_A_DAY[dtype.time_unit] if isinstance(dtype, pl.Datetime) else 1
    first, after = (max(-(2**63), min(day * unit, 2**63 - 1)) for day in _CALENDAR)
    known = number.is_between(first, after, closed="left")
    return pl.when(known).then(write(pl.when(known).then(cell))).when(cell.is_not_null()).then(pl.lit(NO_DAY))


def contract_cells(grid: Grid, table: Table) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the grid's cells as they are, as `row` and the table's contract columns, and what to warn of.

    A missing column is filled with nulls, and one that several words mean, too: `place_of` names them.
    """
    places, doubled = _named_places(grid.header, table)
    used = {*places.values(), *_beside(grid, places).values()} if table.name == "writs" else set(places.values())
    told = used.union(*doubled.values())
    # Where a column is lacking, `io.lacking` tells the words that are not known.
    whole = places.keys() >= set(table.required_columns)
    extra = {place: _called(grid, place) for place in range(len(grid.header)) if place not in told}
    shown = ", ".join(word for word in extra.values() if word and whole and not numbers_rows(word.strip("'")))
    notes = (Phrase("{file}: columns not used: {columns}.", file=grid.file, columns=shown),) if shown else ()
    notes += no_longer(grid.file, {word: grid.cells.select("row", cell=str(at)) for at, word in extra.items() if word})
    if table.name == "enforcers":
        unused = {word: grid.cells.select("row", cell=str(at)) for at, word in enumerate(grid.header) if at not in used}
        notes += absent_beside(grid.file, unused)
    return grid.cells.select("row", *_named(places, table)), (*grid.notes, *notes)


def _called(grid: Grid, place: int) -> str:
    """How a column is called that is not used: by its header, else by its letter; empty where nothing stands in it."""
    word = grid.header[place].strip(BLANKS)
    if word:
        return f"'{word}'"
    cells = grid.cells[str(place)]
    return "" if cells.cast(pl.String).str.strip_chars(BLANKS).is_in(["", None]).all() else letters(place + 1)


def beside(grid: Grid, table: Table) -> pl.DataFrame:
    """Return what is kept beside a writ (`BESIDE_ALIASES`), as `row` and text, a column for each that is there."""
    columns = _beside(grid, _named_places(grid.header, table)[0])
    texts = (
        as_text(pl.col(str(place)), grid.cells.schema[str(place)]).str.strip_chars(BLANKS).alias(name)
        for name, place in columns.items()
    )
    return grid.cells.select("row", *texts)


def _beside(grid: Grid, places: dict[str, int]) -> dict[str, int]:
    """Name → place in the header, of what is kept beside a writ."""
    found: dict[str, int] = {}
    for place, word in enumerate(grid.header):
        if place not in places.values() and word.strip(BLANKS) and (name := beside_named(word)):
            found.setdefault(name, place)
    return found


def _named(places: dict[str, int], table: Table) -> list[pl.Expr]:
    return [
        (pl.col(str(places[name])) if name in places else pl.lit(None, dtype=pl.String)).alias(name)
        for name in table.columns
    ]


def text_rows(grid: Grid, table: Table, rows: pl.Series) -> pl.DataFrame:
    """Return the rows of the numbers `rows` as text, trimmed; empty cells are null, empty rows are left out."""
    if len(rows) == grid.cells.height:
        return text_table(grid, table)[0]
    places = grid.cells["row"].search_sorted(rows)
    return text_table(replace(grid, cells=grid.cells[places]), table)[0]


def text_table(grid: Grid, table: Table) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the grid as `row` and the table's contract columns, trimmed.

    Empty cells are null, and wholly empty rows are left out.

    Also returns what to warn of. A missing column is filled with nulls.
    """
    _, notes = contract_cells(grid, table)
    texts = (
        as_text(pl.col(name), dtype).str.strip_chars(BLANKS).str.replace(_MARKED, "${1}")
        for name, dtype in grid.cells.schema.items()
        if name != "row"
    )
    trimmed = grid.cells.select("row", *(pl.when(text != "").then(text) for text in texts))
    holds = trimmed.select(pl.any_horizontal(pl.lit(False), pl.exclude("row").is_not_null())).to_series()
    # Rarely is a row empty, and to copy a large table for nothing is dear.
    filled = trimmed if holds.all() else trimmed.filter(holds)
    return filled.select("row", *_named(_named_places(grid.header, table)[0], table)), notes


def _named_places(header: Sequence[str], table: Table) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Contract column → place in the header; and the columns that several words mean, with their places."""
    found: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(meant(header, table.name)[0]):
        if column is not None:
            found[column] = (*found.get(column, ()), place)
    doubled = {column: places for column, places in found.items() if len(places) > 1}
    return {column: places[0] for column, places in found.items() if len(places) == 1}, doubled
