"""`tengbol check`: what a file would give, before anything is distributed: rows counted, every fault with its cell.

A line is one sentence of at most 200 signs: the sheet and the cell, what stands there, and what to write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.io.aliases import beside_named, folded
from tengbol.io.grid import BLANKS
from tengbol.io.headers import header, header_of, sheet
from tengbol.io.lacking import GUESSED, answers, lacks
from tengbol.io.lost import REMEMBERING, lost
from tengbol.io.read import survey
from tengbol.io.workbook import SEEMS
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, english, joined, listed, mark, said

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from tengbol.io.grid import Place
    from tengbol.io.read import Reading

#: Says the message of a rejected row in a language, by its table and where the cells of that are.
Reworded = Callable[[str, str, "Place | None"], str]


def untold(message: str, _table: str, _place: Place | None) -> str:
    """A message in English."""
    return message


#: Languages that have headers of their own.
_LANGUAGES: Final = ("kk", "ru")
#: A header, and the column that it was taken as.
_PAIR: Final = mark("'{word}' → {column}")

#: Signs of a line at most.
LONGEST: Final = 200
_CHOICE: Final = re.compile(r"one of (?P<codes>[\w, ]+)(?:, … \(docs/contract\.md\))?, in small letters, is accepted")
_VALUE: Final = re.compile(r" '(?P<value>.*)'(?=[;,:. ])", re.DOTALL)
#: What is accepted, where it ends a sentence, as it does in Kazakh and Russian.
_ENDING: Final = re.compile(r": (?P<codes>[^:;']+?)(?:, … \([\w./]+\))?\.$")
#: Letters of a value that is cut to make room for what to write.
_SHORT: Final = 24


@dataclass(frozen=True)
class Checked:
    """What a file would give.

    reading: where headers are guessed, as if the guesses were so, with all that stops a batch without them. taken,
    refused: rows by table. faults: a line for each. notes: what was padded, folded, or left out, and which column was
    taken as what. stops: whether a batch would stop at it. guesses: headers that nobody knows, and the column that each
    may be, as `--map` takes them. left: what stops a batch even if they are so. unnamed: columns that no header names
    then.
    """

    reading: Reading
    taken: dict[str, int]
    refused: dict[str, int]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    stops: bool
    guesses: Mapping[str, str] = field(default_factory=dict)
    left: tuple[Phrase, ...] = ()
    unnamed: tuple[Phrase, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is missing and every row is taken."""
        return not self.faults and not self.reading.stops

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, spoken: Callable[..., str] = english, reworded: Reworded = untold) -> list[str]:
        """All there is to say, by translators of templates and of the messages of rejected rows."""
        counts = [
            spoken(
                "{table}: rows taken: {taken}, refused: {refused}.",
                table=self._called(name, spoken),
                taken=taken,
                refused=refused,
            )
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
            spoken("No row of {table} is taken: a batch would stop.", table=self._called(name, spoken))
            for name, table in TABLES.items()
            if table.required and self.refused.get(name) and not self.taken[name]
        ]
        missing = [str(said(stop, spoken)) for stop in self.reading.stops]
        return [*counts, *told, *missing, *faults, *([stops] if asked else []), *none]

    def _called(self, table: str, spoken: Callable[..., str]) -> object:
        """A table by the name of its sheet, where it has one."""
        place = self.reading.places.get(table)
        return f"«{place.sheet}» ({table})" if place is not None and place.sheet else said(sheet(table), spoken)


#: How often answers are looked at anew for what they bring to light.
_ROUNDS: Final = 2


