"""Whose a book in a file is: its owner's alone, or kept together by a group of the system's users, as the book says.

What a group may read is refused unless the book's last event about it names that group: a mode that slipped open is not
mistaken for one that was meant.
"""

from __future__ import annotations

import os
import shlex
import stat
from typing import TYPE_CHECKING, Final

from tengbol.book.acts import act, events, payload
from tengbol.book.sqlite import SQLite
from tengbol.book.store import store_version
from tengbol.errors import UnusableInputError
from tengbol.io import private
from tengbol.io.folders import cause

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

_SHARED: Final = "book shared"
#: What a folder lets its group do, and that what is made in it is the group's too.
_OF_GROUP: Final = stat.S_ISGID | stat.S_IRWXG


def share(store: Store, hand: Hand, group: str) -> None:
    """Let a group keep a book together: its file, and what lies beside it, are 0660 from now on.

    Raises `UnusableInputError` where the book is in no file, there is no such group, or the folder is not the group's.
    """
    if not isinstance(store, SQLite):
        raise UnusableInputError("--group is for a book in a file; who may use a database is for its server to say.")
    number, place = _number(group), store.path
    if number is None:
        raise UnusableInputError(
            "--group {group}: the system knows no such group; make it, or check its name.", group=group
        )
    folder = place.absolute().parent
    told = folder.stat()
    if told.st_gid != number or told.st_mode & _OF_GROUP != _OF_GROUP:
        opens = f"{shlex.join(['chgrp', group, str(folder)])} && {shlex.join(['chmod', 'g+rwxs', str(folder)])}"
        raise UnusableInputError(
            "{folder}: is not a folder of the group {group}; make it one with: {opens}",
            folder=folder,
            group=group,
            opens=opens,
        )
    with act(store, hand, _SHARED) as doing:
        doing.payload["group"] = group
    try:
        for path in (*store.files(), *store.beside()):
            os.chown(path, -1, number)
            path.chmod(private.SHARED)
    except OSError as error:
        raise UnusableInputError(
            "{place}: cannot be given to the group {group}: {cause} The book is its owner's alone.",
            place=place,
            group=group,
            cause=cause(error),
        ) from error


def refuse_unmeant(store: Store) -> None:
    """Raise `UnusableInputError` where anybody may read a book's file whom the book does not name; close it then."""
    if not isinstance(store, SQLite):
        return
    group = private.shared_with(store.path)
    meant = group is not None and group == _named(store)
    found = private.readable(store.files(), group=meant)
    if found:
        # That takes its log away too, where nobody else has it open.
        store.close()
        raise private.refusal([path for path in found if path.exists()] or [store.path], "the book", group=meant)


def _named(store: SQLite) -> int | None:
    """Number of the group that the book says it is shared with."""
    if store_version(store) is None:
        return None
    said = events(store, "what = :what", what=_SHARED)
    return None if said.is_empty() else _number(payload(said.row(-1, named=True))["group"])


def _number(group: str) -> int | None:
    try:
        from grp import getgrnam

        return getgrnam(group).gr_gid
    except (ImportError, KeyError):
        return None
