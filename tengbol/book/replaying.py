"""The departures that a book has seen, as they can be replayed: the chamber before each, and what became of it (¶3)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.acts import events
from tengbol.book.kept import contract_tables, held
from tengbol.model.chamber import Chamber
from tengbol.scenarios.whatif.calibration import Departed

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
