"""`tengbol check`: what a file would give, before anything is distributed: rows counted, every fault with its cell.

A line is one sentence of at most 200 signs: the sheet and the cell, what stands there, and what to write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.io.lost import REMEMBERING, lost
from tengbol.io.read import read
from tengbol.model.tables import TABLES
from tengbol.phrase import english, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from tengbol.io.grid import Place
    from tengbol.io.read import Reading

#: Signs of a line at most.
LONGEST: Final = 200
_CHOICE: Final = re.compile(r"one of (?P<codes>[\w, ]+)(?:, … \(docs/contract\.md\))?, in small letters, is accepted")
_VALUE: Final = re.compile(r" is '(?P<value>.*)'(?=[;,:.]| which)", re.DOTALL)
#: Letters of a value that is cut to make room for what to write.
_SHORT: Final = 24


@dataclass(frozen=True)
class Checked:
    """What a file would give.

    taken, refused: rows by table. faults: a line for each. notes: what was padded, folded, or left out. stops: whether
    a batch would stop at it.
    """

    reading: Reading
    taken: dict[str, int]
    refused: dict[str, int]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    stops: bool

    @property
    def ok(self) -> bool:
        """Whether every row is taken."""
        return not self.faults

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, spoken: Callable[..., str] = english, reworded: Callable[[str], str] = str) -> list[str]:
        """All there is to say, by translators of templates and of the messages of rejected rows."""
        counts = [
            spoken("{table}: rows taken: {taken}, refused: {refused}.", table=name, taken=taken, refused=refused)
            for name, taken, refused in ((name, self.taken[name], self.refused[name]) for name in self.taken)
        ]
        told = [spoken("note: {text}", text=said(note, spoken)) for note in self.notes]
        faults = lines(self.reading, self.reading.faults, spoken, reworded)
        stops = spoken(
            "A batch would stop at this: rows that restrict or remember cannot be left out unasked (--accept)."
        )
        remembering = [name for name in REMEMBERING if self.refused.get(name) and not self.taken[name]]
        asked = lost(self.reading.rejected, remembering).height > 0
        none = [
            spoken("No row of {table} is taken: a batch would stop.", table=name)
            for name, table in TABLES.items()
            if table.required and self.refused.get(name) and not self.taken[name]
        ]
        return [*counts, *told, *faults, *([stops] if asked else []), *none]


def check(
    path: Path, *, known: Mapping[str, pl.DataFrame] | None = None, columns: Mapping[str, str] | None = None
) -> Checked:
    """Read an input and say what comes of it. known, columns: as of `read`, which raises `UnusableInputError`."""
    reading = read(path, known=known, columns=columns)
    given = [source.table for source in reading.sources]
    refused = dict(reading.rejected["table"].value_counts().iter_rows())
    taken = {name: getattr(reading.chamber, name).height for name in given}
    empty = [name for name in given if not taken[name] and refused.get(name)]
    return Checked(
        reading,
        taken,
        {name: refused.get(name, 0) for name in given},
        tuple(lines(reading, reading.faults)),
        reading.warnings,
        lost(reading.rejected, empty).height > 0,
    )


def lines(
    reading: Reading,
    faults: pl.DataFrame,
    spoken: Callable[..., str] = english,
    reworded: Callable[[str], str] = str,
) -> list[str]:
    """One line for each fault: its cell, what stands there, and what to write."""
    return [
        line(reading.places, table, row, column, reworded(message), spoken)
        for table, row, column, message in faults.select("table", "row", "column", "message").iter_rows()
    ]


def line(
    places: Mapping[str, Place],
    table: str,
    row: int,
    column: str | None,
    message: str,
    spoken: Callable[..., str] = english,
) -> str:
    """Say where a fault is, and what it is, in at most `LONGEST` signs."""
    place = places.get(table)
    where = (
        spoken("{place}, row {row}", place=table, row=str(row)) if place is None else place.cell(row, column, spoken)
    )
    return f"{where}: {shortened(message, LONGEST - len(where) - 2)}"


def shortened(message: str, room: int) -> str:
    """Cut first the value that stood there, then the list of codes; what to do comes last, and stays."""
    if len(message) <= room:
        return message
    if found := _VALUE.search(message):
        value = found["value"]
        if len(value) > _SHORT:
            start, end = found.span("value")
            message = f"{message[:start]}{value[: _SHORT - 1]}…{message[end:]}"
    if len(message) > room and (found := _CHOICE.search(message)):
        codes = found["codes"].split(", ")
        while len(codes) > 1 and len(message) > room:
            codes.pop()
            listed = f"one of {', '.join(codes)}, … (docs/contract.md) is accepted"
            message = message[: found.start()] + listed + message[found.end() :]
            found = re.compile(re.escape(listed)).search(message)
            assert found is not None
    return message if len(message) <= room else message[: room - 1] + "…"
