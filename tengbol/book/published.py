"""The public part of a batch, of which the chamber's chain is made: enough to replay it, and nothing personal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tengbol.book import canon
from tengbol.optimizer import lot

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_TOLD: Final = (
    *("number", "chamber_id", "seed", "secret", "input_digest", "public_value", "status", "status_total"),
    *("objective", "lower_bound", "objective_total", "lower_bound_total"),
)


def public_part(
    batch: Mapping[str, Any],
    *,
    assignments: pl.DataFrame,
    unassigned: pl.DataFrame,
    rejected: int,
    pools: pl.DataFrame,
    standing: pl.DataFrame,
    key: str,
) -> dict[str, Any]:
    """What may be told of a batch: its numbers, and digests of who got what by masked ids."""
    masked = assignments.with_columns(writ_id=_masked(key, assignments["writ_id"]))
    waiting = unassigned.with_columns(writ_id=_masked(key, unassigned["writ_id"]))
    told = ("writ_id", "lot_id", "category", "district_id", "basis", "pool_id", "enforcer_id")
    return {
        **{name: batch[name] for name in _TOLD},
        "day": batch["as_of"].date().isoformat(),
        "commitment": batch["commitment"],
        "key_commitment": canon.key_commitment(key),
        "assignments": canon.digest(canon.lines(masked, told)),
        "unassigned": canon.digest(canon.lines(waiting, ("writ_id", "code"))),
        "rejected": rejected,
    }


def _masked(key: str, ids: pl.Series) -> pl.Series:
    import polars as pl

    return pl.Series(lot.masked(key, ids.to_list()), dtype=pl.String)
