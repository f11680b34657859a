"""What the variants change for whom, beside each other: by person, and by category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.whatif.numbers import about
from tengbol.report.wording import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.report.words import Words

#: So many people are on the page, those to whom some variant adds most; all are in the table `load`.
PEOPLE: Final = 15


def people(tables: Mapping[str, pl.DataFrame], words: Words) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Name, id and open proceedings of whom variants burden most; of each variant what it adds on average, and how many
    working days' intake that is, where it can be told.
    """
    load = tables["load"]
    most = (
        load.group_by("enforcer_id", "name")
        .agg(pl.col("open_before").first(), most=pl.col("added").max())
        .filter(pl.col("most") > 0)
        .sort("most", "enforcer_id", descending=[True, False])
        .head(PEOPLE)
    )
    adds = load.rows_by_key(["enforcer_id", "variant"], named=True, unique=True)
    return [
        (
            row["name"],
            row["enforcer_id"],
            words.count(row["open_before"]),
            [_added(adds.get((row["enforcer_id"], name)), words) for name in _variants(tables)],
        )
        for row in most.iter_rows(named=True)
    ]


def categories(tables: Mapping[str, pl.DataFrame], words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each category and variant, what returns, and how much of that nobody can be given."""
    found = tables["moved"].group_by("variant", "category").agg(pl.col("open", "unplaced").sum())
    by = found.rows_by_key(["category", "variant"], named=True, unique=True)
    return [
        (words(title), [_returned(by.get((category, name)), words) for name in _variants(tables)])
        for category, title in CATEGORIES.items()
        if category in set(found["category"])
    ]


def _variants(tables: Mapping[str, pl.DataFrame]) -> list[str]:
    return tables["beside"]["variant"].to_list()[1:]


def _added(row: Mapping[str, float | None] | None, words: Words) -> tuple[str, str]:
    if row is None or not row["added"]:
        return "–", ""
    days = row["intake_days"]
    said = "" if days is None else words("days: {days}", days=words.decimal(days, 1))
    return words.signed(row["added"], 1), said


def _returned(row: Mapping[str, float] | None, words: Words) -> tuple[str, str]:
    if row is None:
        return "–", ""
    return about(words, row["open"]), words("for nobody: {n}", n=about(words, row["unplaced"])) if row[
        "unplaced"
    ] else ""
