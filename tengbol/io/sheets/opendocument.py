"""OpenDocument workbooks (.ods), read from their own XML.

The libraries at hand give an error as empty text, a time of day as nothing, and tell neither merged ranges nor hidden
rows; all of these stand in `content.xml` (OpenDocument 1.3, part 3, section 9).
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from tengbol.errors import UnusableInputError
from tengbol.io.sheets.page import Marks, Page, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

#: A workbook of more text than this is no clerk's; its memory would be many times that.
_LARGEST: Final = 1 << 28
#: Rows and columns beyond these hold nothing: a program repeats empty ones to the end of the sheet.
_ROWS, _COLUMNS = 1 << 20, 1 << 10


def pages(path: Path, file: str) -> list[Page]:
    """Read all sheets. Raises `UnusableInputError` for what is no such workbook, is locked, or is too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("content.xml").file_size > _LARGEST:
                raise UnusableInputError(
                    "{file}: is too large for an .ods workbook; save its tables as CSV.", file=file
                )
            root = ElementTree.fromstring(archive.read("content.xml"))
        unseen = _hidden_styles(root)
        return [_page(table, unseen) for table in root.iter(f"{_TABLE}table")]
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, LookupError, RuntimeError, ValueError) as error:
        raise UnusableInputError(
            "{file}: is not an OpenDocument workbook (.ods) that can be read; save it again, without a password.",
            file=file,
        ) from error


def _hidden_styles(root: ElementTree.Element) -> set[str]:
    """Names of the styles of tables that are not displayed."""
    return {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        for about in style.iter(f"{_STYLE}table-properties")
        if about.get(f"{_TABLE}display") == "false"
    }


def _page(table: ElementTree.Element, unseen: set[str]) -> Page:
    lines: list[list[str | None]] = []
    merged: list[tuple[int, int, int]] = []
    hidden: list[int] = []
    for row in _rows(table):
        repeated = int(row.get(f"{_TABLE}number-rows-repeated", "1"))
        line, spans = _line(row)
        if len(lines) + repeated > _ROWS or (repeated > 1 and not any(line)):
            # Empty rows only have to be counted while others follow.
            lines += [[] for _ in range(min(repeated, _ROWS - len(lines)))]
            continue
        number = len(lines) + 1
        lines += [line] * repeated
        merged += [(number, number + height - 1, column) for column, height in spans]
        if row.get(f"{_TABLE}visibility", "visible") != "visible" and any(line):
            hidden += range(number, number + repeated)
    while lines and not any(lines[-1]):
        lines.pop()
    name = table.get(f"{_TABLE}name", "")
    return page_of(name, table.get(f"{_TABLE}style-name") in unseen, lines, Marks(tuple(merged), tuple(hidden)))


def _rows(table: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The rows of a table, through groups and header rows, but not through a table within a cell."""
    for child in table:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in {f"{_TABLE}{kind}" for kind in ("table-row-group", "table-header-rows", "table-rows")}:
            yield from _rows(child)


def _line(row: ElementTree.Element) -> tuple[list[str | None], list[tuple[int, int]]]:
    """The cells of a row, and `(column, rows)` of ranges that begin in it."""
    line: list[str | None] = []
    spans = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), _COLUMNS - len(line))
        height = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
        if height > 1:
            spans.append((len(line), height))
        # What a range covers is not shown, though it may hold something.
        text = _text(cell) if cell.tag == f"{_TABLE}table-cell" else None
        line += [text] * repeated
    while line and line[-1] is None:
        line.pop()
    return line, spans


def _text(cell: ElementTree.Element) -> str | None:
    """What a cell holds, as the contract writes it."""
    kind = cell.get(f"{_OFFICE}value-type")
    if cell.get(f"{_CALC}value-type") == "error":
        return _paragraphs(cell) or "#VALUE!"
    if kind in ("float", "currency", "percentage"):
        number = float(cell.get(f"{_OFFICE}value", "nan"))
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    if kind == "date":
        return (cell.get(f"{_OFFICE}date-value") or "").partition(".")[0].removesuffix("T00:00:00")
    if kind == "time":
        return _paragraphs(cell) or cell.get(f"{_OFFICE}time-value")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value")
    return cell.get(f"{_OFFICE}string-value") or _paragraphs(cell) or None


def _paragraphs(cell: ElementTree.Element) -> str:
    """The text of a cell as it is shown: its paragraphs by lines, without notes."""
    return "\n".join(_shown(paragraph) for paragraph in cell.findall(f"{_TEXT}p"))


def _shown(element: ElementTree.Element) -> str:
    inside = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            inside.append(" " * int(child.get(f"{_TEXT}c", "1")))
        elif child.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            inside.append(" ")
        else:
            inside.append(_shown(child))
        inside.append(child.tail or "")
    return "".join(inside)
