"""One form for the ids of enforcers: `jso-7`, `JSО–7` with a Cyrillic О, `№ JSO-7` are `JSO-7` if one is so called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.folding import folded_id

if TYPE_CHECKING:
    from collections.abc import Iterable


def canonical_ids(text: pl.Expr, known: pl.Series) -> pl.Expr:
    """Return the one id of `known` that `text` can be, compared in a folded form; else `text` as it is."""
    return (
        pl.when(text.is_in(known.implode()))
        .then(text)
        .otherwise(
            pl.coalesce(folded_id(text).replace_strict(_of_one(known), default=None, return_dtype=pl.String), text)
        )
    )


def _of_one(known: pl.Series) -> dict[str, str]:
    ids = pl.DataFrame({"id": known.unique()}).with_columns(folded=folded_id(pl.col("id")))
    one = ids.filter(~pl.col("folded").is_duplicated()).sort("id")
    return dict(zip(one["folded"], one["id"], strict=True))


def look_alike(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different ids that fold to one, or differ in the leading zeros of a number alone."""
    every = pl.DataFrame({"id": pl.Series(sorted(set(ids)), dtype=pl.String)}).with_columns(
        folded=folded_id(pl.col("id")).str.replace_all(r"(^|[^0-9])0+([0-9])", "${1}${2}")
    )
    kinds = every.group_by("folded", maintain_order=True).agg("id").filter(pl.col("id").list.len() > 1)
    return [(group[0], other) for group in kinds["id"].to_list() for other in group[1:]]
