"""What each received and was due in the span of a record, pool by pool, free and bound writs apart (contract 3.7).

Each member of a pool is due his part of every writ of it, whether chance decided or ¶11, ¶13 or ¶14.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law.shares import parts_of, with_parts
from tengbol.optimizer.problem import labels
from tengbol.parameters import categories

if TYPE_CHECKING:
    from tengbol.report.record import Record

#: Writs that evenness and the lot placed, those that the Rules did, and both together.
KINDS: Final = ("all", "free", "bound")
#: Beside the categories, all of them together.
ALL: Final = "all"
_CELL: Final = ("enforcer_id", "category", "kind")


def by_pool(record: Record, members: pl.DataFrame | None = None) -> pl.DataFrame:
    """`pool_id`, `enforcer_id`, `category`, `kind` (`free`, `bound`), `received` (writs), `share` (billionths).

    One row for each member of a pool that had writs of the category and kind, and for whoever received one from
    outside his pool (`share` is then 0: ¶11, ¶13 and ¶14 may name somebody attached). In no order. members:
    `members_of`, where that is known.
    """
    writs = record.assignments.with_columns(kind=_kind())
    due = (
        writs.group_by("batch_id", "pool_id", "category", "kind")
        .agg(writs=pl.len().cast(pl.Int64))
        .join(members_of(record) if members is None else members, on=["batch_id", "pool_id"])
        .group_by("pool_id", *_CELL)
        .agg(share=(pl.col("writs") * pl.col("part")).sum())
    )
    got = writs.group_by("pool_id", *_CELL).agg(received=pl.len().cast(pl.Int64))
    return due.join(got, on=["pool_id", *_CELL], how="full", coalesce=True).select(
        "pool_id", *_CELL, pl.col("received", "share").fill_null(0)
    )


def members_of(record: Record) -> pl.DataFrame:
    """`batch_id`, `pool_id`, `enforcer_id`, `part` (billionths of a writ): pools as each batch shared by them."""
    used = record.assignments.select("batch_id", "pool_id").unique()
    return with_parts(used.join(record.pools, on="pool_id"), parts_of(record.shares))


def categories_of(record: Record) -> list[str]:
    """Those of the day of the last batch, and later ones that a batch has something of."""
    last = record.batches["as_of"].max()
    known = categories(last.date()) if isinstance(last, dt.datetime) else CATEGORIES
    there = {*known, *record.standing["category"].unique(), *record.assignments["category"].unique()}
    return [name for name in CATEGORIES if name in there]


def by_enforcer(record: Record, pools: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `kind` (`KINDS`), `received`, `share`: everyone of `standing`, zeros too.

    pools: `by_pool`.
    """
    sums = pools.group_by(_CELL).agg(pl.col("received", "share").sum())
    everyone = (
        pl.concat([record.standing.select("enforcer_id"), sums.select("enforcer_id")])
        .unique()
        .join(pl.DataFrame({"category": categories_of(record)}), how="cross")
        .join(pl.DataFrame({"kind": KINDS[1:]}), how="cross")
    )
    apart = everyone.join(sums, on=_CELL, how="left").with_columns(pl.col("received", "share").fill_null(0))
    return with_all(apart, "kind").sort("enforcer_id", pl.col("category").cast(pl.Enum(CATEGORIES)), "kind")


def within(pools: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `kind` (all of both too), `within`: the number of the pools that hang together by him.

    pools: `by_pool`. Two pools hang together where somebody stood in both, as when one is away for a day; what their
    members received together is one given number. Of a cell of the table: a connected component of its pools.
    """
    stood = pools.filter(pl.col("share") > 0)
    ids, people = (stood[name].unique().sort() for name in ("pool_id", "enforcer_id"))
    names = {"pool_id": ids, "enforcer_id": people, "category": [*CATEGORIES, ALL], "kind": KINDS}
    pool, member, category, kind = (
        stood[name].cast(pl.Enum(among)).to_physical().to_numpy().astype(np.int64) for name, among in names.items()
    )
    # Each row stands in four cells of the table: all categories or its own, all kinds or its own.
    every = [one * len(KINDS) + two for one in (category, category * 0 + len(CATEGORIES)) for two in (kind, kind * 0)]
    pair = (np.concatenate(every) * len(ids) + np.tile(pool, 4)) * len(people) + np.tile(member, 4)
    pool, member = np.divmod(np.unique(pair), max(len(people), 1))
    member += pool // max(len(ids), 1) * len(people)
    cells = len(KINDS) * (len(CATEGORIES) + 1)
    label = labels(pool, member, cells * len(ids), cells * len(people))
    member, first = np.unique(member, return_index=True)
    cell, who = np.divmod(member, max(len(people), 1))
    return pl.DataFrame(
        {
            "enforcer_id": people[who],
            "category": pl.Series(names["category"], dtype=pl.String)[cell // len(KINDS)],
            "kind": pl.Series(KINDS, dtype=pl.String)[cell % len(KINDS)],
            "within": pl.Series(label[pool[first]], dtype=pl.Int64),
        }
    )


def with_all(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Add rows in which `received` and `share` are summed over a column, whose value is then `all`."""
    others = [name for name in frame.columns if name not in (column, "received", "share")]
    whole = frame.group_by(others).agg(pl.col("received", "share").sum()).with_columns(pl.lit(ALL).alias(column))
    return pl.concat([frame, whole.select(frame.columns)])


def _kind() -> pl.Expr:
    return pl.when(pl.col("basis").is_in(BOUND_BASES)).then(pl.lit("bound")).otherwise(pl.lit("free"))
