"""What each enforcer received against what he was due: on the line, both are equal (¶4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report.charts import look
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.findings import Findings
    from tengbol.report.words import Words

NAME = "received"
TITLE = mark("Received against share")
KEY = mark(
    "One circle for each enforcer: across, the share he was due in this span; up, the writs he received in it. On the "
    "line both are equal."
)


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each category."""
    frame = tables["enforcers"].filter(pl.col("category") != "all")
    if frame.is_empty():
        return None

    def panel(rows: pl.DataFrame, name: str) -> look.Picture:
        most = max(1.0, *rows["share"].to_list(), *rows["received"].to_list())
        scale = {"domain": [0, most], "nice": True}
        line = {
            "data": {"values": [{"share": 0, "received": 0}, {"share": most, "received": most}]},
            "mark": {"type": "line", "color": look.SOFT, "strokeWidth": 1, "strokeDash": [4, 3]},
            "encoding": {"x": look.field("share", scale=scale), "y": look.field("received", scale=scale)},
        }
        ticks = {"tickCount": 5}
        dots = {
            "data": look.vega(rows.select("share", "received")),
            "mark": {"type": "point", "color": look.MAIN, "size": 22, "strokeWidth": 1.2, "opacity": 1},
            "encoding": {
                "x": look.field("share", scale=scale, title=words("Share, writs"), axis=ticks),
                "y": look.field("received", scale=scale, title=words("Received, writs"), axis=ticks),
            },
        }
        return {"layer": [line, dots], "width": 225, "height": 190, "title": look.title(name, 225)}

    return look.by_category(frame, words, panel, columns=3)


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """How far received and share lie apart in the span, category by category."""
    said = []
    for category in CATEGORIES:
        rows = tables["enforcers"].filter(pl.col("category") == category)
        if rows.is_empty():
            continue
        apart = rows["excess_gained"].abs()
        put = found.about(NAME, category)
        said.append(
            Said(
                mark(
                    "{category}: {writs} writs received; at most {most} writs lie between what one enforcer received "
                    "and what he was due, {mean} on average."
                ),
                {
                    "category": Said(TITLES[category]),
                    "writs": put("writs", int(rows["received"].sum())),
                    "most": put("most_apart", apart.max(), "writs"),
                    "mean": put("mean_apart", apart.sort().mean(), "writs"),
                },
            )
        )
    return said
