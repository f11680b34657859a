"""A book with a long past: writs that came in and were distributed by the book itself, and those of today that wait.

All of it by the book's own import and batch, so that every table is as long as it would be: writs, their states, one
assignment and one proceeding each, standings, balances, events. Proceedings all are still open, which is more than a
chamber would have. Numbers are synthetic (`tengbol.scenarios.stream`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.acts import Hand
from tengbol.book.batches import batch
from tengbol.book.importing import import_tables
from tengbol.book.opening import init
from tengbol.model.tables import TABLES
from tengbol.scenarios.stream import Recipe, Stream, draw

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Writs of one batch of the past: larger than a day's, so that a million take minutes to build.
_EACH: Final = 50_000
#: Writs that come in one by one after today's, to be distributed at once.
URGENT: Final = 9
_HAND: Final = Hand("benchmark", "days of the past")


@dataclass(frozen=True)
class Past:
    """A book that is built. today: the moment of the batch to be measured; urgent: ids of immediate writs that come
    in after it, in `later`, a folder to import.
    """

    url: str
    today: dt.datetime
    later: Path
    urgent: list[str]


def build(url: str, room: Path, past: int, pending: int, progress: Callable[[str], None]) -> Past:
    """Build a book at `url` with so many distributed and so many waiting writs; `room`: a folder for tables."""
    batches = max(1, -(-past // _EACH))
    stream, days = _drawn(batches, past, pending)
    init(url, _HAND)[0].close()
    store, _ = init(url, _HAND)
    left = past
    for number, day in enumerate(days[:-1], 1):
        take = min(left, -(-past // batches))
        left -= take
        progress(f"past: batch {number} of {batches}, {take:,} writs")
        import_tables(store, _folder(room / f"in{number}", stream, stream.arriving(day).head(take)), _HAND)
        batch(store, _HAND, as_of=stream.as_of(day))
    progress(f"today: {pending:,} writs")
    last = stream.arriving(days[-1]).head(pending + URGENT)
    import_tables(store, _folder(room / "today", stream, last.head(pending)), _HAND)
    store.close()
    urgent = last.tail(URGENT).with_columns(
        immediate=pl.lit(True), origin=pl.lit("new"), previous_enforcer_id=pl.lit(None, dtype=pl.String)
    )
    later = _folder(room / "later", stream, urgent)
    return Past(url, stream.as_of(days[-1]), later, urgent["writ_id"].to_list())


def _drawn(batches: int, past: int, pending: int) -> tuple[Stream, tuple[dt.date, ...]]:
    """A stream with enough writs on each of so many days, and one for today."""
    most = max(-(-past // batches), pending + URGENT)
    first = dt.date(2026, 1, 5)
    recipe = Recipe(
        first=first, last=first + dt.timedelta(days=2 * batches + 14), enforcers=120, writs_a_day=1.1 * most + 400,
        bundled=0.05, seed=4,
    )  # fmt: skip
    stream = draw(recipe)
    full = tuple(day for day in stream.days if stream.arriving(day).height >= most)[: batches + 1]
    if len(full) <= batches:
        raise AssertionError("the stream is too thin")
    return stream, full


def _folder(place: Path, stream: Stream, writs: pl.DataFrame) -> Path:
    """The chamber's tables with these writs, as Parquet."""
    place.mkdir(parents=True)
    for name in TABLES:
        table = writs if name == "writs" else getattr(stream.chamber, name)
        if name in ("districts", "enforcers", "writs") or table.height:
            table.write_parquet(place / f"{name}.parquet")
    return place
