"""Why each writ of a batch went where it went, or waits, as the book keeps it (docs/format-2.md).

What is said of one bundle or writ stands beside its row: `alike` in `assignments`, what a code rests on in
`unassigned`. Who was left out of a pool, whose claim fell, and what each pool's members were due are tables of their
own. Batches of earlier versions have none of it, and keep the sentences that were written then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import events, payload
from tengbol.book.kept import MOMENT, cells, held, typed
from tengbol.book.schema import TABLES
from tengbol.model.codes import BOUND_BASES
from tengbol.model.decisions import SCHEMAS, Decisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.batch import Result
    from tengbol.book.gathering import Tables
    from tengbol.book.store import Store
    from tengbol.model.sentences import Saying

#: What the event of a batch has as `format`, if its decisions are kept.
FORMAT: Final = 2
#: Tables of decisions that have no other rows.
OWN: Final = ("left_out", "passed_over", "shares")


def rows_of(result: Result, batch_id: str) -> Tables:
    """All rows of a batch's tables but its pools, as stored."""
    why = result.decisions
    bundles = result.bundles.join(why.decisions.select("bundle_id", "alike"), on="bundle_id", maintain_order="left")
    frames = {
        "assignments": result.assignments.join(bundles, on="bundle_id", how="left", maintain_order="left"),
        "unassigned": result.unassigned.join(why.waiting.drop("code"), on="writ_id", how="left", maintain_order="left"),
        "standing": result.standing,
        "left_out": why.left_out,
        # Claims stand in the order in which they were asked.
        "passed_over": why.passed_over.with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64).over("bundle_id")),
        "shares": why.shares,
    }
    return {name: cells(frame.with_columns(batch_id=pl.lit(batch_id)), name) for name, frame in frames.items()}


def decisions_in(rows: Tables) -> Decisions:
    """The decisions of one batch, from its rows as stored. rows: `assignments`, `unassigned`, `pools` and `OWN`."""
    given = rows["assignments"].group_by("bundle_id").agg(
        pl.col("lot_id", "district_id", "pool_id", "alike").first(), writs=pl.len().cast(pl.Int64)
    )  # fmt: skip
    own_id = pl.when(pl.col("lot_id") != pl.col("bundle_id")).then("lot_id")
    return Decisions(
        decisions=_shaped("decisions", given.with_columns(lot_id=own_id)).sort("bundle_id"),
        pools=_shaped("pools", rows["pools"]).sort("pool_id", "enforcer_id"),
        left_out=_shaped("left_out", rows["left_out"]).sort("district_id", "pool_id", "enforcer_id", nulls_last=True),
        passed_over=_shaped("passed_over", rows["passed_over"].sort("bundle_id", "place")),
        waiting=_shaped("waiting", typed(rows["unassigned"], "unassigned")).sort("writ_id"),
        shares=_shaped("shares", typed(rows["shares"], "shares")).sort("pool_id", "category", "enforcer_id"),
    )


def reasons_of(store: Store, batch_ids: list[str]) -> Tables:
    """`left_out`, `passed_over` and `waiting` of batches that kept them, each row with its `batch_id`."""
    asked = store.among("t.batch_id", "ids")
    rows = {name: held(store, name, asked, ids=batch_ids) for name in ("left_out", "passed_over", "unassigned")}
    return {
        "left_out": rows["left_out"].select(TABLES["left_out"].columns),
        "passed_over": rows["passed_over"].sort("batch_id", "bundle_id", "place").drop("place", "id", "since"),
        "waiting": typed(rows["unassigned"], "unassigned").drop("explanation"),
    }


