"""What a correction takes back of received and share, and what its undoing gives again (`docs/book.md`).

A writ that is taken from its enforcer by a correction leaves as it came: 1 of what he received in its category, and
what it added to the share of each member of the pool that it was distributed in. Rows of
`corrections` say so; the chamber's next batch publishes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.kept import held, holding, typed
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.law.shares import WRIT, parts_of, with_parts

if TYPE_CHECKING:
    from tengbol.book.acts import Act
    from tengbol.book.store import Store

#: What takes a writ back; and what gives it again.
TAKEN: Final = ("annulled", "corrected", "reassigned", "recused")
RESTORED: Final = "restored"
_CELL: Final = ["enforcer_id", "category"]


def take_back(store: Store, doing: Act, writ_ids: list[str], why: str) -> pl.DataFrame:
    """Take what writs that are assigned now brought, within an act that has not moved them yet; why: of `TAKEN`.

    Of proceedings that an import brought there is nothing to take: the book distributed none of them. Returns what
    changed: `enforcer_id`, `category`, `received`, `share` (billionths), both negative.
    """
    names = ("writ_id", "batch_id", "enforcer_id", "category", "pool_id")
    given = store.frame(
        f"SELECT {', '.join(f'a.{name}' for name in names)} FROM states s JOIN assignments a ON a.writ_id = s.writ_id "
        f"AND a.batch_id = s.batch_id WHERE {holding('s')} AND {store.among('s.writ_id', 'ids')}",
        dict.fromkeys(names, pl.String()),
        ids=writ_ids,
    )
    return _counted(store, doing, given.with_columns(act=pl.lit(why)), -1)


def give_again(store: Store, doing: Act, taken: pl.DataFrame) -> pl.DataFrame:
    """Undo rows of `corrections` that took; returns what changed, as `take_back` does."""
    return _counted(store, doing, taken.with_columns(act=pl.lit(RESTORED)), 1)


def _counted(store: Store, doing: Act, rows: pl.DataFrame, sign: int) -> pl.DataFrame:
    doing.write("corrections", rows.select(TABLES["corrections"].columns))
    members = _members(store, rows).rename({"enforcer_id": "member"}).with_columns(part=sign * pl.col("part"))
    nothing = pl.lit(0, dtype=pl.Int64)
    moved = pl.concat(
        [
            rows.select(*_CELL, received=pl.lit(sign, dtype=pl.Int64), share=nothing),
            rows.join(members, on=["batch_id", "pool_id"]).select(
                pl.col("member").alias("enforcer_id"), "category", received=nothing, share="part"
            ),
        ]
    )
    moved = moved.group_by(_CELL).agg(pl.col("received", "share").sum()).sort(_CELL)
    _add(store, doing, moved)
    return moved


def _members(store: Store, rows: pl.DataFrame) -> pl.DataFrame:
    """`batch_id`, `pool_id`, `enforcer_id`, `part`: of each pool in the batch that gave a writ, as it shared then."""
    used = rows.select("batch_id", "pool_id").unique()
    pools = held(store, "pools", store.among("t.pool_id", "ids"), ids=used["pool_id"].unique().sort().to_list())
    asked = used["batch_id"].unique().sort().to_list()
    kept = held(store, "shares", store.among("t.batch_id", "ids"), ids=asked).join(
        used, on=["batch_id", "pool_id"], how="semi"
    )
    return with_parts(used.join(pools.select("pool_id", "enforcer_id"), on="pool_id"), parts_of(typed(kept, "shares")))


def _add(store: Store, doing: Act, moved: pl.DataFrame) -> None:
    """Write the balances that `moved` leaves."""
    ids = moved["enforcer_id"].unique().sort().to_list()
    old = held(store, "balances", store.among("t.enforcer_id", "ids"), ids=ids).join(moved, on=_CELL, how="semi")
    had = old.select(*_CELL, had="received", was=pl.col("share").str.replace(".", "", literal=True).cast(pl.Int64))
    new = moved.join(had, on=_CELL, how="left").select(
        *_CELL,
        received=pl.col("received") + pl.col("had").fill_null(0),
        share=pl.col("share") + pl.col("was").fill_null(0),
    )
    below = new.filter((pl.col("received") < 0) | (pl.col("share") < 0))
    if below.height:
        who, category = below.select(_CELL).row(0)
        raise UnusableInputError(
            "{who} would have received less than nothing in {category}; run `tengbol book audit`.",
            who=who,
            category=category,
        )
    digits = (pl.col("share") % WRIT).cast(pl.String).str.zfill(9)
    doing.end("balances", old)
    doing.write("balances", new.with_columns(share=pl.format("{}.{}", pl.col("share") // WRIT, digits)))


def corrections_of(store: Store, chamber_id: str, after: int, before: int) -> pl.DataFrame:
    """`writ_id`, `act`, `number` of the batch it was given by: a chamber's corrections between two events."""
    return store.frame(
        "SELECT c.writ_id, c.act, b.number FROM corrections c JOIN batches b ON b.batch_id = c.batch_id "
        "WHERE b.chamber_id = :chamber_id AND c.since > :after AND c.since < :before ORDER BY c.id",
        {"writ_id": pl.String(), "act": pl.String(), "number": pl.Int64()},
        chamber_id=chamber_id,
        after=after,
        before=before,
    )
