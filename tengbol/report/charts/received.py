"""What each enforcer received against what he was due: on the line, both are equal (¶4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report.charts import look
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    import altair as alt

    from tengbol.report.findings import Findings
    from tengbol.report.words import Words

NAME = "received"
TITLE = mark("Received against share")
KEY = mark(
    "One circle for each enforcer: across, the share he was due in this span; up, the writs he received in it. On the "
    "line both are equal."
)


def chart(tables: dict[str, pl.DataFrame], words: Words) -> alt.ConcatChart | None:
    """A panel for each category."""
    import altair as alt

    frame = tables["enforcers"].filter(pl.col("category") != "all")
    if frame.is_empty():
        return None

    def panel(rows: pl.DataFrame, name: str) -> Any:
        most = max(1.0, *rows["share"].to_list(), *rows["received"].to_list())
        scale = alt.Scale(domain=[0, most], nice=True)
        line = (
            alt.Chart(alt.Data(values=[{"share": 0, "received": 0}, {"share": most, "received": most}]))
            .mark_line(color=look.SOFT, strokeWidth=1, strokeDash=[4, 3])
            .encode(x=alt.X("share:Q", scale=scale), y=alt.Y("received:Q", scale=scale))
        )
        dots = (
            alt.Chart(look.vega(rows.select("share", "received")))
            .mark_point(color=look.MAIN, size=22, strokeWidth=1.2, opacity=1)
            .encode(
                x=alt.X("share:Q", scale=scale, title=words("Share, writs"), axis=alt.Axis(tickCount=5)),
                y=alt.Y("received:Q", scale=scale, title=words("Received, writs"), axis=alt.Axis(tickCount=5)),
            )
        )
        return alt.layer(line, dots).properties(width=225, height=190, title=look.title(name, 225))

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
