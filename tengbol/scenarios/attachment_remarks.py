"""What the attachment planner says of an attachment and of a district, one sentence for each finding."""

from __future__ import annotations

import polars as pl

_ALONE = (
    "While one registered enforcer is left he alone is the pool, whoever is attached: only registration mends that."
)


def reasons(chosen: pl.DataFrame, districts: pl.DataFrame, keep: int, leavers: int) -> pl.DataFrame:
    """`chosen` with `reason`: why its district needs an attachment, and what it then keeps."""
    lacks = (
        pl.when(pl.col("registered") == 0)
        .then(pl.lit("has no available registered enforcer"))
        .otherwise(pl.format("may lose all its available registered enforcers ({})", "registered"))
    )
    keeps = (
        pl.when(pl.col("short") == 0)
        .then(pl.format("with {} more it keeps {} {}", "new", pl.lit(keep), pl.lit(_whoever(leavers))))
        .otherwise(pl.format("{} more of the {} it needs", "new", pl.col("new") + pl.col("short")))
    )
    why = districts.with_columns(new=pl.col("attached_after") - pl.col("attached_before")).select(
        "district_id", reason=pl.format("¶9: {} {}, and then those attached are its pool; {}.", "name", lacks, keeps)
    )
    return chosen.join(why, on="district_id", how="left", maintain_order="left")


def remarks(districts: pl.DataFrame, keep: int, leavers: int) -> pl.DataFrame:
    """`districts` with `remark`: what each keeps, and what no attachment can bring."""
    registered, short = pl.col("registered"), pl.col("short")
    whoever = _whoever(leavers)
    left = pl.format("Of {} registered {} stay {}", "registered", "least_after", pl.lit(whoever))
    told = (
        pl.when(short > 0)
        .then(
            pl.format(
                "Keeps {} {}; {} more attached would be needed, and nobody else may be.",
                (keep - short).clip(0),
                pl.lit(whoever),
                short,
            )
        )
        .when((registered > leavers) & (registered - leavers >= keep))
        .then(pl.format("{}.", left))
        .when(registered > leavers)
        .then(pl.format("{}; attached ones do not count beside them (¶9): only registration mends that.", left))
        .when((registered > 0) & (keep > 1))
        .then(pl.format("Once no registered one is left, keeps {} attached. {}", pl.lit(keep), pl.lit(_ALONE)))
        .otherwise(pl.format("Keeps {} {}.", pl.lit(keep), pl.lit(whoever)))
    )
    return districts.with_columns(remark=told)


def _whoever(leavers: int) -> str:
    return {0: "while nobody leaves", 1: "whoever leaves"}.get(leavers, f"whichever {leavers} leave at once")
