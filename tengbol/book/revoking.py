"""An act that was recorded by mistake, taken back: as if it had not been, as far as nothing was distributed on it.

The rows that it wrote are ended and those that it ended are written again, where they are still as it left them: an
absence, a registration, and of each writ its row, state and proceeding together. What came after it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import events, payload
from tengbol.book.compensation import RESTORED, give_again
from tengbol.book.performing import Effect, performed, refuse_alone
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

#: Acts that can be taken back.
REVOCABLE: Final = (
    *("leave", "pause", "return", "transfer", "departure", "recusal", "returned", "forwarded", "reassign", "annul"),
    "request",
    *("withdraw", "correct", "handed", "collected", "posted", "received", "notified", "closed", "withdrawn"),
)
_OF_WRITS: Final = ("writs", "states", "ledger")
_OTHERS: Final = ("absences", "enforcers", "attachments", "recusals")


@dataclass(frozen=True)
class Undone:
    """restored: writs that are again as they were before. moved: of these, those that waited. balances: `Effect`'s.

    kept: writs that were distributed, or went on otherwise, since.
    """

    restored: tuple[str, ...]
    moved: tuple[str, ...]
    kept: tuple[str, ...]
    balances: pl.DataFrame


def revoke(store: Store, hand: Hand, subject: str, *, number: int | None = None, dry_run: bool = False) -> Effect:
    """Take back the last act on an enforcer or a writ, or on it the event of that number."""

    def work(doing: Act) -> Effect:
        event = _event(store, subject, number)
        seqs = [event["seq"], *_followed(store, event)]
        doing.payload |= {"revoked": seqs, "what": event["what"]}
        found = undo(store, doing, seqs)
        if found.moved:
            refuse_alone(hand)
        told = {"what": event["what"], "day": event["at"][:10], "number": event["seq"], "who": event["who"]}
        said = [Phrase("'{what}' of {day} (event {number}) by {who} is taken back.", **told)]
        if found.restored:
            said.append(Phrase("Writs that are as before it: {n}.", n=len(found.restored)))
        if found.kept:
            first = ", ".join(found.kept[:5])
            said.append(Phrase("Went on since and stay: {n} ({writs}).", n=len(found.kept), writs=first))
        return Effect(tuple(said), found.balances)

    return performed(store, hand, "revoke", subject, work, reason="recorded_by_mistake", dry_run=dry_run)


def _event(store: Store, subject: str, number: int | None) -> dict[str, Any]:
    found = events(store, f"subject = :subject AND what IN {REVOCABLE}", subject=subject)
    gone = {seq for row in events(store, "what = 'revoke'").iter_rows(named=True) for seq in payload(row)["revoked"]}
    open_ones = [row for row in found.iter_rows(named=True) if row["seq"] not in gone]
    asked = [row for row in open_ones if number in (None, row["seq"])]
    if not asked:
        known = ", ".join(f"{row['seq']} ({row['what']})" for row in open_ones[-5:]) or Phrase("none")
        raise UnusableInputError(
            "'{subject}': there is no such act to take back; those that can be: {known}.", subject=subject, known=known
        )
    return asked[-1]


def _followed(store: Store, event: dict[str, Any]) -> list[int]:
    """Departures that batches carried out of an absence, which fall with it."""
    if event["what"] != "leave":
        return []
    later = events(store, "subject = :subject AND seq > :seq", subject=event["subject"], seq=event["seq"])
    seqs = []
    for seq, what in later.select("seq", "what").iter_rows():
        if what in ("leave", "return"):
            break
        seqs += [seq] if what == "departure" else []
    return seqs


def undo(store: Store, doing: Act, seqs: list[int], *, tables: tuple[str, ...] = _OTHERS) -> Undone:
    """Undo events within an act: of writs what is still as they left it, of `tables` all or nothing."""
    for table in tables:
        wrote, ended = _rows(store, table, "since", seqs), _rows(store, table, "until", seqs)
        if wrote["until"].null_count() < wrote.height:
            raise UnusableInputError(
                "What it wrote in {table} was changed since; take back the later act first, or set it right anew.",
                table=table,
            )
        doing.end(table, wrote)
        doing.write(table, ended.select(TABLES[table].columns))
    wrote = {table: _rows(store, table, "since", seqs) for table in _OF_WRITS}
    touched = pl.concat([rows.select("writ_id", gone=pl.col("until").is_not_null()) for rows in wrote.values()])
    fate = touched.group_by("writ_id").agg(pl.col("gone").any()).sort("writ_id")
    kept, back = fate.filter("gone")["writ_id"].to_list(), fate.filter(~pl.col("gone"))["writ_id"].to_list()
    here = pl.col("writ_id").is_in(back)
    waited = wrote["states"].filter(here, pl.col("state") == "pending")["writ_id"].to_list()
    for table in _OF_WRITS:
        doing.end(table, wrote[table].filter(here))
        doing.write(table, _rows(store, table, "until", seqs).filter(here).select(TABLES[table].columns))
    taken = _rows(store, "corrections", "since", seqs).filter(here, pl.col("act") != RESTORED)
    return Undone(tuple(back), tuple(waited), tuple(kept), give_again(store, doing, taken))


def _rows(store: Store, table: str, column: str, seqs: list[int]) -> pl.DataFrame:
    """Rows that events wrote (`since`) or ended (`until`)."""
    known = TABLES[table].stored
    names = ", ".join(f't."{name}"' for name in known)
    asked = ", ".join(str(int(seq)) for seq in seqs)
    return store.frame(f'SELECT {names} FROM "{table}" t WHERE t."{column}" IN ({asked}) ORDER BY t.id', known)
