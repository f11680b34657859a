"""What stands between what is at a path and a batch: tables that are absent, columns that are, headers nobody knows.

All of it is told at once, so that a clerk corrects his file once. A header that is not known is told with the known one
that is spelt most like it, and with the `--map` that would answer.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import bare, folded
from tengbol.io.aliases import in_doubt as of_two
from tengbol.io.grid import BLANKS
from tengbol.io.guessing import guessed, possible, unknown
from tengbol.io.headers import header, headers, sheet
from tengbol.io.nearest import Near, nearest
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tengbol.io.given import Given
    from tengbol.io.grid import Place
    from tengbol.io.validate import Cells
    from tengbol.model.tables import Table


_SPELT: Final = mark(
    "{file}: the header '{word}' is not known; the nearest is '{alias}' ({column}). If it is that: --map "
    "'{word}={name}'."
)
_HELD: Final = mark(
    "{file}: the header '{word}' is not known; by what stands under it, it may be {column}. If it is: --map "
    "'{word}={name}'."
)
_OTHER: Final = mark(
    "{file}: the header '{word}' means {own}, and something else stands under it; it may be {column}. If it is: "
    "--map '{word}={name}'."
)
#: What is said of a header whose column is guessed.
GUESSED: Final = frozenset({_SPELT, _HELD, _OTHER})


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
    """Columns that every row needs and the header does not name, or names with two words."""
    return [column for column in table.required_columns if column not in place.columns]


def in_doubt(place: Place) -> set[str]:
    """Columns that several words of the header may be."""
    return {*place.doubled, *(column for columns in place.doubtful.values() for column in columns)}


def of_header(place: Place, table: Table, guess: Mapping[int, str]) -> list[Phrase]:
    """What of a table's header stands in a batch's way: words in doubt, columns that it lacks, words not known.

    guess: place of a word → the column that it may be.
    """
    stops = [*_doubled(place, table, guess), *_doubtful(place, table, guess), *_moved(place, table, guess)]
    doubted = in_doubt(place)
    missing = [column for column in lacks(place, table) if column not in doubted]
    if missing:
        refused = UnusableInputError(
            "{file}: {name} needs the columns {missing}; add them, or name them as `tengbol template` does.",
            file=place.file,
            name=sheet(table.name),
            missing=headers(table, missing),
        )
        stops.append(refused.phrase)
        near = _near(place, table)
        others = [place.words[at].strip(BLANKS) for at in unknown(place) if at not in near and at not in guess]
        answered = {*guess.values(), *(one.column for one in near.values())}
        name = next((column for column in missing if column not in answered), None)
        if others and name is not None:
            told = mark(
                "{file}: these headers are not known: {words}. What one of them is, say with --map 'HEADER={name}'."
            )
            stops.append(Phrase(told, file=place.file, words=", ".join(map(repr, others)), name=name))
    return [*stops, *misspelt(place, table, guess)] if stops else []


def misspelt(place: Place, table: Table, guess: Mapping[int, str]) -> list[Phrase]:
    """Headers that are not known, and what each may be: by its spelling, or by what stands under it."""
    found, near = [], _near(place, table)
    guess = supposed(place, table, guess)
    named = {at: column for column, at in place.columns.items() if at in guess}
    # Two words for one column: what stands under one of them may be another.
    named |= {at: of for of, places in place.doubled.items() for at in places if guess.get(at, of) != of}
    for at in sorted({*unknown(place), *named}):
        word, one = place.words[at].strip(BLANKS), near.get(at)
        if (column := guess.get(at)) is not None:
            told = {"file": place.file, "word": word, "column": header(table.name, column), "name": column}
            if at in named:
                found.append(Phrase(_OTHER, own=header(table.name, named[at]), **told))
            elif one is not None and one.column == column:
                found.append(Phrase(_SPELT, alias=one.alias, **told))
            else:
                found.append(Phrase(_HELD, **told))
    return found


def supposed(place: Place, table: Table, guess: Mapping[int, str]) -> dict[int, str]:
    """The guesses, and of other words the column that they are spelt most like, if nothing else may be it."""
    near = {at: one.column for at, one in _near(place, table).items()}
    taken = {*guess.values(), *(column for column in near.values() if [*near.values()].count(column) > 1)}
    return {**{at: column for at, column in near.items() if column not in taken}, **guess}


def answers(places: Mapping[str, Place], guesses: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
    """What `--map` would be given for the guesses: word → column, with its table where other sheets have the word."""
    sheets = Counter(folded(word) for place in places.values() for word in {*place.words} if word)
    found: dict[str, dict[str, str]] = {}
    for table, guess in guesses.items():
        for at, column in sorted(supposed(places[table], TABLES[table], guess).items()):
            word = places[table].words[at].strip(BLANKS)
            found.setdefault(word, {})[table] = column
    return {
        word: ",".join(f"{table}.{column}" if sheets[folded(word)] > 1 else column for table, column in of.items())
        for word, of in found.items()
    }


def _moved(place: Place, table: Table, guess: Mapping[int, str]) -> Iterator[Phrase]:
    """Columns that a known header means, while what they hold stands under another."""
    for at, column in guess.items():
        known = place.columns.get(column, at)
        # What stands in doubt, or may be another column, is told of itself.
        if known != at and known not in guess and at not in place.doubtful and column not in place.doubled:
            yield UnusableInputError(
                "{file}: the header '{word}' means {column}, and something else stands under it; {column} may be under "
                "'{other}'. If it is: --map '{other}={name}'.",
                file=place.file,
                word=place.words[known].strip(BLANKS),
                column=header(table.name, column),
                other=place.words[at].strip(BLANKS),
                name=column,
            ).phrase


def _doubled(place: Place, table: Table, guess: Mapping[int, str]) -> Iterator[Phrase]:
    """Columns that several words mean; by what stands under them, one may be the better."""
    for column, places in place.doubled.items():
        meant = next((at for at in places if guess.get(at) == column), places[-1])
        for other in places:
            told = {"file": place.file, "column": header(table.name, column), "name": sheet(table.name)}
            word = place.words[meant].strip(BLANKS)
            if other == meant:
                continue
            if folded(place.words[other]) == folded(word):
                yield UnusableInputError(
                    "{file}: two columns of {name} have the header '{word}', which means {column}; give one of them "
                    "another header.",
                    word=word,
                    **told,
                ).phrase
                continue
            yield UnusableInputError(
                "{file}: the columns '{header}' and '{word}' both mean {column} of {name}; keep one of them, or answer "
                "with --map '{word}={code}'.",
                header=place.words[other].strip(BLANKS),
                word=word,
                code=column,
                **told,
            ).phrase


def _doubtful(place: Place, table: Table, guess: Mapping[int, str]) -> Iterator[Phrase]:
    for at, columns in place.doubtful.items():
        yield of_two(table.name, place.words[at], columns, guess.get(at, columns[0]))


def _near(place: Place, table: Table) -> dict[int, Near]:
    """Place of a word that is not known → the known header that it is spelt most like, of a column not named yet."""
    doubted = in_doubt(place)
    missing = tuple(column for column in lacks(place, table) if column not in doubted)
    others = tuple(column for column in table.columns if column not in place.columns and column not in doubted)
    found = {}
    for at in unknown(place):
        word = place.words[at].strip(BLANKS)
        near = nearest(word, table.name, missing) or nearest(word, table.name, others)
        if near and possible(place, at, table, near.column):
            found[at] = near
    return found


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
    """Raise `UnusableInputError` where the header lacks a column that every row needs, or has one twice."""
    refuse(of_header(place, table, guessed(place, table)))


def refuse(stops: Sequence[Phrase]) -> None:
    """Raise `UnusableInputError` with all that stands in the way, a line for each; do nothing where nothing does."""
    if stops:
        raise UnusableInputError(joined(stops, "\n"))
