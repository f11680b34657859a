"""What the XML of a workbook's sheet says that the library does not: how far it reaches, which formulae failed.

The library gives a cell whose formula failed as an empty one, and takes room for every cell up to the last: one
stray cell in the last corner of a sheet would ask for half a terabyte. Both are looked up here beforehand.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from functools import cache
from typing import IO, TYPE_CHECKING, Final
from xml.etree import ElementTree

import polars as pl

from tengbol.model.cells import NOT_CALCULATED, is_formula_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 1 << 20

#: So many cells, most of them empty, are no burden; the library takes some 60 bytes for each.
_ROOM: Final = 5_000_000
#: Of a table's cells at least one in so many is filled.
_SPARSE: Final = 20


@dataclass
class Sheet:
    """What was seen of a sheet, in one pass over its XML.

    `height`, `width`: the last row and column with a cell that holds something, 0 for none. `filled`: how many such
    cells there are. `errors`: column letters → row → what is shown there, of formulae that failed or were never
    calculated.
    """

    height: int = 0
    width: int = 0
    filled: int = 0
    errors: dict[str, dict[int, str]] = field(default_factory=dict)

    @property
    def sprawls(self) -> bool:
        """Whether the library would take room for far more cells than there are, and for very many."""
        return self.height * self.width > max(_ROOM, _SPARSE * self.filled)


def seen(path: Path, name: str) -> Sheet:
    """Look through the sheet `name` of a workbook.

    Raises what the archive and its XML raise: `BadZipFile`, `zlib.error`, `ParseError`, `LookupError`.
    """
    sheet = Sheet()
    placed = True
    with zipfile.ZipFile(path) as archive, archive.open(part_of(archive, name)) as part:
        start = part.read(_CHUNK)
        root = re.search(rb"<(\w+:)?worksheet\b", start)
        prefix = root[1] or b"" if root else b""
        # It does not close itself, and its first child follows; where it stands may be left out.
        full = re.compile(rb"<%bc(?:\s[^>]*)?(?<!/)>\s*<[^/]" % prefix)
        where = re.compile(rb"<%bc\s(?:[^>]*?\s)?r=\"([A-Z]+)([0-9]+)\"[^>]*(?<!/)>\s*<[^/]" % prefix)
        for piece in _pieces(part, start, b"</%bc>" % prefix):
            places = where.findall(piece)
            if places or full.search(piece):
                sheet.height = max([1, sheet.height, *(int(row) for _, row in places)])
                sheet.filled += len(places)
                sheet.width = max([sheet.width, *map(place_of, {column for column, _ in places})])
            if b"<%bf" % prefix in piece or b't="e"' in piece:
                placed &= _note_errors(sheet.errors, piece, prefix)
    if not placed:
        with zipfile.ZipFile(path) as archive, archive.open(part_of(archive, name)) as part:
            sheet.errors = _errors_by_counting(part)
    return sheet


def letters(place: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    before, last = divmod(place - 1, 26)
    return (letters(before) if before else "") + chr(ord("A") + last)


def place_of(column: bytes) -> int:
    """Return a column's place: A is 1, AA is 27."""
    place = 0
    for letter in column:
        place = 26 * place + letter - ord("A") + 1
    return place


def _pieces(part: IO[bytes], start: bytes, end: bytes) -> Iterator[bytes]:
    """Yield the XML in pieces of whole cells: a sheet may be a gigabyte."""
    chunk, rest = start, b""
    while chunk:
        piece, cut, rest = (rest + chunk).rpartition(end)
        if cut:
            yield piece + cut
        chunk = part.read(_CHUNK)


def _note_errors(errors: dict[str, dict[int, str]], piece: bytes, prefix: bytes) -> bool:
    """Note the errors in a piece; False where one does not say where it stands."""
    # An empty cell closes itself and must not borrow the content of the next one.
    cells = re.findall(rb"<%bc\b(?:[^>/]|/(?!>))*>(?:(?!</%bc>).)*" % (prefix, prefix), piece, re.DOTALL)
    placed = True
    for cell in cells:
        value = re.search(rb"<%bv>([^<]*)</%bv>" % (prefix, prefix), cell)
        text = None if value is None else value[1].decode()
        shown = _shown(_attribute(cell, "t"), b"<%bf" % prefix in cell, text)
        if shown is None:
            continue
        place = re.fullmatch(r"([A-Z]+)([0-9]+)", _attribute(cell, "r"))
        if place is None:
            placed = False
        else:
            errors.setdefault(place[1], {})[int(place[2])] = shown
    return placed


def _shown(kind: str, formula: bool, value: str | None) -> str | None:
    """What a spreadsheet shows in a cell whose formula failed or was never calculated; None for any other cell."""
    if kind != "e" and not (formula and value is None and kind != "str"):
        return None
    return value if value is not None and _is_error(value) else NOT_CALCULATED


@cache
def _is_error(value: str) -> bool:
    return pl.select(is_formula_error(pl.lit(value))).item()


def _errors_by_counting(part: IO[bytes]) -> dict[str, dict[int, str]]:
    """The errors of a sheet whose rows and cells may leave out where they stand: each is then next to the one before.

    Reads the XML as such, which takes ten times as long as to look for cells in its text.
    """
    errors: dict[str, dict[int, str]] = {}
    row = column = 0
    for event, element in ElementTree.iterparse(part, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(element.get("r") or row + 1), 0
        elif event == "start" and tag == "c":
            place = re.match(r"[A-Z]+", element.get("r") or "")
            column = place_of(place[0].encode()) if place else column + 1
        elif event == "end" and tag == "c":
            held = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
            shown = _shown(element.get("t", ""), "f" in held, held.get("v"))
            if shown is not None:
                errors.setdefault(letters(column), {})[row] = shown
        elif event == "end" and tag == "row":
            element.clear()
    return errors


def _attribute(cell: bytes, name: str) -> str:
    found = re.match(rb"<[^>]*?\s" + name.encode() + rb'="([^"]*)"', cell)
    return found[1].decode() if found else ""


def part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where in the workbook's archive a sheet is."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            # Transitional and strict workbooks differ in the namespace, not in the name.
            relation = next((value for name, value in element.items() if name.endswith("}id")), None)
            target = targets[relation]
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)
