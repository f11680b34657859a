"""Going on for a reason, as an event that says so: with an older book that was put in another's place (`book accept`),
and without rows that restrict or remember, which an import of version 0.1.0 left out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tengbol.book.acts import act, head
from tengbol.book.desk import unsigned
from tengbol.book.heads import noted, older
from tengbol.book.kept import selected
from tengbol.book.schema import NUMBER, TABLES
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
        raise UnusableInputError(
            "{last}: the book ends with another event; `tengbol book status` tells its hash.", last=last
        )
    with act(store, unsigned(store, hand), "older book accepted") as doing:
        doing.payload["noted"] = {"event": known[0], "hash": known[1]}


def accept_lost(store: Store, hand: Hand, reason: str | None) -> None:
    """Accept the rows that earlier imports lost, once for all of them. Raises `UnusableInputError` without a reason."""
    rows = store.frame(
        f"SELECT {selected('rejected', 'r')} FROM rejected r JOIN events e ON e.seq = r.since "
        "WHERE e.what = 'import' AND r.code NOT IN ('kept_by_book', 'open_proceeding') "
        "AND r.\"table\" IN ('attachments', 'absences', 'recusals', 'ledger', 'balances') "
        "AND r.since > (SELECT coalesce(max(seq), 0) FROM events WHERE what = 'rows accepted')",
        {"id": NUMBER, **TABLES["rejected"].types, "since": NUMBER},
    )
    if rows.is_empty():
        return
    from tengbol.io.lost import lost, refusal  # what it loads costs an urgent writ half of its second

    rows = lost(rows)
    if rows.is_empty():
        return
    if reason is None or not reason.strip():
        raise refusal(rows)
    whose = replace(hand, document="; ".join(filter(None, (hand.document, reason.strip()))))
    with act(store, whose, "rows accepted", subject=f"{rows.height} rows") as doing:
        doing.payload["rows"] = rows.select("table", "row", "code").rows(named=True)
