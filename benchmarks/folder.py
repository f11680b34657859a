"""An instance as a folder of CSV tables (contract section 2), for the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from benchmarks.families import CATEGORIES

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.instances import Instance

#: The moment of every instance's batch.
AS_OF: Final = "2026-11-23T18:00:00"
_BILLION: Final = 10**9


def write_folder(instance: Instance, folder: Path) -> None:
    """Write the tables of an instance."""
    who = [f"E{j:05d}" for j in range(len(instance.home))]
    where = [f"{110_000_000 + 1000 * d:09d}" for d in range(instance.districts)]
    tables = {
        "districts": pl.DataFrame(
            {"district_id": where, "name": [f"District {d + 1}" for d in range(len(where))], "chamber_id": "KZ-11"}
        ),
        "enforcers": pl.DataFrame(
            {
                "enforcer_id": who,
                "name": [f"Enforcer {j + 1}" for j in range(len(who))],
                "district_id": [where[d] for d in instance.home],
                "licensed_from": "2020-01-01",
            }
        ),
        "attachments": pl.DataFrame(
            {
                "district_id": [where[d] for d in instance.attached[:, 0]],
                "enforcer_id": [who[j] for j in instance.attached[:, 1]],
            },
            schema={"district_id": pl.String, "enforcer_id": pl.String},
        ).with_columns(valid_from=pl.lit("2020-01-01")),
        "balances": pl.DataFrame(
            {
                "enforcer_id": np.repeat(who, len(CATEGORIES)),
                "category": CATEGORIES * len(who),
                "received": instance.received.ravel(),
                "share": [f"{v // _BILLION}.{v % _BILLION:09d}" for v in instance.share.ravel().tolist()],
            }
        ),
        "writs": _writs(instance, where),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.write_csv(folder / f"{name}.csv")


def _writs(instance: Instance, where: list[str]) -> pl.DataFrame:
    length = instance.counts.sum(axis=1)
    bundle = np.repeat(np.arange(len(length)), length)
    each = np.repeat(np.tile(np.arange(len(CATEGORIES)), len(length)), instance.counts.ravel())
    number = np.arange(len(bundle))
    kind = pl.Series("category", np.array(CATEGORIES)[each])
    shuffled = np.random.Generator(np.random.PCG64(instance.recipe.seed)).permutation(len(bundle))
    together = pl.Series(length[bundle] > 1)
    money = kind.is_in(CATEGORIES[:3])
    return (
        pl.DataFrame({"number": number, "bundle": bundle, "kind": kind, "together": together, "money": money})
        .with_columns(pl.col("number").cast(pl.String).str.zfill(7), pl.col("bundle").cast(pl.String).str.zfill(7))
        .select(
            writ_id=pl.lit("W") + pl.col("number"),
            received_at=pl.lit("2026-11-20T10:00:00"),
            form=pl.lit("electronic"),
            issued_by=pl.lit("District court"),
            number="number",
            issued_on=pl.lit("2026-11-02"),
            subject=pl.lit("Recovery"),
            claim=pl.when("money")
            .then(pl.lit("money"))
            .otherwise(pl.when(pl.col("kind") == "alimony").then(pl.lit("alimony")).otherwise(pl.lit("eviction"))),
            amount=pl.when("money").then(pl.lit("50000.00")),
            creditor_id=pl.lit("C") + pl.col("number"),
            creditor_kind=pl.when("money").then("kind").otherwise(pl.lit("individual")),
            debtor_id=pl.lit("P") + pl.col("bundle"),
            debtor_district_id=pl.Series([where[d] for d in instance.district[bundle]]),
            case_id=pl.when("together").then(pl.lit("K") + pl.col("bundle")),
            immediate=pl.lit("false"),
            state_interest=pl.lit("false"),
            signature=pl.lit("valid"),
            original_attached=pl.lit(None, dtype=pl.String),
            origin=pl.lit("new"),
            previous_enforcer_id=pl.lit(None, dtype=pl.String),
        )[shuffled]
    )
