"""What a book has seen, as it can be replayed: departures and what became of them (¶3), batches and their seeds."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import events
from tengbol.book.gathering import chamber_of
from tengbol.book.kept import contract_tables, held
from tengbol.book.opening import key_of
from tengbol.book.past import input_of
from tengbol.config import of_manifest
from tengbol.model.chamber import Chamber
from tengbol.ruling import turn_of
from tengbol.scenarios.whatif.calibration import Departed
from tengbol.scenarios.whatif.readings import Batch

if TYPE_CHECKING:
    from tengbol.book.store import Store


def departed(store: Store) -> list[Departed]:
    """Each departure whose proceedings a batch has distributed since, in the order of events."""
    found = []
    for event in events(store, "what IN ('leave', 'departure')").iter_rows(named=True):
        seq = int(event["seq"])
        back = held(store, "ledger", "t.since = :at AND t.enforcer_id = :who AND t.closed_at IS NOT NULL",
                    seq=seq, at=seq, who=event["subject"])["writ_id"].unique().sort()  # fmt: skip
        given = (
            store.frame(
                "SELECT a.batch_id, a.writ_id, a.enforcer_id, a.category, a.since FROM assignments a "
                f"WHERE a.since > :at AND {store.among('a.writ_id', 'ids')}",
                {name: pl.String() for name in ("batch_id", "writ_id", "enforcer_id", "category")}
                | {"since": pl.Int64()},
                at=seq, ids=back.to_list(),
            )
            .sort("since", "writ_id")
            .unique("writ_id", keep="first", maintain_order=True)
        )  # fmt: skip
        if given.is_empty():
            continue
        outcome = given.group_by("enforcer_id", "category").agg(outcome=pl.len().cast(pl.Int64))
        day = dt.datetime.fromisoformat(event["at"]).date()
        before = Chamber(**contract_tables(store, seq - 1))
        moment = dt.datetime.combine(day, dt.time(23, 59, 59))
        found.append(Departed(given["batch_id"][0], event["subject"], moment, before, outcome))
    return found


def batches(store: Store, days: int = 365) -> list[Batch]:
    """The periodic batches of so many days before the last one, in their order, as they can be made again."""
    rows = held(store, "batches", "t.kind = 'batch'", leaving=("certificate",)).sort("since")
    if rows.is_empty():
        return []
    moments = {row["batch_id"]: dt.datetime.fromisoformat(row["as_of"]) for row in rows.iter_rows(named=True)}
    first, key = max(moments.values()) - dt.timedelta(days=days), key_of(store)
    return [
        Batch(
            chamber=chamber_of(input_of(store, row)),
            as_of=moments[row["batch_id"]],
            seed=row["seed"],
            turn=turn_of(row["secret"], row["public_value"] or ""),
            config=of_manifest(json.loads(row["manifest"])["config"]),
            key=key,
        )
        for row in rows.iter_rows(named=True)
        if moments[row["batch_id"]] > first
    ]
