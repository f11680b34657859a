"""How all charts look: one set of colours, which the page's style turns for the dark, one font, panels by category."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.wording import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.report.words import Words

#: A picture, or a part of one, as Vega-Lite has it. Built of altair's objects, which are copied at every step, it took
#: as long as drawing it.
Picture: TypeAlias = dict[str, Any]

#: Colours of the light page; `report.css` replaces each by its counterpart in the dark.
INK, SOFT, HAIR, NEAR, MAIN, OTHER = "#17212b", "#55626f", "#d6dce1", "#cfe3e9", "#0a6c86", "#6b7783"
#: Of one width, by which Vega leaves room for words.
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH: Final = 860


def vega(frame: pl.DataFrame) -> Picture:
    """Give a frame to Vega as text that it reads."""
    texts = {
        name: pl.Series([printable(value) for value in frame[name]], dtype=pl.String)
        for name, kind in frame.schema.items()
        if kind == pl.String
    }
    return {"values": frame.with_columns(**texts).write_json(), "format": {"type": "json"}}


def field(column: str, **more: Any) -> Picture:
    """A channel that shows numbers of a column, or what `type` says."""
    return {"field": column, "type": "quantitative", **more}


def by_category(
    frame: pl.DataFrame, words: Words, panel: Callable[[pl.DataFrame, str], Picture], columns: int
) -> Picture:
    """A panel for each category that `frame` has, in the order of ¶4, under its name."""
    present = set(frame["category"].unique())
    panels = [
        panel(frame.filter(pl.col("category") == name), words(TITLES[name])) for name in CATEGORIES if name in present
    ]
    return {"concat": panels, "columns": columns, "spacing": {"row": 18, "column": 24}}


def title(text: str, width: float = WIDTH, **more: Any) -> Picture:
    """The name of a panel so many pixels wide, in as many lines as it needs."""
    lines = _folded(text, int(width / 6.8))
    return {"text": lines, "anchor": "start", "fontSize": 12, "fontWeight": "bold", "offset": 6, **more}


def _folded(text: str, most: int) -> list[str]:
    """Fold a heading into lines of at most so many letters, where words allow."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def styled(chart: Picture) -> Picture:
    """The chart in the house's look, for the version of Vega-Lite whose schema the tests hold it against."""
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.4.1.json", **chart, "config": _LOOK}


_LOOK: Final[dict[str, Any]] = {
    "font": FONT,
    "background": "transparent",
    "padding": 4,
    "view": {"continuousWidth": 300, "continuousHeight": 300, "stroke": None},
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
