"""Who had a writ that comes back is known where the ledger has it: no row is believed against it (¶11)."""

from __future__ import annotations

import polars as pl

from tengbol.io.rejections import REJECTED_TYPES, cut, no_rejections, sentence


def by_ledger(writs: pl.DataFrame, ledger: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split good rows of `writs`, with their `row`, into those that the good rows of `ledger` allow, and `rejected`.

    A writ that is returned or forwarded was last with whoever was assigned it latest; of one that the ledger does not
    have, the row is all that is known.
    """
    back = writs.filter(pl.col("origin").is_in(["returned", "forwarded"]))
    past = ledger.join(back, on="writ_id", how="semi")
    if past.is_empty():
        return writs, no_rejections()
    latest = past.filter(pl.col("assigned_at") == pl.col("assigned_at").max().over("writ_id"))
    holders = latest.group_by("writ_id").agg(holder=pl.col("enforcer_id").unique().sort())
    wrong = (
        back.select("row", "writ_id", said="previous_enforcer_id")
        .join(holders, on="writ_id")
        .filter(~pl.col("said").is_in(pl.col("holder")))
        .sort("row")
    )
    message = sentence("previous_enforcer_differs", pl.col("said"), column="previous_enforcer_id", holder="\1")
    rejected = wrong.select(
        table=pl.lit("writs"),
        row="row",
        column=pl.lit("previous_enforcer_id"),
        code=pl.lit("previous_enforcer_differs"),
        message=message.str.replace("\1", cut(pl.col("holder").list.join(", ")), literal=True),
    ).cast(pl.Schema(REJECTED_TYPES))
    # Nearly always nobody is wrong, and to copy a large table for nothing is dear.
    return (writs.join(wrong, on="row", how="anti", maintain_order="left") if len(wrong) else writs), rejected
