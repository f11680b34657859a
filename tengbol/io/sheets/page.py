"""One sheet of a workbook as text, whatever program saved it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tengbol.io.grid import HEADER_WITHIN
from tengbol.io.sheets.heading import in_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True)
class Marks:
    """What a sheet says beside its cells.

    merged: ranges `(first row, last row, column)`, rows as shown, columns from 0, of which only the first cell holds
    what all of them show; of ranges over several columns the first. hidden: rows that are filtered out or hidden, as
    shown.
    """

    merged: tuple[tuple[int, int, int], ...] = ()
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """A sheet: `name`, whether it is `hidden`, and what `first` lines and `all` its cells hold.

    first: the first lines, as lists of text. all: `(J, columns)` text, columns named `"0"`, `"1"`, … for A, B, …; its
    row n is the sheet's row n + 1. marks: what the file says beside the cells.
    """

    name: str
    hidden: bool
    first: Callable[[], Sequence[Sequence[str | None]]]
    all: Callable[[], pl.DataFrame]
    marks: Callable[[], Marks]

    @cached_property
    def top(self) -> Sequence[Sequence[str | None]]:
        """The lines among which the header is looked for; one of two lines is in the second."""
        lines = self.first()
        return [*in_one_line(lines[:HEADER_WITHIN]), *lines[HEADER_WITHIN:]]


def page_of(name: str, hidden: bool, lines: Sequence[Sequence[str | None]], marks: Marks) -> Page:
    """Make a page of lines that are in memory already."""
    width = max(map(len, lines), default=0)

    def every() -> pl.DataFrame:
        filled = [[*line, *[None] * (width - len(line))] for line in lines]
        return pl.DataFrame(filled, schema={str(place): pl.String for place in range(width)}, orient="row")

    return Page(name, hidden, lambda: lines[:HEADER_WITHIN], every, lambda: marks)


def filled_down(cells: pl.DataFrame, merged: Iterable[tuple[int, int, int]], below: int) -> pl.DataFrame:
    """Give every row of a merged range what its first cell holds, in the rows under line `below`.

    cells: with `row`. A range that begins in the header or above is a heading, and is left alone.
    """
    ranges = [
        (first, last, column)
        for first, last, column in merged
        if first > below and last > first and str(column) in cells.columns
    ]
    if not ranges:
        return cells
    rows = [(row, first, str(column)) for first, last, column in ranges for row in range(first + 1, last + 1)]
    covered = pl.DataFrame(rows, schema={"row": pl.Int64, "source": pl.Int64, "column": pl.String}, orient="row")
    for (column,), part in covered.group_by("column", maintain_order=True):
        values = part.join(cells.select(source="row", value=str(column)), on="source", how="left").select(
            "row", "value"
        )
        cells = (
            cells.join(values, on="row", how="left", maintain_order="left")
            .with_columns(pl.coalesce(str(column), "value").alias(str(column)))
            .drop("value")
        )
    return cells
