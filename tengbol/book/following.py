"""Whether rows follow each other as acts write them, and each batch took all that waited (`book audit`).

Whoever can make all hashes of a book anew could end a balance or a state with nothing in its place, by which a writ or
what somebody received is gone; or, with a program of his own, hold a writ back while it waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.book.kept import holding, later
from tengbol.book.schema import NUMBER, TEXT
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: Rows `t` that end without another of the same key, which the same event writes. Of a writ there are few rows, and the
#: plus keeps SQLite from going through all of an event for each; of a balance there is one of every batch.
_ENDED: Final = {
    **{
        table: f"SELECT t.until, t.writ_id FROM {table} t LEFT JOIN {table} n ON n.writ_id = t.writ_id{also} "
        "AND +n.since = t.until AND n.id <> t.id "
        "WHERE t.until IS NOT NULL AND {later} AND (n.id IS NULL OR t.until < t.since) ORDER BY t.until, t.writ_id"
        for table, also in (("writs", ""), ("states", ""), ("ledger", " AND n.assigned_at = t.assigned_at"))
    },
    "balances": "SELECT until, enforcer_id FROM (SELECT t.until, t.enforcer_id, lead(t.since) OVER "
    "(PARTITION BY t.enforcer_id, t.category ORDER BY t.since, t.id) AS due FROM balances t "
    "WHERE t.until IS NULL OR {later}) known WHERE until IS NOT NULL AND (due IS NULL OR due <> until) "
    "ORDER BY until, enforcer_id",
}
_NOTHING: Final = mark("was ended with nothing in its place")
#: What waited before a batch (`gathering.pending`), and is neither assigned nor unassigned in it. An urgent writ's
#: batch takes that writ alone, and those that go with it. CROSS and the empty text make SQLite seek, for each writ, the
#: few batches that it waited for, and not the other way round.
_LEFT_OUT: Final = (
    "SELECT b.since, b.batch_id, min(s.writ_id), count(*) "
    "FROM states s CROSS JOIN batches b CROSS JOIN writs w CROSS JOIN districts d "
    "WHERE s.state = 'pending' AND {later} AND b.kind || '' = 'batch' "
    "AND b.since > s.since AND b.since <= coalesce(s.until, {last}) "
    "AND w.writ_id = s.writ_id AND w.since < b.since AND (w.until IS NULL OR w.until >= b.since) "
    "AND d.district_id = w.debtor_district_id AND d.chamber_id = b.chamber_id "
    "AND d.since < b.since AND (d.until IS NULL OR d.until >= b.since) "
    "AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.batch_id = b.batch_id AND a.writ_id = s.writ_id) "
    "AND NOT EXISTS (SELECT 1 FROM unassigned u WHERE u.batch_id = b.batch_id AND u.writ_id = s.writ_id) "
    "GROUP BY b.since, b.batch_id ORDER BY b.since"
)
#: No event has a greater number.
_LAST: Final = 2**62
_HELD_BACK: Final = mark("left out writs that waited: {n}, {writ_id} for one")
#: What a correction took from an enforcer, by which it may be given again, is what its batch had given.
_TAKEN: Final = (
    "SELECT c.since, c.writ_id FROM corrections c LEFT JOIN assignments a ON a.batch_id = c.batch_id "
    "AND a.writ_id = c.writ_id AND a.enforcer_id = c.enforcer_id AND a.category = c.category AND a.pool_id = c.pool_id "
    "WHERE {later} AND a.id IS NULL ORDER BY c.since, c.writ_id"
)
_NOT_GIVEN: Final = mark("is not what its batch gave")
#: A writ that waits or was distributed, and is in no state or has no row.
_LOST: Final = (
    f"SELECT w.since, w.writ_id FROM writs w LEFT JOIN states s ON s.writ_id = w.writ_id AND {holding('s')} "
    f"WHERE {holding('w')} AND {{later}} AND s.id IS NULL ORDER BY w.since, w.writ_id"
)
_NO_STATE: Final = mark("is in no state, so that no batch takes it")


def faults_of_following(store: Store, begin: int = 0) -> list[tuple[int, str, str, Phrase]]:
    """Event, table, row and a sentence of what ended, was left out or was taken otherwise, in events after `begin`."""
    found: list[tuple[int, str, str, Phrase]] = []
    two = {"seq": NUMBER, "what": TEXT}
    for table, asked in _ENDED.items():
        ended = store.frame(asked.format(later=later(begin, "t.until")), two)
        found += [(seq, table, row, Phrase(_NOTHING)) for seq, row in ended.iter_rows()]
    taken = store.frame(_TAKEN.format(later=later(begin, "c.since")), two)
    found += [(seq, "corrections", row, Phrase(_NOT_GIVEN)) for seq, row in taken.iter_rows()]
    lost = store.frame(_LOST.format(later=later(begin, "w.since")), two)
    found += [(seq, "writs", row, Phrase(_NO_STATE)) for seq, row in lost.iter_rows()]
    left = store.frame(
        _LEFT_OUT.format(later=later(begin, "b.since"), last=_LAST),
        {"seq": NUMBER, "batch_id": TEXT, "writ_id": TEXT, "n": NUMBER},
    )
    found += [
        (seq, "batches", name, Phrase(_HELD_BACK, n=n, writ_id=writ_id)) for seq, name, writ_id, n in left.iter_rows()
    ]
    return found
