"""What the alarms of a report look at beside its record, from the book: who was away, the proceedings, the writs.

Absences are those that the book held when a batch ran, on its day; corrected later, they count as the batch had them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import MOMENT, held, own, typed
from tengbol.book.schema import TABLES

if TYPE_CHECKING:
    from tengbol.book.store import Store

_WRIT: Final = (*("writ_id", "received_at", "subject", "claim", "amount", "creditor_id", "creditor_kind", "debtor_id"),)


def beside(store: Store, batch_ids: list[str]) -> dict[str, pl.DataFrame]:
    """`writs`, `absences` and `ledger`, as the alarms want them, for the batches named."""
    with store.reading():
        return {
            "writs": _writs(store, batch_ids),
            "absences": _absences(store, batch_ids),
            "ledger": typed(own(held(store, "ledger"), "ledger"), "ledger"),
        }


def _writs(store: Store, batch_ids: list[str]) -> pl.DataFrame:
    """The assigned writs as they were when they were assigned."""
    given = held(store, "assignments", store.among("t.batch_id", "ids"), ids=batch_ids).select("writ_id", "since")
    versions = store.frame(
        f"SELECT {', '.join(_WRIT)}, since FROM writs WHERE {store.among('writ_id', 'ids')}",
        {**dict.fromkeys(_WRIT, pl.String()), "since": pl.Int64()},
        ids=given["writ_id"].unique().sort().to_list(),
    )
    return (
        given.sort("since")
        .join_asof(versions.sort("since"), on="since", by="writ_id", strategy="backward", check_sortedness=False)
        .unique("writ_id", keep="last", maintain_order=True)
        .select(
            pl.exclude("received_at", "amount", "since"),
            pl.col("received_at").str.to_datetime(MOMENT, time_unit="us"),
            pl.col("amount").cast(pl.Float64),
        )
    )


def _absences(store: Store, batch_ids: list[str]) -> pl.DataFrame:
    """Who was away on the day of each batch, each absence as one of that day alone."""
    batches = held(store, "batches", store.among("t.batch_id", "ids"), ids=batch_ids).select(
        day=pl.col("as_of").str.to_datetime(MOMENT, time_unit="us").dt.date(), ran="since"
    )
    columns = ", ".join(f'"{name}"' for name in TABLES["absences"].columns)
    versions = store.frame(
        f"SELECT {columns}, since, until FROM absences",
        {**TABLES["absences"].types, "since": pl.Int64(), "until": pl.Int64()},
    ).with_columns(pl.col("start", "end").str.to_date("%Y-%m-%d"))
    return (
        versions.join(batches, how="cross")
        .filter(
            pl.col("since") <= pl.col("ran"),
            pl.col("until").is_null() | (pl.col("until") > pl.col("ran")),
            pl.col("start") <= pl.col("day"),
            pl.col("end").is_null() | (pl.col("end") >= pl.col("day")),
        )
        .select("enforcer_id", "reason", start="day", end="day")
        .unique()
        .sort("enforcer_id", "start", "reason")
    )
