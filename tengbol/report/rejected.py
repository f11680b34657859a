"""The messages of `rejected` in the report's language: one or more sentences, each of a code's template.

As in `explained`: taken apart by the templates of `io.rejections`, and left as they are where English would not give
the same text again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tengbol.io.rejections import BY_BOOK, CODES
from tengbol.model.kinds import KINDS
from tengbol.model.tables import TABLES
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_EVERY: Final = mark("in every row")
_WHEN: Final = mark("when {condition}")
CONDITIONS: Final = tuple(
    sorted({need.words for table in TABLES.values() for column in table.columns if (need := table.need(column))})
)


def reworded(text: str, words: Words) -> str:
    """Say a message in a language."""
    if "".join(_sentences(text, Words("en"))) != text:
        return text
    return "".join(_sentences(text, words))


def _sentences(text: str, words: Words) -> Iterator[str]:
    """The sentences one after another, with the spaces between them; nothing where one is not known."""
    at = 0
    while at < len(text):
        for template, pattern in _PATTERNS:
            if found := pattern.match(text, at):
                values = {name: _value(name, value, words) for name, value in found.groupdict().items()}
                yield (" " if at else "") + words(template).format(**values)
                at = found.end()
                break
        else:
            return


def _value(name: str, text: str, words: Words) -> str:
    if name == "accepted":
        if text in ACCEPTED:
            return words(text)
        codes = text.removeprefix("one of ").removesuffix(", in small letters,")
        return words(_CHOICE if text.startswith("one of ") else _ONE).format(codes=codes)
    if name == "when":
        return words(_EVERY) if text == _EVERY else words(_WHEN).format(condition=words(text.removeprefix("when ")))
    if name == "where":
        return words("with {who}").format(who=text.removeprefix("with ")) if text.startswith("with ") else words(text)
    if name == "key":
        return words("{first} and {second}").format(
            **dict(zip(("first", "second"), text.split(" and "), strict=True))
        ) if " and " in text else text  # fmt: skip
    return text


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
    "key": r"\w+(?: and \w+)*",
    "found": r"\d+",
    "width": r"\d+",
    "accepted": "|".join(
        [*map(re.escape, ACCEPTED), r"(?:one of )?[\w, ]+(?:, … \(docs/contract\.md\))?, in small letters,"]
    ),
    "when": "|".join([_EVERY, *(f"when {re.escape(condition)}" for condition in CONDITIONS)]),
}
_PATTERNS: Final = [(template, _pattern(template)) for template in (*CODES.values(), *BY_BOOK.values(), *_LINES)]
