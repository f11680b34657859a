"""Where everyone stands before and after a batch, and whose balances go on (contract points 3.7 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.law import balances

if TYPE_CHECKING:
    from tengbol.model.chamber import Chamber


def standing_of(
    chamber: Chamber, licensed: pl.DataFrame, before: pl.DataFrame, due: pl.DataFrame, assignments: pl.DataFrame
) -> pl.DataFrame:
    """Every licensed enforcer × category, before and after."""
    received = balances.added(before.drop("share"), balances.counted(assignments))
    return (
        licensed.select("enforcer_id", "name", "district_id")
        .join(chamber.districts.select("district_id", "chamber_id"), on="district_id", how="left")
        .join(before.rename({"received": "received_before", "share": "share_before"}), on="enforcer_id")
        .join(received.rename({"received": "received_after"}), on=["enforcer_id", "category"])
        .join(due.select("enforcer_id", "category", share_after="share"), on=["enforcer_id", "category"])
        .sort("enforcer_id", "category")
        .with_columns(pl.col("category").cast(pl.String))
    )


def carried(chamber: Chamber, licensed: pl.DataFrame, before: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """`standing`, and beside the licensed whoever has opening balances: a gap between two licences ends nothing."""
    others = chamber.balances.select("enforcer_id").unique().join(licensed, on="enforcer_id", how="anti")
    kept = before.join(others, on="enforcer_id", how="semi").rename(
        {"received": "received_after", "share": "share_after"}
    )
    columns = ["enforcer_id", pl.col("category").cast(pl.String), "received_after", "share_after"]
    return pl.concat([standing.select(columns), kept.select(columns)]).sort("enforcer_id", "category")
