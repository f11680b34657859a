"""What the attachment planner says of an attachment and of a district, one sentence for each finding."""

from __future__ import annotations

from typing import Final

import polars as pl

from tengbol.model.law.paragraphs import POOL

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
        "district_id",
        reason=pl.format("{}: {} {}, and then those attached are its pool; {}.", pl.lit(POOL), "name", lacks, keeps),
    )
    return chosen.join(why, on="district_id", how="left", maintain_order="left")


def remarks(districts: pl.DataFrame, keep: int, leavers: int) -> pl.DataFrame:
    """`districts` with `remark`: what each keeps, and what no attachment can bring."""
    registered, short = pl.col("registered"), pl.col("short")
    whoever = _whoever(leavers)
    left = pl.format("Of {} registered {} stay {}", "registered", "least_after", pl.lit(whoever))
    told = (
        pl.when(pl.col("closed").is_not_null())
        .then(
            pl.format(
                "A registered enforcer is away for a short time, and until he is back, after {}, those attached are "
                "not asked.",
                pl.col("closed").dt.to_string("%Y-%m-%d"),
            )
        )
        .when(short > 0)
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
        .then(pl.format(_ONLY, left, pl.lit(POOL)))
        .when((registered > 0) & (keep > 1))
        .then(pl.format("Once no registered one is left, keeps {} attached. {}", pl.lit(keep), pl.lit(_ALONE)))
        .otherwise(pl.format("Keeps {} {}.", pl.lit(keep), pl.lit(whoever)))
    )
    return districts.with_columns(remark=told)


_ONLY: Final = "{}; attached ones do not count beside them ({}): only registration mends that."


def _whoever(leavers: int) -> str:
    return {0: "while nobody leaves", 1: "whoever leaves"}.get(leavers, f"whichever {leavers} leave at once")
