"""One store behind one URL: what the rest of the book asks of SQLite and of PostgreSQL alike.

Statements are SQL that both understand, with `:name` for values. SQLAlchemy and alembic make the tables
(`migrations`); at work the drivers are used directly, for loading SQLAlchemy takes a fifth of the second that an urgent
writ may take from the command to its exit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakSet

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    import polars as pl


#: Rows of a long table that are in memory as Python's objects at a time.
PART: Final = 5_000


#: Begins what stands for a cell that is no text in a column of texts; nobody writes this sign.
_OTHER: Final = "\x1a"
#: Books that this process has open: after what should not happen, `audit` looks whether one of them is damaged.
OPEN: Final[WeakSet[Store]] = WeakSet()


class Store(Protocol):
    """An open book. What fails in the store itself is raised as `UnusableInputError`, or `BusyError` (`trouble`)."""

    url: str
    #: Query for the table called `:name`.
    tables_sql: str
    #: Whether it writes a row as JSON sooner than it hands over its cells (`lined`).
    writes_json: bool
    #: Where its last event is noted (`heads`).
    noted_at: Path
    #: What has been written by it and stands: the events, in words.
    written: list[str]

    def heard(self) -> AbstractContextManager[None]:
        """Within it an error of the driver is told as trouble of the store, where it is one."""
        ...

    def frame(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """Rows of a query as a frame with these columns."""
        ...

    def long(self, sql: str, types: Mapping[str, pl.DataType], **values: Any) -> pl.DataFrame:
        """The same of a query with very many rows, in any order."""
        ...

    def rows(self, sql: str, at_once: int = PART, **values: Any) -> Iterator[list[tuple[Any, ...]]]:
        """Rows of a long query as the driver gives them, so many at a time; within `reading`."""
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
        """One transaction that writes: all of it or nothing, and no other beside it.

        Raises `UnsureError` where nobody can tell which of the two, for the connection was cut at its end.
        """
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

    def interrupt(self) -> None:
        """End, from another thread, the statement under way: it fails, and its transaction is taken back."""
        ...

    def again(self) -> Store:
        """A further connection to the same store, whatever is in it."""
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
            "The book's URL '{url}://…' is of no store known here; give a file's path, sqlite:///FILE or "
            "postgresql+psycopg://….",
            url=url.partition("://")[0],
        )
    return f"sqlite:///{url}"


def files_of(url: str) -> dict[str, Path | None]:
    """Files that a book consists of, by what they are called; none where it is kept by a server."""
    if not url.startswith("sqlite:///"):
        return {}
    path = Path(url.removeprefix("sqlite:///"))
    beside = {f"the book's {end[1:]}": path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")}
    return {"the book": path, **beside}


def store_version(store: Store) -> str | None:
    """Version of the schema in a store; None where there is none."""
    import polars as pl

    if not store.frame(store.tables_sql, {"name": pl.String()}, name="alembic_version").height:
        return None
    found = store.frame("SELECT version_num FROM alembic_version", {"version_num": pl.String()})
    return found["version_num"][0] if found.height else None


_HOST: Final = r"(?:\[[0-9a-fA-F:.]*\]|[\w.-]*)(?::\d+)?"
#: A URL of a server in which it is plain what is a password and what is not.
_PLAIN: Final = re.compile(
    r"(?P<scheme>postgresql(?:\+psycopg)?://)(?:(?P<user>[^:/?#@]*)(?::[^:/?#@]*)?@)?"
    rf"(?P<place>{_HOST}(?:,{_HOST})*(?:/[^/?#@:]*)?)(?:\?(?P<rest>[^#@]*))?"
)


#: A URL of a server anywhere in a sentence, without the stops after it.
_ANY: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?://[^\s'\"]*?(?=[:;,.)]*(?:[\s'\"]|$))")


def shown(url: str) -> str:
    """A path; or a URL without anything that could be part of a password, wherever it is written in it."""
    if url.startswith("sqlite:///"):
        return url.removeprefix("sqlite:///")
    plain = _PLAIN.fullmatch(url)
    if plain is None:
        return f"{url.partition('://')[0]}://…"
    service = re.search(r"(?:^|&)(service=[\w.-]+)(?:&|$)", plain["rest"] or "")
    user = f"{plain['user']}@" if plain["user"] else ""
    return f"{plain['scheme']}{user}{plain['place']}{'?' + service[1] if service else ''}"


def without_passwords(sentence: str, urls: Iterable[str] = ()) -> str:
    """A sentence in which each URL of a server is as `shown`. urls: those that are known, wherever they end."""
    for url in urls:
        sentence = sentence.replace(url, shown(url))
    return _ANY.sub(lambda url: shown(url[0]), sentence)


def in_parts(store: Store, sql: str, types: Mapping[str, pl.DataType]) -> Iterator[pl.DataFrame]:
    """Rows of a long query as frames, `PART` at a time; within `reading`.

    A value of another type than its column is, as a number, null, and as a text none that anybody writes.
    """
    for rows in store.rows(sql):
        yield rows_of(rows, types, strict=False)


def rows_of(rows: Sequence[Sequence[Any]], types: Mapping[str, pl.DataType], *, strict: bool = True) -> pl.DataFrame:
    """Rows of a driver as a frame. strict: whether a value of another type is an error, or else as in `in_parts`."""
    import polars as pl

    if not rows:
        return pl.DataFrame(schema=dict(types))
    columns = zip(types.items(), zip(*rows, strict=True), strict=True)
    return pl.DataFrame([_column(name, cells, dtype, strict) for (name, dtype), cells in columns])


def _column(name: str, cells: Sequence[Any], dtype: pl.DataType, strict: bool) -> pl.Series:
    import polars as pl

    try:
        return pl.Series(name, cells, dtype=dtype)
    except TypeError:
        if strict:
            raise
    if dtype == pl.String:
        told = [cell if isinstance(cell, str | None) else f"{_OTHER}{cell!r}" for cell in cells]
    else:
        told = [cell if isinstance(cell, int) else None for cell in cells]
    return pl.Series(name, told, dtype=dtype)
