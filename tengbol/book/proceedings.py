"""Whether ledger and states have what the batches assigned: what follows from other rows is told again (`book audit`).

Whoever can make all hashes of a book anew could give a writ's proceeding to another enforcer, to whom the next writs of
its debtor would then be bound (¶13, ¶14), or another debtor; at once, or by a later row of the same proceeding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tengbol.book.kept import later
from tengbol.book.schema import NUMBER, TEXT
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from tengbol.book.store import Store

#: The rows `h` that the event of a batch writes of each writ that it assigns, and what is due in them, by the
#: assignment `a`, the batch `b` and the writ `w` as it was then. The first that is otherwise is told.
_DUE: Final = {
    "ledger": (
        "h.closed_at IS NULL",
        {
            "enforcer_id": "a.enforcer_id",
            "category": "a.category",
            "district_id": "w.debtor_district_id",
            "debtor_id": "w.debtor_id",
            "case_id": "w.case_id",
            "assigned_at": "b.as_of",
        },
    ),
    "states": ("h.state <> 'pending'", {"state": "'assigned'", "at": "b.as_of", "batch_id": "a.batch_id"}),
}
_SENTENCES: Final = {
    "enforcer_id": mark("its batch assigned it to {due}, and the ledger has it opened with {found}"),
    "state": mark("its batch left it {due}, and the state written then is {found}"),
}
_OTHERWISE: Final = mark("its batch gives {due} as {column}, and the row written then has {found}")
_NOT_OF_BATCH: Final = mark("its batch wrote it, and did not assign this writ")
#: Rows that an act wrote of a proceeding that was not open before, or was another's: only imports and batches open any.
_OPENED: Final = mark("no batch and no import opened this proceeding with this enforcer")
_NOT_OPENED: Final = (
    "SELECT h.since AS seq, h.writ_id FROM ledger h JOIN events e ON e.seq = h.since "
    "LEFT JOIN batches b ON b.since = h.since "
    "WHERE {later} AND e.what NOT LIKE 'import%' AND (b.id IS NULL OR h.closed_at IS NOT NULL) AND NOT EXISTS ("
    "SELECT 1 FROM ledger o WHERE o.writ_id = h.writ_id AND o.since < h.since AND o.assigned_at = h.assigned_at "
    "AND o.enforcer_id = h.enforcer_id AND o.category = h.category) ORDER BY h.since, h.writ_id"
)


def faults_of_proceedings(store: Store, begin: int = 0) -> list[tuple[int, str, str, Phrase]]:
    """Event, table, writ and a sentence of what was opened otherwise than assigned, in events after `begin`."""
    found: list[tuple[int, str, str, Phrase]] = []
    for table, (which, due) in _DUE.items():
        found += [
            (row["seq"], table, row["writ_id"], _told(row, tuple(due))) for row in _otherwise(store, table, begin)
        ]
        extra = store.frame(
            f'SELECT h.since AS seq, h.writ_id FROM "{table}" h JOIN batches b ON b.since = h.since '
            "LEFT JOIN assignments a ON a.writ_id = h.writ_id AND a.batch_id = b.batch_id "
            f"WHERE {later(begin, 'h.since')} AND {which} AND a.id IS NULL ORDER BY h.since, h.writ_id",
            {"seq": NUMBER, "writ_id": TEXT},
        )
        found += [(seq, table, writ_id, Phrase(_NOT_OF_BATCH)) for seq, writ_id in extra.iter_rows()]
    asked = _NOT_OPENED.format(later=later(begin, "h.since"))
    opened = store.frame(asked, {"seq": NUMBER, "writ_id": TEXT})
    return [*found, *((seq, "ledger", writ_id, Phrase(_OPENED)) for seq, writ_id in opened.iter_rows())]


def _otherwise(store: Store, table: str, begin: int) -> list[dict[str, Any]]:
    """Each writ of which a row is otherwise: what is there, and as `due_…` what should be."""
    which, due = _DUE[table]
    odd = " OR ".join(f"h.{name} <> {value} OR (h.{name} IS NULL) <> ({value} IS NULL)" for name, value in due.items())
    told = ", ".join(f"h.{name}, {value} AS due_{name}" for name, value in due.items())
    # The plus keeps SQLite from going through all rows of an event for each writ of it.
    return store.frame(
        f"SELECT a.since AS seq, a.writ_id, {told} FROM assignments a JOIN batches b ON b.batch_id = a.batch_id "
        "LEFT JOIN writs w ON w.writ_id = a.writ_id AND w.since < a.since AND (w.until IS NULL OR w.until >= a.since) "
        f'LEFT JOIN "{table}" h ON h.writ_id = a.writ_id AND +h.since = a.since AND {which} '
        f"WHERE {later(begin, 'a.since')} AND ({odd}) ORDER BY a.since, a.writ_id",
        {"seq": NUMBER, "writ_id": TEXT, **{f"{start}{name}": TEXT for name in due for start in ("", "due_")}},
    ).rows(named=True)


def _told(row: dict[str, Any], columns: tuple[str, ...]) -> Phrase:
    """What the first column is that is otherwise."""
    name = next(name for name in columns if row[name] != row[f"due_{name}"])
    due, found = (row[one] or "-" for one in (f"due_{name}", name))
    return Phrase(_SENTENCES.get(name, _OTHERWISE), column=name, due=due, found=found)
