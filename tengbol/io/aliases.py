"""The names of tables and columns as clerks of Kazakhstan write them (`aliases.toml`).

A name is matched without regard to letter case, to `ё` for `е`, to whether spaces, underscores or hyphens part its
words, and to what a bracket at its end explains.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from tengbol.compiled import toml
from tengbol.errors import UnusableInputError
from tengbol.io.headers import header as header_named
from tengbol.io.headers import sheet
from tengbol.io.parties import name_of, names_in_bracket, number_of
from tengbol.model.tables import TABLES
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_LISTED: Final = toml("io/aliases.toml")

#: Table → its names on a sheet or file.
TABLE_ALIASES: Final[Mapping[str, list[str]]] = MappingProxyType(_LISTED["tables"])

#: Table → contract column → its names in a header.
COLUMN_ALIASES: Final[Mapping[str, Mapping[str, list[str]]]] = MappingProxyType(_LISTED["columns"])


#: What is kept beside a writ → its names in a header.
BESIDE_ALIASES: Final[Mapping[str, list[str]]] = MappingProxyType(_LISTED["beside"])


#: Words of headers, folded → the columns that the user says each means: `amount`, `writs.amount`, or several of these
#: with commas between, for a word that stands on several sheets.
_SAID: Final[ContextVar[Mapping[str, str]]] = ContextVar("said", default=MappingProxyType({}))


@contextmanager
def said(names: Mapping[str, str]) -> Iterator[None]:
    """Let words of headers mean, within, what the user says. Raises `UnusableInputError` for a column of no table."""
    for word, name in ((word, name) for word, several in names.items() for name in several.split(",")):
        table, _, column = name.strip().rpartition(".")
        among = [TABLES[table]] if table in TABLES else [] if table else TABLES.values()
        if not any(column in _nameable(one.name) for one in among):
            raise UnusableInputError(
                "'{word}' cannot mean '{name}': no table has such a column; give its name in the contract, amount or "
                "writs.amount.",
                word=word,
                name=name,
            )
    before = _SAID.set({folded(word): name for word, name in names.items()})
    try:
        yield
    finally:
        _SAID.reset(before)


#: Words whose folding is remembered: each of the first lines is asked of every table whether it is its header.
_REMEMBERED: Final = 4096
#: «Сумма взыскания, тг»: a unit after a comma is none of the name.
_MONEY: Final = re.compile(r"\s*,\s*(?:в |in )?(?:тг|тенге|теңге|теңгемен|tenge|kzt|₸)\.?$")


@lru_cache(maxsize=_REMEMBERED)
def folded(name: str) -> str:
    """Take away all that does not matter in a name."""
    spaced = (
        re.sub(r"[\s_\-\u00a0\u200b\ufeff«»\"]+", " ", name).replace(" /", "/").replace("/ ", "/").strip(" :*.,;?!")
    )
    return spaced.casefold().replace("ё", "е")


def column_named(word: str, table: str) -> str | None:
    """Return the one contract column of `table` that a header's word means by itself, or None."""
    found = _meanings(word, table)
    return found[0] if len(found) == 1 else None


def meant(header: Sequence[str], table: str) -> tuple[list[str | None], dict[int, tuple[str, ...]]]:
    """Return the column of each word of a header, and by place the columns of a word of which nothing decides.

    A word of two columns (`Район` of `districts` is its code or its name) means the one that no other word means.
    """
    every = [_meanings(word, table) for word in header]
    # A bare «№» only numbers the rows where another column is the document's number.
    numbers = [place for place, found in enumerate(every) if "number" in found]
    if len(numbers) > 1:
        every = [
            () if place in numbers and folded(word) == "№" else found
            for place, (word, found) in enumerate(zip(header, every, strict=True))
        ]
    every = _without_bare(header, every)
    answered = {column for word in header if (column := _answer(word, table))}
    if answered:
        every = [
            found if _answer(word, table) else tuple(column for column in found if column not in answered)
            for word, found in zip(header, every, strict=True)
        ]
    sure = {found[0] for found in every if len(found) == 1}
    decided: list[str | None] = []
    doubtful = {}
    for at, found in enumerate(every):
        left = found if len(found) < 2 else tuple(column for column in found if column not in sure)
        if len(left) > 1:
            doubtful[at] = left
        decided.append(left[0] if len(left) == 1 else None)
    return decided, doubtful


_OR: Final = mark("{left} or {right}")


def in_doubt(table: str, word: str, columns: Sequence[str], offered: str) -> Phrase:
    """Say that a word may mean several columns of a table, and which of them `--map` is offered for."""
    return UnusableInputError(
        "{table}: the column '{word}' can mean {left}; name it {left}, or answer with --map '{word}={left2}'.",
        table=sheet(table),
        word=word,
        left=_either(table, columns),
        left2=offered,
    ).phrase


def _either(table: str, columns: Sequence[str]) -> Phrase:
    """Name one column or another."""
    first, *others = (header_named(table, column) for column in columns)
    return reduce(lambda left, right: Phrase(_OR, left=left, right=right), others, first)


