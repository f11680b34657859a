"""Open books for threads: each is lent to one at a time, and one whose connection was cut is not lent again."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

from tengbol.book.store import open_book
from tengbol.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store

#: Seconds to wait for a book that another request has.
_PATIENCE = 20.0


class Pool:
    """At most `most` connections to one book, opened when they are first needed."""

    def __init__(self, url: str, most: int) -> None:
        self.url = url
        self._free: LifoQueue[Store | None] = LifoQueue()
        for _ in range(most):
            self._free.put(None)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Lend an open book. Raises `BusyError` where none is free in time."""
        try:
            store = self._free.get(timeout=_PATIENCE)
        except Empty:
            raise BusyError("The service is busy; try again.") from None
        try:
            if store is None:
                store = open_book(self.url)
            # What a refusal says was changed is what this request changed.
            store.written.clear()
            yield store
        finally:
            if store is not None and getattr(store.connection, "closed", False):  # type: ignore[attr-defined]
                store = None
            self._free.put(store)

    def close(self) -> None:
        """Close all that is not lent."""
        with suppress(Empty):
            while True:
                store = self._free.get_nowait()
                if store is not None:
                    store.close()
