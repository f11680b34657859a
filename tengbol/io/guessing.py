"""Which columns the headers that nobody knows may be: by what stands under them, and by their words.

A guess is offered, never taken: whoever reads the file says with `--map` that it is so. What stands under a header
decides against a column that could not hold it; for a column it decides alone only where nothing else would do.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import polars as pl

from tengbol.compiled import toml
from tengbol.io.aliases import BESIDE_ALIASES, answered, beside_named, meant, numbers_rows
from tengbol.io.evidence import FITS, NOBODY, Known, fits_of, sort_of
from tengbol.io.grid import Place, start_of
from tengbol.io.nearest import nearest
from tengbol.model.folding import folded_id
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.model.tables import Table

#: Table → column → what hints at it in a header.
_HINTS: Final = toml("io/guesses.toml")

#: What part must be so where nothing else speaks for it.
_SURELY: Final = 0.8
#: What part of the cells under a header that hints at codes must be some.
_PARTLY: Final = 0.2
#: Columns whose codes are told in free words.
_FREELY: Final = ("reason", "ground", "signature")
#: How much it says for a column that the cells are what it holds. Of texts and ids it says nothing.
_TELLING: Final = {
    "code": 1.5,
    "person": 1.2,
    "place": 1.2,
    "enforcer": 1.2,
    "writ": 1.2,
    "flag": 0.6,
    "day": 0.6,
    "sum": 0.6,
}
#: What speaks for a known header to stay what it is, though something else stands under it.
_STAYS: Final = 0.4
#: How much a guess says for a sheet's being a table, beside a header that is known.
_GUESS: Final = 0.8
#: Guesses that differ by less are none.
_TIE: Final = 0.05


def guesses(places: Mapping[str, Place]) -> dict[str, dict[int, str]]:
    """By table, the place of each header that is not known or is in doubt, and the column that it may be."""
    found: dict[str, dict[int, str]] = {}
    known = NOBODY
    for name, table in TABLES.items():
        if (place := places.get(name)) is None:
            continue
        found[name] = guessed(place, table, known)
        at = {column: str(of) for of, column in found[name].items()} | {
            column: str(of) for column, of in place.columns.items()
        }
        known = _learnt(known, name, place.sample, at)
    return found


def known_of(tops: Mapping[str, Sequence[Sequence[str | None]]]) -> Known:
    """What the first lines of sheets whose tables are known tell, by the headers that are known."""
    known = NOBODY
    for name in TABLES:
        if name in tops and (start := start_of(tops[name], TABLES[name])) is not None:
            words, sample = _under(tops[name], start)
            at = {column: str(of) for of, column in enumerate(meant(words, name)[0]) if column}
            known = _learnt(known, name, sample, at)
    return known


def _learnt(known: Known, name: str, sample: pl.DataFrame, at: Mapping[str, str]) -> Known:
    """What is known with a table more. at: column → its name in `sample`."""
    if sample.is_empty():
        return known
    if name == "districts" and {"district_id", "name"} <= at.keys():
        pairs = sample.select(district_id=at["district_id"], name=at["name"])
        return replace(known, districts=pairs.drop_nulls())
    if name == "enforcers" and "enforcer_id" in at:
        told = sample.select(**{column: at[column] for column in ("enforcer_id", "name") if column in at})
        return replace(known, enforcers=told.drop_nulls("enforcer_id"))
    if name == "writs" and (of := [at[one] for one in ("writ_id", "number") if one in at]):
        told = [sample.select(folded_id(pl.col(one)).alias("writ")).to_series().drop_nulls() for one in of]
        return replace(known, writs=pl.concat(told))
    return known


def _under(top: Sequence[Sequence[str | None]], start: int) -> tuple[tuple[str, ...], pl.DataFrame]:
    """The words of a header, and what stands under them: a column of text for each, named `"0"`, `"1"`, …."""
    words = tuple(word or "" for word in top[start])
    under = [[*line, *[None] * len(words)][: len(words)] for line in top[start + 1 :]]
    return words, pl.DataFrame(under, schema={str(at): pl.String for at in range(len(words))}, orient="row")


class Likeness(NamedTuple):
    """How much a sheet is like a table, by the columns that it has or may have.

    needed: what part of the columns that the table must have. own: what part of the sheet's own. Both from 0 to 1.
    """

    needed: float = 0.0
    own: float = 0.0


def named_like(name: str, table: Table) -> bool:
    """Whether a sheet's name hints at a table."""
    return re.search(_HINTS["sheets"].get(table.name, "$^"), _spelt(name)) is not None


