"""What the rules make of a chamber's tables on one day: which writs, in which bundles, among whom, bound to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model import availability, binding, bundles, category, pools
from tengbol.model.codes import CATEGORIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.model.chamber import Chamber


@dataclass(frozen=True)
class Docket:
    """One batch, ready to be decided.

    writs: `writ_id`, `category`, `bundle_id`, `received_at`, `immediate`: those to be assigned.
    unassigned: `writ_id`, `code` and what the explanation needs.
    bundles: `bundle_id`, `district_id`, `pool`, `pool_size`, `basis`, `bound_to` (null when free), `writs`, and the
    count of writs in each category, a column each.
    pools, members, recused: `pools.pools`. everyone: `availability.standing_of_everyone`. serving: `pools.serving`.
    lost: claims that fell away, `binding.lost`.
    """

    writs: pl.DataFrame
    unassigned: pl.DataFrame
    bundles: pl.DataFrame
    pools: pl.DataFrame
    members: pl.DataFrame
    recused: pl.DataFrame
    everyone: pl.DataFrame
    serving: pl.DataFrame
    lost: pl.DataFrame


def docket(chamber: Chamber, *, as_of: dt.datetime, mci: Mapping[dt.date, int]) -> Docket:
    """Apply the rules to a chamber's tables at the moment `as_of` (the chamber's local time)."""
    day = as_of.date()
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    serving = pools.serving(everyone, chamber.attachments, day)
    writs = category.with_mci(chamber.writs.with_columns(category.category()), mci).with_columns(
        category.unassigned_code(as_of)
    )
    ready = bundles.bundles(writs.filter(pl.col("code").is_null()))
    recused = pools.recused(ready, chamber.recusals)
    grouped = ready.group_by("bundle_id").agg(
        pl.col("debtor_district_id").first().alias("district_id"),
        pl.len().cast(pl.Int64).alias("writs"),
        *((pl.col("category") == name).sum().cast(pl.Int64).alias(name) for name in CATEGORIES),
    )
    all_bundles = pools.with_recused(grouped.sort("bundle_id"), recused, serving)
    kinds, members, out = pools.pools(all_bundles, serving)
    tests = binding.tested(binding.candidates(ready, chamber.ledger), everyone, serving, recused)
    decided = (
        all_bundles.join(kinds, on=["district_id", "recused"], how="left", nulls_equal=True)
        .join(binding.bound(tests), on="bundle_id", how="left")
        .with_columns(basis=pl.coalesce("bound_by", "basis"))
        .drop("bound_by", "recused")
        .sort("bundle_id")
    )
    nobody = ready.join(decided.filter(pl.col("pool_size").is_null()), on="bundle_id", how="semi")
    unassigned = pl.concat(
        [
            writs.filter(pl.col("code").is_not_null()),
            nobody.with_columns(code=pl.lit("no_eligible_enforcer")).drop("bundle_id"),
        ]
    )
    placed = decided.filter(pl.col("pool_size").is_not_null())
    return Docket(
        writs=ready.join(placed, on="bundle_id", how="semi")
        .select("writ_id", "category", "bundle_id", "received_at", "immediate")
        .sort("writ_id"),
        unassigned=unassigned.sort("writ_id"),
        bundles=placed,
        pools=kinds,
        members=members,
        recused=out,
        everyone=everyone,
        serving=serving,
        lost=binding.lost(tests),
    )
