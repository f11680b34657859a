"""¶13 and ¶14: which writs of a batch must go to one enforcer together."""

from __future__ import annotations

import polars as pl


def bundles(writs: pl.DataFrame) -> pl.DataFrame:
    """Add `bundle_id`, the smallest writ id of each writ's bundle.

    ¶14 ties writs of one case against one debtor in one district, ¶13 the alimony writs against one debtor in one
    district; ties are transitive. All of them hold within one (debtor, district), where the alimony writs are one
    group and a case with an alimony writ in it belongs to that group: so each writ's bundle is known directly.
    """
    debtor = ["debtor_id", "debtor_district_id"]
    alimony = pl.col("category") == "alimony"
    with_alimony = alimony.any().over([*debtor, "case_id"]) & pl.col("case_id").is_not_null()
    return (
        writs.with_columns(_alimony=alimony | with_alimony)
        .with_columns(
            _tie=pl.when("_alimony")
            .then(pl.lit("alimony"))
            .when(pl.col("case_id").is_not_null())
            .then(pl.lit("case ") + pl.col("case_id"))
            .otherwise(pl.lit("writ ") + pl.col("writ_id"))
        )
        .with_columns(bundle_id=pl.col("writ_id").min().over([*debtor, "_tie"]))
        .drop("_alimony", "_tie")
    )
