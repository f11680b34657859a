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
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg

from tengbol.book import heads
from tengbol.book.canon import lines
from tengbol.book.store import PART, rows_of, shown
from tengbol.book.trouble import UnsureError, first_line, of_postgresql
from tengbol.errors import BusyError, UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

#: The two kinds of advisory locks: first the chain's, then the chambers'.
_CHAIN: Final = 0x7E6B
_CHAMBER: Final = 0x7E6C
_EVERY: Final = 0.05
#: What a server, or the way to it, says while it cannot be reached.
_PASSING: Final = (
    "starting up|shutting down|too many clients|remaining connection slots|timeout|timed out|Connection refused"
    "|Connection reset|closed the connection|terminating connection|Network is unreachable|No route to host"
    "|Temporary failure in name"
)
#: Rows of a table that are sent as one piece.
_PIECE: Final = 20_000


class PostgreSQL:
    """A book in a database."""

    tables_sql = "SELECT tablename FROM pg_tables WHERE tablename = :name AND schemaname = current_schema()"
    writes_json = False

    def __init__(self, url: str) -> None:
        self.url = url
        self.written: list[str] = []
        self.connection = connected(url)
        there = self.connection.info
        self.noted_at = heads.of_server(there.host, there.port, there.dbname)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Tell trouble of the store as such."""
        try:
            yield
        except psycopg.Error as error:
            told = of_postgresql(self, shown(self.url), error, cut=self.connection.closed)
            if told is None:
                raise
            raise told from error

    def frame(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """Rows of a query."""
        with self.heard():
            rows = self.connection.execute(_named(sql), values or None).fetchall()
        return rows_of(rows, types)

    def long(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """The same."""
        return self.frame(sql, types, **values)

    def rows(self, sql: str, at_once: int = PART, **values: Any) -> Iterator[list[Any]]:
        """Rows of a long query as tuples, so many at a time."""
        with self.heard(), self.connection.cursor("parts") as cursor:
            cursor.execute(_named(sql), values or None)
            while rows := cursor.fetchmany(at_once):
                yield rows

    def execute(self, sql: str, **values: Any) -> int:
        """Do a statement."""
        with self.heard():
            return self.connection.execute(_named(sql), values or None).rowcount

    def insert(self, table: str, columns: Mapping[str, pl.DataType], frame: pl.DataFrame) -> None:
        """Add rows by COPY."""
        names = ", ".join(f'"{name}"' for name in columns)
        statement = f'COPY "{table}" ({names}) FROM STDIN'
        with self.heard(), self.connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for piece in frame.iter_slices(_PIECE):
                copy.write("".join(f"{line}\n" for line in lines(piece, list(columns))))

    def among(self, column: str, name: str) -> str:
        """Whether a column is in a list."""
        return f"{column} = ANY(:{name})"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in the line of writers."""
        try:
            with self.heard():
                self.connection.execute("BEGIN")
                self.connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_CHAIN])
            yield
            self._commit()
        finally:
            self._roll_back()

    def _commit(self) -> None:
        try:
            done = self.connection.execute("COMMIT").statusmessage
        except psycopg.Error as error:
            told = of_postgresql(self, shown(self.url), error, cut=self.connection.closed)
            if told is None:
                raise
            if self.connection.closed:
                raise UnsureError(first_line(error), told) from error
            raise told from error
        if done != "COMMIT":
            # The server takes back, without an error, what had an error that somebody swallowed.
            raise AssertionError(f"a transaction ended in {done}")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A snapshot."""
        with self.heard():
            self.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
            with self.heard():
                self.connection.execute("ROLLBACK")
        finally:
            self._roll_back()

    def _roll_back(self) -> None:
        if self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            # What was read stays read, and what was not committed is not: of no consequence.
            with suppress(psycopg.Error):
                self.connection.execute("ROLLBACK")

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
                    "Chamber {chamber_id}: a batch is being made by {holder}; wait for it, or give --wait SECONDS.",
                    chamber_id=chamber_id,
                    holder=holder or Phrase("another process"),
                )
            time.sleep(_EVERY)
        try:
            yield
        finally:
            # Where the session has ended, so has its lock.
            with suppress(psycopg.Error):
                self.connection.execute("SELECT pg_advisory_unlock(%s, %s)", [_CHAMBER, name])

    def faults(self) -> list[str]:
        """PostgreSQL looks after its own files."""
        return []

    def interrupt(self) -> None:
        """Ask the server to end the statement."""
        with suppress(psycopg.Error):
            self.connection.cancel()

    def again(self) -> PostgreSQL:
        """Begin a further session with the same database."""
        return PostgreSQL(self.url)

    def close(self) -> None:
        """Close the session."""
        self.connection.close()

    def _one(self, sql: str, *values: Any) -> Any:
        with self.heard():
            row = self.connection.execute(sql.encode(), values).fetchone()
        return row[0] if row else None


def connected(url: str) -> psycopg.Connection:
    """A session with the server. Raises `UnusableInputError`, in which no part of a password is."""
    try:
        session = psycopg.connect(
            url.replace("postgresql+psycopg://", "postgresql://", 1),
            autocommit=True,
            application_name=f"tengbol process {os.getpid()} on {socket.gethostname()}"[:63],
        )
        # To compile a query takes longer than any of ours.
        session.execute("SET jit = off")
        return session
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()
        # The library asks back in a line of its own.
        reason = next((line for line in reversed(said) if not line.rstrip().endswith("?")), said[-1]).strip()
        if re.search(_PASSING, reason):
            raise BusyError(
                "{url}: cannot be opened as a book now ({reason}); try again, and check the URL if that does not help.",
                url=shown(url),
                reason=reason,
            ) from error
        raise UnusableInputError(
            "{url}: cannot be opened as a book ({reason}); check the URL.", url=shown(url), reason=reason
        ) from error
    except (psycopg.Error, ValueError):
        # What the driver says of a URL that it cannot read has parts of that URL in it, its password too.
        raise UnusableInputError(
            "{url}: is no URL of PostgreSQL; it is postgresql://USER@HOST:PORT/DATABASE, in which the letters / ? # "
            "@ : % of a name or password are written as %2F %3F %23 %40 %3A %25.",
            url=shown(url),
        ) from None


def _named(sql: str) -> bytes:
    """`:name` as this driver writes it."""
    return re.sub(r"(?<![:\w]):([a-z_]\w*)", r"%(\1)s", sql.replace("%", "%%")).encode()