def _both(said: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """Answers and further ones; of one word both, for they are of two tables."""
    found = dict(said)
    for word, columns in more.items():
        several = [*found.get(word, "").split(","), *columns.split(",")]
        found[word] = ",".join(dict.fromkeys(filter(None, several)))
    return found


def check(
    path: Path,
    *,
    known: Mapping[str, pl.DataFrame] | None = None,
    columns: Mapping[str, str] | None = None,
    day: dt.date | None = None,
    read: Callable[..., Reading] = survey,
) -> Checked:
    """Read an input and say what comes of it. Arguments and errors as of `survey`, in whose place `read` may stand."""
    reading = read(path, known=known, columns=columns, day=day)
    offered, left = answers(reading.places, reading.guesses), reading.stops
    if reading.stops and offered:
        # What the cells under the guessed headers hold is told at once, not after the next command; and so is what
        # these answers bring to light: a sheet that nobody took for a table before.
        supposed = read(path, known=known, columns=_both(columns or {}, offered), day=day)
        for _ in range(_ROUNDS):
            more = _both(offered, answers(supposed.places, supposed.guesses)) if supposed.stops else offered
            if more == offered:
                break
            offered = more
            supposed = read(path, known=known, columns=_both(columns or {}, offered), day=day)
        left = supposed.stops
        known_of = {_of(stop) for stop in reading.stops}
        stops = (*reading.stops, *(stop for stop in left if _of(stop) not in known_of))
        # What was noted without the guesses may be so only for want of them.
        asked = [note for note in reading.warnings if isinstance(note, Phrase) and note.sentence in {*GUESSED, SEEMS}]
        notes = (*(note for note in asked if note not in supposed.warnings), *supposed.warnings)
        reading = replace(supposed, stops=stops, warnings=notes)
    given = [source.table for source in reading.sources]
    refused = dict(reading.faults.unique(["table", "row"])["table"].value_counts().iter_rows())
    taken = {source.table: source.rows - refused.get(source.table, 0) for source in reading.sources}
    empty = [name for name in given if not taken[name] and refused.get(name)]
    return Checked(
        reading,
        taken,
        {name: refused.get(name, 0) for name in given},
        tuple(lines(reading, reading.faults)),
        (*reading.warnings, *taken_as(reading, offered if reading.stops else ()), *unsaid(reading)),
        bool(reading.stops) or lost(reading.rejected, empty).height > 0,
        offered,
        left,
        tuple(header(name, column) for name, place in reading.places.items() for column in lacks(place, TABLES[name])),
    )


def lines(
    reading: Reading,
    faults: pl.DataFrame,
    spoken: Callable[..., str] = english,
    reworded: Reworded = untold,
) -> list[str]:
    """One line for each fault: its cell, what stands there, and what to write.

    Of a column that is not there and that some rows need, one line tells the first of them.
    """
    absent = pl.col("code") == "missing_value"
    there = {name: list(place.columns) for name, place in reading.places.items()}
    for name, columns in there.items():
        absent &= (pl.col("table") != name) | ~pl.col("column").is_in(columns)
    of_column = pl.len().over("table", "column")
    told = faults.with_columns(more=pl.when(absent & pl.col("table").is_in(list(there))).then(of_column).otherwise(1))
    first = (pl.col("more") == 1) | pl.struct("table", "column", "code").is_first_distinct()
    said_lines = []
    for table, row, column, message, more in (
        told.filter(first).select("table", "row", "column", "message", "more").iter_rows()
    ):
        text = reworded(message, table, reading.places.get(table))
        if more > 1:
            text = spoken("{text} There is no such column; rows that need it: {n}.", text=text, n=more)
        said_lines.append(line(reading.places, table, row, column, text, spoken))
    return said_lines


def _of(stop: Phrase) -> tuple[str, str]:
    """What kind of a stop it is, and of which file."""
    return stop.sentence, str(stop.values.get("file", stop))


def taken_as(reading: Reading, guessed: Iterable[str] = ()) -> list[Phrase]:
    """Which column each header was taken as that is neither the contract's own word nor the template's.

    guessed: headers that are told as guesses.
    """
    notes, told = [], {folded(word) for word in guessed}
    for name, place in reading.places.items():
        doubled = {at for places in place.doubled.values() for at in places}
        beside = {
            of: at
            for at, word in enumerate(place.words)
            if name == "writs" and at not in doubled and (of := beside_named(word))
        }
        pairs = [
            Phrase(_PAIR, word=place.words[at].strip(BLANKS), column=header(name, column))
            for column, at in sorted({**beside, **place.columns}.items(), key=lambda one: one[1])
            if folded(place.words[at])
            not in told | {folded(column), *(folded(header_of(name, column, language)) for language in _LANGUAGES)}
        ]
        if pairs:
            said_as = mark("{table}: columns taken as: {columns}.")
            notes.append(Phrase(said_as, table=sheet(name), columns=joined(pairs, "; ")))
    return notes


def unsaid(reading: Reading) -> list[Phrase]:
    """What no batch asks, and papers then do not show: a sum, a name, in rows of a column that has others."""
    place = reading.places.get("writs")
    if place is None or not reading.chamber.writs.height:
        return []
    writs = reading.chamber.writs.select("writ_id", "claim", "amount").with_columns(row=reading.rows["writs"])
    rows = writs.join(reading.beside, on="writ_id", how="left", maintain_order="left")
    notes = []
    if "amount" in place.columns:
        bare = rows.filter((pl.col("claim") == "money") & pl.col("amount").is_null())["row"]
        told = mark("no sum in rows {rows}: none is needed to distribute them (¶6), and papers show none.")
        notes += [Phrase(told, rows=listed(bare.to_list()))] if len(bare) else []
    told = mark("no name of the {party} in rows {rows}: papers show the number alone.")
    for name, party in (("debtor_name", mark("debtor")), ("creditor_name", mark("creditor"))):
        if rows[name].null_count() < rows.height:
            bare = rows.filter(pl.col(name).is_null())["row"]
            notes += [Phrase(told, party=Phrase(party), rows=listed(bare.to_list()))] if len(bare) else []
    return notes


def line(
    places: Mapping[str, Place],
    table: str,
    row: int,
    column: str | None,
    message: str,
    spoken: Callable[..., str] = english,
) -> str:
    """Say where a fault is, and what it is, in at most `LONGEST` signs."""
    where = line_place(places.get(table), table, row, column, spoken)
    return f"{where}: {shortened(message, LONGEST - len(where) - 2)}"


def line_place(
    place: Place | None, table: str, row: int, column: str | None, spoken: Callable[..., str] = english
) -> str:
    """The sheet and the cell of a fault; of a file its row and column."""
    if place is None:
        return spoken("{place}, row {row}", place=table, row=str(row))
    return place.cell(row, column, spoken)


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
    if len(message) > room and (found := _ENDING.search(message)):
        codes = found["codes"].split(", ")
        while len(codes) > 1 and len(message) > room:
            codes.pop()
            # Codes are listed on a page; the chamber's own districts, with their codes in brackets, are not.
            where = "" if "(" in codes[0] else " (docs/reading.md)"
            message = f"{message[: found.start()]}: {', '.join(codes)}, …{where}."
    return message if len(message) <= room else message[: room - 1] + "…"