def contradicting(rows: Tables) -> list[str]:
    """What of a batch's decisions does not follow from its other rows: `shares`, `alike`. rows: `retelling`'s.

    The rest follows from its input alone, and `tengbol book verify` derives it.
    """
    given, pools = rows["assignments"], rows["pools"].select("pool_id", "enforcer_id")
    of_pool = given.group_by("pool_id", "category").agg(writs=pl.len().cast(pl.Int64))
    due = of_pool.join(pools, on="pool_id").select("pool_id", "category", "enforcer_id", "writs")
    told = rows["shares"].select(due.columns)
    grew = rows["standing"].select(
        "enforcer_id", "category", grew=pl.col("share_after") - pl.col("share_before")
    ).filter(pl.col("grew") != 0)  # fmt: skip
    parts = rows["shares"].with_columns(pl.col("share").str.replace(".", "", literal=True).cast(pl.Int64, strict=False))
    sums = parts.group_by("enforcer_id", "category").agg(grew=pl.col("share").sum()).filter(pl.col("grew") != 0)
    alike = given.group_by("bundle_id").agg(
        pl.col("pool_id", "basis", "alike").first(),
        told=pl.col("alike").n_unique(),
        counts=pl.col("category").sort().str.join(" "),
    )
    free = ~pl.col("basis").is_in(BOUND_BASES)
    wrong = alike.with_columns(due=pl.when(free).then(free.sum().over("pool_id", "counts"))).filter(
        pl.col("due").ne_missing(pl.col("alike")) | (pl.col("told") != 1)
    )
    same = _sorted(due).equals(_sorted(told)) and _sorted(grew).equals(_sorted(sums))
    return [name for name, fits in (("shares", same), ("alike", wrong.is_empty())) if not fits]


def _sorted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns)


def explanation(store: Store, row: Mapping[str, Any], words: Saying) -> str | None:
    """Why one writ went where it went or waits, in words; None where the batch kept nothing but the sentence.

    row: of `assignments`, or of `unassigned`.
    """
    from tengbol.model import explanations

    event = events(store, "seq = :seq", seq=row["since"]).row(0, named=True)
    if payload(event).get("format") != FORMAT:
        return None
    where = {"batch_id": row["batch_id"], "district_id": row["district_id"]}
    left = held(store, "left_out", "t.batch_id = :batch_id AND t.district_id = :district_id", **where)
    left = left.select(SCHEMAS["left_out"].names())
    districts = held(store, "districts", "t.district_id = :id", id=row["district_id"])
    if row.get("enforcer_id") is None:
        waits = _one(row, "unassigned").select(SCHEMAS["waiting"].names())
        return explanations.unassigned(waits, left, districts, words)["explanation"][0]
    of_bundle = "t.batch_id = :batch_id AND t.bundle_id = :bundle_id"
    asked = {"batch_id": row["batch_id"], "bundle_id": row["bundle_id"]}
    # By its pool, too, which has an index: a batch may have given fifty thousand.
    of_pool = f"{of_bundle} AND t.pool_id = :pool_id"
    together = held(store, "assignments", of_pool, **asked, pool_id=row["pool_id"]).height
    passed = held(store, "passed_over", of_bundle, **asked).sort("place").select(SCHEMAS["passed_over"].names())
    names = held(store, "enforcers", "t.enforcer_id = :id", id=row["enforcer_id"])
    given = _one(row, "assignments").with_columns(writs=pl.lit(together, dtype=pl.Int64))
    text = explanations.assigned(given, left, passed, names, districts, words)
    at = store.frame("SELECT as_of FROM batches WHERE batch_id = :id", {"as_of": pl.String()}, id=row["batch_id"])
    day = at["as_of"].str.to_datetime(MOMENT)[0].date()
    return given.select(pl.concat_str(pl.lit(text["explanation"][0]), explanations.late(day, words))).item()


def _one(row: Mapping[str, Any], table: str) -> pl.DataFrame:
    """A row as stored, in the types of the model, without its batch."""
    types = TABLES[table].types
    return typed(pl.DataFrame([{name: row[name] for name in types}], schema=types), table).drop("batch_id")


def _shaped(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(column).cast(dtype) for column, dtype in SCHEMAS[name].items())
