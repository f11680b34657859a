"""Moments of what has happened: none is later than the clock, and none lies before what it follows.

A wrong year would otherwise close a book until that year comes: nothing in it can be undone, and a batch comes after
the last one. Days that are planned (leave, licences, validity) may be as late as they like. The clock is that of the
hand that acts; those of two machines may differ by a few minutes.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.asked import moment_given
from tengbol.book.kept import held
from tengbol.errors import UnusableInputError
from tengbol.io.rejections import REJECTED_TYPES, sentence
from tengbol.parameters import ID_DIGITS
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: By how much clocks may differ.
LENIENCE: Final = dt.timedelta(minutes=5)
#: Columns of the contract's tables that tell what has happened, by table: moments and days.
_HAPPENED: Final = {"writs": ("received_at", "issued_on"), "ledger": ("assigned_at", "closed_at")}


@dataclass(frozen=True)
class Run:
    """As of when a batch runs, and the day on which it is made; `document` is there where it does not run as of now."""

    as_of: dt.datetime
    made: dt.date
    document: str | None = None


def happened(moment: dt.datetime | None, hand: Hand) -> dt.datetime:
    """The moment of what has happened; none given, now. Raises `UnusableInputError` where it is later than that."""
    now = hand.clock()
    if moment is not None and moment_given(moment) > now + LENIENCE:
        raise UnusableInputError(
            "--as-of {moment} is later than the clock, {now}; what is recorded has happened: check the year and the "
            "day, or leave the option out.",
            moment=moment.isoformat(),
            now=now.isoformat(),
        )
    return now if moment is None else min(moment, now)


def without_later(name: str, table: pl.DataFrame, now: dt.datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part a table that comes in (cells as stored, and `row`) into what can have happened and what is rejected."""
    limit = (now + LENIENCE).isoformat()
    columns = _HAPPENED.get(name, ())
    # Days and moments are text of the same order; a day is as late as the clock's, or not.
    is_later = {column: pl.col(column).fill_null("") > limit for column in columns}
    first = pl.coalesce(
        [pl.lit(None, dtype=pl.String), *(pl.when(later).then(pl.lit(c)) for c, later in is_later.items())]
    )
    marked = table.with_columns(column=first)
    texts = [(c, sentence("later_than_clock", pl.col(c), column=c)) for c in columns]
    rejected = marked.filter(pl.col("column").is_not_null()).select(
        table=pl.lit(name),
        row=pl.col("row").cast(pl.Int64),
        column="column",
        code=pl.lit("later_than_clock"),
        message=pl.coalesce([pl.lit(None, dtype=pl.String), *(pl.when(column=c).then(text) for c, text in texts)]),
    )
    return marked.filter(pl.col("column").is_null()).drop("column"), rejected.cast(pl.Schema(REJECTED_TYPES))


def running(store: Store, hand: Hand, as_of: dt.datetime | None, last: dict[str, Any]) -> Run:
    """As of when the batch after `last` (`status.chamber`) runs: now, or earlier where a document says why.

    An earlier moment chooses among the days since the last batch, and so who is away. Raises `UnusableInputError`.
    """
    moment, now = happened(as_of, hand), hand.clock()
    document = (hand.document or "").strip() or None
    before = moment if last["as_of"] is None else dt.datetime.fromisoformat(last["as_of"])
    late = moment < now - LENIENCE
    if before > now + LENIENCE:
        # No such moment is taken any more, but version 0.1.0 took it, or a clock was wrong.
        if late or document is None:
            raise UnusableInputError(
                "Batch {number} is dated {before}, which is later than the clock, {now}: the year was mistyped, or a "
                "clock was wrong. Leave --as-of out and give --document TEXT, the act that says so: then the next "
                "batch is made as of now.",
                number=last["number"],
                before=before.isoformat(),
                now=now.isoformat(),
            )
        return Run(moment, now.date(), _nameless(store, document))
    if not late:
        # By another machine's clock the last batch may lie a little ahead.
        moment = max(moment, before)
        return Run(moment, moment.date())
    if moment < before:
        raise UnusableInputError(
            "--as-of {moment} lies before batch {number} ({before}); a batch comes after the last one.",
            moment=moment.isoformat(),
            number=last["number"],
            before=before.isoformat(),
        )
    if document is None:
        raise UnusableInputError(
            "--as-of {moment} is earlier than the clock, {now}, and a batch runs as of now; where it has to be made "
            "for an earlier moment, give --document TEXT, the act that says so.",
            moment=moment.isoformat(),
            now=now.isoformat(),
        )
    return Run(moment, now.date(), _nameless(store, document))


def _nameless(store: Store, document: str) -> str:
    """Keep names and personal numbers out of a document that is published with its batch."""
    names = held(store, "enforcers")["name"].unique().sort().to_list()
    inside = [name for name in names if name.casefold() in document.casefold()]
    if inside or re.search(rf"(?<!\d)\d{{{ID_DIGITS}}}(?!\d)", document) or not document.isprintable():
        raise UnusableInputError(
            "--document '{document}' is published with a batch that does not run as of now; give its kind, number "
            "and day in one line, and nobody's name or personal number.",
            document=document,
        )
    return document


def refuse_before_assignment(store: Store, hand: Hand, writ_ids: list[str], at: dt.datetime) -> None:
    """Let nothing happen to writs that are held before they were assigned. Raises `UnusableInputError`."""
    held_now = held(store, "ledger", f"t.closed_at IS NULL AND {store.among('t.writ_id', 'ids')}", ids=writ_ids).select(
        "writ_id", since="assigned_at"
    )
    _refuse_before(held_now, hand, at, Phrase("was assigned"))


def refuse_before_receipt(store: Store, hand: Hand, writ_ids: list[str], at: dt.datetime) -> None:
    """Let nothing happen to writs that wait before they were received. Raises `UnusableInputError`."""
    writs = held(store, "writs", store.among("t.writ_id", "ids"), ids=writ_ids).select("writ_id", since="received_at")
    _refuse_before(writs, hand, at, Phrase("was received"))


def _refuse_before(writs: pl.DataFrame, hand: Hand, at: dt.datetime, what: Phrase) -> None:
    # Moments that cannot be, from version 0.1.0, hold nobody: the book would stay closed until they come.
    possible = pl.col("since") <= (hand.clock() + LENIENCE).isoformat()
    bound = writs.filter((pl.col("since") > at.isoformat()) & possible)
    if bound.height:
        writ_id, since = bound.sort("writ_id").row(0)
        raise UnusableInputError(
            "--as-of {at} lies before writ {writ_id} {what} ({since}); check the day. Nothing is recorded.",
            at=at.isoformat(),
            writ_id=writ_id,
            what=what,
            since=since,
        )
