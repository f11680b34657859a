"""Where in a TOML text each table, key and element stands, since `tomllib` tells of a value only what it is.

The text is known to be TOML (`tomllib` has read it), so only what decides where things begin and end is looked at:
headers, keys, brackets, strings and comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

Place = tuple[str | int, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+")
#: Strings of three quotes before those of one, which they would otherwise be taken for.
_STRING: Final = re.compile(
    r"\"\"\"(?:[^\\]|\\.)*?\"{3,5}|'''.*?'{3,5}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", re.DOTALL
)  # fmt: skip
_BARE: Final = re.compile(r"[^,\]}#\n]*")


def lines(text: str) -> dict[Place, int]:
    """Line (from 1) of every table, key and element of an array, by its path as pydantic writes it."""
    reader = _Reader(text)
    reader.document()
    return reader.found


def line_of(found: dict[Place, int], place: Place) -> int:
    """Line of `place`, or of the nearest thing around it: what is missing stands in the table that lacks it."""
    while place and place not in found:
        place = place[:-1]
    return found.get(place, 1)


@dataclass
class _Reader:
    text: str
    at: int = 0
    found: dict[Place, int] = field(default_factory=dict)
    #: How many elements an array of tables has had so far.
    elements: dict[Place, int] = field(default_factory=dict)

    def document(self) -> None:
        """Walk through the whole text."""
        table: Place = ()
        while self.skip(_BLANK).at < len(self.text):
            if self.takes("[["):
                table = self._element(self._header())
                self._note(table)
                self.take("]]")
            elif self.takes("["):
                table = self._header()
                self._note(table)
                self.take("]")
            else:
                self._pair(table)

    def _header(self) -> Place:
        """A header's path: within arrays of tables it means their latest element."""
        path: Place = ()
        for part in self._path():
            path = self._latest((*path, part))
        # The last part of a new element is counted by `_element`, which takes the number off again.
        return path

    def _latest(self, path: Place) -> Place:
        return (*path, self.elements[path] - 1) if path in self.elements else path

    def _element(self, path: Place) -> Place:
        array = path[:-1] if isinstance(path[-1], int) else path
        number = self.elements[array] = self.elements.get(array, 0) + 1
        self._note(array)
        return (*array, number - 1)

    def _pair(self, table: Place) -> None:
        path = table
        start = self.at
        for part in self._path():
            path = (*path, part)
            self._note(path, start)
        self.skip(_SPACE).take("=")
        self.skip(_SPACE)
        self._value(path)

    def _path(self) -> list[str]:
        parts = []
        while match := _KEY.match(self.text, self.skip(_SPACE).at):
            self.at = match.end()
            word = match.group()
            parts.append(word[1:-1] if word[0] in "\"'" else word)
            if not self.skip(_SPACE).takes("."):
                break
        return parts

    def _value(self, path: Place) -> None:
        if self.takes("["):
            number = 0
            while not self.skip(_BLANK).takes("]"):
                self._note((*path, number))
                self._value((*path, number))
                self.skip(_BLANK).takes(",")
                number += 1
        elif self.takes("{"):
            while not self.skip(_BLANK).takes("}"):
                self._pair(path)
                self.skip(_BLANK).takes(",")
        else:
            self.skip(_STRING if self.text[self.at] in "\"'" else _BARE)

    def _note(self, path: Place, at: int | None = None) -> None:
        self.found.setdefault(path, self.text.count("\n", 0, self.at if at is None else at) + 1)

    def skip(self, what: re.Pattern[str]) -> _Reader:
        """Go on behind `what`, if it stands here."""
        if match := what.match(self.text, self.at):
            self.at = match.end()
        return self

    def takes(self, word: str) -> bool:
        """Go on behind `word` and say whether it stood here."""
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def take(self, word: str) -> None:
        """Go on behind `word`, which must stand here."""
        self.skip(_SPACE)
        if not self.takes(word):
            raise AssertionError(f"not the TOML that was read: no {word} at {self.at}")
