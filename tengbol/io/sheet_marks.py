"""What the XML of a workbook's sheet says of ranges and rows: merged cells, hidden rows, hidden sheets."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from tengbol.io.sheet_xml import part_of, place_of
from tengbol.io.sheets.page import Marks

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK: Final = 1 << 20
#: No tag that is looked for is longer.
_TAG: Final = 1 << 10

_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)([0-9]+):[A-Z]+([0-9]+)\"")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_NUMBER: Final = re.compile(rb"\sr=\"([0-9]+)\"")
_HIDDEN: Final = re.compile(rb"\shidden=\"(?:1|true)\"")


def marks(path: Path, name: str) -> Marks:
    """Look through the sheet `name`. Raises what the archive and its XML raise, as `sheet_xml.seen` does."""
    merged: set[tuple[int, int, int]] = set()
    hidden: set[int] = set()
    with zipfile.ZipFile(path) as archive, archive.open(part_of(archive, name)) as part:
        before = b""
        while chunk := part.read(_CHUNK):
            piece = before + chunk
            for column, first, last in _MERGED.findall(piece):
                merged.add((int(first), int(last), place_of(column) - 1))
            if b"hidden" in piece:
                for row in _ROW.findall(piece):
                    number = _NUMBER.search(row)
                    if number and _HIDDEN.search(row):
                        hidden.add(int(number[1]))
            before = piece[-_TAG:]
    return Marks(tuple(sorted(merged)), tuple(sorted(hidden)))


def hidden_sheets(path: Path) -> frozenset[str]:
    """Names of the sheets that the workbook does not show; none where it does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    except (zipfile.BadZipFile, ElementTree.ParseError, LookupError):
        return frozenset()
    return frozenset(
        sheet.get("name", "")
        for sheet in book.iter()
        if sheet.tag.endswith("}sheet") and sheet.get("state", "visible") != "visible"
    )
