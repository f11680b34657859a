"""¶4 and ¶5: the category of a writ, and why a writ is not before this batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.parameters import CATEGORIES, CLAIMS, CREDITORS, MOST_MCI, NON_PROPERTY, before, categories

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.model.law import Law


def claim_on(day: dt.date) -> pl.Expr:
    """What each claim was in a batch of `day`: one that came later may have been another (`parameters.before`)."""
    was, claim = before(day), pl.col("claim")
    return claim.replace(was) if was else claim


def category(day: dt.date) -> pl.Expr:
    """¶4: by the claim, in a batch of `day`; of money, by who receives it.

    Of two categories that have a claim it is of the later one, as far as that is a category on `day`. A claim that
    nobody knew on `day` is of its own.
    """
    known = categories(day)
    *others, last = [*reversed(known), *(name for name in CATEGORIES if name not in known)]
    found = pl.lit(last)
    for name in reversed(others):
        mine = pl.any_horizontal(claim_on(day) == claim for claim in CLAIMS[name])
        creditor = CREDITORS[name]
        found = pl.when(mine if creditor is None else mine & (pl.col("creditor_kind") == creditor)).then(
            pl.lit(name)
        ).otherwise(found)  # fmt: skip
    return found.alias("category")


def with_mci(writs: pl.DataFrame, law: Law, day: dt.date) -> pl.DataFrame:
    """Add `index_day` of each writ in a batch of `day`, its `mci`, tenge, and `mci_ended`: none of its year is known.

    Null before the first known day. In the years after that of the last one, the last stands in for an index that is
    not known yet.
    """
    days, asked = sorted(law.mci), _INDEX_DAY[law.index_day]
    counts, value = pl.lit(day) if asked is None else pl.col(asked).cast(pl.Date), pl.lit(None, dtype=pl.Int64)
    for first in days:
        value = pl.when(counts >= first).then(pl.lit(law.mci[first], dtype=pl.Int64)).otherwise(value)
    return writs.with_columns(mci=value, mci_ended=counts.dt.year() > days[-1].year, index_day=counts)


#: Which column's day it is whose index counts; none of them: the day of the batch.
_INDEX_DAY: Final = {"received": "received_at", "issued": "issued_on", "distributed": None}


@dataclass(frozen=True)
class Unindexed:
    """Claims of the state that were judged by the index of an earlier year, `mci` tenge since `since`.

    year: of their day. claims: how many, of which `waiting` are above 1,000 times that index.
    """

    year: int
    claims: int
    waiting: int
    since: dt.date
    mci: int


def unindexed(writs: pl.DataFrame, mci: Mapping[dt.date, int]) -> tuple[Unindexed, ...]:
    """Count, by year, the claims of the state of years whose index is not known; `writs` as `with_mci` makes them."""
    last = max(mci)
    years = (
        writs.filter((pl.col("category") == "state") & pl.col("mci_ended"))
        .group_by(year=pl.col("index_day").dt.year())
        .agg(claims=pl.len(), waiting=_over().sum())
        .sort("year")
    )
    return tuple(Unindexed(*row, since=last, mci=mci[last]) for row in years.iter_rows())


def opened(writs: pl.DataFrame, ledger: pl.DataFrame) -> pl.DataFrame:
    """`writ_id`, `holder`: which of `writs` are open proceedings already, and with whom."""
    given = ledger.filter(pl.col("closed_at").is_null()).select("writ_id", holder="enforcer_id")
    # The few are looked for in the many: what stands on the right is kept in memory as a table of hashes.
    return given.join(writs.select("writ_id").join(given, on="writ_id", how="semi"), on="writ_id", how="semi")


def with_holder(writs: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    """Add `holder`: with whom a writ that is told as new is an open proceeding already (¶7); null for all others."""
    told = (
        opened if opened.is_empty() else opened.join(writs.filter(pl.col("origin") == "new"), on="writ_id", how="semi")
    )
    if told.is_empty():
        return writs.with_columns(holder=pl.lit(None, dtype=pl.String))
    # A ledger that nobody has read may tell a proceeding twice; a writ stays one row all the same.
    return writs.join(
        told.sort("holder").unique("writ_id", keep="first"), on="writ_id", how="left", maintain_order="left"
    )


def _over() -> pl.Expr:
    return pl.col("amount") > MOST_MCI * pl.col("mci")


def unassigned_code(as_of: dt.datetime) -> pl.Expr:
    """¶4, ¶5: the first reason a writ is not distributed in the batch of `as_of`, or null.

    Needs `category`, `holder` (`with_holder`) and what `with_mci` adds. An index only rises: what is up to 1,000 times
    the last one that is known is so whatever the next one will be.
    """
    state = pl.col("category") == "state"
    return (
        pl.when(pl.col("holder").is_not_null())
        .then(pl.lit("already_distributed"))
        .when(state & (pl.col("mci").is_null() | (_over() & pl.col("mci_ended"))))
        .then(pl.lit("mci_unknown"))
        .when(state & _over())
        .then(pl.lit("state_over_1000_mci"))
        .when(pl.col("category").is_in(list(NON_PROPERTY)) & pl.col("state_interest"))
        .then(pl.lit("state_interest"))
        .when((pl.col("form") == "electronic") & (pl.col("signature") != "valid"))
        .then(pl.lit("signature_not_valid"))
        .when((pl.col("form") == "paper") & ~pl.col("original_attached"))
        .then(pl.lit("original_missing"))
        .when(pl.col("received_at") > as_of)
        .then(pl.lit("received_later"))
        .alias("code")
    )
