"""Bars in a grid of panels, each with its number: how charts of counts are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.report.charts import look

if TYPE_CHECKING:
    from collections.abc import Sequence


def bars(frame: pl.DataFrame, rows: Sequence[str], columns: Sequence[str], labels: int) -> look.Picture:
    """A panel for each of `columns`, a bar for each of `rows`.

    frame: `row`, `column` (of these), `writs` and `label`, the number as it is written. labels: pixels for the names
    of the rows.
    """
    most = max([1, *frame["writs"].to_list()])
    width = (look.WIDTH - labels) / len(columns) - 16

    def panel(column: str, first: bool) -> look.Picture:
        axis = {"labels": first, "ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 0}
        axis["labelAlign"] = "right"
        y = look.field("row", type="nominal", sort=list(rows), title=None, axis=axis)
        # A quarter is left for the number beside the longest bar.
        x = look.field("writs", scale={"domain": [0, most * 1.35], "nice": False}, axis=None)
        drawn = {"mark": {"type": "bar", "color": look.MAIN, "height": 14}, "encoding": {"x": x, "y": y}}
        label = look.field("label", type="nominal")
        numbers = {
            "mark": {"type": "text", "align": "left", "dx": 5}, "encoding": {"x": x, "y": y, "text": label},
        }  # fmt: skip
        return {
            "data": look.vega(frame.filter(pl.col("column") == column)),
            "layer": [drawn, numbers],
            "width": width,
            "height": 24 * len(rows),
            "title": look.title(column, width, baseline="bottom"),
        }

    return {"hconcat": [panel(column, place == 0) for place, column in enumerate(columns)], "spacing": 16}
