"""What other readings of the law would have moved: each past batch made again by each of them (docs/law/readings.md).

Every batch is made from what the chamber had before it, by its own seed: what is told is what the reading does to that
batch, not what would have followed from it. Where the rules say the same by two readings, so does the batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.outcome import outcome
from tengbol.parameters import VALUES
from tengbol.ruling import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.ruling import Ruled

_WHO = ["enforcer_id", "category"]
_READ = {
    "setting": pl.String, "value": pl.String, "usual": pl.String, "batches": pl.Int64, "touched": pl.Int64,
    "waits": pl.Int64, "pool": pl.Int64, "bound": pl.Int64, "elsewhere": pl.Int64, "proven": pl.Int64,
    "objective": pl.Int64, "objective_usual": pl.Int64,
}  # fmt: skip
_MOVED = {
    "setting": pl.String, "value": pl.String, "enforcer_id": pl.String, "category": pl.String,
    "received": pl.Int64, "share": pl.Decimal(38, 9),
}  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """A batch as it can be made again. turn: seed of the order between equal claims. key: by which its lot went."""

    chamber: Chamber
    as_of: dt.datetime
    seed: str
    turn: str
    config: Config
    key: str | None = None

    def ruled(self, config: Config) -> Ruled:
        """By other settings."""
        return rule(self.chamber, as_of=self.as_of, turn=self.turn, config=config, key=self.key)


def others(config: Config) -> list[tuple[str, str, Config]]:
    """Each reading that `config` does not take: setting, value, and the settings with it."""
    return [
        (setting, value, replace(config, **{setting: value}))
        for setting, values in VALUES.items()
        for value in values
        if getattr(config, setting) != value
    ]


def reread(
    past: Sequence[Batch], progress: Callable[[int, int], None] = lambda *_: None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two tables, `readings` and `reading_balances`.

    The first has a row for each setting and other value, in the order of the settings: `usual`, what the batches were
    made by; `batches`, and of these `touched`, in which the rules say another thing; of their writs those that one of
    the two leaves with nobody (`waits`), that have another pool, that are bound otherwise, and that go to somebody
    `elsewhere` by the same lot, for whatever reason. proven: of the touched, those of which both objectives are least.
    objective, objective_usual: the first objective of those, in squared thousandths of a writ, by either reading.
    The second: by how many writs `received`, and by how much `share`, closing balances differ, summed over batches.
    """
    rows, moved = list[dict[str, object]](), [pl.DataFrame(schema=_MOVED)]
    for number, one in enumerate(past):
        progress(number, len(past))
        own = one.ruled(one.config)
        said, made = _said(own), None
        for setting, value, config in others(one.config):
            ruled = one.ruled(config)
            then = _said(ruled)
            row = {"setting": setting, "value": value, "usual": getattr(one.config, setting), "batches": 1}
            if not then.equals(said):
                made = made or outcome(own, one.seed)
                found = outcome(ruled, one.seed)
                row |= {
                    "touched": 1,
                    **_counted(
                        said.join(made.assignments.select("writ_id", "enforcer_id"), on="writ_id", how="left"),
                        then.join(found.assignments.select("writ_id", "enforcer_id"), on="writ_id", how="left"),
                    ),
                    "proven": int(found.proof.first and found.proof.second),
                    "objective": found.proof.objective,
                    "objective_usual": made.proof.objective,
                }
                both = made.balances.join(found.balances, on=_WHO, suffix="_then")
                by = (pl.col(f"{name}_then") - pl.col(name) for name in ("received", "share"))
                moved.append(
                    both.select(pl.lit(setting).alias("setting"), pl.lit(value).alias("value"), *_WHO,
                                **dict(zip(("received", "share"), by, strict=True)))
                    .with_columns(pl.col("category").cast(pl.String))
                    .select(pl.col(name).cast(kind) for name, kind in _MOVED.items())
                )  # fmt: skip
            rows.append(row)
    progress(len(past), len(past))
    keys = ["setting", "value", "usual"]
    return (
        pl.DataFrame(rows, schema=_READ).group_by(keys, maintain_order=True).agg(pl.all().sum()),
        pl.concat(moved)
        .group_by("setting", "value", *_WHO, maintain_order=True)
        .agg(pl.col("received", "share").sum())
        .filter((pl.col("received") != 0) | (pl.col("share") != 0))
        .sort(
            pl.col("setting").cast(pl.Enum(list(VALUES))).to_physical(), "value", "enforcer_id",
            pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical(),
        ),
    )  # fmt: skip


def _said(ruled: Ruled) -> pl.DataFrame:
    """`writ_id`, `code`, `pool_id`, `bound_to`: what the rules say of every writ, by id."""
    todo, bundles = ruled.todo, ruled.bundles()
    placed = todo.writs.select("writ_id", code=pl.lit(None, dtype=pl.String)).hstack(
        bundles.select("pool_id", "bound_to")[todo.writs["bundle"]]
    )
    return pl.concat([placed, todo.unassigned.select("writ_id", "code")], how="diagonal").sort("writ_id")


def _counted(own: pl.DataFrame, then: pl.DataFrame) -> dict[str, int]:
    both = own.join(then, on="writ_id", suffix="_then")
    placed = pl.col("code").is_null() & pl.col("code_then").is_null()

    def differs(name: str) -> pl.Expr:
        return (placed & pl.col(name).ne_missing(pl.col(f"{name}_then"))).sum()

    return both.select(
        waits=(pl.col("code").is_null() != pl.col("code_then").is_null()).sum(),
        pool=differs("pool_id"),
        bound=differs("bound_to"),
        elsewhere=differs("enforcer_id"),
    ).row(0, named=True)
