"""Lorenz curves: which part of all writs those with the fewest received, and which part they were due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report.charts import look
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.findings import Findings
    from tengbol.report.words import Words

NAME = "lorenz"
TITLE = mark("Lorenz curves")
KEY = mark(
    "Solid: part of all writs that the enforcers with the fewest received, from the first to all. Dashed: the same of "
    "the shares due. Dotted: everybody the same. Where solid and dashed meet, all unevenness was due: districts and "
    "days of service differ."
)


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each category in which anything was received."""
    if tables["lorenz"].is_empty():
        return None

    percent = {"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]}

    def line(data: look.Picture, column: str, **mark: Any) -> look.Picture:
        x = look.field("people", title=words("Enforcers"), axis=percent)
        y = look.field(column, title=words("Writs"), axis=percent)
        return {"data": data, "mark": {"type": "line", **mark}, "encoding": {"x": x, "y": y}}

    def panel(rows: pl.DataFrame, name: str) -> look.Picture:
        data = look.vega(rows.select("people", "received", "due"))
        equal = line(
            look.vega(rows.select("people")[[0, -1]]), "people", color=look.SOFT, strokeWidth=1, strokeDash=[1, 3]
        )
        due = line(data, "due", color=look.OTHER, strokeWidth=2, strokeDash=[7, 4])
        received = line(data, "received", color=look.MAIN, strokeWidth=1.8)
        return {"layer": [equal, due, received], "width": 225, "height": 190, "title": look.title(name, 225)}

    return look.by_category(tables["lorenz"], words, panel, columns=3)


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """What the half with the fewest received and was due, category by category."""
    said = []
    for category in CATEGORIES:
        rows = tables["lorenz"].filter(pl.col("category") == category)
        if rows.is_empty():
            continue
        half = rows.filter(pl.col("rank") == (rows.height - 1) // 2).row(0, named=True)
        put = found.about(NAME, category)
        said.append(
            Said(
                mark(
                    "{category}: the {half} enforcers with the fewest writs received {received} of all; those with the "
                    "smallest shares were due {due}."
                ),
                {
                    "category": Said(TITLES[category]),
                    "half": put("half", half["rank"]),
                    "received": put("received_part", half["received"], "percent"),
                    "due": put("due_part", half["due"], "percent"),
                },
            )
        )
    return said or [Said(mark("No writ was assigned."))]
