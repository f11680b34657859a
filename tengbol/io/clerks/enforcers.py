"""One form for the ids of enforcers: `jso-7`, `JSО–7` with a Cyrillic О, `№ JSO-7` are `JSO-7` if one is so called."""

from __future__ import annotations

import polars as pl

from tengbol.io.clerks.codes import plain
from tengbol.io.headers import sheet
from tengbol.model.folding import folded_id
from tengbol.phrase import Phrase


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


def perhaps_one(enforcers: pl.DataFrame) -> tuple[str, ...]:
    """Name enforcers who may be one person: their ids look alike, or they have one name in one district.

    enforcers: `enforcer_id`, and `name` and `district_id` where they are known.
    """
    alike = _groups(
        enforcers,
        [folded_id(pl.col("enforcer_id")).str.replace_all(r"(^|[^0-9])0+([0-9])", "${1}${2}")],
    )
    notes = [
        Phrase(
            "{table}: {ids} look alike; if they are one enforcer, leave one of them.", table=sheet("enforcers"), ids=ids
        )
        for ids in alike
    ]
    if {"name", "district_id"} <= set(enforcers.columns):
        named = _groups(enforcers, [plain(pl.col("name")), pl.col("district_id")])
        notes += [
            Phrase(
                "{table}: {ids} have one name in one district; if they are one enforcer, leave one of them.",
                table=sheet("enforcers"),
                ids=ids,
            )
            for ids in named
            if ids not in alike
        ]
    return tuple(notes)


def _groups(enforcers: pl.DataFrame, likeness: list[pl.Expr]) -> list[str]:
    """The ids of each group alike, joined, by the smallest of them."""
    by = [expression.alias(str(place)) for place, expression in enumerate(likeness)]
    groups = enforcers.group_by(by).agg(pl.col("enforcer_id").sort()).filter(pl.col("enforcer_id").list.len() > 1)
    return sorted(" and ".join(ids) for ids in groups["enforcer_id"].to_list())
