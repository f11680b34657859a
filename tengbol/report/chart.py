"""The chart of one category: every enforcer's excess before and after the batch (contract section 1, ¶16).

Three forms by the number of enforcers, so that each stays legible: a row each with the name (up to `ROWS`), a
ranked strip with a mark each (up to `STRIP`), a ranked strip of `COLUMNS` columns of enforcers next in rank
(beyond). Here is the geometry, in percent of the plot, and the sentence; the template draws.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import ceil, floor, log10
from typing import Final

import polars as pl

from tengbol.report.measures import MOMENTS, WRIT, excess, in_writs
from tengbol.report.wording import CATEGORIES, count, fixed, local, signed
from tengbol.report.words import Words, mark

ROWS: Final = 24
STRIP: Final = 400
COLUMNS: Final = 80
#: Writs are whole: within one writ of the share is as near as may be asked of any one enforcer.
NEAR: Final = WRIT
#: How many of those further from their share are named.
NAMED: Final = 3
_TICKS: Final = 8
_MARGIN: Final = 0.04
_CAPTIONS: Final = {
    "rows": mark("One row for each enforcer, from the least excess before the batch to the greatest."),
    "strip": mark("{enforcers}, from the least excess before the batch (left) to the greatest (right)."),
    "columns": mark(
        "{enforcers} from the least excess before the batch (left) to the greatest (right), in {columns} "
        "columns of about "
        "{each} next in rank. A dot is the median of a column, the thin line its whole range, the broad one the middle "
        "eight tenths of it after the batch."
    ),
}


@dataclass(frozen=True)
class Scale:
    """A linear scale of excess in writs from `low` to `high`, with a tick every `step`."""

    low: float
    high: float
    step: float

    def at(self, excess: float) -> float:
        """Where an excess stands, in percent of the way from `low` to `high`."""
        return round(100 * (excess - self.low) / (self.high - self.low), 2)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Position in percent and label of every tick."""
        places = max(0, -floor(log10(self.step)))
        first, last = ceil(self.low / self.step), floor(self.high / self.step)
        return [(self.at(i * self.step), signed(i * self.step, places)) for i in range(first, last + 1)]


@dataclass(frozen=True)
class Spread:
    """Excess of one or several enforcers by its percentiles, as percent of the scale."""

    low: float
    tenth: float
    median: float
    ninetieth: float
    high: float


@dataclass(frozen=True)
class Mark:
    """One enforcer, or one column of several; `at` is its place across the strip, in percent."""

    at: float
    before: Spread
    after: Spread
    name: str
    excess_before: str
    excess_after: str


@dataclass(frozen=True)
class Chart:
    """The chart of one category; `form` is `rows`, `strip` or `columns`.

    `furthest`: name and excess of those who end furthest from their share, where that is more than one writ;
    `further`: how many more there are.
    """

    category: str
    title: str
    form: str
    enforcers: int
    scale: Scale
    marks: list[Mark]
    sentence: str
    furthest: list[tuple[str, str]]
    further: int
    caption: str


def chart(standing: pl.DataFrame, category: str, *, writs: int, words: Words | None = None) -> Chart:
    """Lay out `category` over all licensed enforcers of `standing`, of whom there is at least one.

    `standing`: as `measures.uniformity` takes it.
    `writs`: how many of the category the batch assigned. words: in which language; without it, English.
    """
    words = words or Words("en")
    ranked = _ranked(standing.filter(pl.col("category") == category))
    form, scale, far = _form(ranked.height), scale_of(ranked), _far(ranked)
    return Chart(
        category=category,
        title=words(CATEGORIES[category]),
        form=form,
        enforcers=ranked.height,
        scale=scale,
        marks=_marks(ranked if form != "columns" else _columns(ranked, words), scale),
        sentence=sentence(ranked, writs, words),
        furthest=[(name, signed(after / WRIT)) for name, after in far.head(NAMED).iter_rows()],
        further=max(0, far.height - NAMED),
        caption=words(
            _CAPTIONS[form],
            enforcers=words.counted("{n} enforcer", "{n} enforcers", ranked.height),
            columns=COLUMNS,
            each=ranked.height // COLUMNS,
        ),
    )


