"""What a chamber's public report is made of, from the book: its batches, and what was published before the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.batches import chamber_named
from tengbol.book.example import marked_example
from tengbol.book.gathering import districts_of
from tengbol.book.kept import held, typed
from tengbol.book.opening import key_of
from tengbol.book.record import period
from tengbol.errors import UnusableInputError
from tengbol.model.law.balances import WRIT

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.store import Store
    from tengbol.report.record import Record


@dataclass(frozen=True)
class Published:
    """record: batches of one chamber. before: the link before the first of them; None where it is the first of all.

    commitment: that of the first batch's secret, as it was published before it. opening: the balances that the
    chamber's batches before the first left (`report.public.file.lines`). key: the book's own.
    """

    record: Record
    before: str | None
    commitment: str
    opening: pl.DataFrame
    key: str


def published(
    store: Store, *, chamber_id: str | None = None, first: dt.date | None = None, last: dt.date | None = None
) -> Published:
    """Everything a public report of a chamber's batches needs. Raises `UnusableInputError` where there are none."""
    if marked_example(store):
        raise UnusableInputError("This book is an example to practise on: nothing of it can be published.")
    name = chamber_named(store, chamber_id)
    record = period(store, first=first, last=last, chamber_id=name)
    record = replace(record, batches=_proven(store, record.batches))
    number = record.batches["number"].sort()[0]
    # What stands before a batch never changes, so it needs no common snapshot with what was read above.
    opening = _opening(store, name, number)
    if number == 1:
        commitment = held(store, "chambers", "t.chamber_id = :name", name=name)["commitment"][0]
        return Published(record, None, commitment, opening, key_of(store))
    link, commitment = store.frame(
        "SELECT link, commitment_next FROM batches WHERE chamber_id = :name AND number = :number",
        {"link": pl.String(), "commitment_next": pl.String()},
        name=name,
        number=number - 1,
    ).row(0)
    return Published(record, link, commitment, opening, key_of(store))


def _proven(store: Store, batches: pl.DataFrame) -> pl.DataFrame:
    """With the certificates that the book keeps, which reports do without."""
    rows = store.frame(
        f"SELECT batch_id, certificate FROM batches WHERE {store.among('batch_id', 'ids')}",
        dict.fromkeys(("batch_id", "certificate"), pl.String()),
        ids=batches["batch_id"].to_list(),
    )
    return batches.drop("certificate").join(rows, on="batch_id", how="left", maintain_order="left")


def _opening(store: Store, chamber_id: str, number: int) -> pl.DataFrame:
    """Balances before batch `number`, as whoever follows the chamber's batches from the first knows them.

    Of each enforcer those that the last batch left which concerned him, and before any those he had before the
    chamber's first batch. So what was set anew since then (an enforcer who came with balances, another chamber's
    batch) is told with the batch that first has to do with it, wherever a file begins.
    """
    left = store.frame(_LEFT, _LEFT_TYPES, chamber_id=chamber_id, number=number)
    first = held(store, "batches", "t.chamber_id = :chamber_id AND t.number = 1", chamber_id=chamber_id)["since"][0]
    places = districts_of(store, chamber_id, first - 1)
    people = pl.concat(
        held(store, table, store.among("t.district_id", "places"), seq=first - 1, places=places).select("enforcer_id")
        for table in ("enforcers", "attachments")
    )["enforcer_id"].unique()
    rows = held(store, "balances", store.among("t.enforcer_id", "ids"), seq=first - 1, ids=people.sort().to_list())
    began = typed(rows, "balances").select(
        *("enforcer_id", "category"),
        received_before="received",
        share_before=(pl.col("share") * WRIT).cast(pl.Int64),
    )
    return pl.concat([left, began.join(left, on="enforcer_id", how="anti")])


#: Whoever a batch concerns moves: his share grows in every pool of it that he stands in, and `received` by each writ.
_LEFT: Final = """
SELECT s.enforcer_id, s.category, s.received_after, s.share_after
FROM standing s JOIN batches b ON b.batch_id = s.batch_id AND b.chamber_id = :chamber_id
JOIN (
    SELECT t.enforcer_id, max(c.number) AS number
    FROM standing t JOIN batches c ON c.batch_id = t.batch_id AND c.chamber_id = :chamber_id
    WHERE c.number < :number AND (t.received_after <> t.received_before OR t.share_after <> t.share_before)
    GROUP BY t.enforcer_id
) u ON u.enforcer_id = s.enforcer_id AND u.number = b.number
"""
_LEFT_TYPES: Final = {
    **dict.fromkeys(("enforcer_id", "category"), pl.String()),
    **dict.fromkeys(("received_before", "share_before"), pl.Int64()),
}
