"""The messages of `rejected` in the report's language: one or more sentences, each of a code's template.

As in `explained`: taken apart by the templates of `io.rejections`, and left as they are where English would not give
the same text again. In Kazakh and Russian a column goes by its header, and a code by a word that is read as it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from tengbol.io.clerks.codes import WORDS
from tengbol.io.headers import header_of, sheet_of, word_of
from tengbol.io.rejections import BY_BOOK, CODES
from tengbol.model.codes import UNREAD
from tengbol.model.kinds import KINDS
from tengbol.model.tables import TABLES
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.io.grid import Place

#: Why a line cannot be split into cells (`io.delimited`).
_LINES: Final = (
    mark("It has bytes that are not UTF-8; save the file as UTF-8 again."),
    mark("It has a NUL byte, which no text has; write the row anew."),
    mark("It has a quotation mark that does not enclose a whole cell."),
    mark(
        "It has {found} cells where the header has {width}; a separator is missing, or one stands inside a cell "
        "without quotation marks."
    ),
)
#: What kinds of columns accept, and when a value is needed.
ACCEPTED: Final = tuple(dict.fromkeys(words for kind in KINDS for words in (kind.accepted, kind.bounds) if words))
_WHERE: Final = (mark("it waits"), mark("with {who}"))
_CHOICE: Final = mark("one of {codes}, in small letters,")
_ONE: Final = mark("{codes}, in small letters,")
#: Codes that a list begins with which has not room for all: why people are away for the most part; and what is claimed.
_USUAL: Final = ("leave", "sickness", "business_trip", "money", "alimony", "other_non_property")
#: How a list of codes that is cut goes on, and the signs of one that a message has room for.
_MORE: Final = ", … (docs/contract.md)"
_LISTED: Final = 115
_EVERY: Final = mark("in every row")
_WHEN: Final = mark("when {condition}")
CONDITIONS: Final = tuple(
    sorted({need.words for table in TABLES.values() for column in table.columns if (need := table.need(column))})
)


class _Sheet(NamedTuple):
    """Whose words a message takes: a table, and where its cells are."""

    table: str
    place: Place | None


def reworded(text: str, words: Words, table: str = "", place: Place | None = None) -> str:
    """Say a message in a language.

    table: whose row it is about. place: where its cells are; columns then go by the words of that header, else by those
    of `tengbol template`.
    """
    sheet = _Sheet(table, place)
    if "".join(_sentences(text, Words("en"), sheet)) != text:
        return text
    return "".join(_sentences(text, words, sheet))


def _sentences(text: str, words: Words, sheet: _Sheet) -> Iterator[str]:
    """The sentences one after another, with the spaces between them; nothing where one is not known."""
    at = 0
    while at < len(text):
        for template in _TEMPLATES:
            pattern = _pattern(template)
            if found := pattern.match(text, at):
                values = {
                    name: _value(name, value, words, sheet, found["column"] if "column" in found.groupdict() else "")
                    for name, value in found.groupdict().items()
                }
                yield (" " if at else "") + words(template).format(**values)
                at = found.end()
                break
        else:
            return


def _value(name: str, text: str, words: Words, sheet: _Sheet, column: str) -> str:
    if name in ("column", "start"):
        return _header(text, words, sheet)
    if name in ("one", "other") and words.language != "en":
        # As a clerk writes a day; a sum stays as it is, for a comma is what has two meanings.
        return re.sub(r"^(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", text).replace("T", " ")
    if name == "known":
        return text if words.language == "en" else f"«{sheet_of(text, words.language)}»"
    if name == "accepted":
        if text in ACCEPTED:
            return words(text)
        codes = text.removeprefix("one of ").removesuffix(", in small letters,")
        said = codes if words.language == "en" else _choices(codes, column, words.language)
        return words(_CHOICE if text.startswith("one of ") else _ONE).format(codes=said)
    if name == "when":
        return words(_EVERY) if text == _EVERY else words(_WHEN).format(condition=words(text.removeprefix("when ")))
    if name == "where":
        return words("with {who}").format(who=text.removeprefix("with ")) if text.startswith("with ") else words(text)
    if name == "key":
        first, *second = (_header(column, words, sheet) for column in text.split(" and "))
        return words("{first} and {second}").format(first=first, second=second[0]) if second else first
    return text


def _header(column: str, words: Words, sheet: _Sheet) -> str:
    """A column as the clerk's sheet has it, else as the template has; in English by its name in the contract."""
    if words.language == "en":
        return column
    own = (
        []
        if sheet.place is None
        else [sheet.place.words[at] for at in [sheet.place.columns.get(column)] if at is not None]
    )
    templates = (header_of(table, column, words.language) for table in (sheet.table, *TABLES))
    known = (" ".join(header.split()) for header in (*own, *templates))
    header = next((header for header in known if header != column), column)
    return header if header == column else f"«{header}»"


def _choices(codes: str, column: str, language: str) -> str:
    """Codes of a column in words that are read as them, as many as a message has room for."""
    cut = _MORE in codes
    known = sorted(WORDS.get(column, ()), key=lambda code: code not in _USUAL) if cut else codes.split(", ")
    said = [word_of(code, language) for code in known if code != UNREAD]
    shown = list(said)
    while len(", ".join(shown)) > _LISTED:
        shown.pop()
    return ", ".join(shown) if shown == said else f"{', '.join(shown)}, … (docs/reading.md)"


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """A template as an expression that ends where the message does or another sentence begins."""
    parts = re.split(r"\{(\w+)\}", template)
    seen = [re.escape(parts[0])]
    for place, (name, after) in enumerate(zip(parts[1::2], parts[2::2], strict=True)):
        again = name in parts[1 : 2 * place + 1 : 2]
        held = f"(?P={name})" if again else f"(?P<{name}>{_HELD.get(name, '.*?')})"
        seen.append(held + re.escape(after))
    return re.compile(" ?" + "".join(seen) + r"(?=$| )", re.DOTALL)


_HELD: Final = {
    "column": r"\w+",
    "start": r"\w+",
    "known": r"\w+",
    "near": r"(?:: [^()]*\([^()]*\)(?:, [^()]*\([^()]*\))*)?",
    "key": r"\w+(?: and \w+)*",
    "found": r"\d+",
    "width": r"\d+",
    "accepted": "|".join(
        [*map(re.escape, ACCEPTED), r"(?:one of )?[\w, ]+(?:, … \(docs/contract\.md\))?, in small letters,"]
    ),
    "when": "|".join([_EVERY, *(f"when {re.escape(condition)}" for condition in CONDITIONS)]),
}
_TEMPLATES: Final = (*CODES.values(), *BY_BOOK.values(), *_LINES)
