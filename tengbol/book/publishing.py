"""What a chamber's public report is made of, from the book: its batches, and what was published before the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.batches import chamber_named
from tengbol.book.kept import held
from tengbol.book.opening import key_of
from tengbol.book.record import period

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.store import Store
    from tengbol.report.record import Record


@dataclass(frozen=True)
class Published:
    """record: batches of one chamber. before: the link before the first of them; None where it is the first of all.

    commitment: that of the first batch's secret, as it was published before it. key: the book's own.
    """

    record: Record
    before: str | None
    commitment: str
    key: str


def published(
    store: Store, *, chamber_id: str | None = None, first: dt.date | None = None, last: dt.date | None = None
) -> Published:
    """Everything a public report of a chamber's batches needs. Raises `UnusableInputError` where there are none."""
    name = chamber_named(store, chamber_id)
    record = period(store, first=first, last=last, chamber_id=name)
    number = record.batches["number"].sort()[0]
    # What stands before a batch never changes, so it needs no common snapshot with what was read above.
    if number == 1:
        commitment = held(store, "chambers", "t.chamber_id = :name", name=name)["commitment"][0]
        return Published(record, None, commitment, key_of(store))
    link, commitment = store.frame(
        "SELECT link, commitment_next FROM batches WHERE chamber_id = :name AND number = :number",
        {"link": pl.String(), "commitment_next": pl.String()},
        name=name,
        number=number - 1,
    ).row(0)
    return Published(record, link, commitment, key_of(store))
