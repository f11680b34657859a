r"""Rows of a table as their lines (`canon.lines`), as an audit reads every row there is.

SQLite writes a row as JSON in half of the time that its cells take to become Python's objects, and JSON writes tab,
line feed, carriage return and backslash as a line does. So of many rows at once what JSON has between cells becomes
what a line has there. Rows of which this would not be exact, such as one with a cell of another type than its column,
are read cell by cell.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from tengbol.book import canon
from tengbol.book.store import PART, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tengbol.book.schema import Rows
    from tengbol.book.store import Store

#: So many rows are made lines at once: their text is to stay in the processor's cache.
_AT_ONCE: Final = 1_000
#: Stand, while rows are made lines, for a backslash and a quotation mark of a cell: JSON never has them as they are.
_BACKSLASH, _QUOTE = "\x02", "\x03"
#: Stands for a cell that is missing. A cell might be this sign, too: they are counted.
_MISSING: Final = "\x7f"
#: Ends the line of a row with a cell of another type than its column. No other line has it: it is no row of ours.
_ODD: Final = rb"\?"


class Lined(NamedTuple):
    """Some rows, column by column; line: UTF-8."""

    since: list[int | None]
    until: list[int | None]
    row_hash: list[str | None]
    line: list[bytes]


def lined(store: Store, table: Rows, which: str, **values: Any) -> Iterator[Lined]:
    """Rows of a table, so many at a time; within `reading`. which: SQL after WHERE, with `values`."""
    # A batch's manifest is as long as its writs are many.
    if not store.writes_json or "manifest" in table.columns:
        yield from _by_cells(store, table, which, **values)
        return
    told = ", ".join(_told(name, name in table.numbers) for name in table.columns)
    # One for each cell that is missing. Bytes, which a newer SQLite takes for JSON of its own, count against them.
    missing = " + ".join(f"coalesce(-(\"{name}\" >= x''), 1)" for name in table.columns)
    asked = f'SELECT id, since, until, row_hash, {missing}, json_array({told}) FROM "{table.name}" WHERE {which}'
    done = 0
    try:
        for rows in store.rows(asked, _AT_ONCE, **values):
            ids, since, until, row_hash, counts, texts = map(list, zip(*rows, strict=True))
            line = _lines("\n".join(texts), len(rows) * len(table.columns), sum(counts), len(table.later))
            if line is None or {*map(type, since)} != {int} or not {*map(type, until)} <= {int, type(None)}:
                yield _in_order(ids, store, table)
            else:
                yield Lined(since, until, row_hash, line)
            done += len(rows)
    except sqlite3.OperationalError as error:
        if "BLOB" not in str(error):
            raise
        # JSON has no bytes. The same snapshot gives the same rows in the same order.
        yield from _by_cells(store, table, f"{which} LIMIT -1 OFFSET {done}", **values)


def _told(name: str, number: bool) -> str:
    """SQL: a cell as text that JSON tells of; of a number what is none as something that is no text."""
    if not number:
        return f'coalesce("{name}", char(127))'
    return f"CASE typeof(\"{name}\") WHEN 'integer' THEN CAST(\"{name}\" AS TEXT) WHEN 'null' THEN char(127) ELSE 0 END"


def _lines(told: str, cells: int, missing: int, later: int) -> list[bytes] | None:
    """Rows of JSON as lines; none where that would not be exact."""
    if escaped := "\\" in told:
        told = told.replace("\\\\", _BACKSLASH).replace('\\"', _QUOTE)
        if any(f"\\{sign}" in told for sign in "bfu"):
            return None
    if told.count(_MISSING) != missing or told.count('"') != 2 * cells:
        return None
    told = told.replace('","', "\t")
    for _ in range(later):
        told = told.replace(f'\t{_MISSING}"]', '"]')
    told = told.replace(_MISSING, "\\N")
    if escaped:
        told = told.replace(_QUOTE, '"').replace(_BACKSLASH, "\\\\")
    return told[2:-2].encode().split(b'"]\n["')


def _by_cells(store: Store, table: Rows, which: str, **values: Any) -> Iterator[Lined]:
    """The same from cells."""
    for rows in _cells(store, table, which, **values):
        yield _of_cells(rows, table)


def _in_order(ids: list[int], store: Store, table: Rows) -> Lined:
    """The same of these rows."""
    place = {one: place for place, one in enumerate(ids)}
    rows = [row for part in _cells(store, table, store.among("id", "ids"), ids=ids) for row in part]
    return _of_cells(sorted(rows, key=lambda row: place[row[0]]), table)


def _cells(store: Store, table: Rows, which: str, **values: Any) -> Iterator[list[tuple[Any, ...]]]:
    names = ", ".join(f'"{name}"' for name in table.stored)
    many = 1 if "manifest" in table.columns else PART
    return store.rows(f'SELECT {names} FROM "{table.name}" WHERE {which}', many, **values)


def _of_cells(rows: Sequence[tuple[Any, ...]], table: Rows) -> Lined:
    try:
        part, odd = rows_of(rows, table.stored), ()
    except TypeError:
        part = rows_of(rows, table.stored, strict=False)
        kinds = [(int if dtype == pl.Int64 else str, type(None)) for dtype in table.stored.values()]
        odd = [place for place, row in enumerate(rows) if not all(map(isinstance, row, kinds))]
    line = [one.encode() for one in canon.lines(part, table.columns, table.later)]
    for place in odd:
        line[place] += _ODD
    return Lined(part["since"].to_list(), part["until"].to_list(), part["row_hash"].to_list(), line)
