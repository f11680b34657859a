"""How long names are kept once a proceeding is over: set by an act, and from then on applied day by day.

By whoever serves the book, and by `book erase`. How long is the chamber's to decide, on a document, which each erasure
rests on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tengbol.book.acts import act, events, payload
from tengbol.book.erasing import erase
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

_SET: Final = "retention set"
_LONGEST: Final = 36_500


@dataclass(frozen=True)
class Retention:
    """days: for which names are kept after the day on which a writ was closed, withdrawn or annulled. document: by
    which that was decided.
    """

    days: int
    document: str


def retain(store: Store, hand: Hand, days: int | None) -> None:
    """Set for how many days names are kept; None: until somebody erases them. Raises `UnusableInputError`."""
    if not (hand.document or "").strip():
        raise UnusableInputError("--keep needs --document TEXT: the paper on which it is decided, its number and day.")
    if days is not None and not 1 <= days <= _LONGEST:
        raise UnusableInputError("--keep {days}: give 1 to {most} days, or none.", days=str(days), most=_LONGEST)
    with act(store, hand, _SET) as doing:
        doing.payload["days"] = days


def retention(store: Store) -> Retention | None:
    """What is set, if anything."""
    told = events(store, f"what = '{_SET}'")
    if told.is_empty():
        return None
    last = told.row(-1, named=True)
    days = payload(last)["days"]
    return None if days is None else Retention(days, last["document"])


def apply(store: Store, hand: Hand) -> tuple[dt.date, int] | None:
    """Erase what is over for longer than is set: before which day, and names of how many writs; None: nothing is set.

    It rests on the document of the hand or, where it has none, on that by which the days were set. Raises
    `UnusableInputError`.
    """
    found = retention(store)
    if found is None:
        return None
    before = hand.clock().date() - dt.timedelta(days=found.days)
    return before, erase(store, replace(hand, document=hand.document or found.document), before, quiet=True)
