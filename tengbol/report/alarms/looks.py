"""On what alarms look: each chamber by itself, a short period whole, a longer one by calendar months.

What an alarm leaves to chance is shuffled within one chamber, whose habits are one; and a month is what their rates
were measured on (`docs/alarms.md`), so that what one month shows is not thinned out by eleven others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.alarms import RATE, TRIES, raise_alarms
from tengbol.report.tables import OF_ITSELF

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tengbol.report.alarms import Alarm, Inputs
    from tengbol.report.record import Record

#: Days from the first batch to the last, both included, up to which a period is looked at whole.
LONGEST: Final = 31


@dataclass(frozen=True)
class Look:
    """All alarms of one chamber (None: of a record without districts) over the days of its batches."""

    chamber_id: str | None
    first: dt.date
    last: dt.date
    alarms: list[Alarm]


def looks(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> list[Look]:
    """Raise the alarms on each chamber and month of a record, in order of time and then of chambers."""
    return [
        Look(chamber, first, last, raise_alarms(part, inputs, rate=rate, tries=tries, seed=seed))
        for first, last, of_days in _months(record)
        for chamber, part in _chambers(of_days)
    ]


def _months(record: Record) -> Iterator[tuple[dt.date, dt.date, Record]]:
    day = record.batches["as_of"].dt.date()
    if day.is_empty():
        return
    whole = (day.max() - day.min()).days < LONGEST  # type: ignore[operator]

    def month(moment: str) -> pl.Expr:
        return pl.lit(0) if whole else pl.col(moment).dt.strftime("%Y-%m")

    for (of,), batches in record.batches.sort("as_of").group_by(month("as_of"), maintain_order=True):
        days = batches["as_of"].dt.date()
        first, last = days[0], days[-1]
        yield (
            first,
            last,
            replace(
                record,
                batches=batches,
                assignments=record.assignments.join(batches, on="batch_id", how="semi", maintain_order="left"),
                events=record.events.filter(month("at") == of),
            ),
        )


def _chambers(record: Record) -> Iterator[tuple[str | None, Record]]:
    """A batch of one chamber names it; one of several is taken apart by districts, as far as writs came to them."""
    named = record.batches["chamber_id"].unique().sort()
    ids = record.districts["chamber_id"].unique().sort() if named.null_count() else named
    if len(ids) <= 1:
        yield ids.item() if len(ids) else None, record
        return
    for chamber_id in ids:
        own = record.districts.filter(chamber_id=chamber_id)
        assignments = record.assignments.join(own, on="district_id", how="semi", maintain_order="left")
        if assignments.is_empty():
            continue
        enforcers = record.enforcers.join(own, on="district_id", how="semi", maintain_order="left")
        subjects = pl.concat([enforcers["enforcer_id"], assignments["writ_id"]])
        yield (
            chamber_id,
            replace(
                record,
                batches=record.batches.filter(pl.col("chamber_id").is_null() | (pl.col("chamber_id") == chamber_id)),
                assignments=assignments,
                enforcers=enforcers,
                events=record.events.filter(
                    pl.col("what").is_in(OF_ITSELF) | pl.col("subject").is_in(subjects.implode())
                ),
            ),
        )
