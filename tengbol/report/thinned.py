"""Grids of which a year would have more rows than anybody reads: some are shown, and the table with all is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.document import Grid, figures
from tengbol.report.grids import MEASURES, category
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.grids import Tables

#: Of more batches than this the last of each month is shown, and of more enforcers each tenth of a Lorenz curve.
BATCHES: Final = 40
ENFORCERS: Final = 40


def course(tables: Tables) -> Grid:
    """The spread of excess after each batch; of many, after the last of each month."""
    chambers = tables["batches"].select("batch_id", "chamber_id")
    frame = tables["course"].join(chambers, on="batch_id", how="left", maintain_order="left").with_row_index("_row")
    many = frame["batch_id"].n_unique() > BATCHES
    last = pl.col("as_of").max().over("chamber_id", pl.col("as_of").dt.truncate("1mo"))
    rows = frame.filter(pl.col("as_of") == last) if many else frame
    columns = [("excess_std", "writs"), ("excess_min", "signed"), ("excess_max", "signed")]
    titles = {name: title for name, _, title in MEASURES}
    cells = figures("course", frame, columns, rows["_row"].to_list())
    caption = (
        mark("Excess after the last batch of each month, writs; the table “course” has all batches")
        if many
        else mark("Excess after each batch, writs")
    )
    return Grid(
        Said(caption),
        [Said(mark("Batch")), Said(mark("Category")), *(Said(titles[name]) for name, _ in columns)],
        [
            [row["as_of"].date(), category(row["category"]), *figure]
            for row, figure in zip(rows.iter_rows(named=True), cells, strict=True)
        ],
        headers=2,
        folded=True,
    )


def lorenz(tables: Tables, code: str) -> Grid:
    """The curves of one category, point by point; of many points, tenth by tenth."""
    frame = tables["lorenz"].with_row_index("_row")
    rows = frame.filter(pl.col("category") == code)
    last = rows.height - 1
    many = last > ENFORCERS
    if many:
        rows = rows[[(2 * last * tenth + 10) // 20 for tenth in range(11)]]
    columns = [("rank", "count"), ("people", "percent"), ("received", "percent"), ("due", "percent")]
    caption = (
        mark("Lorenz curves by tenths: {category}; the table “lorenz” has all enforcers")
        if many
        else mark("Lorenz curves: {category}")
    )
    return Grid(
        Said(caption, {"category": category(code)}),
        [Said(mark("Rank")), Said(mark("Enforcers")), Said(mark("Received")), Said(mark("Share"))],
        figures("lorenz", frame, columns, rows["_row"].to_list()),  # type: ignore[arg-type]
        headers=1,
        folded=True,
    )
