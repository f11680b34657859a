"""A book's beginning, and a chamber's: the key that masks ids, the first secret, and what is published of both."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.access import connect, refuse_backup, refuse_foreign, refuse_newer
from tengbol.book.acts import act, head
from tengbol.book.counted import keep
from tengbol.book.desk import unsigned
from tengbol.book.heads import older
from tengbol.book.schema import VERSION
from tengbol.book.sharing import refuse_unmeant, share
from tengbol.book.store import store_version, url_from
from tengbol.errors import UnusableInputError
from tengbol.io.key import commitment as key_commitment

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


def init(given: str | None, hand: Hand, *, group: str | None = None) -> tuple[Store, bool]:
    """Make the tables where there are none, bring older ones up to date; returns the book and whether it is new.

    A new book draws its key; a chamber's first secret is drawn when its first district comes into the book. group: of
    the system's users, who keep the book together (`sharing`).
    """
    store, new = _opened(given, hand)
    if group is not None:
        share(store, unsigned(store, hand), group)
    return store, new


def _opened(given: str | None, hand: Hand) -> tuple[Store, bool]:
    url = url_from(given)
    refuse_foreign(url)
    refuse_backup(url)
    store = connect(url)
    refuse_unmeant(store)
    version = store_version(store)
    if version != VERSION:
        refuse_newer(url, version)
        from tengbol.book.migrations import upgrade

        store.close()
        upgrade(url)
        store = connect(url)
        with store.writing():
            if last := head(store):
                keep(store, last)
    if head(store):
        if told := older(store):
            raise UnusableInputError(told)
        return store, False
    key = secrets.token_hex(32)
    with suppress(_LateError), act(store, hand, "book opened") as doing:
        if doing.seq > 1:
            raise _LateError
        _set(store, "key", key)
        doing.payload["key_commitment"] = key_commitment(key)
        return store, True
    return store, False


class _LateError(Exception):
    """Another process opened the book in the meantime."""


def _set(store: Store, name: str, value: str) -> None:
    types = {"name": pl.String(), "value": pl.String()}
    store.insert("settings", types, pl.DataFrame({"name": [name], "value": [value]}, schema=types))


def key_of(store: Store) -> str:
    """The book's own key, never published."""
    return store.frame("SELECT value FROM settings WHERE name = 'key'", {"value": pl.String()})["value"][0]


def keep_secret(store: Store, chamber_id: str, number: int, secret: str) -> None:
    """Keep the secret of a chamber's batch until that batch reveals it."""
    types = {"chamber_id": pl.String(), "number": pl.Int64(), "secret": pl.String()}
    row = pl.DataFrame({"chamber_id": [chamber_id], "number": [number], "secret": [secret]}, schema=types)
    store.insert("secrets", types, row)


def secret_of(store: Store, chamber_id: str, number: int) -> str:
    """The secret of a chamber's batch."""
    found = store.frame(
        "SELECT secret FROM secrets WHERE chamber_id = :chamber_id AND number = :number",
        {"secret": pl.String()},
        chamber_id=chamber_id,
        number=number,
    )
    return found["secret"][0]