def sentence(ranked: pl.DataFrame, writs: int, words: Words) -> str:
    """Say what the chart shows: the ranges, and how many are within one writ of their share."""
    low, high, near = (
        ranked.select(of(moment) for moment in MOMENTS).row(0)
        for of in (
            lambda moment: in_writs(pl.col(moment).min()).alias(moment),
            lambda moment: in_writs(pl.col(moment).max()).alias(moment),
            lambda moment: _near(moment).sum().alias(moment),
        )
    )
    everyone = ranked.height
    assigned = (
        words.counted("{n} writ assigned.", "{n} writs assigned.", writs)
        if writs
        else words("No writ of this category was assigned.")
    )
    return words(
        "{assigned} Excess before the batch: {before}; after it: {after}. Within one writ of their share: "
        "{near} before, "
        "{near_after} after.",
        assigned=assigned,
        before=_span(low[0], high[0], words),
        after=_span(low[1], high[1], words),
        near=_of_all(near[0], everyone, words),
        near_after=_of_all(near[1], everyone, words),
    )


def _span(low: float, high: float, words: Words) -> str:
    if low < high:
        return words(
            "{low} to {high} writs", low=local(signed(low), words.language), high=local(signed(high), words.language)
        )
    return words("{low} writs for all", low=local(signed(low), words.language))


def scale_of(ranked: pl.DataFrame) -> Scale:
    """Choose a scale that holds zero, one writ to each side, and all; its step is 1, 2 or 5 times 10ⁿ."""
    both = [*ranked["before"].to_list(), *ranked["after"].to_list(), -NEAR, NEAR]
    low, high = min(both) / WRIT, max(both) / WRIT
    rough = (high - low) / _TICKS
    power = 10.0 ** floor(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    margin = _MARGIN * (high - low)
    return Scale(low=low - margin, high=high + margin, step=step)


def _form(enforcers: int) -> str:
    if enforcers <= ROWS:
        return "rows"
    return "strip" if enforcers <= STRIP else "columns"


def _ranked(standing: pl.DataFrame) -> pl.DataFrame:
    """`name`, and `before`, `after`: excess in billionths, by rank."""
    moments = [excess(pl.col(f"received_{m}"), pl.col(f"share_{m}")).alias(m) for m in MOMENTS]
    return standing.select("enforcer_id", "name", *moments).sort("before", "after", "enforcer_id")


def _columns(ranked: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Gather enforcers next in rank into `COLUMNS` columns of sizes as equal as can be."""
    spreads = [
        measure.alias(f"{moment}_{name}")
        for moment in MOMENTS
        for name, measure in (
            ("low", pl.col(moment).min()),
            ("tenth", pl.col(moment).quantile(0.1, "nearest")),
            ("median", pl.col(moment).median()),
            ("ninetieth", pl.col(moment).quantile(0.9, "nearest")),
            ("high", pl.col(moment).max()),
        )
    ]
    rank = pl.int_range(pl.len()) + 1
    return (
        ranked.with_columns(rank.alias("rank"), ((rank - 1) * COLUMNS // pl.len()).alias("column"))
        .group_by("column")
        .agg(
            pl.format(
                words("Ranks {first} to {last}, median").format(first="{}", last="{}"),
                pl.col("rank").min(),
                pl.col("rank").max(),
            ).alias("name"),
            *spreads,
        )
        .sort("column")
    )


def _marks(rows: pl.DataFrame, scale: Scale) -> list[Mark]:
    """Make a mark of each row: of `_columns`, or of one enforcer's `before` and `after`."""
    marks = []
    for place, row in enumerate(rows.iter_rows(named=True)):
        writs = {
            moment: {
                field.name: row[f"{moment}_{field.name}" if f"{moment}_low" in row else moment] / WRIT
                for field in fields(Spread)
            }
            for moment in MOMENTS
        }
        before, after = (
            Spread(**{name: scale.at(excess) for name, excess in writs[moment].items()}) for moment in MOMENTS
        )
        marks.append(
            Mark(
                at=round(100 * (place + 0.5) / rows.height, 2),
                before=before,
                after=after,
                name=row["name"],
                excess_before=signed(writs["before"]["median"]),
                excess_after=signed(writs["after"]["median"]),
            )
        )
    return marks


def _near(moment: str) -> pl.Expr:
    """Whether within one writ of the share."""
    return pl.col(moment).abs() <= NEAR


def _far(ranked: pl.DataFrame) -> pl.DataFrame:
    """`name` and `after` of those who end more than one writ from their share, the furthest first."""
    return (
        ranked.filter(~_near("after"))
        .sort(pl.col("after").abs(), "enforcer_id", descending=[True, False])
        .select("name", "after")
    )


def _of_all(part: int, whole: int, words: Words) -> str:
    if part == whole:
        return words("all {n}", n=words.count(whole)) if whole > 1 else words("the one")
    percent = fixed(floor(1000 * part / whole) / 10, 1)
    numbers = {"part": count(part), "whole": count(whole), "percent": percent}
    return words("{part} of {whole} ({percent}%)", **{name: local(n, words.language) for name, n in numbers.items()})
