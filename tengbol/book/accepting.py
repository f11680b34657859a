"""`book accept`: going on with an older book that was put in another's place, as an event that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.book.acts import act, head
from tengbol.book.heads import noted, older
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


def accept(store: Store, hand: Hand, last: str) -> None:
    """Accept a book that ends with the event of the hash `last`. Raises `UnusableInputError` where that is not so."""
    known, ends = noted(store.noted_at), head(store)
    if known is None or older(store) is None:
        raise UnusableInputError("There is nothing to accept: the last event noted of this book is in it.")
    if ends is None or ends["hash"] != last:
        raise UnusableInputError(f"{last}: the book ends with another event; `tengbol book status` tells its hash.")
    with act(store, hand, "older book accepted") as doing:
        doing.payload["noted"] = {"event": known[0], "hash": known[1]}
