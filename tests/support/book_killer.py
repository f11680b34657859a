"""A process that does one command on a book, and may kill itself before one of its statements.

`python book_killer.py STATEMENT WORDS...`: SIGKILL before that statement (0: none). It ends by saying how many.
"""

from __future__ import annotations

import sys

from book_child import mined

import tengbol.book.access as stores
from tengbol.cli import main


def run(last: str, *words: str) -> None:
    opens, said = stores.open_book, [[]]

    def opened(*given, **asked):
        store = opens(*given, **asked)
        said.append(mined(store, int(last)))
        return store

    stores.open_book = opened
    sys.argv = ["tengbol", *words]
    try:
        main()
    finally:
        print(f"statements {len(said[-1])}", flush=True)


if __name__ == "__main__":
    run(*sys.argv[1:])
