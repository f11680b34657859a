"""What stands between what is at a path and a batch: tables that are absent, columns that are, headers nobody knows.

All of it is told at once, so that a clerk corrects his file once. A header that is not known is told with the known one
that is spelt most like it, and with the `--map` that would answer.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import COLUMN_ALIASES, bare, beside_named, folded, numbers_rows
from tengbol.io.grid import BLANKS
from tengbol.io.headers import header, headers, sheet
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.io.given import Given
    from tengbol.io.grid import Place
    from tengbol.io.validate import Cells
    from tengbol.model.tables import Table

#: How much of two headers must be spelt alike, from 0 to 1, for one to be taken for the other's misspelling.
_ALIKE: Final = 0.7


def absent(given: Given, path: object, *, required: bool) -> list[Phrase]:
    """Tables that a batch needs and the path has not. Raises `UnusableInputError` where it has none and needs none."""
    if not required and not given.files and not given.stops:
        raise UnusableInputError(
            "{path}: has none of the tables {tables}; each is NAME.csv or NAME.parquet in a folder, or a sheet NAME "
            "of an .xlsx workbook.",
            path=path,
            tables=", ".join(TABLES),
        )
    return [
        UnusableInputError(
            "{path}: has no table {table}; a batch needs it, as a file or a sheet of that name or with the columns "
            "{columns}.",
            path=path,
            table=sheet(name),
            columns=headers(table, table.required_columns),
        ).phrase
        for name, table in TABLES.items()
        if required and table.required and name not in given.files
    ]


def lacks(place: Place, table: Table) -> list[str]:
    """Columns that every row needs and the header does not name."""
    return [column for column in table.required_columns if column not in place.columns]


def of_header(place: Place, table: Table) -> list[Phrase]:
    """What a table's header lacks, and each of its words that is not known; nothing where it lacks nothing."""
    missing = lacks(place, table)
    if not missing:
        return []
    refused = UnusableInputError(
        "{file}: {name} needs the columns {missing}; add them, or name them as `tengbol template` does.",
        file=place.file,
        name=sheet(table.name),
        missing=headers(table, missing),
    )
    stops = [refused.phrase]
    near, others = misspelt(place, table), unlike(place, table)
    if others:
        told = mark(
            "{file}: these headers are not known: {words}. What one of them is, say with --map 'HEADER={name}'."
        )
        stops.append(Phrase(told, file=place.file, words=", ".join(map(repr, others)), name=missing[0]))
    return [*stops, *near]


def misspelt(place: Place, table: Table) -> list[Phrase]:
    """Headers that are not known and are spelt much like one of a column that the header does not name."""
    told = mark(
        "{file}: the header '{word}' is not known; the nearest is '{alias}' ({column}). If it is that: --map "
        "'{word}={name}'."
    )
    return [
        Phrase(told, file=place.file, word=word, alias=found[0], column=header(table.name, found[1]), name=found[1])
        for word, found in _unknown(place, table).items()
        if found
    ]


def unlike(place: Place, table: Table) -> list[str]:
    """Headers that are not known and are like nothing that is."""
    return [word for word, found in _unknown(place, table).items() if not found]


def guessed(place: Place, table: Table) -> dict[str, str]:
    """Headers that are not known, and the column that each is nearest to: the answers of `--map`.

    Of several that are near one column none, for two of one meaning would be refused.
    """
    near = {word: found[1] for word, found in _unknown(place, table).items() if found}
    once = Counter(near.values())
    return {word: column for word, column in near.items() if once[column] == 1}


def names_for_numbers(cells: Cells) -> list[Phrase]:
    """Say that «Должник» holds names where it would be taken for his number: people of one name would be one debtor."""
    place = cells.place
    if place is None or "debtor_id" not in place.columns or not bare(place.words[place.columns["debtor_id"]]):
        return []
    given = cells.cells["debtor_id"].cast(pl.String).drop_nulls()
    named = (given.str.contains(r"\p{L}") & ~given.str.contains("[0-9]")).sum()
    if 2 * named <= len(given):
        return []
    refused = UnusableInputError(
        "{file}: the column '{word}' holds names, and {column} is a number (IIN, BIN). Name the column that has it: "
        "--map 'HEADER=debtor_id'.",
        file=place.file,
        word=place.words[place.columns["debtor_id"]].strip(BLANKS),
        column=header("writs", "debtor_id"),
    )
    return [refused.phrase]


def refuse_lacking(place: Place, table: Table) -> None:
    """Raise `UnusableInputError` where the header lacks a column that every row needs."""
    refuse(of_header(place, table))


def refuse(stops: Sequence[Phrase]) -> None:
    """Raise `UnusableInputError` with all that stands in the way, a line for each; do nothing where nothing does."""
    if stops:
        raise UnusableInputError(joined(stops, "\n"))


@lru_cache(maxsize=1024)
def nearest(word: str, table: str, columns: tuple[str, ...]) -> tuple[str, str] | None:
    """The known header of some columns that is spelt most like a word, and its column; None where none is alike."""
    known = [(alias, column) for column in columns for alias in (column, *COLUMN_ALIASES[table].get(column, ()))]
    # Of equally near ones the first by spelling, whatever the order of the list.
    scored = sorted((-_likeness(folded(word), folded(alias)), alias, column) for alias, column in known)
    if not scored or -scored[0][0] < _ALIKE:
        return None
    return scored[0][1], scored[0][2]


def _likeness(one: str, other: str) -> float:
    """From 0 to 1, how much of two names is spelt alike, in their order of words or in any; 0 where it is little.

    It is little, too, where a word of one is like none of the other: «исполнительный округ» is spelt much like
    «исполнительный документ» and is another thing.
    """
    if not (_worded(one, other) and _worded(other, one)):
        return 0
    letters = SequenceMatcher(None, one, other)
    if letters.real_quick_ratio() < _ALIKE or letters.quick_ratio() < _ALIKE:
        return 0
    return max(letters.ratio(), SequenceMatcher(None, _sorted(one), _sorted(other)).ratio())


def _worded(one: str, other: str) -> bool:
    """Whether each longer word of one name is like a word of the other."""
    others = _WORD.findall(other)
    return all(any(SequenceMatcher(None, word, its).ratio() >= _ALIKE for its in others) for word in _WORD.findall(one))


#: A word long enough to say something.
_WORD: Final = re.compile(r"\w{4,}")


def _sorted(name: str) -> str:
    return " ".join(sorted(name.split()))


def _unknown(place: Place, table: Table) -> dict[str, tuple[str, str] | None]:
    """Words of the header that name nothing, nor number the rows; and what each is near."""
    words = (word.strip(BLANKS) for at, word in enumerate(place.words) if at not in place.columns.values())
    missing = tuple(lacks(place, table))
    others = tuple(column for column in table.columns if column not in place.columns)
    return {
        word: nearest(word, table.name, missing) or nearest(word, table.name, others)
        for word in words
        if not numbers_rows(word) and not beside_named(word)
    }
