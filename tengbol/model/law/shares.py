"""¶4, ¶16: what each member of a pool is due of one writ (contract point 3.7). The rule of shares stands here alone.

A *part* is billionths of a writ. Whoever sums what somebody was due asks the docket's members, or the table `shares`
that was made of them; only where neither is kept is a pool taken to have been shared equally (`equal`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import polars as pl

if TYPE_CHECKING:
    import datetime as dt

#: Shares are whole billionths of a writ.
WRIT: Final = 1_000_000_000

Count = TypeVar("Count", int, pl.Expr)


def equal(members: Count) -> Count:
    """Part of each of so many members who share alike: ⌊10⁹ / n⌋ billionths."""
    return WRIT // members


def parted(members: pl.DataFrame, enforcers: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """Add `part` to `members` (`pool`, `enforcer_id`) of the pools of a batch on `day`: all of a pool share alike."""
    del enforcers, day  # What a part may depend on besides the pool.
    return members.with_columns(part=equal(pl.len().over("pool").cast(pl.Int64)))


def parts_of(shares: pl.DataFrame) -> pl.DataFrame:
    """`pool_id`, `enforcer_id`, `part`, and `batch_id` where there is one: of a table `shares` (in writs)."""
    own = [name for name in ("batch_id", "pool_id", "enforcer_id") if name in shares.columns]
    due = (pl.col("share") * WRIT).cast(pl.Int64)
    return shares.select(*own, part=due // pl.col("writs")).unique().sort(own)


def with_parts(members: pl.DataFrame, parts: pl.DataFrame | None = None) -> pl.DataFrame:
    """Add `part` to members of pools (`pool_id`, `enforcer_id`), as `parts` has it, or else alike.

    Either may name its batch in `batch_id`.
    """
    pool = [name for name in ("batch_id", "pool_id") if name in members.columns]
    alike = equal(pl.len().over(pool).cast(pl.Int64))
    if parts is None:
        return members.with_columns(part=alike)
    told = parts.rename({"part": "_told"})
    return (
        members.join(told, on=[name for name in told.columns if name != "_told"], how="left", maintain_order="left")
        .with_columns(part=pl.coalesce("_told", alike))
        .drop("_told")
    )
