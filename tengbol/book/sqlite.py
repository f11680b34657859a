"""The book in one SQLite file: write-ahead log, every commit on disk before it is told, one writer at a time.

A chamber is held by a lock of the operating system on a file beside the book, which ends with the process that holds
it: a runner that was killed needs no clearing up, and nobody has to guess whether a process number is still his.
"""

from __future__ import annotations

import glob
import json
import sqlite3
import weakref
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tengbol.book import heads
from tengbol.book.store import PART, rows_of
from tengbol.book.trouble import UnsureError, changed, of_sqlite
from tengbol.errors import BusyError, UnusableInputError
from tengbol.io import private
from tengbol.io.folders import cause
from tengbol.io.kinds import APPLICATION, IN_USE
from tengbol.io.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

#: What stands for a cell that is null in a column that is read as one text; no table of the contract takes this sign.
_NULL: Final = "\x1a"
#: Seconds to wait for another writer; a commit takes a second or two at most.
PATIENCE: Final = 120.0


class SQLite:
    """A book in a file."""

    tables_sql = "SELECT name FROM sqlite_master WHERE name = :name"
    writes_json = True

    def __init__(self, url: str) -> None:
        self.url = url
        path = self.path = Path(url.removeprefix("sqlite:///"))
        self.noted_at = heads.beside(path)
        self.written: list[str] = []
        try:
            # SQLite would make it readable to all; what it makes beside it later has the book's own mode.
            private.make(path)
        except OSError as error:
            raise UnusableInputError(
                "{path}: cannot be opened as a book: {cause}", path=path, cause=cause(error)
            ) from error
        with self.heard():
            # The service hands a book from thread to thread, but never to two at a time.
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE, check_same_thread=False)
            # It and its statements hold each other, so that it would stay open, and its log beside the book, until
            # somebody looks for garbage: nobody does at a command's end.
            weakref.finalize(self, self.connection.close)
            for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "cache_size=-65536"):
                self.connection.execute(f"PRAGMA {pragma}")
        IN_USE.add(self)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Tell trouble of the store as such."""
        try:
            yield
        except sqlite3.Error as error:
            told = of_sqlite(self, str(self.path), error)
            if told is None:
                raise
            raise told from error
        except UnicodeDecodeError as error:
            # What SQLite says of a damaged schema, in the schema's own damaged words.
            raise UnusableInputError(
                "{path}: its file is damaged. {changed}", path=self.path, changed=changed(self)
            ) from error

    def frame(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """Rows of a query."""
        with self.heard():
            try:
                return self._frame(sql, types, values)
            except sqlite3.OperationalError as error:
                if not _is_no_text(error):
                    raise
                with self._any_bytes():
                    return self._frame(sql, types, values)

    def _frame(self, sql: str, types: Mapping[str, pl.DataType], values: Mapping[str, Any]) -> pl.DataFrame:
        # In parts, for as Python's objects rows take several times the room that they do in a frame.
        parts = [rows_of(rows, types) for rows in self._parts(sql, _plain(values))]
        if len(parts) < 2:
            return parts[0] if parts else rows_of((), types)
        import polars as pl

        return pl.concat(parts, rechunk=True)

    def long(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """The same, column by column, each as one text that polars takes apart: a row as Python's objects takes longer
        than to find it. Cells that this could change, such as one with a line feed, are read one by one.
        """
        import polars as pl

        told = ", ".join(f"group_concat(coalesce(\"{name}\", '{_NULL}'), char(10))" for name in types)
        try:
            row = self.connection.execute(f"SELECT count(*), {told} FROM ({sql})", _plain(values)).fetchone()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise
            # Too long for one text, or broken: row by row the one is read, and of the other it is said what it is.
            return self.frame(sql, types, **values)
        height, *columns = row
        if not height:
            return rows_of((), types)
        texts = [pl.Series(name, [text]).str.split("\n").explode() for name, text in zip(types, columns, strict=True)]
        if any(text.len() != height for text in texts):
            return self.frame(sql, types, **values)
        return pl.DataFrame(texts).select(
            pl.when(pl.col(name) != _NULL).then(name).cast(dtype) for name, dtype in types.items()
        )

    def rows(self, sql: str, at_once: int = PART, **values: Any) -> Iterator[list[Any]]:
        """Rows of a long query as tuples, so many at a time."""
        done = 0
        with self.heard():
            try:
                for rows in self._parts(sql, _plain(values), at_once):
                    yield rows
                    done += len(rows)
            except sqlite3.OperationalError as error:
                if not _is_no_text(error):
                    raise
                with self._any_bytes():
                    # The same snapshot gives the same rows in the same order.
                    yield from self._parts(f"{sql} LIMIT -1 OFFSET {done}", _plain(values), at_once)

    def _parts(self, sql: str, values: Mapping[str, Any], at_once: int = PART) -> Iterator[list[Any]]:
        cursor = self.connection.execute(sql, values)
        while rows := cursor.fetchmany(at_once):
            yield rows

    @contextmanager
    def _any_bytes(self) -> Iterator[None]:
        """Read bytes that are no text, too: they are a change that the audit has to name, not a reason to stop.

        Only where there are such: to ask it of every cell takes as long again as to read it.
        """
        self.connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        try:
            yield
        finally:
            self.connection.text_factory = str

    def execute(self, sql: str, **values: Any) -> int:
        """Do a statement."""
        with self.heard():
            return self.connection.execute(sql, _plain(values)).rowcount

    def insert(self, table: str, columns: Mapping[str, pl.DataType], frame: pl.DataFrame) -> None:
        """Add rows."""
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join("?" * len(columns))
        with self.heard():
            self.connection.executemany(
                f'INSERT INTO "{table}" ({names}) VALUES ({places})', frame.select(*columns).iter_rows()
            )

    def among(self, column: str, name: str) -> str:
        """Whether a column is in a list."""
        return f"{column} IN (SELECT value FROM json_each(:{name}))"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT."""
        with self.heard():
            self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            try:
                self.connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                told = of_sqlite(self, str(self.path), error)
                if told is None:
                    raise
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
                    # The disk failed under it, at a moment that nobody knows.
                    raise UnsureError(str(error), told) from error
                raise told from error
        finally:
            self._roll_back()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """BEGIN … ROLLBACK: write-ahead logging keeps what was there at the first query."""
        with self.heard():
            self.connection.execute("BEGIN")
        try:
            yield
            with self.heard():
                self.connection.execute("ROLLBACK")
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self.connection.in_transaction:
            # What was read stays read, and what was not committed is not: of no consequence.
            with suppress(sqlite3.Error):
                self.connection.execute("ROLLBACK")

    @contextmanager
    def alone(self, chamber_id: str, wait: float) -> Iterator[None]:
        """An exclusive lock on a file beside the book, which also tells who holds it."""
        name = sha256(chamber_id.encode()).hexdigest()[:12]
        place = self.path.with_name(f"{self.path.name}.{name}.lock")

        def busy(holder: str) -> BusyError:
            return BusyError(
                "Chamber {chamber_id}: a batch is being made by {holder}; wait for it, or give --wait SECONDS.",
                chamber_id=chamber_id,
                holder=holder,
            )

        shared = private.shared_with(self.path) is not None
        with locked(place, busy, wait=wait, mode=private.SHARED if shared else private.MODE):
            yield

    def files(self) -> list[Path]:
        """The book's file, and what holds the book's rows beside it; what is not there is left out."""
        beside = (self.path.with_name(self.path.name + end) for end in ("-wal", "-shm", "-journal"))
        return [self.path, *(path for path in beside if path.exists())]

    def beside(self) -> list[Path]:
        """Files that hold none of the book's rows: those by which chambers are held, and the note of its last event."""
        name = glob.escape(self.path.name)
        return sorted(path for end in (".*.lock", ".head") for path in self.path.parent.glob(f"{name}{end}"))

    def faults(self) -> list[str]:
        """SQLite's own check of the file."""
        try:
            found = [row[0] for row in self.connection.execute("PRAGMA integrity_check(20)")]
        except sqlite3.Error as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    def interrupt(self) -> None:
        """End the statement under way."""
        self.connection.interrupt()

    def again(self) -> SQLite:
        """Open the same file once more."""
        return SQLite(self.url)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
        IN_USE.discard(self)


def is_backup(path: Path) -> bool:
    """Whether a file is a backup, asked of SQLite: whoever opened it otherwise would end the locks of an open book."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        return connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION
    return False


def is_foreign(path: Path) -> bool:
    """Whether a file is a database with tables, none of which a book has, not even one whose making was cut short."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return bool(tables) and not tables & {"alembic_version", "events"}
    return False


def _is_no_text(error: sqlite3.OperationalError) -> bool:
    return "Could not decode to UTF-8" in str(error)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as JSON, which SQLite can take apart."""
    return {name: json.dumps(value) if isinstance(value, list) else value for name, value in values.items()}
