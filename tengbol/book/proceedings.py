"""Whether ledger and states have what the batches assigned: what follows from other rows is told again (`book audit`).

Whoever can make all hashes of a book anew could give a writ's proceeding to another enforcer, to whom the next writs of
its debtor would then be bound (¶13, ¶14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import later
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: The event that assigned, `held` by the rows that it wrote of each writ; the few that are otherwise.
_OTHERWISE: Final = {
    "ledger": (
        "h.closed_at IS NULL",
        "h.enforcer_id",
        "a.enforcer_id",
        mark("its batch assigned it to {due}, and the ledger has it opened with {found}"),
    ),
    "states": (
        "h.state <> 'pending'",
        "h.state",
        "'assigned'",
        mark("its batch left it {due}, and the state written then is {found}"),
    ),
}


def faults_of_proceedings(store: Store, begin: int = 0) -> list[tuple[int, str, str, Phrase]]:
    """Event, table, writ and a sentence of what was opened otherwise than assigned, in events after `begin`."""
    found: list[tuple[int, str, str, Phrase]] = []
    types = {"seq": pl.Int64(), "writ_id": pl.String(), "due": pl.String(), "found": pl.String()}
    for table, (which, told, due, sentence) in _OTHERWISE.items():
        # The plus keeps SQLite from going through all rows of an event for each writ of it.
        odd = store.frame(
            f"SELECT a.since AS seq, a.writ_id, {due} AS due, {told} AS found FROM assignments a "
            f'LEFT JOIN "{table}" h ON h.writ_id = a.writ_id AND +h.since = a.since AND {which} '
            f"WHERE {later(begin, 'a.since')} AND ({told} IS NULL OR {told} <> {due}) ORDER BY a.since, a.writ_id",
            types,
        )
        found += [
            (seq, table, writ_id, Phrase(sentence, due=due, found=found or "-"))
            for seq, writ_id, due, found in odd.iter_rows()
        ]
    return found
