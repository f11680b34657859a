"""Access to a book: the store that a URL names, and whether it holds a book that this version may open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tengbol.book import heads
from tengbol.book.schema import VERSION
from tengbol.book.sharing import refuse_unmeant
from tengbol.book.store import OPEN, shown, store_version, url_from
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.store import Store


def connect(url: str) -> Store:
    """Open the store itself, whatever is in it."""
    if url.startswith("sqlite:///"):
        from tengbol.book.sqlite import SQLite as Kind
    else:
        from tengbol.book.postgresql import PostgreSQL as Kind
    store = Kind(url)
    OPEN.add(store)
    return store


def open_book(given: str | None, *, older: bool = False) -> Store:
    """Open a book that `book init` has made.

    older: whether it may be an older one than was known here, for who wants to look at it or to accept it. Raises
    `UnusableInputError` where there is none, or of another version, or others may read it.
    """
    url = url_from(given)
    refuse_foreign(url)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).is_file():
        raise UnusableInputError(
            "{url}: there is no book; check the path, or make one with `tengbol book init`.", url=shown(url)
        )
    refuse_backup(url)
    store = connect(url)
    version = store_version(store)
    if version != VERSION:
        store.close()
        refuse_newer(url, version)
        found = (
            Phrase("holds no book")
            if version is None
            else Phrase("is a book of version {version}, this is made for {known}", version=version, known=VERSION)
        )
        raise UnusableInputError(
            "{url}: {found}; `tengbol book init` brings it up to date.", url=shown(url), found=found
        )
    refuse_unmeant(store)
    if not older and (told := heads.older(store)):
        raise UnusableInputError(told)
    return store


def refuse_backup(url: str) -> None:
    """Raise `UnusableInputError` where a backup is taken for a book."""
    if not url.startswith("sqlite:///"):
        return
    from tengbol.book.sqlite import is_backup

    path = Path(url.removeprefix("sqlite:///"))
    if path.is_file() and is_backup(path):
        raise UnusableInputError(
            "{path}: is a backup, and stays as it is; make a book of it with: tengbol book restore FILE --book NEW",
            path=path,
        )


def refuse_foreign(url: str) -> None:
    """Raise `UnusableInputError` where a book's path is that of no file, or of another program's database.

    Of a device that all may read, the user would else be told to close it to them.
    """
    if not url.startswith("sqlite:///"):
        return
    from tengbol.book.sqlite import is_foreign

    path = Path(url.removeprefix("sqlite:///"))
    if path.exists() and not path.is_file():
        raise UnusableInputError("{path}: is no file, and a book is one; give another path.", path=path)
    if path.is_file() and is_foreign(path):
        raise UnusableInputError(
            "{path}: is a database of another program, and stays as it is; give another path.", path=path
        )


def refuse_newer(url: str, version: str | None) -> None:
    """Raise `UnusableInputError` where a later tengbol has made a book: its versions are numbered in order."""
    if version is not None and version > VERSION:
        raise UnusableInputError(
            "{url}: is a book made by a newer version of tengbol (book version {version}; this one knows "
            "{version2}); install that version. Nothing was changed.",
            url=shown(url),
            version=version,
            version2=VERSION,
        )
