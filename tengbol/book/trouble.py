"""What to say when a store fails: whose to mend, whether trying again helps, and whether anything was changed.

Told by the store's own codes (SQLite's result codes, SQL's states), never by a driver's classes, which put what a user
can mend and what he cannot under one name. A code that is not here is a fault of ours, or a book that was changed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tengbol.book.schema import NUMBER
from tengbol.book.store import shown
from tengbol.errors import BusyError, UnusableInputError
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    import sqlite3

    import psycopg

    from tengbol.book.store import Store

#: By SQLite's primary result codes: what it is, and what to do.
_SQLITE: Final = {
    3: (mark("the system does not allow it"), mark("check whose the file and its folder are.")),
    8: (
        mark("it may only be read"),
        mark("allow writing to the file and its folder, or copy it to where that is allowed."),
    ),
    10: (mark("the disk could not be read or written"), mark("look after the disk, and whether it is full.")),
    11: (
        mark("its file is damaged"),
        mark("`tengbol book audit` says more; `tengbol book restore` makes a book of a backup."),
    ),
    13: (mark("there is no more space"), mark("free some on its disk.")),
    14: (
        mark("its file cannot be opened"),
        mark("check the path, whose the file and its folder are, and whether its disk is full."),
    ),
    26: (
        mark("its file is damaged, or no book at all"),
        mark("check the path; `tengbol book restore` makes a book of a backup."),
    ),
}
_SQLITE_BUSY: Final = frozenset({5, 6})
_READ_ONLY: Final = 8
_NOT_OPENED: Final = 14

#: By SQL state, or its first two digits: what it is, and what to do.
_SQL: Final = {
    "25006": (mark("it may only be read"), mark("use the server that may be written to.")),
    "28": (
        mark("the server does not let you in"),
        mark("check user and password (PGPASSFILE), or ask who runs the server."),
    ),
    "3D": (mark("the server has no such database"), mark("check the URL, or make it with createdb.")),
    "42501": (mark("the server does not allow it"), mark("ask who runs the server for the right.")),
    "53100": (mark("the server's disk is full"), mark("free some space there.")),
    "58": (mark("the server cannot read or write its files"), mark("ask who runs it to look after its disk.")),
    "XX001": (mark("the server's files are damaged"), mark("restore a backup there, or with `tengbol book restore`.")),
    "XX002": (mark("the server's files are damaged"), mark("restore a backup there, or with `tengbol book restore`.")),
}
#: What passes: connections cut or not to be had, a server that starts or stops, a lock that another holds.
_SQL_BUSY: Final = ("08", "40", "53", "55P03", "57")


class UnsureError(Exception):
    """A commit was cut in the middle, which may have been done or not. The message: what happened.

    otherwise: what to raise where it was not done.
    """

    def __init__(self, message: str, otherwise: UnusableInputError) -> None:
        super().__init__(message)
        self.otherwise = otherwise


def of_sqlite(store: Store, place: str, error: sqlite3.Error) -> UnusableInputError | None:
    """What to say of an error of SQLite; None where it is none of the store's troubles."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_BUSY:
        return BusyError(
            "{place}: another process writes to the book ({error}); try again. {changed}",
            place=place,
            error=error,
            changed=changed(store),
        )
    if code == _NOT_OPENED and Path(place).is_file() and not os.access(Path(place).parent, os.W_OK):
        # SQLite keeps files beside a book that is open, and says only that there was one that it could not open.
        code = _READ_ONLY
    if code not in _SQLITE:
        return None
    what, advice = _SQLITE[code]
    return UnusableInputError(
        "{place}: {what} ({error}); {advice} {changed}",
        place=place,
        what=Phrase(what),
        error=error,
        advice=Phrase(advice),
        changed=changed(store),
    )


def of_postgresql(store: Store, place: str, error: psycopg.Error, *, cut: bool) -> UnusableInputError | None:
    """The same of an error of PostgreSQL. cut: whether the connection is gone."""
    state, reason = error.sqlstate or "", first_line(error)
    if not cut:
        for known in (state, state[:2]):
            if known in _SQL:
                what, advice = _SQL[known]
                return UnusableInputError(
                    "{place}: {what} ({reason}); {advice} {changed}",
                    place=place,
                    what=Phrase(what),
                    reason=reason,
                    advice=Phrase(advice),
                    changed=changed(store),
                )
    if cut or state.startswith(_SQL_BUSY):
        return BusyError(
            "{place}: busy, or the connection was cut ({reason}); try again. {changed}",
            place=place,
            reason=reason,
            changed=changed(store),
        )
    return None


def changed(store: Store) -> Phrase:
    """Whether the command has changed the book, up to a transaction that failed."""
    if not store.written:
        return Phrase("Nothing was changed.")
    return Phrase("Nothing more was changed; what stands in the book: {acts}.", acts=", ".join(store.written[-3:]))


def settled(store: Store, error: UnsureError, event: dict[str, Any]) -> UnusableInputError:
    """After a commit that was cut: look again, by a new connection, whether its event is in the chain; what to say.

    Looked for within the line of writers: so a server that is still at it has ended before.
    """
    begun = Phrase("{url}: cut off at the last moment ({error});", url=shown(store.url), error=error)
    try:
        again = store.again()
        with again.writing():
            found = again.frame("SELECT seq FROM events WHERE hash = :hash", {"seq": NUMBER}, hash=event["hash"]).height
        again.close()
    except (UnusableInputError, UnsureError):
        return BusyError(
            "{begun} whether it was written cannot be told now. `tengbol book status` will tell: it was, if event "
            "{seq} ({hash}) is there.",
            begun=begun,
            seq=event["seq"],
            hash=event["hash"],
        )
    if found:
        store.written.append(f"{event['what']} (event {event['seq']})")
        return BusyError(
            "{begun} looked again: it was written whole, as event {seq}; do not do it again.",
            begun=begun,
            seq=event["seq"],
        )
    return error.otherwise


def first_line(error: Exception) -> str:
    """What a driver says, in one line."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
