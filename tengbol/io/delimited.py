"""CSV files as grids of text, as clerks and programs of Kazakhstan write them.

UTF-8 with or without a byte order mark, UTF-16 with one, else kz1048 (which, unlike cp1251, has the Kazakh
letters); comma, semicolon or tab. Most files have no quotation mark and go through polars whole (`io.plain`). Of
others the lines that stand by themselves as records go through polars together; only those that do not (a record
over several lines, a stray quote, a wrong number of cells) are looked at one by one, so that a broken line costs
itself and no other.
"""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import column_named
from tengbol.io.encoding import NOT_UTF8, NUL, as_utf8, is_utf8, refuse_other_files
from tengbol.io.grid import HEADER_WITHIN, Grid, header_line, no_broken_lines
from tengbol.io.headers import headers, sheet
from tengbol.io.layout import table_by_columns
from tengbol.io.plain import plain_cells

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.model.tables import Table

SEPARATORS: Final = (",", ";", "\t")

#: A record over more lines than this is a stray quote.
_LONGEST_RECORD: Final = 100


def read_csv(path: Path, file: str, table: Table) -> Grid:
    """One CSV file. Raises `UnusableInputError` for what is no text, or has no header of `table`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableInputError(
            "{file}: cannot be read ({strerror}); check that it is a file you may read.",
            file=file,
            strerror=error.strerror,
        ) from error
    return grid_of(content, file, table)


def grid_of(content: bytes, file: str, table: Table) -> Grid:
    """Read the bytes of a CSV file as a grid."""
    refuse_other_files(content, file)
    return _plain_grid(content.removeprefix(codecs.BOM_UTF8), file, table) or _careful_grid(content, file, table)


def _plain_grid(text: bytes, file: str, table: Table) -> Grid | None:
    """Read a file whose lines all stand by themselves, None where any might not."""
    rest = io.BytesIO(text)
    top = [rest.readline() for _ in range(HEADER_WITHIN)]
    if not is_utf8(b"".join(top)):
        return None
    lines = [line.decode().rstrip("\r\n") for line in top if line]
    if b"\n" not in text or lines[0].startswith("sep="):
        return None
    separator, start = layout(lines, table)
    if start is None:
        return None
    header = lines[start].split(separator)
    cells = plain_cells(text, separator, top[: start + 1], len(header))
    return None if cells is None else Grid(file, tuple(header), cells, no_broken_lines(), line=start + 1)


def _careful_grid(content: bytes, file: str, table: Table) -> Grid:
    """Read any file, looking one by one at the lines that do not stand by themselves."""
    text, notes = as_utf8(content, file)
    lines = pl.read_lines(text, name="line", row_index_name="place").with_columns(
        pl.col("place").cast(pl.Int64), pl.col("line").str.strip_suffix("\r")
    )
    if lines.height and lines["line"][0].startswith("sep="):
        # Excel's own mark of the separator, which no spreadsheet shows as a row.
        lines = lines.slice(1).with_columns(pl.col("place") - 1)
    separator, start = layout(lines["line"].head(HEADER_WITHIN).to_list(), table)
    if start is None:
        raise UnusableInputError(
            "{file}: has no header with the columns of {name} ({required_columns}); its first line must name them.",
            file=file,
            name=sheet(table.name),
            required_columns=headers(table, table.required_columns),
        )
    header = _split(lines["line"][start], separator) or lines["line"][start].split(separator)
    cells, broken = _records(lines.slice(start + 1), separator, len(header))
    return Grid(file, tuple(header), cells, broken, notes, line=start + 1)


def table_within(path: Path) -> str | None:
    """Return the table whose header stands among the first lines of a file, or None."""
    found = {table_by_columns(lines) for lines in beginnings(path, HEADER_WITHIN)}
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def beginnings(path: Path, count: int) -> list[list[list[str]]]:
    """The first `count` lines of a file, split by each separator that may be its own."""
    with path.open("rb") as content:
        head = content.read(1 << 16)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        top = b"\n".join(head.splitlines()[:count]).removeprefix(codecs.BOM_UTF8)
        text = top.decode("utf-8" if is_utf8(top) else "kz1048", errors="replace")
    lines = text.splitlines()[:count]
    return [[_split(line, separator) or [line] for line in lines] for separator in SEPARATORS]


def layout(top: list[str], table: Table) -> tuple[str, int | None]:
    """Find the separator and the header among the first lines: those by which most columns are known."""
    best: tuple[int, str, int | None] = (0, SEPARATORS[0], None)
    for separator in SEPARATORS:
        if best[2] is not None and not any(separator in line for line in top):
            continue
        lines = [_split(line, separator) or line.split(separator) for line in top]
        start = header_line(lines, table)
        if start is None:
            continue
        known = len({column_named(word, table.name) for word in lines[start]} - {None})
        if known > best[0]:
            best = (known, separator, start)
    return best[1], best[2]


def _records(lines: pl.DataFrame, separator: str, width: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split the lines below the header into records of `width` cells: `(cells, broken)` of a `Grid`."""
    cell = rf'(?:"(?:[^"]|"")*"|[^{separator}"]*)'
    record = rf"^{cell}(?:{separator}{cell}){{{width - 1}}}$"
    line = pl.col("line")
    stands = line.str.contains(record) & (line != "") & ~line.str.contains(f"[{NOT_UTF8}{NUL}]")
    marked = lines.with_columns(stands=stands)
    rest = marked.filter(~pl.col("stands"))
    odd, unsplit, continued = _odd_records(rest["place"].to_list(), rest["line"].to_list(), separator, width)
    names = [str(place) for place in range(width)]
    plain = marked.filter("stands")
    cells = _plain_records(plain["line"], separator, names).with_columns(row=plain["place"])
    if odd:
        types = {**dict.fromkeys(names, pl.String), "row": pl.Int64}
        more = pl.DataFrame([(*record, place) for place, record in odd], schema=types, orient="row")
        cells = pl.concat([cells, more]).sort("row")
    broken = pl.DataFrame(unsplit, schema={"row": pl.Int64, "message": pl.String}, orient="row")
    return _numbered(cells, continued), _numbered(broken, continued)


