"""A report before it has a form or a language: sections of sentences, a chart, and grids of figures.

The page and the paper are made from the same document, so they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tengbol.report.words import Figure, Said, mark

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    import polars as pl


#: What a cell may hold: a sentence or term to translate, a figure, a day, or text as it stands in the tables.
Cell = Said | Figure | str


@dataclass(frozen=True)
class Grid:
    """A table as it is shown.

    headers: so many columns at the left name the row. folded: opened on request on the page, and not on paper unless
    `looked_up`.
    """

    caption: Said
    head: list[Said]
    rows: list[list[Any]]
    headers: int = 1
    folded: bool = False
    looked_up: bool = False

    @property
    def printed(self) -> bool:
        """Whether it stands on paper."""
        return self.looked_up or not self.folded


@dataclass(frozen=True)
class Section:
    """A part of the report. chart: its place among `charts.CHARTS`' names; key: what the chart's marks mean."""

    name: str
    title: Said
    sentences: list[Said] = field(default_factory=list)
    chart: str | None = None
    key: Said | None = None
    grids: list[Grid] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


#: What stands on every page of the papers of a book to practise on.
MARK: Final = mark("EXAMPLE, NOT VALID")


@dataclass(frozen=True)
class Document:
    """The whole: of which chambers and batches, and its sections."""

    title: Said
    chambers: list[str]
    first: dt.datetime | None
    last: dt.datetime | None
    batches: int
    tallies: list[tuple[Said, Figure]]
    sections: list[Section]


def figures(
    name: str, frame: pl.DataFrame, columns: Sequence[tuple[str, str]], rows: Iterable[int] | None = None
) -> list[list[Figure]]:
    """Figures of a table, by row: `columns` are names and forms; `rows` places from 0, all when not given."""
    picked = range(frame.height) if rows is None else list(rows)
    values = {column: frame[column].to_list() for column, _ in columns}
    return [[Figure(name, row + 2, column, values[column][row], form) for column, form in columns] for row in picked]
