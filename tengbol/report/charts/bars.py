"""Bars in a grid of panels, each with its number: how charts of counts are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.report.charts import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt


def bars(frame: pl.DataFrame, rows: Sequence[str], columns: Sequence[str], labels: int) -> alt.HConcatChart:
    """A panel for each of `columns`, a bar for each of `rows`.

    frame: `row`, `column` (of these), `writs` and `label`, the number as it is written. labels: pixels for the names
    of the rows.
    """
    import altair as alt

    most = max([1, *frame["writs"].to_list()])
    width = (look.WIDTH - labels) / len(columns) - 16

    def panel(column: str, first: bool) -> Any:
        y = alt.Y(
            "row:N",
            sort=list(rows),
            title=None,
            axis=alt.Axis(labels=first, ticks=False, domain=False, labelPadding=8, labelLimit=0, labelAlign="right"),
        )
        # A quarter is left for the number beside the longest bar.
        x = alt.X("writs:Q", scale=alt.Scale(domain=[0, most * 1.35], nice=False), axis=None)
        base = alt.Chart(look.vega(frame.filter(pl.col("column") == column)))
        drawn = base.mark_bar(color=look.MAIN, height=14).encode(x=x, y=y)
        numbers = base.mark_text(align="left", dx=5).encode(x=x, y=y, text="label:N")
        heading = look.title(column, width)
        heading.baseline = "bottom"
        return alt.layer(drawn, numbers).properties(width=width, height=24 * len(rows), title=heading)

    return alt.hconcat(*(panel(column, place == 0) for place, column in enumerate(columns)), spacing=16)