def _without_bare(header: Sequence[str], every: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A bare «Должник» is his number, but his name where another column is the number."""
    times = [found for found in every if found]
    return [
        () if times.count(found) > 1 and folded(word) in _beside() else found
        for word, found in zip(header, every, strict=True)
    ]


def beside_named(word: str) -> str | None:
    """Return what of the things kept beside a writ a header's word means, or None."""
    if folded(word) in _SAID.get():
        return next((name for name in _answers(word, "writs") if name in BESIDE_ALIASES), None)
    known = _beside()
    return known.get(folded(word)) or known.get(_explained(word)) or name_of(folded(word))


def answered(word: str, table: str) -> bool:
    """Whether the user says which column of a table a header's word means."""
    return _answer(word, table) is not None


def bare(word: str) -> bool:
    """Whether a header names a party and nobody says which of his name and his number it is: «Должник»."""
    return folded(word) in _beside() and folded(word) not in _SAID.get()


def numbers_rows(word: str) -> bool:
    """Whether a header is that of a column which only numbers the rows."""
    name = folded(word).replace(".", "")
    return not any(map(str.isalpha, name)) or name in _ROW_NUMBERS


_ROW_NUMBERS: Final = frozenset(
    {"№ п/п", "п/п", "№п/п", "№ пп", "пп", "№пп", "№ р/с", "р/с", "р/с №", "№р/с", "№ р/н", "р/н", "no"}
    | {"реттік нөмірі", "рет саны", "порядковый номер", "порядковый №", "номер по порядку", "№ по порядку"}
)


def _explained(word: str) -> str:
    """A header's word, folded, without what a bracket at its end explains, or the money that it counts."""
    return folded(_MONEY.sub("", re.sub(r"\s*\([^()]*\)$", "", folded(word))))


def table_named(name: str) -> str | None:
    """Return the contract table that a sheet's or file's name means, or None."""
    return _tables().get(folded(name))


def _answer(word: str, table: str) -> str | None:
    """The column of the table that the user says a word means."""
    return next((column for column in _answers(word, table) if column in TABLES[table].columns), None)


def _answers(word: str, table: str) -> list[str]:
    """What the user says a word means on a table's sheet; what he says of this table before what he says of all."""
    told = [name.strip().rpartition(".") for name in _SAID.get().get(folded(word), "").split(",")]
    found = [(of, column) for of, _, column in told if of in ("", table) and column in _nameable(table)]
    return [column for _, column in sorted(found, key=lambda answer: not answer[0])]


def _nameable(table: str) -> tuple[str, ...]:
    """Columns of a table that a word may be said to mean, with what is kept beside a writ."""
    return (*TABLES[table].columns, *(BESIDE_ALIASES if table == "writs" else ()))


def _meanings(word: str, table: str) -> tuple[str, ...]:
    if answer := _answer(word, table):
        return (answer,)
    columns, name = _columns(table), folded(word)
    if table == "writs" and beside_named(word) and name in _SAID.get():
        return ()
    if found := columns.get(name):
        return found
    # «Взыскатель (ФИО)», «ЧСИ (фамилия)» are no numbers, whatever stands before the bracket.
    if table == "writs" and name in _beside():
        return ()
    found = next((columns[one] for one in _spelt(word) if one in columns), ())
    if names_in_bracket(name) and _NUMBERS.intersection(found):
        return ("name",) if table == "enforcers" else ()
    return found


#: Columns of numbers that stand for somebody.
_NUMBERS: Final = frozenset({"enforcer_id", "previous_enforcer_id", "debtor_id", "creditor_id", "party_id"})


@lru_cache(maxsize=_REMEMBERED)
def _spelt(word: str) -> tuple[str, ...]:
    """What a header's word may also be read as, the nearest to it first."""
    name, explained = folded(word), _explained(word)
    return explained, _in_full(name), _in_full(explained), number_of(name)


#: Words of headers with their middle left out, folded: «р-н», «док-та».
_CUT: Final = {
    "док(?:ум)? та": "документа",
    "док(?:ум)? т": "документ",
    "р на": "района",
    "р н": "район",
    "лиц (?:я|ия)": "лицензия",
    "лиц (?:и|ии)": "лицензии",
    "взыск (?:ль|тель)": "взыскатель",
    "взыск (?:ля|теля)": "взыскателя",
    "долж (?:к|ник)": "должник",
    "долж (?:ка|ника)": "должника",
}
#: Any of them: few words have one, and each cell of the first lines is asked.
_CUTS: Final = re.compile(rf"\b(?:{'|'.join(_CUT)})\b")
#: Short forms of words of headers, folded.
_SHORT: Final = {
    "№": "номер",
    "рег": "регистрационный",
    "наимен": "наименование",
    "назв": "название",
    "исп": "исполнительного",
    "испол": "исполнительного",
    "док": "документа",
    "докум": "документа",
}


def _in_full(name: str) -> str:
    """A folded name with short forms written in full: «рег.№» is «регистрационный номер», «док-та» «документа»."""
    whole = name
    if _CUTS.search(name):
        whole = reduce(lambda text, one: re.sub(rf"\b{one[0]}\b", one[1], text), _CUT.items(), name)
    parted = re.sub(r"\.(?=\w)", ". ", whole.replace("№", " № "))
    return " ".join(_SHORT.get(part.strip(".,"), part) for part in parted.split())


@cache
def _columns(table: str) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for column, aliases in COLUMN_ALIASES[table].items():
        for alias in {folded(name) for name in (column, *aliases)}:
            names.setdefault(alias, []).append(column)
    return {alias: tuple(columns) for alias, columns in names.items()}


@cache
def _tables() -> dict[str, str]:
    names = {folded(table): table for table in TABLES}
    for table, aliases in TABLE_ALIASES.items():
        names |= {folded(alias): table for alias in aliases}
    return names


@cache
def _beside() -> dict[str, str]:
    return {folded(alias): name for name, aliases in BESIDE_ALIASES.items() for alias in (name, *aliases)}
