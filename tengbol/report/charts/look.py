"""How all charts look: one set of colours, which the page's style turns for the dark, one font, panels by category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    import altair as alt

    from tengbol.report.words import Words

#: Colours of the light page; `report.css` replaces each by its counterpart in the dark.
INK, SOFT, HAIR, NEAR, MAIN, OTHER = "#17212b", "#55626f", "#d6dce1", "#cfe3e9", "#0a6c86", "#6b7783"
#: Of one width, by which Vega leaves room for words.
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH: Final = 860


def vega(frame: pl.DataFrame) -> alt.InlineData:
    """Give a frame to Vega as JSON: as values, every step of building a chart would copy all of them."""
    import altair as alt

    texts = {
        name: pl.Series([printable(value) for value in frame[name]], dtype=pl.String)
        for name, kind in frame.schema.items()
        if kind == pl.String
    }
    return alt.InlineData(values=frame.with_columns(**texts).write_json(), format=alt.JsonDataFormat(type="json"))


def by_category(
    frame: pl.DataFrame, words: Words, panel: Callable[[pl.DataFrame, str], Any], columns: int
) -> alt.ConcatChart:
    """A panel for each category that `frame` has, in the order of ¶4, under its name."""
    import altair as alt

    present = [name for name in CATEGORIES if name in set(frame["category"])]
    panels = [panel(frame.filter(pl.col("category") == name), words(TITLES[name])) for name in present]
    return alt.concat(*panels, columns=columns, spacing={"row": 18, "column": 24})


def title(text: str, width: float = WIDTH) -> alt.TitleParams:
    """The name of a panel so many pixels wide, in as many lines as it needs."""
    import altair as alt

    return alt.TitleParams(_folded(text, int(width / 6.8)), anchor="start", fontSize=12, fontWeight="bold", offset=6)


def _folded(text: str, most: int) -> list[str]:
    """Fold a heading into lines of at most so many letters, where words allow."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def styled(chart: Any) -> dict[str, Any]:
    """The chart as a Vega-Lite specification in the house's look.

    Neither checked against Vega-Lite's schema, which is for the tests to do, nor configured by the chart's methods,
    each of which would copy all its values: both take as long as drawing.
    """
    specification = chart.to_dict(validate=False)
    theme = specification.get("config", {})
    return {**specification, "config": {**theme, **_LOOK, "view": {**theme.get("view", {}), **_LOOK["view"]}}}


_LOOK: Final[dict[str, Any]] = {
    "font": FONT,
    "background": "transparent",
    "padding": 4,
    "view": {"stroke": None},
    "title": {"color": INK, "frame": "group"},
    "axisY": {"minExtent": 44},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": HAIR,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "labelLimit": 420,
    },
    "text": {"color": INK, "fontSize": 12},
}
