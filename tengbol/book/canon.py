r"""Canonical forms: a row as one line, a table as one digest, an event as one hash; in words, `docs/book.md`.

What is JSON is canonical as the public report has it, whose links chain the batches (`report.public.chain`).

A line is that of PostgreSQL's COPY text format: cells parted by tabs, a missing one `\N`, and in a cell backslash,
tab, line feed and carriage return written as `\\`, `\t`, `\n`, `\r`. It is what the store is filled from, too.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.schema import TABLES
from tengbol.report.public.chain import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: Hex digits of a row's hash that are kept with it: enough to name a changed row; events hold the whole digests.
_KEPT: Final = 32
#: So many lines are hashed at a time.
_AT_ONCE: Final = 10_000
_NOTHING: Final = "\\N"
_ESCAPED: Final = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def lines(frame: pl.DataFrame, columns: Sequence[str], later: Sequence[str] = ()) -> pl.Series:
    """Each row as a line, without its line feed.

    later: the last of `columns`, which an earlier version of the book had not. A line ends with the last of them that
    has a cell, so that rows of that version are the same lines as ever.
    """
    # Of all at once, for to say it of each column takes longer than to do it for the few rows of most acts.
    first = _cell(pl.col(columns[: len(columns) - len(later)]))
    more = [
        pl.when(pl.any_horizontal([pl.col(rest).is_not_null() for rest in later[place:]]))
        .then(pl.concat_str(pl.lit("\t"), _cell(pl.col(name))))
        .otherwise(pl.lit(""))
        for place, name in enumerate(later)
    ]
    return frame.select(line=pl.concat_str([pl.concat_str(first, separator="\t"), *more])).to_series()


def _cell(cell: pl.Expr) -> pl.Expr:
    return cell.cast(pl.String).str.replace_many(_ESCAPED).fill_null(_NOTHING)


def row_hashes(table: str, lined: Iterable[str]) -> list[str]:
    """Hash of each row: SHA-256 of the table's name, a line feed, `since`, a tab and the row's line; 32 hex digits."""
    start = f"{table}\n"
    return [sha256((start + line).encode()).hexdigest()[:_KEPT] for line in lined]


def hashes_of(table: str, since: Sequence[int | None], lined: Sequence[bytes]) -> list[str]:
    """The same of rows with their events and, in UTF-8, their lines."""
    start = {seq: f"{table}\n{_NOTHING if seq is None else seq}\t".encode() for seq in {*since}}
    return [sha256(start[seq] + line).hexdigest()[:_KEPT] for seq, line in zip(since, lined, strict=True)]


def digest(lined: pl.Series | list[bytes]) -> str:
    """SHA-256, hex, of lines in the order of their bytes, each with its line feed."""
    whole = sha256()
    _add(whole, lined)
    return whole.hexdigest()


def _add(whole: Any, lined: pl.Series | list[bytes]) -> None:
    """Let a hash take in lines in the order of their bytes, which is how polars orders text."""
    if isinstance(lined, list):
        ordered = sorted(lined)
        for start in range(0, len(ordered), _AT_ONCE):
            whole.update(b"\n".join([*ordered[start : start + _AT_ONCE], b""]))
        return
    ordered = lined.sort()
    for start in range(0, ordered.len(), _AT_ONCE):
        part = ordered.slice(start, _AT_ONCE).str.join("\n").item()
        whole.update(f"{part}\n".encode())


def input_digest(tables: Mapping[str, pl.DataFrame | list[bytes]]) -> str:
    """Digest of a batch's input: for each table in order its name, its columns, and its lines in order, as lines.

    Of the columns that a later version of the book has added only those up to the last that has a cell. tables: cells,
    or in UTF-8 the lines of a table without such columns.
    """
    whole = sha256()
    for name, rows in tables.items():
        columns = list(TABLES[name].columns)
        if not isinstance(rows, list):
            while columns[-1] in TABLES[name].later and rows[columns[-1]].null_count() == rows.height:
                columns.pop()
        whole.update(f"{name}\n{chr(9).join(columns)}\n".encode())
        _add(whole, rows if isinstance(rows, list) else lines(rows, columns))
    return whole.hexdigest()


def event_hash(event: Mapping[str, Any]) -> str:
    """Hash of an event: SHA-256 of `tengbol event`, a line feed, and the canonical JSON of its fields but `hash`."""
    fields = {name: value for name, value in event.items() if name != "hash"}
    return sha256(f"tengbol event\n{canonical(fields)}".encode()).hexdigest()


def commitment(secret: str) -> str:
    """What is published of a secret before it is revealed."""
    return sha256(f"tengbol commitment\n{secret}".encode()).hexdigest()


def seed(secret: str, lot_digest: str, public_value: str) -> str:
    """Seed of a batch's lot, from what the lot goes by (`report.public.part.lot_digest`)."""
    return sha256(f"tengbol seed 2\n{secret}\n{lot_digest}\n{public_value}".encode()).hexdigest()


def first_seed(secret: str, digest_of_input: str, public_value: str) -> str:
    """The same as version 0.1.0 drew it, from all of the input, every text in it too."""
    return sha256(f"tengbol seed\n{secret}\n{digest_of_input}\n{public_value}".encode()).hexdigest()


#: The hash before the first event.
FIRST_HASH: Final = sha256(b"tengbol event\n").hexdigest()
