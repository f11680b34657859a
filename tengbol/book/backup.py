"""A whole copy of an open book in one file, and a book made of it again, on either store.

The file is a book's file, marked as a backup in its header, so that it is never taken for a book that is kept, nor a
book for a backup that may be replaced. It holds everything, the key and the secrets of batches to come too: without
them nobody could go on with it; and so it is for its owner alone, as the book is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from tengbol.book.access import connect
from tengbol.book.acts import EVENT
from tengbol.book.desk import DESK, KEPT
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.book.sqlite import SQLite
from tengbol.book.store import files_of, in_parts
from tengbol.book.trouble import of_sqlite
from tengbol.errors import UnusableInputError
from tengbol.io import private
from tengbol.io.kinds import APPLICATION, BACKUP
from tengbol.io.outputs import Output
from tengbol.io.whole import put_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from tengbol.book.store import Store

#: Every table that is copied, with all its columns.
_WHOLE: Final = {
    "settings": dict.fromkeys(("name", "value"), TEXT),
    "secrets": {"chamber_id": TEXT, "number": NUMBER, "secret": TEXT},
    "events": EVENT,
    **{name: table.stored for name, table in TABLES.items()},
    **{name: DESK[name] for name in KEPT},
}


def backup(store: Store, out: Path) -> dict[str, Any]:
    """Copy a book as it stands at one moment; others may go on with it meanwhile. Returns its last event.

    An earlier backup at `out` is there until the new one is whole. Raises `UnusableInputError`.
    """
    ends: dict[str, Any] = {}

    def fill(new: Path) -> None:
        if isinstance(store, SQLite):
            private.make(new)
            with closing(sqlite3.connect(new)) as copy:
                store.connection.backup(copy)
        else:
            from tengbol.book.migrations import upgrade

            upgrade(f"sqlite:///{new}")
            with closing(connect(f"sqlite:///{new}")) as copy, store.reading(), copy.writing():
                pour(store, copy)
        ends.update(_concluded(new, out))

    try:
        put_file(Output(out, BACKUP, files_of(store.url), private=True), fill)
    except sqlite3.Error as error:
        raise of_sqlite(store, str(out), error) or error from error
    return ends


def pour(source: Store, target: Store) -> None:
    """Copy all rows, within a snapshot of the one and a transaction of the other, in which there are none."""
    for name, columns in _WHOLE.items():
        for part in _parts(source, name, columns):
            target.insert(name, columns, part)


def _parts(source: Store, name: str, columns: dict[str, pl.DataType]) -> Iterator[pl.DataFrame]:
    listed = ", ".join(f'"{column}"' for column in columns)
    return in_parts(source, f'SELECT {listed} FROM "{name}"', columns)


def _concluded(new: Path, out: Path) -> dict[str, Any]:
    """Make a copy one file that says what it is; returns its last event. Raises `UnusableInputError`."""
    with closing(sqlite3.connect(new, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = delete")
        copy.execute(f"PRAGMA application_id = {APPLICATION}")
        found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise UnusableInputError(
                "{out}: is not written, for the book is damaged ({found}); `tengbol book audit` says more.",
                out=out,
                found=found,
            )
        last = copy.execute("SELECT seq, at, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return dict(zip(("seq", "at", "hash"), last, strict=True))
