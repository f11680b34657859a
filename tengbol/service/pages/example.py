"""An example chamber to practise on: its book says so in its events, on every page, and is never published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tengbol.book.acts import events
from tengbol.book.publishing import EXAMPLE

if TYPE_CHECKING:
    from tengbol.book.store import Store


def marked_example(store: Store) -> bool:
    """Whether a book is an example."""
    return events(store, "what = :what", what=EXAMPLE).height > 0


def is_example(state: Any) -> bool:
    """The same of a server's book, which is looked up once: what a book is never changes."""
    if not hasattr(state, "example"):
        with state.pool.store() as store:
            state.example = marked_example(store)
    return state.example
