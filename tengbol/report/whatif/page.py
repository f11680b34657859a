"""The page of a scenario: one HTML file that opens anywhere, offline, without a script; light and dark.

Of debtors and creditors nothing is on it. The same tables give the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.report import wording
from tengbol.report.summary import templates
from tengbol.report.whatif import charts
from tengbol.report.whatif.findings import BASE, EVERYONE, about

if TYPE_CHECKING:
    from collections.abc import Mapping

#: So many rows of a long table are on the page; the rest is in the tables.
ROWS: Final = 25
_MEASURES: Final = {
    "excess_std": "Deviation of excess, mean over days, writs",
    "excess_farthest": "Farthest from the share on the last day, writs",
    "placed": "Writs distributed",
    "late": "Writs late",
    "waiting": "Writs waiting at the end of a day, mean",
    "open_most": "Open proceedings of whoever has most, last day",
}


def page(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any]) -> str:
    """Write the page as a complete HTML document, in English.

    tables: of an answer, as `Answer.tables` has them. manifest: of it `as_of`, `seed`, `scenario`, `warnings`.
    """
    asked = manifest["scenario"]["asked"]
    sentences = tables["findings"]
    variants = [variant["name"] for variant in asked["variant"]]
    return (
        templates()
        .get_template("whatif/whatif.html")
        .render(
            as_of_text=wording.time_of(datetime.fromisoformat(manifest["as_of"])),
            seed=manifest["seed"],
            file=manifest["scenario"]["file"],
            lots=asked["lots"],
            days=asked["days"],
            replications=asked["replications"],
            warnings=manifest["warnings"],
            variants=[_variant(tables, sentences, name) for name in variants],
            overview=[
                (charts.evenness(tables["evenness"]), "Deviation of excess on the days to come"),
                (
                    charts.differences(tables["differences"], ["base", *variants]),
                    "Difference from the base, with its 95 % interval",
                ),
            ]
            if "differences" in tables and variants
            else [],
            own=sentences.filter(variant=BASE)["finding"].to_list(),
            everyone=sentences.filter(variant=EVERYONE)["finding"].to_list(),
            heat=charts.heat(tables["heat"]) if "heat" in tables and len(tables["heat"]) else "",
            in_turn=[
                (title, [_turn(row) for row in tables[name].head(ROWS).iter_rows(named=True)], len(tables[name]))
                for name, title in (("in_turn", "One enforcer leaves"), ("pairs", "Two leave together"))
                if name in tables
            ],
        )
    )


def _variant(tables: Mapping[str, pl.DataFrame], sentences: pl.DataFrame, name: str) -> dict[str, Any]:
    mine = {table: frame.filter(variant=name) for table, frame in tables.items() if "variant" in frame.columns}
    return {
        "name": name,
        "findings": sentences.filter(variant=name)["finding"].to_list(),
        "chart": charts.taken(mine["taken"]) if len(mine["taken"]) else "",
        "moved": [
            (wording.CATEGORIES[category], [about(number) for number in numbers])
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
                    wording.count(row["open_before"]),
                    wording.fixed(row["added"], 1),
                    wording.fixed(row["intake_days"], 1),
                    wording.fixed(row["a_day_before"], 2),
                    wording.fixed(row["a_day_after"], 2),
                ],
            )
            for row in mine["load"].head(ROWS).iter_rows(named=True)
        ],
        "load_rows": len(mine["load"]),
        "uniformity": _uniformity(mine["uniformity"]),
        "pools": [
            (row["name"], row["eligible_before"], row["eligible_after"], wording.fixed(row["a_day"], 1))
            for row in mine["pools"].iter_rows(named=True)
        ],
        "deadlines": [
            (wording.day(due), wording.count(number))
            for due, number in mine["deadlines"].group_by("distribute_by").agg(pl.col("writs").sum()).sort(
                "distribute_by"
            ).iter_rows()
        ],
        "differences": [_difference(row) for row in mine["differences"].iter_rows(named=True)]
        if "differences" in mine
        else [],
    }  # fmt: skip


def _uniformity(table: pl.DataFrame) -> list[tuple[str, str, list[str]]]:
    """Chamber, category, and deviation and range of excess at the three moments."""
    order = {"before": 0, "base": 1, "after": 2}
    rows = []
    for (chamber, category), part in table.group_by("chamber_id", "category", maintain_order=True):
        ordered = part.sort(pl.col("moment").replace_strict(order, return_dtype=pl.Int64))
        figures = []
        for row in ordered.iter_rows(named=True):
            figures.append(wording.fixed(row["excess_std"], 3))
            figures.append(f"{wording.signed(row['excess_min'], 2)} to {wording.signed(row['excess_max'], 2)}")
        rows.append((str(chamber), wording.CATEGORIES[str(category)], figures))
    return rows


def _difference(row: Mapping[str, Any]) -> tuple[str, str, str, str, str, bool]:
    places = 3 if row["measure"].startswith("excess") else 1
    category = f": {wording.CATEGORIES[row['category']]}" if row["category"] else ""
    return (
        _MEASURES[row["measure"]] + category,
        wording.fixed(row["base"], places),
        wording.fixed(row["value"], places),
        wording.signed(row["difference"], places),
        f"{wording.signed(row['low'], places)} to {wording.signed(row['high'], places)}",
        row["clear"],
    )


def _turn(row: Mapping[str, Any]) -> tuple[str, str, str, list[str]]:
    return (
        str(row["rank"]),
        row["names"],
        row["leaving"],
        [
            wording.count(row["open"]),
            wording.count(row["unplaced"]),
            wording.count(row["districts_for_nobody"]),
            wording.count(row["pools_of_one"]),
            wording.fixed(row["most_added"], 0),
            wording.fixed(row["most_days"], 1),
        ],
    )
