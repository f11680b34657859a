"""A book made of a backup: a new one, or in the place of one that is kept, which then steps aside and is not lost."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tengbol.book.access import connect, refuse_newer
from tengbol.book.acts import act, head
from tengbol.book.audit import audit
from tengbol.book.backup import pour
from tengbol.book.desk import unsigned
from tengbol.book.heads import beside, note, noted
from tengbol.book.migrations import upgrade
from tengbol.book.schema import NUMBER, TABLES, VERSION
from tengbol.book.store import shown, store_version, url_from
from tengbol.errors import BusyError, UnusableInputError
from tengbol.io import private
from tengbol.io.folders import cause
from tengbol.io.kinds import BACKUP, kind_of
from tengbol.io.staging import staging
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


def restore(file: Path, given: str | None, hand: Hand, *, replace: bool = False) -> tuple[dict[str, Any], Path | None]:
    """Make a book of a backup, after an audit of it; returns the backup's last event, and what stepped aside.

    replace: whether a book in a file that is kept there may step aside; one in a database never does. That it was
    restored, and what had been noted of the book before, is an event. Raises `UnusableInputError`.
    """
    url = url_from(given)
    _refuse_no_backup(file)
    try:
        with staging() as folder:
            new = folder / "book"
            _copied(file, new)
            ends = _audited(file, f"sqlite:///{new}")
            if not url.startswith("sqlite:///"):
                return _into_database(f"sqlite:///{new}", url, hand, ends), None
            return ends, _into_file(new, Path(url.removeprefix("sqlite:///")), hand, ends, replace)
    except OSError as error:
        raise UnusableInputError(
            "{url}: cannot be made of {file}: {cause} Nothing was changed.",
            url=shown(url),
            file=file,
            cause=cause(error),
        ) from error


def _refuse_no_backup(file: Path) -> None:
    try:
        kind = kind_of(file)
    except OSError as error:
        raise UnusableInputError("{file}: the backup cannot be read: {cause}", file=file, cause=cause(error)) from error
    if kind != BACKUP:
        what = Phrase("is no backup of a book") if file.exists() else Phrase("there is no such file")
        raise UnusableInputError("{file}: {what}; give a file that `tengbol book backup` wrote.", file=file, what=what)
    if private.readable([file]):
        raise private.refusal([file], "the backup")


def _copied(file: Path, new: Path) -> None:
    """Copy a backup to be a book."""
    private.make(new)
    try:
        with (
            closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(new, isolation_level=None)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA application_id = 0")
    except sqlite3.Error as error:
        raise UnusableInputError(
            "{file}: the backup cannot be read ({error}); take another. Nothing was changed.", file=file, error=error
        ) from error


def _audited(file: Path, url: str) -> dict[str, Any]:
    """The last event of a backup, which is brought up to date, if it fits in every row."""
    with closing(connect(url)) as copy:
        version = store_version(copy)
        refuse_newer(str(file), version)
    if version != VERSION:
        upgrade(url)
    with closing(connect(url)) as copy:
        found, ends = audit(copy), head(copy)
    if not found.ok or ends is None:
        fault = found.faults[0] if found.faults else "it has no events"
        raise UnusableInputError(
            "{file}: the backup is damaged ({fault}); take another. Nothing was changed.", file=file, fault=fault
        )
    return ends


def _into_database(source: str, url: str, hand: Hand, ends: dict[str, Any]) -> dict[str, Any]:
    with closing(connect(url)) as store:
        version = store_version(store)
    if version is None:
        upgrade(url)
    with closing(connect(url)) as store, closing(connect(source)) as copy:
        refuse_newer(url, version)
        with store.writing(), copy.reading():
            if head(store) is not None:
                raise UnusableInputError(
                    "{url}: there is a book already; restore into a new database, and give that one's address.",
                    url=shown(url),
                )
            pour(copy, store)
            for name in TABLES:
                # Rows to come are numbered on from those that are there.
                sequence = f"pg_get_serial_sequence('\"{name}\"', 'id')"
                store.frame(
                    f'SELECT setval({sequence}, coalesce(max(id), 1), count(*) > 0) AS n FROM "{name}"', {"n": NUMBER}
                )
        _restored(store, hand, ends, noted(store.noted_at))
    return ends


def _into_file(new: Path, place: Path, hand: Hand, ends: dict[str, Any], replace: bool) -> Path | None:
    there = place.exists() and place.stat().st_size > 0
    if there and not replace:
        raise UnusableInputError(
            "{place}: there is a book already; give the path of a new one, or --replace: it then steps aside.",
            place=place,
        )
    if there and kind_of(place) == BACKUP:
        raise UnusableInputError("{place}: is a backup itself; give the path of the book.", place=place)
    with closing(connect(f"sqlite:///{new}")) as store:
        before = noted(beside(place)) if there else None
        _restored(store, hand, ends, before)
        last = head(store)
        # One file, without a log beside it.
        store.execute("PRAGMA journal_mode = delete")
    with staging(place.absolute().parent, place.name) as folder:
        ready = folder / "new"
        private.make(ready)
        with closing(sqlite3.connect(new)) as source, closing(sqlite3.connect(ready)) as copy:
            source.backup(copy)
        aside = _aside(place) if there else None
        os.replace(ready, place)
    with closing(connect(f"sqlite:///{place}")) as store:
        note(store, last or ends)
    return aside


def _restored(store: Store, hand: Hand, ends: dict[str, Any], before: tuple[int, str] | None) -> None:
    with act(store, unsigned(store, hand), "book restored") as doing:
        doing.payload["backup"] = {"event": ends["seq"], "hash": ends["hash"]}
        if before is not None:
            doing.payload["noted"] = {"event": before[0], "hash": before[1]}


def _aside(place: Path) -> Path:
    """Give a book that nobody has open a second name, and take from its first what a damaged one has beside it."""
    try:
        with closing(sqlite3.connect(place, isolation_level=None, timeout=1.0)) as book:
            # Only who is alone with a book can take its log away.
            book.execute("PRAGMA journal_mode = delete").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BusyError(
                "{place}: somebody has the book open; try again when he is done. Nothing was changed.", place=place
            ) from error
    except sqlite3.DatabaseError:
        # Damaged: that may be why it is to be replaced.
        pass
    number = 1
    while (aside := place.with_name(f"{place.name}.replaced-{number}")).exists():
        number += 1
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            place.with_name(place.name + end).rename(aside.with_name(aside.name + end))
    try:
        # The book has a name at every moment.
        os.link(place, aside)
    except OSError:
        place.rename(aside)
    return aside
