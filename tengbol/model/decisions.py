"""Why each writ went where it went, or waits, as columns: what sentences, `why` and reports are made of.

A bundle's rule, pool and enforcer stand in `assignments`; here stands what else decided. Words are put to it elsewhere
(`explanations`), in today's templates and in any language.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.model.law import pools
from tengbol.model.law.balances import in_writs
from tengbol.parameters import MOST_MCI

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.model.law.docket import Docket

#: Columns of each table, in order.
SCHEMAS: Final[Mapping[str, pl.Schema]] = MappingProxyType(
    {
        "decisions": pl.Schema(
            {
                "bundle_id": pl.String(),
                "lot_id": pl.String(),
                "district_id": pl.String(),
                "pool_id": pl.String(),
                "writs": pl.Int64(),
                "alike": pl.Int64(),
            }
        ),
        "pools": pl.Schema(dict.fromkeys(("pool_id", "enforcer_id"), pl.String())),
        "left_out": pl.Schema(dict.fromkeys(("district_id", "pool_id", "enforcer_id", "reason"), pl.String())),
        "passed_over": pl.Schema(dict.fromkeys(("bundle_id", "enforcer_id", "basis", "reason"), pl.String())),
        "waiting": pl.Schema(
            {
                "writ_id": pl.String(),
                "code": pl.String(),
                "district_id": pl.String(),
                "received_at": pl.Datetime("us"),
                "signature": pl.String(),
                "amount": pl.Float64(),
                "limit": pl.Int64(),
                "holder": pl.String(),
                "basis": pl.String(),
                "writs": pl.Int64(),
                "last": pl.Date(),
                "index_day": pl.Date(),
            }
        ),
        "shares": pl.Schema(
            {
                "pool_id": pl.String(),
                "category": pl.String(),
                "enforcer_id": pl.String(),
                "writs": pl.Int64(),
                "share": pl.Decimal(38, 9),
            }
        ),
    }
)


@dataclass(frozen=True)
class Decisions:
    """Why, of one batch; each table has the columns of `SCHEMAS` and is in the order of its first columns.

    decisions: of each bundle the id by which it stood in the lot (null: its own), its debtor's district, its pool, how
    many writs it has, and how many free bundles were alike (null: it was bound).
    pools: members of each pool. left_out: who serves a district, as those of the pool do, and is not in it, and why;
    with a null pool, whoever of a district is away in which nobody could be given a writ.
    passed_over: whose claim on a bundle (`basis`) fell, in the order in which they were asked, and at which test.
    waiting: of each writ that was not distributed what its code rests on, null where it rests on something else:
    `limit` is 1,000 MCI in tenge; `holder` has `basis` for it, `last` is his last day away, `writs` how many stay
    together.
    shares: what the writs of a pool and category added to the share of each member, in writs.
    """

    decisions: pl.DataFrame
    pools: pl.DataFrame
    left_out: pl.DataFrame
    passed_over: pl.DataFrame
    waiting: pl.DataFrame
    shares: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """By name."""
        return {name: getattr(self, name) for name in SCHEMAS}


def alike_of(todo: Docket, by_number: pl.DataFrame) -> pl.Series:
    """Of each bundle how many free ones are alike: the same pool, as many writs of each category; null where bound."""
    ids = by_number.select("pool", "pool_id")
    free = pl.col("bound_to").is_null()
    rows = todo.bundles.join(ids, on="pool", how="left", maintain_order="left")
    return rows.select(pl.when(free).then(free.sum().over("pool_id", *CATEGORIES)).cast(pl.Int64)).to_series()


def decisions_of(todo: Docket, alike: pl.Series, by_number: pl.DataFrame) -> Decisions:
    """What decided a batch.

    alike: of each bundle of the docket how many free ones were alike, null where it is bound. by_number:
    `pools.identified`.
    """
    ids = by_number.select("pool", "pool_id")
    bundles = todo.bundles.select(
        "bundle_id", lot_id=pl.when(pl.col("lot_id") != pl.col("bundle_id")).then("lot_id"),
        district_id="district_id", writs="writs", alike=alike, pool_id=pools.of_number(by_number, todo.bundles["pool"]),
    )  # fmt: skip
    return Decisions(
        decisions=_shaped("decisions", bundles),
        pools=_shaped("pools", pools.listed(by_number)),
        left_out=_left_out(todo, ids),
        passed_over=_shaped("passed_over", _of_bundles(todo.lost, todo.bundles).rename({"failed": "reason"})),
        waiting=_waiting(todo),
        shares=_shares(todo, ids),
    )


def _of_bundles(lost: pl.DataFrame, bundles: pl.DataFrame) -> pl.DataFrame:
    """Those of `lost` that fell on one of `bundles`."""
    # The few are looked for in the many first: what stands on the right becomes a table of hashes.
    touched = bundles.select("bundle_id").join(lost, on="bundle_id", how="semi")
    return lost.join(touched, on="bundle_id", how="semi", maintain_order="left")


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items())


def _left_out(todo: Docket, ids: pl.DataFrame) -> pl.DataFrame:
    """Of each pool, and of each district without anybody."""
    kinds = todo.pools.select("pool", "district_id", "basis").join(ids, on="pool")
    serving = kinds.join(todo.serving, on="district_id", suffix="_served").filter(
        (pl.col("basis_served") == "registered") | (pl.col("basis") == "attached")
    )
    missing = serving.join(
        todo.recused.with_columns(_recused=True), on=["pool", "enforcer_id"], how="left"
    ).with_columns(reason=pl.coalesce("away", pl.when("_recused").then(pl.lit("recused"))))
    nobody = todo.unassigned.filter(pl.col("code") == "no_eligible_enforcer").select(district_id="debtor_district_id")
    away = todo.serving.join(nobody, on="district_id", how="semi").with_columns(
        reason="away", pool_id=pl.lit(None, dtype=pl.String)
    )
    both = pl.concat([_shaped("left_out", missing), _shaped("left_out", away)]).filter(pl.col("reason").is_not_null())
    return both.unique().sort("district_id", "pool_id", "enforcer_id", nulls_last=True)


#: Which columns a code rests on.
_RESTS_ON: Final = {
    "received_at": ("mci_unknown", "received_later"),
    "signature": ("signature_not_valid",),
    "amount": ("state_over_1000_mci",),
    "limit": ("state_over_1000_mci",),
    "holder": ("already_distributed", "waits_for_holder"),
    "basis": ("waits_for_holder",),
    "writs": ("waits_for_holder",),
    "last": ("waits_for_holder", "no_eligible_enforcer"),
    "index_day": ("mci_unknown", "state_over_1000_mci"),
}


def _waiting(todo: Docket) -> pl.DataFrame:
    rows = todo.unassigned.with_columns(district_id="debtor_district_id", limit=pl.col("mci") * MOST_MCI)
    known = rows.with_columns(
        (pl.when(pl.col("code").is_in(codes)).then(name) if name in rows.columns else pl.lit(None)).alias(name)
        for name, codes in _RESTS_ON.items()
    )
    return _shaped("waiting", known).sort("writ_id")


def _shares(todo: Docket, ids: pl.DataFrame) -> pl.DataFrame:
    """What the writs of each pool and category add to each member's share (contract point 3.7)."""
    of_writs = todo.writs.select("category").hstack(todo.bundles.select("pool")[todo.writs["bundle"]])
    given = of_writs.group_by("pool", "category").agg(writs=pl.len().cast(pl.Int64))
    by_id = given.join(ids, on="pool").group_by("pool_id", "category").agg(pl.col("writs").sum())
    members = todo.members.join(ids, on="pool").select("pool_id", "enforcer_id", "part").unique()
    shares = by_id.join(members, on="pool_id").with_columns(share=in_writs(pl.col("writs") * pl.col("part")))
    return _shaped("shares", shares).sort("pool_id", "category", "enforcer_id")
