"""One form for the ids of enforcers: `jso-7`, `JSО–7` with a Cyrillic О, `№ JSO-7` are `JSO-7` if one is so called."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tengbol.io.clerks.codes import WORDS, plain
from tengbol.io.headers import sheet
from tengbol.io.layout import listed
from tengbol.model.folding import folded_id
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def absent_beside(file: str, unused: Mapping[str, pl.DataFrame]) -> tuple[Phrase, ...]:
    """Say in which columns of enforcers that nobody reads somebody is said to be away: he would receive all the same.

    unused: `row` and `cell`, by the header's word.
    """
    notes = []
    for word, cells in unused.items():
        text = plain(pl.col("cell").cast(pl.String))
        away = cells.filter(text.str.contains_any(_reasons(), ascii_case_insensitive=False))
        if away.height:
            told = mark(
                "{file}: the column '{word}' tells of absences in rows {rows}, and holds nobody out: absences are a "
                "table of their own ({table})."
            )
            rows = listed(away["row"].to_list())
            notes.append(Phrase(told, file=file, word=word.strip(), rows=rows, table=sheet("absences")))
    return tuple(notes)


@cache
def _reasons() -> list[str]:
    """The words for absences, as `plain` leaves them."""
    words = pl.Series([word for words in WORDS["reason"].values() for word in words])
    return pl.select(plain(pl.lit(words))).to_series().unique(maintain_order=True).to_list()


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
