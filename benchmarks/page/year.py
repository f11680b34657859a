"""The part of the page on uniformity over a year of daily batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.page.section import Chart, Judged, Listing, Section, Table
from benchmarks.year import LIFTED, method

if TYPE_CHECKING:
    import polars as pl

    from benchmarks.year import Foretelling, Year


def year(found: Year, foretelling: Foretelling) -> Section:
    """The year's section, with the aims that only it can measure."""
    titles = {
        "streams": "The streams", "evenness": "Evenness at the end and along the way",
        "returned": "After a return from absence", "foretold": "How often the recipient was predicted",
        "cost": "Time of all batches",
    }  # fmt: skip
    charts = [
        Chart(name.removesuffix(".svg"), name.removesuffix(".svg").replace("-", " "), svg)
        for name, svg in found.charts().items()
    ]
    return Section(
        "A year of daily batches",
        (
            Listing(tuple(method(foretelling))),
            *charts,
            *(_table(getattr(found, name), title) for name, title in titles.items()),
        ),
        judged=tuple(
            Judged(
                f"a year, {family}: {aim} {limit}",
                f"{reached:.3g}",
                met,
                why="" if met or "|excess|" not in aim else LIFTED.rstrip("."),
            )
            for family, aim, reached, limit, met in found.aims.select("family", "aim", "reached", "limit", "met").rows()
        ),
    )


def _table(frame: pl.DataFrame, title: str) -> Table:
    columns = tuple(name.replace("_", " ") for name in frame.columns)
    return Table(columns, tuple(tuple(map(_cell, row)) for row in frame.rows()), title)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.3f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
