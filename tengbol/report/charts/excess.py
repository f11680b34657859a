"""Excess of every enforcer in every category, within the band in which chance alone would have left him (¶4, ¶16)."""

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

NAME = "excess"
TITLE = mark("Excess of each enforcer")
KEY = mark(
    "One dot for each enforcer, from the least excess to the greatest. Above zero is more than his share, below zero "
    "less. Shaded: where a lottery among the same pools, from where he stood before, would have left him in 95 of "
    "100 cases. The scale is even up to one writ and shrinks beyond."
)
#: More names than this do not fit under a panel.
_NAMED = 30


def chart(tables: dict[str, pl.DataFrame], words: Words) -> look.Picture | None:
    """A panel for each category."""
    frame = tables["enforcers"].filter(pl.col("category") != "all")
    if frame.is_empty():
        return None

    def panel(rows: pl.DataFrame, name: str) -> look.Picture:
        ranked = rows.sort("excess", "enforcer_id").with_row_index("rank", offset=1)
        steps = pl.concat([ranked, ranked.tail(1).with_columns(rank=pl.col("rank") + 1)]).with_columns(
            at=pl.col("rank").cast(pl.Float64) - 0.5
        )
        room = {"domain": [0.5, ranked.height + 0.5], "nice": False}
        of_excess = {"title": words("Excess, writs"), "scale": _scale(ranked), "axis": _axis(ranked)}
        rank = look.field("rank", scale=room, axis=None)
        band = {
            "data": look.vega(steps.select("at", "band_low", "band_high")),
            "mark": {"type": "area", "color": look.NEAR, "interpolate": "step-after"},
            "encoding": {
                "x": look.field("at", scale=room, axis=None),
                "y": look.field("band_low", **of_excess),
                "y2": {"field": "band_high"},
            },
        }
        zero = {
            "data": {"values": [{"zero": 0}]},
            "mark": {"type": "rule", "color": look.SOFT},
            "encoding": {"y": look.field("zero", **of_excess)},
        }
        size = 30 if ranked.height <= 60 else 14 if ranked.height <= 160 else 8
        dots = {
            "data": look.vega(ranked.select("rank", "excess", "name")),
            "mark": {"type": "circle", "color": look.MAIN, "size": size, "opacity": 1},
            "encoding": {"x": rank, "y": look.field("excess", **of_excess)},
        }
        layers = [band, zero, dots]
        if ranked.height <= _NAMED:
            low = min([*ranked["band_low"].to_list(), *ranked["excess"].to_list()])
            mark = {"type": "text", "angle": 300, "align": "right", "dx": -6, "dy": 4, "fontSize": 10}
            text = look.field("name", type="nominal")
            layers.append(
                {
                    "data": look.vega(ranked.select("rank", "name").with_columns(low=pl.lit(low))),
                    "mark": {**mark, "color": look.SOFT},
                    "encoding": {"x": rank, "y": look.field("low", **of_excess), "text": text},
                }
            )
        return {"layer": layers, "width": look.WIDTH - 60, "height": 130, "title": look.title(name)}

    return look.by_category(frame, words, panel, columns=1)


def _most(rows: pl.DataFrame) -> float:
    ends = rows.select(pl.max_horizontal(pl.col("excess").abs(), pl.col("band_low").abs(), pl.col("band_high").abs()))
    return max([1.5, *ends.to_series().to_list()])


def _scale(rows: pl.DataFrame) -> look.Picture:
    """Even around zero, where whole writs tell; logarithmic beyond, where the band of a year reaches."""
    most = _most(rows) * 1.05
    return {"type": "symlog", "constant": 1, "domain": [-most, most]}


def _axis(rows: pl.DataFrame) -> look.Picture:
    ticks = [tick for tick in (1, 3, 10, 30, 100, 300, 1000, 3000, 10000) if tick <= _most(rows)]
    return {"values": [*(-tick for tick in reversed(ticks)), 0, *ticks]}


def sentences(tables: dict[str, pl.DataFrame], found: Findings) -> list[Said]:
    """For each category: the range, how many are within a writ, and within the band."""
    said = []
    for category in CATEGORIES:
        rows = tables["enforcers"].filter(pl.col("category") == category)
        if rows.is_empty():
            continue
        excess = pl.col("excess")
        low, high, near, within = rows.select(
            low=excess.min(),
            high=excess.max(),
            near=(excess.abs() <= 1).sum().cast(pl.Int64),
            within=excess.is_between("band_low", "band_high").sum().cast(pl.Int64),
        ).row(0)
        put = found.about(NAME, category)
        said.append(
            Said(
                mark(
                    "{category}: excess from {low} to {high} writs; {near} of {enforcers} within one writ of their "
                    "share, {within} within the band of chance."
                ),
                {
                    "category": Said(TITLES[category]),
                    "low": put("lowest", low, "signed"),
                    "high": put("highest", high, "signed"),
                    "near": put("within_one_writ", near),
                    "enforcers": put("enforcers", rows.height),
                    "within": put("within_band", within),
                },
            )
        )
    return said
