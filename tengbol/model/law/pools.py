"""¶9, ¶10, ¶12: among whom a writ is distributed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.law.availability import in_force

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.choices import AttachedWhen


def serving(everyone: pl.DataFrame, attachments: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`district_id`, `enforcer_id`, `basis`, `away`: who serves which district on `day`, and how (¶9, ¶10).

    `everyone` is `availability.standing_of_everyone`. One row for a pair; registered comes before attached.
    """
    registered = everyone.select("district_id", "enforcer_id", "away", basis=pl.lit("registered"))
    attached = (
        attachments.filter(in_force(day, "valid_from", "valid_to"))
        .select("district_id", "enforcer_id")
        .unique()
        .join(everyone.select("enforcer_id", "away"), on="enforcer_id")
        .join(registered, on=["district_id", "enforcer_id"], how="anti")
        .select("district_id", "enforcer_id", "away", basis=pl.lit("attached"))
    )
    return pl.concat([registered, attached]).sort("district_id", "enforcer_id")


def recused(writs: pl.DataFrame, recusals: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`bundle_id`, `enforcer_id`: who is recused on `day` for a writ of a bundle, or for a party to one (¶12)."""
    now = recusals.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    by = (("writ_id", "writ_id"), ("debtor_id", "party_id"), ("creditor_id", "party_id"))
    return (
        pl.concat(
            writs.select("bundle_id", **{named: own})
            .join(now.select(named, "enforcer_id").drop_nulls(named), on=named)
            .select("bundle_id", "enforcer_id")
            for own, named in by
        )
        .unique()
        .sort("bundle_id", "enforcer_id")
    )


def with_recused(bundles: pl.DataFrame, recusals: pl.DataFrame, serving: pl.DataFrame) -> pl.DataFrame:
    """Add `recused`: numbers, in order, of those who could have stood in the bundle's pool, null for most bundles."""
    touched = (
        recusals.join(bundles.select("bundle_id", "district_id"), on="bundle_id")
        .join(serving.filter(pl.col("away").is_null()), on=["district_id", "enforcer_id"], how="semi")
        .join(_numbers(serving), on="enforcer_id")
        .sort("bundle_id", "number")
        .group_by("bundle_id", maintain_order=True)
        .agg(recused=pl.col("number").str.join(" "))
    )
    by_id = bundles.select("bundle_id").join(touched, on="bundle_id", how="left", maintain_order="left")
    return bundles.with_columns(by_id["recused"])


def _numbers(serving: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `number`: a short word for each id, since an id may hold any letter."""
    ids = serving.select("enforcer_id").unique().sort("enforcer_id")
    return ids.with_row_index("number").with_columns(pl.col("number").cast(pl.String))


def closed_to_attached(everyone: pl.DataFrame, brief: pl.DataFrame, attached_when: AttachedWhen) -> pl.DataFrame:
    """`district_id`, `last`: districts whose attached enforcers are not asked, and when the first registered is back.

    ¶9, «Ауданда жеке сот орындаушысы болмаған кезде», when there is none: read narrowly, a district has its enforcer
    while he is away for a short time. brief: `availability.briefly_away`, of the licensed.
    """
    back = brief.join(everyone.select("enforcer_id", "district_id"), on="enforcer_id", maintain_order="left")
    closed = back.group_by("district_id").agg(pl.col("last").min()).sort("district_id")
    return closed if attached_when == "nobody_registered" else closed.clear()


def at_hand(serving: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """Those of `serving` who are there, without the attached of districts that are `closed` to them."""
    shut = (pl.col("basis") == "attached") & pl.col("district_id").is_in(closed["district_id"].implode())
    return serving.filter(pl.col("away").is_null(), ~shut)


def registered_first(among: str) -> pl.Expr:
    """¶9: whether somebody of each group `among` is asked: the attached are where nobody of it is registered."""
    registered = pl.col("basis") == "registered"
    return registered | ~registered.any().over(among)


def pools(
    bundles: pl.DataFrame, serving: pl.DataFrame, closed: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """¶9: the pools of a batch, their members, and who was recused from them.

    `bundles` has `district_id` and `recused`; a pool is one such pair. closed: `closed_to_attached`. Returns `pool`,
    `district_id`, `recused`, `basis` (null when nobody is left), `pool_size`; and twice `pool`, `enforcer_id`.
    """
    kinds = (
        bundles.select("district_id", "recused")
        .unique()
        .sort("district_id", "recused", nulls_last=False)
        .with_row_index("pool")
        .with_columns(pl.col("pool").cast(pl.Int64))
    )
    out = (
        kinds.select("pool", number=pl.col("recused").str.split(" "))
        .explode("number")
        .join(_numbers(serving), on="number")
        .select("pool", "enforcer_id")
    )
    left = (
        kinds.join(at_hand(serving, closed), on="district_id")
        .join(out, on=["pool", "enforcer_id"], how="anti")
        .filter(registered_first("pool"))
    )
    members = left.select("pool", "enforcer_id").sort("pool", "enforcer_id")
    sizes = left.group_by("pool").agg(pl.col("basis").first(), pool_size=pl.len().cast(pl.Int64))
    return kinds.join(sizes, on="pool", how="left", maintain_order="left"), members, out


def identified(bundles: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """`pool`, `pool_id`, `members` of every pool that `bundles` name: the id is a hash of its members' ids."""
    kept = members.join(bundles, on="pool", how="semi").sort("pool", "enforcer_id")
    sets = kept.group_by("pool", maintain_order=True).agg(members="enforcer_id")
    ids = [hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16] for ids in sets["members"].to_list()]
    return sets.with_columns(pool_id=pl.Series(ids, dtype=pl.String))


def of_number(identified: pl.DataFrame, pool: pl.Series) -> pl.Series:
    """`pool_id` of each `pool`, told by `identified`."""
    highest = pool.max()
    place = np.zeros(int(highest) + 1 if isinstance(highest, int) else 0, dtype=np.int64)
    place[identified["pool"].to_numpy()] = np.arange(identified.height)
    return identified["pool_id"].gather(place[pool.to_numpy()])


def listed(identified: pl.DataFrame) -> pl.DataFrame:
    """`pool_id`, `enforcer_id`: the members of each pool, pools of the same members once."""
    return (
        identified.select("pool_id", pl.col("members").alias("enforcer_id"))
        .unique("pool_id")
        .explode("enforcer_id")
        .sort("pool_id", "enforcer_id")
    )
