"""One store behind one URL: what the rest of the book asks of SQLite and of PostgreSQL alike.

Statements are SQL that both understand, with `:name` for values. SQLAlchemy and alembic make the tables
(`migrations`); at work the drivers are used directly, for loading SQLAlchemy takes a fifth of the second that an urgent
writ may take from the command to its exit.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from tengbol.book.schema import VERSION
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import polars as pl


#: Rows of a long table that are in memory as Python's objects at a time.
PART: Final = 100_000


class Store(Protocol):
    """An open book."""

    url: str
    #: Query for the table called `:name`.
    tables_sql: str

    def frame(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """Rows of a query as a frame with these columns."""
        ...

    def parts(self, sql: str, types: Mapping[str, pl.DataType]) -> Iterator[pl.DataFrame]:
        """Rows of a long query, `PART` at a time; within `reading`. A value of another type is null.

        Raises `UnusableInputError` where the store cannot be read.
        """
        ...

    def execute(self, sql: str, **values: Any) -> int:
        """Do a statement; returns how many rows it touched."""
        ...

    def insert(self, table: str, columns: Mapping[str, pl.DataType], frame: pl.DataFrame) -> None:
        """Add rows in bulk."""
        ...

    def among(self, column: str, name: str) -> str:
        """SQL that says whether a column is in the list `:name`."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that writes: all of it or nothing, and no other beside it."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """One snapshot for several queries."""
        ...

    def alone(self, chamber_id: str, wait: float) -> AbstractContextManager[None]:
        """Hold a chamber while its batch is made; the hold ends with the process, however it ends.

        Raises `UnusableInputError`, which says who runs, when it is not free within `wait` seconds.
        """
        ...

    def faults(self) -> list[str]:
        """What the store itself finds broken in its files, where it can tell."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


def url_from(given: str | None) -> str:
    """URL of the book: as given, else `TENGBOL_BOOK`; a bare path is a SQLite file."""
    url = given or os.environ.get("TENGBOL_BOOK")
    if not url:
        raise UnusableInputError("No book is named; give --book FILE (or a postgresql+psycopg:// URL) or TENGBOL_BOOK.")
    if url.startswith(("postgresql://", "postgresql+psycopg://")):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if url.startswith("sqlite:///"):
        return url
    if "://" in url:
        raise UnusableInputError(
            f"The book's URL '{url.partition('://')[0]}://…' is of no store known here; give a file's path, "
            "sqlite:///FILE or postgresql+psycopg://…."
        )
    return f"sqlite:///{url}"


def connect(url: str) -> Store:
    """Open the store itself, whatever is in it."""
    if url.startswith("sqlite:///"):
        from tengbol.book.sqlite import SQLite

        return SQLite(url, Path(url.removeprefix("sqlite:///")))
    from tengbol.book.postgresql import PostgreSQL

    return PostgreSQL(url)


def open_book(given: str | None) -> Store:
    """Open a book that `book init` has made. Raises `UnusableInputError` where there is none, or of another version."""
    url = url_from(given)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        raise UnusableInputError(
            f"{shown(url)}: there is no book; check the path, or make one with `tengbol book init`."
        )
    store = connect(url)
    version = store_version(store)
    if version != VERSION:
        store.close()
        found = "holds no book" if version is None else f"is a book of version {version}, this is made for {VERSION}"
        raise UnusableInputError(f"{shown(url)}: {found}; `tengbol book init` brings it up to date.")
    from tengbol.book.sharing import refuse_unmeant

    refuse_unmeant(store)
    return store


def store_version(store: Store) -> str | None:
    """Version of the schema in a store; None where there is none."""
    import polars as pl

    if not store.frame(store.tables_sql, {"name": pl.String()}, name="alembic_version").height:
        return None
    found = store.frame("SELECT version_num FROM alembic_version", {"version_num": pl.String()})
    return found["version_num"][0] if found.height else None


def shown(url: str) -> str:
    """A URL without its password, or a path."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    head, _, place = url.rpartition("@")
    scheme, _, person = head.partition("://")
    return f"{scheme}://{person.partition(':')[0]}@{place}" if head else url


def rows_of(rows: Sequence[Sequence[Any]], types: Mapping[str, pl.DataType], *, strict: bool = True) -> pl.DataFrame:
    """Rows of a driver as a frame. strict: whether a value of another type is an error, or else null."""
    import polars as pl

    if not rows:
        return pl.DataFrame(schema=dict(types))
    columns = zip(types.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([pl.Series(name, cells, dtype=dtype, strict=strict) for (name, dtype), cells in columns])
