"""Tables and columns as a clerk knows them: in Kazakh and Russian as `tengbol template` calls them."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, Self

from tengbol.compiled import toml
from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tengbol.model.tables import Table

#: Its translation is the language of the headers; in English a column goes by its name in the contract.
_WHICH: Final = mark("template:en")


@cache
def words() -> dict[str, Any]:
    """`template.toml`: headers and words of values by language, and examples."""
    return toml("io/template.toml")


def header_of(table: str, column: str, language: str) -> str:
    """The header of a column in a language; in English, and of a column that has none, its name in the contract."""
    return words().get(language, {}).get(table, {}).get("columns", {}).get(column, column)


def sheet_of(table: str, language: str) -> str:
    """What the sheet of a table is called in a language."""
    return words().get(language, {}).get(table, {}).get("sheet", table)


def word_of(code: str, language: str) -> str:
    """A word of a language that is read as a code; the code itself where there is none."""
    return words().get(language, {}).get("values", {}).get(code, code)


class Name(Phrase):
    """A name in the contract, said in the reader's language with the contract's name in brackets."""

    def __new__(cls, name: str, in_language: Callable[[str], str]) -> Self:
        """in_language: gives the name in a language. To whoever knows nothing of languages it is the contract's."""
        self = super().__new__(cls, name)
        self.values = {"in_language": in_language}
        return self

    def said(self, spoken: Callable[..., str]) -> str:
        """The name in the language of a translator."""
        known = self.values["in_language"](spoken(_WHICH).removeprefix("template:"))
        return str(self) if known == str(self) else f"«{known}» ({self})"


def header(table: str, column: str) -> Name:
    """A column of a table."""
    return Name(column, partial(header_of, table, column))


def headers(table: Table, columns: Iterable[str]) -> Phrase:
    """Several columns of a table, one after another."""
    return joined([header(table.name, column) for column in columns], ", ")


def sheet(table: str) -> Name:
    """A table."""
    return Name(table, partial(sheet_of, table))