def likely(top: Sequence[Sequence[str | None]], table: Table, known: Known = NOBODY) -> Likeness:
    """How much the first lines of a sheet are like a table. known: what the sheets have that are found already."""
    if (start := start_of(top, table)) is None:
        return Likeness()
    words, sample = _under(top, start)
    decided, doubtful = meant(words, table.name)
    columns = {column: at for at, column in enumerate(decided) if column}
    found = guessed(Place("", columns, words, doubtful=doubtful, sample=sample), table, known)
    sure, maybe = {*columns}, {*found.values()} - {*columns}
    needed = {*table.required_columns}
    named = {at for at, word in enumerate(words) if word.strip() and not numbers_rows(word)}
    told = {*columns.values()} | {at for at in named if table.name == "writs" and beside_named(words[at])}
    guesses_alone = {*found} - told
    return Likeness(
        (len(needed & sure) + _GUESS * len(needed & maybe)) / len(needed),
        (len(named & told) + _GUESS * len(named & guesses_alone)) / max(len(named), 1),
    )


def guessed(place: Place, table: Table, known: Known = NOBODY) -> dict[int, str]:
    """Place of a header that is not known or is in doubt → the column that it may be, each column once."""
    asked = {at: place.words[at] for at in unknown(place)}
    doubted = {**place.doubled, **_doubted(place)}
    words = {**asked, **{at: place.words[at] for of in doubted.values() for at in of}}
    if not words:
        return {}
    fits = fits_of(place.sample, dict.fromkeys(words), table, known)
    wrong: dict[int, str] = {}
    if asked or {*table.required_columns} - {*place.columns, *doubted}:
        # A place may know more than a table asks: of assignments made elsewhere only who has which writ.
        # And what the user has said is so.
        unsaid = {of: at for of, at in place.columns.items() if not answered(place.words[at], table.name)}
        known_here = {column: at for column, at in unsaid.items() if column in table.columns}
        own = {at: sort_of(table, column) for column, at in known_here.items() if _telling(table, column)}
        held = fits_of(place.sample, own, table, known)
        wrong = {at: column for column, at in known_here.items() if _misfits(held.get(at), table, column)}
        fits |= fits_of(place.sample, dict.fromkeys(wrong), table, known)
    words |= {at: place.words[at] for at in wrong}
    free = [column for column in table.columns if column not in place.columns or column in wrong.values()]
    free += _names_lacking(place, table)
    scores = np.array([
        [_STAYS if wrong.get(at) == column else
         _score(place.words[at], table, column, fits.get(at, {}), known=at in doubted.get(column, ()))
         if column not in wrong.values() or _fitting(fits.get(at), table, column) else 0
         for column in free] for at in words
    ]).reshape(len(words), len(free))  # fmt: skip
    found = {[*words][row]: free[column] for row, column in matched(scores)}
    found = {at: column for at, column in found.items() if wrong.get(at) != column}
    left = {at: one for at, one in fits.items() if at in asked}
    while more := _by_elimination(table, place, found, left):
        found |= more
    return found


def _telling(table: Table, column: str) -> bool:
    """Whether it can be told of cells that they are not of a column: of codes, numbers of persons, days, and ids."""
    return sort_of(table, column).partition(" ")[0] in ("code", "person", "day", "id")


def _misfits(fits: Mapping[str, float] | None, table: Table, column: str) -> bool:
    """Whether what stands under a header that is known is for the most part not what its column holds."""
    if fits is None:
        return False
    sort = sort_of(table, column)
    return fits["id"] == 0 and fits["name"] >= _SURELY if sort == "id" else fits[sort] <= FITS


def _fitting(fits: Mapping[str, float] | None, table: Table, column: str) -> bool:
    """Whether what stands under a header may take the place of what stands under the column's own."""
    return fits is None or fits.get(sort_of(table, column), 1) > FITS


