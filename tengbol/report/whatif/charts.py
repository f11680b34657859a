"""The charts of a scenario's page: drawn by Vega once, kept as SVG whose colours are the page's own.

A static picture needs no script on the page. Vega is given stand-in colours, for which the page's variables are put in,
so that the charts follow its light and dark.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.parameters import categories
from tengbol.report.render import numbers
from tengbol.report.wording import CATEGORIES as TITLES
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    import altair as alt

#: The page's variables, with their colours in the light, for pictures that stand by themselves. `c`: of categories and
#: variants, in an order in which the first ones differ most, also to people who are blind to colours; `h`: of heat.
_LIGHT: Final = {
    "ink": "#17212b", "soft": "#55626f", "rule": "#d6dce1", "hair": "#e9edf0",
    "c1": "#0a6c86", "c2": "#e47818", "c3": "#9c9090", "c4": "#840000",
    "c5": "#30309c", "c6": "#6090fc", "c7": "#b44824", "c8": "#543054",
    "h0": "#8c1d18", "h1": "#d9713f", "h2": "#efb88a", "h3": "#c3d8de", "h4": "#7fb2c0",
}  # fmt: skip
#: Stand-in → the page's variable.
_COLOURS: Final = {f"#0102{number:02x}": f"var(--{name})" for number, name in enumerate(_LIGHT, 1)}
_INK, _SOFT, _RULE, _HAIR, *_SERIES = _COLOURS
_SERIES, _HEAT = _SERIES[:8], _SERIES[8:]
_DASHES: Final = ([1, 0], [4, 2], [2, 1], [1, 1], [1, 2, 4, 2], [7, 3], [8, 2, 2, 2])
_SHAPES: Final = ("circle", "square", "diamond", "triangle-up")
#: What the base is called.
BASE: Final = mark("base")
#: So many enforcers are drawn by name.
_MOST: Final = 24
_WIDTH: Final = 620
#: How many are left in a pool, by colour.
LEFT: Final = (mark("nobody"), "1", "2", "3", mark("4 or more"))
_ENGLISH: Final = Words("en")


def taken(taken: pl.DataFrame, words: Words = _ENGLISH) -> str:
    """Bars: what each enforcer takes of what returned, by category, mean over the lots; those who take most."""
    import altair as alt

    total = taken.group_by("enforcer_id").agg(total=pl.col("mean").sum())
    top = total.sort("total", "enforcer_id", descending=[True, False]).head(_MOST)
    rows = (
        taken.join(top, on="enforcer_id")
        .with_columns(
            title=pl.col("category").replace_strict(_titles(words)),
            order=pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical(),
            who=pl.format("{} ({})", "name", "enforcer_id"),
        )
        .sort("total", "enforcer_id", "order", descending=[True, False, False])
    )
    # One that the law got later is shown where there is something of it.
    there = {*categories(dt.date.min), *rows["category"].cast(pl.String)}
    shown = {_titles(words)[name]: colour for name, colour in zip(CATEGORIES, _SERIES, strict=False) if name in there}
    chart = (
        alt.Chart(alt.Data(values=rows.select("who", "title", "mean", "order", "total").to_dicts()))
        .mark_bar(height=13)
        .encode(
            x=alt.X("mean:Q", title=words("writs, mean over the lots"), stack="zero"),
            y=alt.Y(
                "who:N",
                title=None,
                sort=rows["who"].unique(maintain_order=True).to_list(),
                axis=alt.Axis(labelLimit=320),
            ),
            color=alt.Color(
                "title:N",
                title=None,
                scale=alt.Scale(domain=[*shown], range=[*shown.values()]),
                legend=alt.Legend(orient="top", columns=2, labelLimit=360),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=_WIDTH - 220, height=alt.Step(20))
    )
    said = words(
        "What each enforcer takes of what returned, by category; those who take most: {number}", number=len(top)
    )
    return _svg(chart, said, words)


def evenness(evenness: pl.DataFrame, words: Words = _ENGLISH) -> str:
    """Lines: the deviation of excess on each day to come, mean over categories and replications, by variant."""
    import altair as alt

    given = evenness["variant"].unique(maintain_order=True).to_list()
    shown = {name: words(name) if name == BASE else name for name in given}
    names = list(shown.values())
    # Of more variants than there are colours, dashes tell those of one colour apart.
    dashes = [_DASHES[number % len(_DASHES)] for number in range(len(names))]
    rows = (
        evenness.with_columns(pl.col("variant").replace_strict(shown))
        .group_by("variant", "day", maintain_order=True)
        .agg(pl.col("excess_std").mean())
        .with_columns(pl.col("day").dt.strftime("%Y-%m-%d"))
    )
    chart = (
        alt.Chart(alt.Data(values=rows.to_dicts()))
        .mark_line(strokeWidth=1.8)
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%d.%m.%y", labelOverlap=True)),
            y=alt.Y("excess_std:Q", title=words("deviation of excess, writs; not from 0"), scale=alt.Scale(zero=False)),
            color=_by_variant(names),
            strokeDash=alt.StrokeDash(
                "variant:N",
                title=None,
                sort=names,
                scale=alt.Scale(domain=names, range=dashes),
                legend=_legend("stroke"),
            ),
        )
        .properties(width=_WIDTH, height=220)
    )
    return _svg(chart, words("Deviation of excess on the days to come, by variant"), words)


def differences(differences: pl.DataFrame, names: list[str], words: Words = _ENGLISH) -> str:
    """Points with intervals: how the deviation of excess in each category differs from the base's, by variant.

    names: of all variants and the base, whose order gives them their colours.
    """
    import altair as alt

    rows = differences.filter(measure="excess_std").with_columns(
        title=pl.col("category").replace_strict(_titles(words))
    )
    values = rows.select("variant", "title", "difference", "low", "high").to_dicts()
    # Of more variants than there are colours, shapes tell those of one colour apart.
    shapes = [_SHAPES[number // len(_SERIES) % len(_SHAPES)] for number in range(len(names))]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "title:N", title=None, sort=[_titles(words)[name] for name in CATEGORIES], axis=alt.Axis(labelLimit=360)
        ),
        yOffset=alt.YOffset("variant:N", sort=names),
        color=_by_variant(names),
    )
    zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=_SOFT).encode(x="at:Q")
    chart = alt.layer(
        zero,
        base.mark_rule(strokeWidth=2).encode(
            x=alt.X("low:Q", title=words("difference from the base, writs")), x2="high:Q"
        ),
        base.mark_point(filled=True, size=45).encode(
            x="difference:Q",
            shape=alt.Shape("variant:N", title=None, sort=names, scale=alt.Scale(domain=names, range=shapes)),
        ),
    ).properties(width=_WIDTH - 190, height=alt.Step(16))
    return _svg(
        chart,
        words("Deviation of excess: difference from the base with its 95 % interval, by category and variant"),
        words,
    )


def heat(heat: pl.DataFrame, words: Words = _ENGLISH) -> str:
    """A cell for each district and each of its pool: how many stay eligible there without him."""
    import altair as alt

    left, names = pl.col("eligible_after"), [name if name.isdigit() else words(name) for name in LEFT]
    rows = heat.with_columns(
        left=pl.when(left == 0)
        .then(pl.lit(names[0]))
        .when(left < 4)
        .then(left.cast(pl.String))
        .otherwise(pl.lit(names[4]))
    )
    risk = rows.group_by("enforcer_id").agg(left.min(), pl.col("district_id").min())
    order = risk.sort("eligible_after", "district_id", "enforcer_id")["enforcer_id"].to_list()
    places = rows.group_by("district_id", "district").agg(left.min()).sort("eligible_after", "district_id")
    chart = (
        alt.Chart(alt.Data(values=rows.select("district", "enforcer_id", "left").to_dicts()))
        .mark_rect()
        .encode(
            x=alt.X(
                "enforcer_id:N", title=words("who leaves"), sort=order, axis=alt.Axis(labelAngle=-90, labelFontSize=8)
            ),
            y=alt.Y("district:N", title=None, sort=places["district"].to_list()),
            color=alt.Color(
                "left:N",
                title=words("left eligible"),
                scale=alt.Scale(domain=names, range=_HEAT),
                legend=alt.Legend(orient="top"),
            ),
        )
        .properties(width=alt.Step(9), height=alt.Step(18))
    )
    return _svg(chart, words("How many stay eligible in each district without each of its enforcers"), words)


def by_itself(svg: str) -> str:
    """A chart with colours of its own, for where there is no page around it."""
    for name, colour in _LIGHT.items():
        svg = svg.replace(f"var(--{name})", colour)
    return svg


def _titles(words: Words) -> dict[str, str]:
    return {name: words(title) for name, title in TITLES.items()}


def _by_variant(names: list[str]) -> alt.Color:
    import altair as alt

    colours = [_SERIES[number % len(_SERIES)] for number in range(len(names))]
    return alt.Color(
        "variant:N", title=None, sort=names, scale=alt.Scale(domain=names, range=colours), legend=_legend("stroke")
    )


def _legend(symbol: str) -> alt.Legend:
    import altair as alt

    return alt.Legend(orient="top", columns=2, labelLimit=300, symbolType=symbol)


def _svg(chart: Any, title: str, words: Words) -> str:
    """The chart as SVG that may stand in a page, with its title for those who cannot see it."""
    from html import escape

    import altair as alt
    import vl_convert

    axis = {
        "labelColor": _SOFT, "titleColor": _SOFT, "gridColor": _HAIR, "domainColor": _RULE, "tickColor": _RULE,
        "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal", "labelLimit": 220,
    }  # fmt: skip
    dressed = chart.configure(
        background="transparent",
        font="sans-serif",
        axis=alt.AxisConfig(**axis),
        legend=alt.LegendConfig(labelColor=_INK, titleColor=_SOFT, labelFontSize=11, titleFontSize=11),
        view=alt.ViewConfig(stroke=None),
    )
    svg = vl_convert.vegalite_to_svg(dressed.to_json(), format_locale=numbers(words))
    for stand_in, variable in _COLOURS.items():
        svg = svg.replace(stand_in, variable)
    # As a style, since the page's own sizes would outdo an attribute.
    svg = re.sub(r'font-size="([0-9.]+px)"', r'style="font-size:\1"', svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(title, quote=True)}" ', 1)
