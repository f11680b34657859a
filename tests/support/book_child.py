"""A process that does one thing to a book, says when it begins, and may kill itself in the middle of it.

`python book_child.py URL import|batch PATH|AS_OF [STATEMENT]`: with a number, SIGKILL before that statement. It ends by
saying how many statements there were.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tengbol.book.access import connect
from tengbol.book.acts import Hand
from tengbol.book.batches import batch
from tengbol.book.importing import import_tables

if TYPE_CHECKING:
    from tengbol.book.store import Store


def mined(store: Store, last: int) -> list[str]:
    """Put a mine under the store's `last`-th statement; returns what will be the names of its statements."""
    said: list[str] = []

    def under(method):
        def trodden(*given, **asked):
            said.append(method.__name__)
            if len(said) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*given, **asked)

        return trodden

    for name in ("frame", "execute", "insert"):
        setattr(store, name, under(getattr(store, name)))
    return said


def main(url: str, what: str, given: str, last: str = "0") -> None:
    store = connect(url)
    said = mined(store, int(last))
    print("begins", flush=True)
    if what == "import":
        import_tables(store, Path(given), Hand("child"))
    else:
        batch(store, Hand("child", "a past day"), as_of=dt.datetime.fromisoformat(given), wait=30)
    print(len(said), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
