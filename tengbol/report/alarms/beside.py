"""What alarms look at beside a record, put together from the inputs of its batches, as each batch had it.

Absences are those that held on a batch's day, each of that one day: one that a later input takes back or ends counts
only as long as it did. A proceeding that later inputs no longer tell of was open until the last that did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.law.availability import in_force
from tengbol.report.alarms.alarm import Inputs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tengbol.model.chamber import Chamber

#: What tells a proceeding from another, as in the book.
_PROCEEDING: Final = ("writ_id", "assigned_at")


@dataclass(frozen=True)
class Batch:
    """A batch's time, the chamber that it was made of, which of its tables were given, and the writs it assigned."""

    as_of: dt.datetime
    chamber: Chamber
    given: frozenset[str]
    writ_ids: pl.Series


def beside(batches: Sequence[Batch]) -> Inputs:
    """Put together batches in the order of time; a table that none of them was given is not there."""
    written = [batch.chamber.writs.filter(pl.col("writ_id").is_in(batch.writ_ids.implode())) for batch in batches]
    away = [on_day(batch.chamber.absences, batch.as_of.date()) for batch in batches if "absences" in batch.given]
    return Inputs(
        writs=pl.concat(written).unique("writ_id", keep="last", maintain_order=True) if written else None,
        absences=pl.concat(away).unique(maintain_order=True) if away else None,
        ledger=_ledger([batch for batch in batches if "ledger" in batch.given]),
    )


def on_day(absences: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """The absences in force on a day, each as one of that day alone."""
    held = absences.filter(in_force(day, "start", "end")).select("enforcer_id", "reason")
    return held.with_columns(start=pl.lit(day), end=pl.lit(day))


def _ledger(batches: Sequence[Batch]) -> pl.DataFrame | None:
    if not batches:
        return None
    columns = [*_PROCEEDING, "case_id", "debtor_id", "enforcer_id", "district_id", "closed_at"]
    whole = pl.concat(
        [batch.chamber.ledger.select(columns).with_columns(_told=pl.lit(batch.as_of)) for batch in batches]
    ).unique(_PROCEEDING, keep="last", maintain_order=True)
    gone = pl.when(pl.col("_told") < batches[-1].as_of).then("_told").cast(whole.schema["closed_at"])
    return whole.with_columns(closed_at=pl.coalesce("closed_at", gone)).drop("_told")
