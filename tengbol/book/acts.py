"""An act: what somebody did to the book, its rows and its event in one transaction (issue "nothing in the dark").

The event holds a digest of the rows it wrote and of those it ended, table by table, so that a row changed later no
longer fits it. Every event's hash covers the one before: the chain.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.asked import local_now
from tengbol.book import canon
from tengbol.book.counted import keep
from tengbol.book.heads import note
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.book.trouble import UnsureError, settled
from tengbol.report.public.chain import canonical

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from tengbol.book.store import Store

#: An event as it is stored, in the order of its columns.
EVENT: Final = {
    "seq": NUMBER,
    **dict.fromkeys(("at", "who", "what", "document", "chamber_id", "subject", "payload", "previous", "hash"), TEXT),
}


@dataclass(frozen=True)
class Hand:
    """Whose hand does it: who, on which document, the clock it goes by, and who has checked it beside him.

    On the command line that second person's word is recorded as told; in the service he has confirmed it by his login.
    witness: is shown each event within its transaction, to keep something beside it; what it raises takes the act back.
    """

    who: str
    document: str | None = None
    clock: Callable[[], dt.datetime] = local_now
    second: str | None = None
    witness: Callable[[Mapping[str, Any]], None] | None = None


@dataclass
class Act:
    """A transaction under way: `seq` is that of the event that will stand for it."""

    store: Store
    seq: int
    at: dt.datetime
    #: What else the event says.
    payload: dict[str, Any] = field(default_factory=dict)
    _wrote: dict[str, dict[str, Any]] = field(default_factory=dict)
    _ended: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows of a table, given its own columns as stored; once for each table and act."""
        if frame.is_empty():
            return
        if table in self._wrote:
            raise AssertionError(f"{table} is written twice in one act")
        own, later = TABLES[table].columns, TABLES[table].later
        lined = canon.lines(frame, own, later).sort()
        self._wrote[table] = {"rows": len(lined), "digest": canon.digest(lined)}
        whole = frame.select(pl.lit(self.seq).alias("since"), *own)
        hashed = whole.with_columns(
            row_hash=pl.Series(canon.row_hashes(table, canon.lines(whole, ["since", *own], later)), dtype=pl.String)
        )
        columns = {**TABLES[table].types, "since": NUMBER, "row_hash": TEXT}
        self.store.insert(table, columns, hashed.select(*columns))

    def end(self, table: str, rows: pl.DataFrame) -> None:
        """End rows that hold, given with `id` and own columns. Raises `AssertionError` where one does not hold."""
        if rows.is_empty():
            return
        if table in self._ended:
            raise AssertionError(f"{table} is ended twice in one act")
        lined = canon.lines(rows, TABLES[table].columns, TABLES[table].later)
        self._ended[table] = {"rows": len(lined), "digest": canon.digest(lined)}
        touched = self.store.execute(
            f'UPDATE "{table}" SET until = :seq WHERE until IS NULL AND {self.store.among("id", "ids")}',
            seq=self.seq,
            ids=rows["id"].to_list(),
        )
        if touched != rows.height:
            raise AssertionError(f"{table}: {rows.height - touched} rows no longer hold")

    def tables(self) -> set[str]:
        """Of which rows were written or ended."""
        return {*self._wrote, *self._ended}

    def digests(self) -> dict[str, Any]:
        """Of the rows written and ended, for the event."""
        return {name: part for name, part in (("wrote", self._wrote), ("ended", self._ended)) if part}


@contextmanager
def act(
    store: Store, hand: Hand, what: str, *, chamber_id: str | None = None, subject: str | None = None
) -> Iterator[Act]:
    """Do something to the book: the transaction, at whose end its event is put at the end of the chain."""
    event: dict[str, Any] = {}
    try:
        with store.writing():
            last = head(store)
            doing = Act(store, (last["seq"] if last else 0) + 1, hand.clock())
            yield doing
            event |= {
                "seq": doing.seq,
                "at": doing.at.isoformat(),
                "who": hand.who,
                "what": what,
                "document": hand.document,
                "chamber_id": chamber_id,
                "subject": subject,
                "payload": canonical({**doing.payload, **doing.digests()}),
                "previous": last["hash"] if last else canon.FIRST_HASH,
            }
            event["hash"] = canon.event_hash(event)
            store.insert("events", EVENT, pl.DataFrame(event, schema=EVENT))
            keep(store, event, doing.tables())
            if hand.witness is not None:
                hand.witness(event)
    except UnsureError as error:
        raise settled(store, error, event) from error
    store.written.append(f"{what} (event {event['seq']})")
    note(store, event)


def head(store: Store) -> dict[str, Any] | None:
    """The last event, or None."""
    return _first(store.frame(f"SELECT {_columns()} FROM events ORDER BY seq DESC LIMIT 1", EVENT))


def events(store: Store, condition: str = "1 = 1", **values: Any) -> pl.DataFrame:
    """Events in order."""
    return store.frame(f"SELECT {_columns()} FROM events WHERE {condition} ORDER BY seq", EVENT, **values)


def payload(event: dict[str, Any]) -> dict[str, Any]:
    """What an event says besides its columns."""
    return json.loads(event["payload"])


def _columns() -> str:
    return ", ".join(EVENT)


def _first(frame: pl.DataFrame) -> dict[str, Any] | None:
    return frame.row(0, named=True) if frame.height else None
