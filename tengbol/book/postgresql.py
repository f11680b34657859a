"""The book in PostgreSQL: bulk by COPY, a chamber held by an advisory lock of the session.

Writers stand in line by one more advisory lock for the length of their transaction, since events are one chain; that is
a commit's second, while solving, which takes longer, is done outside it.
"""

from __future__ import annotations

import os
import re
import socket
import time
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg

from tengbol.book.canon import lines
from tengbol.book.store import PART, rows_of, shown
from tengbol.errors import BusyError, UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

#: The two kinds of advisory locks: first the chain's, then the chambers'.
_CHAIN: Final = 0x7E6B
_CHAMBER: Final = 0x7E6C
_EVERY: Final = 0.05
#: Rows of a table that are sent as one piece.
_PIECE: Final = 20_000


class PostgreSQL:
    """A book in a database."""

    tables_sql = "SELECT tablename FROM pg_tables WHERE tablename = :name AND schemaname = current_schema()"

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self.connection = psycopg.connect(
                url.replace("postgresql+psycopg://", "postgresql://", 1),
                autocommit=True,
                application_name=f"tengbol process {os.getpid()} on {socket.gethostname()}"[:63],
            )
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[-1]
            raise UnusableInputError(f"{shown(url)}: cannot be opened as a book ({reason}); check the URL.") from error

    def frame(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """Rows of a query."""
        return rows_of(self.connection.execute(_named(sql), values or None).fetchall(), types)

    def parts(self, sql: str, types: Mapping[str, pl.DataType]) -> Iterator[pl.DataFrame]:
        """The same, part by part, within a snapshot."""
        with self.connection.cursor("parts") as cursor:
            cursor.execute(_named(sql))
            while rows := cursor.fetchmany(PART):
                yield rows_of(rows, types, strict=False)

    def execute(self, sql: str, **values: Any) -> int:
        """Do a statement."""
        return self.connection.execute(_named(sql), values or None).rowcount

    def insert(self, table: str, columns: Mapping[str, pl.DataType], frame: pl.DataFrame) -> None:
        """Add rows by COPY."""
        names = ", ".join(f'"{name}"' for name in columns)
        statement = f'COPY "{table}" ({names}) FROM STDIN'
        with self.connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for piece in frame.iter_slices(_PIECE):
                copy.write("".join(f"{line}\n" for line in lines(piece, list(columns))))

    def among(self, column: str, name: str) -> str:
        """Whether a column is in a list."""
        return f"{column} = ANY(:{name})"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in the line of writers."""
        try:
            with self.connection.transaction():
                self.connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_CHAIN])
                yield
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise UnusableInputError(f"{shown(self.url)}: the book cannot be written ({reason}).") from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A snapshot."""
        with self.connection.transaction():
            self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextmanager
    def alone(self, chamber_id: str, wait: float) -> Iterator[None]:
        """An advisory lock of the session, by the checksum of the chamber's id."""
        name = zlib.crc32(chamber_id.encode()) - (1 << 31)
        until = time.monotonic() + wait
        while not self._one("SELECT pg_try_advisory_lock(%s, %s)", _CHAMBER, name):
            if time.monotonic() >= until:
                holder = self._one(
                    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                    "WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objid::bigint = %s AND l.granted",
                    _CHAMBER,
                    name % (1 << 32),
                )
                raise BusyError(
                    f"Chamber {chamber_id}: a batch is being made by {holder or 'another process'}; "
                    "wait for it, or give --wait SECONDS."
                )
            time.sleep(_EVERY)
        try:
            yield
        finally:
            if not self.connection.closed:
                self.connection.execute("SELECT pg_advisory_unlock(%s, %s)", [_CHAMBER, name])

    def faults(self) -> list[str]:
        """PostgreSQL looks after its own files."""
        return []

    def close(self) -> None:
        """Close the session."""
        self.connection.close()

    def _one(self, sql: str, *values: Any) -> Any:
        row = self.connection.execute(sql.encode(), values).fetchone()
        return row[0] if row else None


def _named(sql: str) -> bytes:
    """`:name` as this driver writes it."""
    return re.sub(r"(?<![:\w]):([a-z_]\w*)", r"%(\1)s", sql.replace("%", "%%")).encode()
