"""A book to practise on: it says so in its events, on its papers and on every page, and is never published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.book.acts import events

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: The event by which a book is one to practise on.
EXAMPLE: Final = "example book"


def marked_example(store: Store) -> bool:
    """Whether a book is one to practise on."""
    return events(store, "what = :what", what=EXAMPLE).height > 0