def _names_lacking(place: Place, table: Table) -> list[str]:
    """What is kept beside a writ and no header names."""
    named = {beside_named(word) for at, word in enumerate(place.words) if at not in place.columns.values()}
    return [name for name in BESIDE_ALIASES if name not in named] if table.name == "writs" else []


def possible(place: Place, at: int, table: Table, column: str) -> bool:
    """Whether what stands under a word is not against a column."""
    sort = sort_of(table, column)
    return fits_of(place.sample, {at: sort}, table, NOBODY).get(at, {}).get(sort, 1) >= FITS


def matched(scores: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of rows and columns that together score most, without those that others could take the place of.

    scores: `(rows, columns)`, such as words and columns of a table, 0 where too little speaks for a pair.
    """
    if not scores.any():
        return []
    pairs = np.argwhere(scores > 0).tolist()
    if len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs):
        return [(row, column) for row, column in pairs]
    # Read only where there is something to weigh: it takes longer than to read a workbook.
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(scores, maximize=True)
    best = scores[rows, columns].sum()
    found = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if scores[row, column] > 0:
            without = scores.copy()
            without[row, column] = 0
            # Two headers that may as well be one column, or a header that may as well be two, are no guess.
            if best - without[linear_sum_assignment(without, maximize=True)].sum() >= _TIE:
                found.append((row, column))
    return found


def unknown(place: Place) -> list[int]:
    """Places of the words that name nothing, are in no doubt, nor number the rows."""
    in_doubt = {*place.columns.values(), *place.doubtful, *(at for of in place.doubled.values() for at in of)}
    return [
        at
        for at, word in enumerate(place.words)
        if at not in in_doubt and word.strip() and not numbers_rows(word) and not beside_named(word)
    ]


def _doubted(place: Place) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for at, columns in place.doubtful.items():
        for column in columns:
            found[column] = (*found.get(column, ()), at)
    return found


def _score(word: str, table: Table, column: str, fits: Mapping[str, float], *, known: bool) -> float:
    """How much speaks for a column, 0 where too little does. known: whether the word is one of the column's own."""
    sort = sort_of(table, column)
    coded, fit = sort.startswith("code"), fits.get(sort)
    hinted = re.search(_HINTS[table.name].get(column, "$^"), _spelt(word)) is not None
    least = FITS
    near = nearest(word, table.name, (column,))
    if coded and (hinted or near):
        # Where the header hints at codes, some words that nobody knows stand among them. Why somebody is away or
        # recused, and whether it is signed, is told so freely that all may be such; so may all under a misspelt header.
        free = near or column in _FREELY
        least = 0 if free and fits.get("words", 0) >= FITS else _PARTLY
    if fit is not None and fit < least:
        return 0
    telling = _TELLING.get(sort.partition(" ")[0], 0.2) * (FITS if fit is None or _PARTLY <= fit < FITS else fit)
    if known:
        return 2 + telling
    required = column in table.required_columns
    if near:
        return 1 + near.likeness + telling
    if hinted and fit is not None and (required or coded or fit >= _SURELY or sort in ("sum", "writ", "enforcer")):
        # Of codes the cells say more than the header.
        return (FITS if coded else 1) + telling
    # Codes are words of their own: «алименты», «долг» stand under no other header.
    return telling if coded and fit is not None and fit >= _SURELY and required else 0


def _by_elimination(
    table: Table, place: Place, found: Mapping[int, str], fits: Mapping[int, Mapping[str, float]]
) -> dict[int, str]:
    """What is left where one column is lacking and one header holds what it holds."""
    told = {*place.columns, *place.doubled, *found.values()}
    lacking = [column for column in table.required_columns if column not in told]
    may = {
        column: [at for at, fit in fits.items() if at not in found and fit.get(sort_of(table, column), 0) >= _SURELY]
        for column in lacking
        if len(lacking) == 1 or sort_of(table, column).partition(" ")[0] in _TELLING
    }
    return {
        at: column
        for column, (at, *others) in ((column, of or [-1]) for column, of in may.items())
        if at >= 0 and not others and sum(at in of for of in may.values()) == 1
    }


@cache
def _spelt(word: str) -> str:
    """A header's words in small letters, with blanks for all other signs but №."""
    return re.sub(r"[^\w№]+", " ", word.casefold().replace("ё", "е")).strip() + " "
