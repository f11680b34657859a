"""The measures of evenness of any group of enforcers: a pool, a chamber, the country; free and bound writs apart (¶16).

Everything is of the record's span: what was received in it, what was due in it. How the balances stood before and
after it is the table `uniformity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report import chance, inequality, measures
from tengbol.report.accrual import ALL, KINDS, with_all, within

if TYPE_CHECKING:
    from tengbol.report.record import Record

CATEGORY: Final = pl.Enum([*CATEGORIES, ALL])
KIND: Final = pl.Enum(KINDS)


def measured(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """One row for each group `by` of `frame`, a row for an enforcer: `received`, `share` (billionths), `within`.

    within: the pool, or pools with members in common, that he stood in (`accrual.within`).

    Units of the measures: writs, but for the indices (none), Theil's (nats), chi-square and its p-value (none).
    """
    received, share = pl.col("received"), pl.col("share")
    beyond = measures.excess(received, share)
    n = pl.len().cast(pl.Int64)
    found = (
        frame.sort("enforcer_id")
        .group_by(by, maintain_order=True)
        .agg(
            enforcers=n,
            writs=received.sum(),
            received_min=received.min(),
            received_mean=received.sum().cast(pl.Float64) / n.cast(pl.Float64),
            received_max=received.max(),
            excess_min=measures.in_writs(beyond.min()),
            excess_max=measures.in_writs(beyond.max()),
            excess_spread=measures.in_writs(beyond.max() - beyond.min()),
            excess_std=measures.in_writs(measures.standard_deviation(beyond)),
            gini=measures.gini(received),
            jain=measures.jain(received),
            theil=inequality.theil(received),
            variation=inequality.coefficient_of_variation(received),
            chi_square=chance.chi_square(received, share),
            degrees=chance.degrees(share, pl.col("within")),
        )
        .sort(by)
    )
    return found.with_columns(p_value=chance.p_values(found["chi_square"], found["degrees"]))


def of_chambers(by_enforcer: pl.DataFrame, pools: pl.DataFrame, chambers: pl.DataFrame) -> pl.DataFrame:
    """`scope` (`chamber`, `country`), `id`, `category`, `kind`, and the measures; the country where chambers are many.

    by_enforcer, pools: as `accrual.by_enforcer` and `by_pool` give them. chambers: `enforcer_id`, `chamber_id`.
    """
    every = (
        with_all(by_enforcer, "category")
        .join(chambers, on="enforcer_id")
        .join(within(pools), on=["enforcer_id", "category", "kind"], how="left", maintain_order="left")
    )
    parts = [every.with_columns(scope=pl.lit("chamber"), id="chamber_id")]
    if every["chamber_id"].n_unique() > 1:
        parts.append(every.with_columns(scope=pl.lit("country"), id=pl.lit("KZ")))
    ordered = pl.concat(parts).with_columns(pl.col("category").cast(CATEGORY), pl.col("kind").cast(KIND))
    return _plain(measured(ordered, ["scope", "id", "category", "kind"]))


def of_pools(by_pool: pl.DataFrame, record: Record) -> pl.DataFrame:
    """`scope` (`pool`), `id`, `category`, `kind`, and the measures of each pool over its members and its own writs.

    Writs that ¶11, ¶13 or ¶14 took out of a pool are in nobody's `received` here, though they are in the shares.
    """
    # Ids as numbers, in their order: they are compared half a million times.
    kinds_of = {name: pl.Enum(record.pools[name].unique().sort()) for name in ("pool_id", "enforcer_id")}
    pools = record.pools.with_columns(pl.col(name).cast(kind) for name, kind in kinds_of.items())
    numbered = by_pool.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in kinds_of.items())
    inside = numbered.join(pools, on=["pool_id", "enforcer_id"], how="semi")
    named = inside.select("enforcer_id", "category", "kind", "received", "share", id="pool_id")
    every = with_all(with_all(named, "kind"), "category")
    members = pools.join(every.select(id="id").unique(), left_on="pool_id", right_on="id", how="semi")
    # Members all of whose writs went elsewhere stand in their pool all the same.
    kinds = every.select("id", "category", "kind").unique().join(members, left_on="id", right_on="pool_id")
    whole = kinds.join(every, on=["id", "category", "kind", "enforcer_id"], how="left").with_columns(
        pl.col("received", "share").fill_null(0),
        pl.col("category").cast(CATEGORY),
        pl.col("kind").cast(KIND),
        scope=pl.lit("pool"),
        within=pl.lit(0),
    )
    return _plain(measured(whole, ["scope", "id", "category", "kind"])).with_columns(pl.col("id").cast(pl.String))


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("category", "kind").cast(pl.String))
