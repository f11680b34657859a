"""How many writs each duty has, by what its term begins with: kept as they were after an event, and brought on from it.

To count a million open writs takes seconds. What was kept is true for ever of its event, since rows are only added and
ended; what has come since is asked of the writs that rows were added of. What is of no event of the chain is not used,
and `book audit` counts anew.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.duties import EVERY, Whose, begun, outside
from tengbol.book.schema import NUMBER, TEXT
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tengbol.book.store import Store

#: first, last: bounds of the writs' ids, by which they are found; what is kept may have wider ones than need be.
TYPES: Final = {"what": NUMBER, "begins": TEXT, "writs": NUMBER, "first": TEXT, "last": TEXT}
#: Tables of which a row is added whenever a writ's duties change.
_CHANGING: Final = ("states", "writs", "incomplete")
#: What else they go by: who is outside of the centres.
_ABOUT: Final = frozenset({"enforcers", "centres"})
#: So many rows may be added before what is kept is brought on by the act that adds them.
_MOST: Final = 5_000
#: What is kept, if it is of an event of this chain.
_KEPT: Final = "SELECT c.seq, c.value FROM counted c JOIN events e ON e.seq = c.seq AND e.hash = c.hash"


def counted(store: Store) -> pl.DataFrame:
    """Of each duty (`duties.WHAT`) and `begins` how many writs, and bounds of their ids; within `reading`."""
    seq, kept = _kept(store)
    if not seq or _moved(store, seq):
        return count(store)
    writs = _since(seq)
    now = count(store, writs=writs)
    then = count(store, writs=writs, seq=seq).with_columns(-pl.col("writs"))
    merged = pl.concat([kept, now, then]).group_by("what", "begins")
    found = merged.agg(pl.col("writs").sum(), pl.col("first").min(), pl.col("last").max())
    return found.filter(pl.col("writs") != 0).sort("what", "begins")


def count(
    store: Store, whose: Whose | None = None, *, writs: str | None = None, seq: int | None = None
) -> pl.DataFrame:
    """The same as the rows give it."""
    start, values = begun(whose or Whose(), kept=True, seq=seq, writs=writs)
    asked = (
        f"{start} SELECT u.what, u.begins, count(*), min(u.writ_id), max(u.writ_id) FROM ({EVERY}) u "
        "WHERE u.begins IS NOT NULL GROUP BY u.what, u.begins"
    )
    return store.frame(asked, TYPES, **values).sort("what", "begins")


def keep(store: Store, event: Mapping[str, Any], tables: Iterable[str] = ()) -> None:
    """Keep what is counted after an event, the last, where much was added or moved; within its transaction.

    tables: those that the event changed.
    """
    seq, _ = _kept(store)
    much = store.frame(f"SELECT count(*) FROM ({_since(seq)} LIMIT {_MOST + 1}) x", {"n": NUMBER})["n"][0] > _MOST
    if not much and (not seq or _ABOUT.isdisjoint(tables) or not _moved(store, seq)):
        return
    found = json.dumps(counted(store).rows(), ensure_ascii=False, separators=(",", ":"))
    row = {"seq": event["seq"], "hash": event["hash"], "value": found}
    types = {"seq": NUMBER, "hash": TEXT, "value": TEXT}
    store.execute("DELETE FROM counted")
    store.insert("counted", types, pl.DataFrame(row, schema=types))


def faults_of_counted(store: Store) -> list[tuple[int, str, str, Phrase]]:
    """Event, table, row and what is wrong where the counts are not what the rows give."""
    seq, _ = _kept(store)
    if not seq:
        return []
    keys = ["what", "begins"]
    both = counted(store).join(count(store), on=keys, how="full", coalesce=True, suffix="_now")
    odd = both.filter(
        pl.col("writs").ne_missing(pl.col("writs_now"))
        | (pl.col("first") > pl.col("first_now"))
        | (pl.col("last") < pl.col("last_now"))
    )
    if odd.is_empty():
        return []
    return [(seq, "counted", "", Phrase("how many writs are due was kept with it, and is not what the rows give"))]


def _kept(store: Store) -> tuple[int, pl.DataFrame]:
    """The event that what is kept is of, 0 if there is none, and what is kept."""
    row = store.frame(_KEPT, {"seq": NUMBER, "value": TEXT})
    if row.is_empty():
        return 0, pl.DataFrame(schema=TYPES)
    return row["seq"][0], pl.DataFrame(json.loads(row["value"][0]), schema=TYPES, orient="row")


def _since(seq: int) -> str:
    """SQL: the writs of which rows were added after an event."""
    return " UNION ".join(f"SELECT writ_id FROM {table} WHERE since > {int(seq)}" for table in _CHANGING)


def _moved(store: Store, seq: int) -> bool:
    """Whether an enforcer whom the book had at an event is outside of the centres since, or is no longer."""
    then, now = (set(store.frame(outside(of), {"who": TEXT})["who"]) for of in (seq, None))
    if then == now:
        return False
    known = store.frame("SELECT DISTINCT enforcer_id FROM enforcers WHERE since <= :seq", {"who": TEXT}, seq=seq)
    return not (then ^ now).isdisjoint(known["who"])
