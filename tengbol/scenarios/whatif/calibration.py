"""Forecast against outcome: what a departure of the past would have been said to bring, beside what it brought (¶3).

Of as many lots as the forecast draws, the least and the most that somebody got hold one further lot between them with
the chance (n − 1) / (n + 1), since all of them are alike: 39 lots make it 95 of 100 (S. S. Wilks, "Determination of
sample sizes for setting tolerance limits", Annals of Mathematical Statistics 12, 1941).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.scenarios.whatif.departure import departure
from tengbol.scenarios.whatif.events import Leave

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber

#: Lots whose least and most hold 95 of 100 further ones.
LOTS: Final = 39
_KINDS: Final = {
    "batch_id": pl.String, "leaving": pl.String, "on": pl.Date, "enforcer_id": pl.String, "category": pl.String,
    "mean": pl.Float64, "least": pl.Int64, "most": pl.Int64, "outcome": pl.Int64, "held": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Departed:
    """A departure that happened: the chamber just before it, and what became of what returned.

    outcome: `enforcer_id`, `category`, `outcome`: how many of the returned writs each was given. batch_id: of the first
    batch that gave any of them.
    """

    batch_id: str
    enforcer_id: str
    as_of: dt.datetime
    chamber: Chamber
    outcome: pl.DataFrame


def calibrated(
    past: Sequence[Departed],
    *,
    seed: str,
    config: Config,
    history: int = 365,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> pl.DataFrame:
    """`batch_id`, `leaving`, `on`, `enforcer_id`, `category`, `mean`, `least`, `most`, `outcome`, `held`.

    A row for each enforcer and category that the forecast, or the outcome, gave anything. held: whether the outcome
    lies from `least` to `most`.
    """
    parts = [pl.DataFrame(schema=_KINDS)]
    for number, one in enumerate(past):
        progress(number, len(past))
        on = one.as_of.date()
        leave = Leave(kind="leave", enforcer_id=one.enforcer_id, reason="licence_suspended", on=on)
        told = departure(
            one.chamber, [leave], as_of=one.as_of, seed=seed, lots=LOTS, history=history, config=config
        ).taken.select("enforcer_id", "category", "mean", "least", "most")
        cell = ["enforcer_id", "category"]
        parts.append(
            told.join(one.outcome, on=cell, how="full", coalesce=True)
            .with_columns(pl.col("mean").fill_null(0.0), pl.col("least", "most", "outcome").fill_null(0).cast(pl.Int64))
            .with_columns(
                batch_id=pl.lit(one.batch_id),
                leaving=pl.lit(one.enforcer_id),
                on=pl.lit(on),
                held=pl.col("outcome").is_between("least", "most"),
            )
            .select(list(_KINDS))
            .sort("enforcer_id", pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical())
        )
    return pl.concat(parts)
