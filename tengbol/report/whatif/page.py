"""The page of a scenario: one HTML file that opens anywhere, offline, without a script; light and dark.

Of debtors and creditors nothing is on it. The same tables give the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.phrase import said
from tengbol.report import wording
from tengbol.report.summary import templates
from tengbol.report.whatif import besides, charts, readings, whom
from tengbol.report.whatif.findings import BASE, EVERYONE, READINGS
from tengbol.report.whatif.numbers import about, measured, places
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Mapping

#: So many rows of a long table are on the page; the rest is in the tables.
ROWS: Final = 25
_TURNS: Final = (("in_turn", mark("One enforcer leaves")), ("pairs", mark("Two leave together")))


def page(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], words: Words | None = None) -> str:
    """Write the page as a complete HTML document; in English, unless `words` speak another language.

    tables: of an answer, as `Answer.tables` has them. manifest: of it `as_of`, `seed`, `scenario`, `warnings`.
    """
    words = words or Words("en")
    asked = manifest["scenario"]["asked"]
    sentences = tables["findings"]
    variants = [variant["name"] for variant in asked["variant"]]
    return (
        templates()
        .get_template("whatif/whatif.html")
        .render(
            _=words,
            words=words,
            heads=besides.heads(tables, words) if "beside" in tables else [],
            lines=besides.lines(tables, words) if "beside" in tables else [],
            to_come=besides.days_to_come(tables, words) if "beside" in tables else [],
            people=whom.people(tables, words) if "beside" in tables else [],
            categories=whom.categories(tables, words) if "beside" in tables else [],
            as_of_text=words.moment(datetime.fromisoformat(manifest["as_of"])),
            seed=manifest["seed"],
            file=manifest["scenario"]["file"],
            lots=asked["lots"],
            days=asked["days"],
            replications=asked["replications"],
            warnings=[str(said(one, words)) for one in manifest["warnings"]],
            variants=[_variant(tables, sentences, name, words) for name in variants],
            overview=[
                (charts.evenness(tables["evenness"], words), words("Deviation of excess on the days to come")),
                (
                    charts.differences(tables["differences"], [words(BASE), *variants], words),
                    words("Difference from the base, with its 95 % interval"),
                ),
            ]
            if "differences" in tables and variants
            else [],
            readings=readings.rows(readings.moving(tables["readings"]), words) if "readings" in tables else [],
            readings_told=sentences.filter(variant=READINGS)["finding"].to_list(),
            reading_columns=[words(name) for name in readings.COLUMNS.values()],
            farthest=readings.farthest(tables["reading_balances"], words) if "reading_balances" in tables else [],
            own=sentences.filter(variant=BASE)["finding"].to_list(),
            everyone=sentences.filter(variant=EVERYONE)["finding"].to_list(),
            heat=charts.heat(tables["heat"], words) if "heat" in tables and len(tables["heat"]) else "",
            in_turn=[
                (
                    words(title),
                    [_turn(row, words) for row in tables[name].head(ROWS).iter_rows(named=True)],
                    len(tables[name]),
                    name,
                )
                for name, title in _TURNS
                if name in tables
            ],
        )
    )


def _variant(tables: Mapping[str, pl.DataFrame], sentences: pl.DataFrame, name: str, words: Words) -> dict[str, Any]:
    mine = {table: frame.filter(variant=name) for table, frame in tables.items() if "variant" in frame.columns}
    return {
        "name": name,
        "findings": sentences.filter(variant=name)["finding"].to_list(),
        "chart": charts.taken(mine["taken"], words) if len(mine["taken"]) else "",
        "moved": [
            (words(wording.CATEGORIES[category]), [about(words, number) for number in numbers])
            for category, *numbers in mine["moved"]
            .group_by("category", maintain_order=True)
            .agg(pl.col("open", "pending", "placed", "unplaced").sum())
            .iter_rows()
        ],
        "load": [
            (
                row["name"],
                row["enforcer_id"],
                [
                    words.count(row["open_before"]),
                    words.decimal(row["added"], 1),
                    words.decimal(row["intake_days"], 1),
                    words.decimal(row["a_day_before"], 2),
                    words.decimal(row["a_day_after"], 2),
                ],
            )
            for row in mine["load"].head(ROWS).iter_rows(named=True)
        ],
        "load_rows": len(mine["load"]),
        "uniformity": _uniformity(mine["uniformity"], words),
        "pools": [
            (row["name"], row["eligible_before"], row["eligible_after"], words.decimal(row["a_day"], 1))
            for row in mine["pools"].iter_rows(named=True)
        ],
        "deadlines": [
            (words.day(due), words.count(number))
            for due, number in mine["deadlines"].group_by("distribute_by").agg(pl.col("writs").sum()).sort(
                "distribute_by"
            ).iter_rows()
        ],
        "differences": [_difference(row, words) for row in mine["differences"].iter_rows(named=True)]
        if "differences" in mine
        else [],
        "against": next(iter(mine["delays"]["against"].to_list()), None) if "delays" in mine else None,
        "delays": [
            _difference(row, words) for row in mine["delays"].drop_nulls("clear").iter_rows(named=True)
        ]
        if "delays" in mine
        else [],
    }  # fmt: skip


def _uniformity(table: pl.DataFrame, words: Words) -> list[tuple[str, str, list[str]]]:
    """Chamber, category, and deviation and range of excess at the three moments."""
    order = {"before": 0, "base": 1, "after": 2}
    rows = []
    for (chamber, category), part in table.group_by("chamber_id", "category", maintain_order=True):
        ordered = part.sort(pl.col("moment").replace_strict(order, return_dtype=pl.Int64))
        figures = []
        for row in ordered.iter_rows(named=True):
            figures.append(words.decimal(row["excess_std"], 3))
            figures.append(_span(words, row["excess_min"], row["excess_max"], 2))
        rows.append((str(chamber), words(wording.CATEGORIES[str(category)]), figures))
    return rows


def _span(words: Words, low: float, high: float, places: int) -> str:
    return words("{low} to {high}", low=words.signed(low, places), high=words.signed(high, places))


def _difference(row: Mapping[str, Any], words: Words) -> tuple[str, str, str, str, str, bool]:
    decimals = places(row["measure"])
    return (
        measured(row, words),
        words.decimal(row["base"], decimals),
        words.decimal(row["value"], decimals),
        words.signed(row["difference"], decimals),
        _span(words, row["low"], row["high"], decimals),
        row["clear"],
    )


def _turn(row: Mapping[str, Any], words: Words) -> tuple[str, str, str, list[str]]:
    return (
        str(row["rank"]),
        row["names"],
        row["leaving"],
        [
            words.count(row["open"]),
            words.count(row["unplaced"]),
            words.count(row["districts_for_nobody"]),
            words.count(row["pools_of_one"]),
            words.decimal(row["most_added"], 0),
            words.decimal(row["most_days"], 1),
        ],
    )
