"""Open books for threads: each is lent to one at a time, and one whose connection was cut is not lent again."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Final

from tengbol.book.access import open_book
from tengbol.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store

#: Seconds to wait for a book that another request has, and at the end for all to come back.
_PATIENCE, _ENDING = 20.0, 5.0
#: Between two interruptions of what is still at work then.
_EVERY: Final = 0.05
#: Of a session of PostgreSQL. Books lie on solid state disks, where a row found by an index costs hardly more than the
#: next row of a table; and many clients ask at once, so that workers for one of them are taken from the others. With
#: both, 50 clients on a million past writs got 95 of 100 answers within 2.4 s instead of 8.0. And each statement is
#: planned for its values: a plan for any, which a server takes after it was asked five times, read a million writs for
#: the hundred that wait, 1,094 ms instead of 0.5, and 2 for the plan.
_SETTINGS: Final = {
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "plan_cache_mode": "force_custom_plan",
}


class Pool:
    """At most `most` connections to one book, opened when they are first needed."""

    def __init__(self, url: str, most: int) -> None:
        self.url = url
        self._free: LifoQueue[Store | None] = LifoQueue()
        self._lent: set[Store] = set()
        self._ending = False
        for _ in range(most):
            self._free.put(None)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Lend an open book. Raises `BusyError` where none is free in time, and where the service ends."""
        try:
            store = self._free.get(timeout=_PATIENCE)
        except Empty:
            raise _busy() from None
        try:
            if self._ending:
                raise _busy()
            if store is None:
                store = _opened(self.url)
            self._lent.add(store)
            # What a refusal says was changed is what this request changed.
            store.written.clear()
            yield store
        except Exception as error:
            if self._ending and not isinstance(error, BusyError):
                raise _busy() from error
            raise
        finally:
            if store is not None:
                self._lent.discard(store)
                if getattr(store.connection, "closed", False):  # type: ignore[attr-defined]
                    store = None
            self._free.put(store)

    def close(self) -> None:
        """Interrupt all that is at work, and close all that comes back; what was not done is told as busy."""
        self._ending = True
        until = time.monotonic() + _ENDING
        while self._lent and time.monotonic() < until:
            for store in list(self._lent):
                store.interrupt()
            time.sleep(_EVERY)
        with suppress(Empty):
            while True:
                store = self._free.get_nowait()
                if store is not None:
                    store.close()
        # Whoever waits for a book, or comes now, is told so at once, one after the other.
        self._free.put(None)


def _opened(url: str) -> Store:
    store = open_book(url)
    if store.url.startswith("postgresql"):
        for name, value in _SETTINGS.items():
            store.execute(f"SET {name} = {value}")
    return store


def _busy() -> BusyError:
    return BusyError("The service is busy; try again.")
