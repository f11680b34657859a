"""One document is one writ: the same one under a second id would be a second draw, and a second recovery (¶6, ¶7).

Of several rows the one received first stays, of one moment that with the smallest id, whatever the order of rows.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from tengbol.io.rejections import REJECTED_TYPES, cut, no_rejections, sentence
from tengbol.model.folding import DOCUMENT, folded_document


def repeated(hashes: pl.Series) -> pl.Series:
    """Where a hash stands more than once: `is_duplicated`, which takes five times as long."""
    in_order = np.sort(hashes.to_numpy())
    again = in_order[1:][in_order[1:] == in_order[:-1]]
    return hashes.is_in(pl.Series(again, dtype=hashes.dtype).implode())


def once(writs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split good rows of `writs`, with their `row`, into those of documents told once or first, and `rejected`."""
    # Few writs are of one debtor and one day, and folding texts is dear.
    several = repeated(writs["debtor_id"].hash() ^ writs["issued_on"].hash())
    if not several.any():
        return writs, no_rejections()
    near = writs.select("row", "writ_id", "received_at", *DOCUMENT).filter(several)
    # Folding leaves every digit but zeros at the front, so documents that are one have the same: to compare these costs
    # a tenth of it.
    digits = pl.col("number").str.replace_all("[^0-9]", "").str.strip_chars_start("0")
    same = near.select(pl.struct("debtor_id", "issued_on", digits).hash().is_duplicated()).to_series()
    close = near.filter(same).select("row", "writ_id", "received_at", said="number", **folded_document())
    again = (
        close.sort("received_at", "writ_id")
        .with_columns(pl.col("writ_id", "row").first().over(DOCUMENT).name.prefix("first_"))
        .filter(pl.col("writ_id") != pl.col("first_writ_id"))
        .sort("row")
    )
    message = sentence("duplicate_document", pl.col("said"), column="number", first="\1", at="\2")
    rejected = again.select(
        table=pl.lit("writs"),
        row="row",
        column=pl.lit("number"),
        code=pl.lit("duplicate_document"),
        message=message.str.replace("\1", cut(pl.col("first_writ_id")), literal=True).str.replace(
            "\2", pl.col("first_row").cast(pl.String), literal=True
        ),
    ).cast(pl.Schema(REJECTED_TYPES))
    return (writs.join(again, on="row", how="anti", maintain_order="left") if len(again) else writs), rejected