def _numbered(frame: pl.DataFrame, continued: list[int]) -> pl.DataFrame:
    """Turn places of lines into row numbers: a record over several lines is one row of a spreadsheet."""
    before = pl.Series(continued, dtype=pl.Int64).search_sorted(frame["row"])
    return frame.with_columns(row=frame["row"] + 1 - before.cast(pl.Int64))


def _plain_records(lines: pl.Series, separator: str, names: list[str]) -> pl.DataFrame:
    """Lines that stand by themselves, split by polars."""
    types = dict.fromkeys(names, pl.String())
    if lines.is_empty():
        return pl.DataFrame(schema=types)
    text = io.BytesIO()
    lines.to_frame().write_csv(text, include_header=False, quote_style="never")
    frame = pl.read_csv(
        text.getvalue(),
        has_header=False,
        separator=separator,
        schema=types,
    )
    if frame.height != len(lines):
        raise AssertionError(f"{len(lines)} lines became {frame.height} rows")
    return frame


def _odd_records(
    places: list[int], lines: list[str], separator: str, width: int
) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]], list[int]]:
    """Judge the lines that do not stand by themselves.

    Returns `(place, cells)` of records, `(place, why)` of broken ones, and the places of continuations.
    """
    records: list[tuple[int, list[str]]] = []
    broken: list[tuple[int, str]] = []
    continued: list[int] = []
    at = 0
    while at < len(lines):
        place, line = places[at], lines[at]
        taken, cells = _record_at(places, lines, at, separator, width)
        if any(NOT_UTF8 in part for part in lines[at : at + taken]):
            broken.append((place, "It has bytes that are not UTF-8; save the file as UTF-8 again."))
        elif any(NUL in part for part in lines[at : at + taken]):
            broken.append((place, "It has a NUL byte, which no text has; write the row anew."))
        elif cells is not None:
            records.append((place, cells))
        elif line.strip():
            broken.append((place, _why_broken(line, separator, width)))
        continued += places[at + 1 : at + taken]
        at += taken
    return records, broken, continued


def _record_at(
    places: list[int], lines: list[str], at: int, separator: str, width: int
) -> tuple[int, list[str] | None]:
    """Count the lines of the record that begins at `at`, and split it; `(1, None)` where none is.

    A line that stands by itself is never a part of it: it is not among `lines`, and its place is missed.
    """
    alone = _split(lines[at], separator)
    if alone is not None:
        return 1, _of_width(alone, width)
    for end in range(at + 1, min(at + _LONGEST_RECORD, len(lines))):
        if places[end] != places[at] + end - at:
            break
        if lines[end].count('"') % 2 == 0:
            continue
        record = "\n".join(lines[at : end + 1])
        cells = _of_width(_split(record, separator), width)
        if cells is not None:
            return end + 1 - at, cells
        if _split(record + '"', separator) is None:
            break
    return 1, None


def _split(record: str, separator: str) -> list[str] | None:
    """Split one record into cells, None where it is not one; a quote inside an unquoted cell is a letter."""
    try:
        rows = list(csv.reader([record], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _of_width(cells: list[str] | None, width: int) -> list[str] | None:
    """Return `width` cells: more are allowed when empty, fewer never, for nobody knows which are missing."""
    if cells is None or len(cells) < width or any(cells[width:]):
        return None
    return cells[:width]


def _why_broken(line: str, separator: str, width: int) -> str:
    cells = _split(line, separator)
    if cells is None:
        return "It has a quotation mark that does not enclose a whole cell."
    return (
        f"It has {len(cells)} cells where the header has {width}; "
        "a separator is missing, or one stands inside a cell without quotation marks."
    )
