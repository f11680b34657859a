"""How uniformity moved through the span: the spread of excess after each batch (¶16)."""

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

NAME = "course"
TITLE = mark("Uniformity through the span")
KEY = mark(
    "The line is the standard deviation of excess after each batch; the shaded strip reaches from the least excess to "
    "the greatest. A strip that stays as wide as it was is what an even distribution looks like."
)
_POINTS = 40
#: Spans of more days than this are marked by months.
_MONTHS = 120


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each category; none of a single batch."""
    frame = tables["course"]
    if frame["as_of"].n_unique() < 2:
        return None

    def panel(rows: pl.DataFrame, name: str) -> look.Picture:
        timed = rows.with_columns(at=pl.col("as_of").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        days = rows.select((pl.col("as_of").max() - pl.col("as_of").min()).dt.total_days()).item()
        shape = "%b %Y" if days > _MONTHS else "%d.%m.%Y"
        axis = {"tickCount": 6, "grid": False, "format": shape}
        x = look.field("at", type="temporal", title=None, scale={"type": "utc"}, axis=axis)
        low = look.field("excess_min", title=words("Writs"), axis={"tickCount": 4})
        strip = {
            "mark": {"type": "area", "color": look.NEAR},
            "encoding": {"x": x, "y": low, "y2": {"field": "excess_max"}},
        }
        points = {"color": look.MAIN, "size": 18} if timed["at"].n_unique() <= _POINTS else False
        line = {
            "mark": {"type": "line", "color": look.MAIN, "strokeWidth": 1.6, "point": points},
            "encoding": {"x": x, "y": look.field("excess_std", title=words("Writs"))},
        }
        return {
            "data": look.vega(timed.select("at", "excess_std", "excess_min", "excess_max")),
            "layer": [strip, line],
            "width": look.WIDTH - 60,
            "height": 84,
            "title": look.title(name),
        }

    one = frame.group_by("as_of", "category", maintain_order=True).agg(
        pl.col("excess_std").max(), pl.col("excess_min").min(), pl.col("excess_max").max()
    )
    return look.by_category(one, words, panel, columns=1)


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """The deviation after the first batch, after the last, and its highest; category by category."""
    said = []
    for category in CATEGORIES:
        rows = tables["course"].filter(pl.col("category") == category)
        if rows["as_of"].n_unique() < 2:
            continue
        put = found.about(NAME, category)
        said.append(
            Said(
                mark(
                    "{category}: the standard deviation of excess was {first} writs after the first batch, {last} "
                    "after the last, and never above {highest}."
                ),
                {
                    "category": Said(TITLES[category]),
                    "first": put("first", rows["excess_std"][0], "writs"),
                    "last": put("last", rows["excess_std"][-1], "writs"),
                    "highest": put("highest", rows["excess_std"].max(), "writs"),
                },
            )
        )
    if not said:
        said.append(Said(mark("A single batch has no course: the tables show how it stood before and after.")))
    return said
