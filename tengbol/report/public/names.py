"""Under which names the public report knows writs, enforcers and pools.

A writ, and a bundle, goes by its keyed hash (`optimizer.lot.masked`). Enforcers are officials and go by their ids; an
id that could be an IIN is masked all the same. A pool's name is a hash over those of its members.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.cells import check_digit_holds
from tengbol.optimizer import lot

if TYPE_CHECKING:
    from collections.abc import Iterable


def public_writs(key: str, writ_ids: list[str]) -> list[str]:
    """Public ids of writs, or of bundles by theirs: what a chamber tells whoever owns the writ."""
    return lot.masked(key, writ_ids)


def public_enforcers(key: str, enforcer_ids: pl.Series) -> pl.DataFrame:
    """`enforcer_id` and its `enforcer` in public, of each that is named."""
    ids = enforcer_ids.unique().drop_nulls().sort()
    personal = pl.select(check_digit_holds(pl.lit(ids)).fill_null(False)).to_series()
    names = lot.officials(key, ids.to_list(), personal.to_list())
    return pl.DataFrame({"enforcer_id": ids, "enforcer": pl.Series(names, dtype=pl.String)})


def public_pool(members: Iterable[str]) -> str:
    """Name of a pool: 16 hex digits of the SHA-256 over its members' public ids, sorted, one a line."""
    return sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]
