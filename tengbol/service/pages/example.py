"""An example chamber to practise on: its book says so in its events, on every page, and is never published."""

from __future__ import annotations

from typing import Any

from tengbol.book.example import marked_example


def is_example(state: Any) -> bool:
    """The same of a server's book, which is looked up once: what a book is never changes."""
    if not hasattr(state, "example"):
        with state.pool.store() as store:
            state.example = marked_example(store)
    return state.example
