"""Departures that are not the answer's own: of the base itself, and of days after the last one that was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.scenarios.whatif.plan import Plan, plan

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.model.chamber import Chamber


def later(whole: Plan, own: Plan, day: dt.date, held: Chamber) -> pl.DataFrame:
    """Departures after `day` that the events bring and the base does not: an absence without an end grows long."""
    still = held.ledger.filter(pl.col("closed_at").is_null()).group_by("enforcer_id").agg(open=pl.len().cast(pl.Int64))
    return (
        whole.departures.filter(pl.col("on") > day)
        .join(own.departures, on=["enforcer_id", "on"], how="anti")
        .join(held.enforcers.select("enforcer_id", "name"), on="enforcer_id", how="left")
        .join(still, on="enforcer_id", how="left")
        .select("enforcer_id", "name", "on", pl.col("open").fill_null(0))
        .sort("on", "enforcer_id")
    )


def own_departures(chamber: Chamber, *, as_of: dt.datetime, until: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `name`, `on`, `open`: whose proceedings return by `until` in the base itself, variant or not."""
    still = chamber.ledger.filter(pl.col("closed_at").is_null())
    return (
        plan(chamber, (), as_of=as_of)
        .departures.filter(pl.col("on") <= until)
        .join(still.group_by("enforcer_id").agg(open=pl.len().cast(pl.Int64)), on="enforcer_id")
        .join(chamber.enforcers.select("enforcer_id", "name"), on="enforcer_id")
        .select("enforcer_id", "name", "on", "open")
        .sort("on", "enforcer_id")
    )
