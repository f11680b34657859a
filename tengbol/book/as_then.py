"""Cells of a batch that nothing published tells of, held to what they were taken from: its event, the announcement of
its public value, and the enforcers and districts as they stood before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import holding
from tengbol.book.schema import NUMBER, TEXT
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tengbol.book.store import Store

#: What a standing says of an enforcer himself.
WHOSE: Final = ("enforcer_id", "name", "district_id", "chamber_id")


def renamed(store: Store, seq: int, standing: pl.DataFrame) -> pl.Series:
    """Those of whom a batch's standing has another name, district or chamber than they had before event `seq`."""
    then = store.frame(
        f"SELECT {', '.join(f'e.{name}' for name in WHOSE[:-1])}, d.chamber_id FROM enforcers e "
        f"LEFT JOIN districts d ON d.district_id = e.district_id AND {holding('d', seq - 1)} "
        f"WHERE {holding('e', seq - 1)}",
        dict.fromkeys(WHOSE, TEXT),
    )
    return standing.select(WHOSE).join(then, on=WHOSE, how="anti", nulls_equal=True)["enforcer_id"].unique().sort()


def faults_of_kinds(store: Store, begin: int) -> Iterator[tuple[int, str, str]]:
    """Event, batch and sentence of each after event `begin` that is not what its event is, or whose public value is of
    a source that was not announced for it.
    """
    batches = store.frame(
        "SELECT b.since, b.batch_id, b.chamber_id, b.kind, b.public_source, b.public_value, e.what FROM batches b "
        "LEFT JOIN events e ON e.seq = b.since AND e.subject = b.batch_id AND e.chamber_id = b.chamber_id "
        "ORDER BY b.since",
        {"since": NUMBER, **dict.fromkeys(("batch_id", "chamber_id", "kind", "source", "value", "what"), TEXT)},
    )
    announced = store.frame(
        "SELECT seq, chamber_id, subject FROM events WHERE what = 'public value named' ORDER BY seq",
        {"seq": NUMBER, "chamber_id": TEXT, "subject": TEXT},
    )
    before: dict[str, int] = {}
    for seq, batch_id, chamber_id, kind, source, value, what in batches.iter_rows():
        named = announced.filter(
            (pl.col("chamber_id") == chamber_id) & pl.col("seq").is_between(before.get(chamber_id, 0), seq)
        )["subject"]
        if what == "batch":
            before[chamber_id] = seq
        if seq <= begin:
            continue
        if kind != what:
            yield seq, batch_id, Phrase("is of kind {kind}, and its event is {what}", kind=kind, what=what or "–")
        due = named[0] if what == "batch" and value and named.len() else None
        if source != due:
            told = {"source": source or "–", "due": due or "–"}
            yield seq, batch_id, Phrase("has a public value of {source}, and announced for it was {due}", **told)
