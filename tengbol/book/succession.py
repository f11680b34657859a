"""`book succeed`: a district's code gives place to another's, and what lies under it goes with it (¶9, ¶10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import held, holding
from tengbol.book.performing import Effect, one_of, performed, refuse_alone
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

REASONS: Final = ("district_renamed", "district_merged")
#: Tables whose rows name the district by `district_id`.
_NAMES: Final = ("enforcers", "attachments", "ledger", "centres")


def succeed(store: Store, hand: Hand, old: str, new: str, *, reason: str, dry_run: bool = False) -> Effect:
    """Let a district take another's place in all that waits, is held, and serves; what is past keeps the old code."""
    one_of("--reason", reason, REASONS)

    def work(doing: Act) -> Effect:
        known = held(store, "districts", store.among("t.district_id", "ids"), ids=[old, new])
        for asked in (old, new):
            if asked not in known["district_id"]:
                raise UnusableInputError(
                    "District '{asked}' is not in the book; import it first, or check its code.", asked=asked
                )
        if old == new or known["chamber_id"].n_unique() > 1:
            raise UnusableInputError(
                "Districts {old} and {new} are one, or of two chambers; give two of one chamber.", old=old, new=new
            )
        refuse_alone(hand)
        counts = {table: _moved(store, doing, table, old, new) for table in _NAMES}
        waiting = store.frame(
            f"SELECT s.writ_id FROM states s JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
            f"WHERE {holding('s')} AND s.state IN ('pending', 'set_aside') AND w.debtor_district_id = :old",
            {"writ_id": pl.String()},
            old=old,
        )
        # Those that are held or closed may come back, and then wait here.
        rows = held(store, "writs", "t.debtor_district_id = :old", old=old)
        doing.end("writs", rows)
        doing.write("writs", rows.with_columns(debtor_district_id=pl.lit(new)).select(TABLES["writs"].columns))
        doing.payload |= {"from": old, "to": new, "writs": waiting.height, **counts}
        said = Phrase(
            "{new} takes the place of {old}. With it go: writs that wait: {waiting}, open proceedings: {proceedings}, "
            "enforcers: {enforcers}, attachments: {attachments}.",
            new=new,
            old=old,
            waiting=waiting.height,
            proceedings=counts["ledger"],
            enforcers=counts["enforcers"],
            attachments=counts["attachments"],
        )
        return Effect((said,))

    return performed(store, hand, "succeed", old, work, reason=reason, dry_run=dry_run)


def _moved(store: Store, doing: Act, table: str, old: str, new: str) -> int:
    open_ones = "t.district_id = :old" + (" AND t.closed_at IS NULL" if table == "ledger" else "")
    rows, columns = held(store, table, open_ones, old=old), TABLES[table].columns
    renamed = rows.with_columns(district_id=pl.lit(new)).select(columns)
    # Whoever is attached to both, or a centre that both are, is there already.
    there = held(store, table, "t.district_id = :new", new=new).select(columns)
    doing.end(table, rows)
    doing.write(table, renamed.join(there, on=columns, how="anti", nulls_equal=True) if table != "ledger" else renamed)
    return rows.height
