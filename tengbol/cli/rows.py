"""Rows that were not taken, as a program is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.cli.answers import Row
from tengbol.cli.language import reworded, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tengbol.io.grid import Place


def rows_of(rejected: pl.DataFrame, places: Mapping[str, Place]) -> list[Row]:
    """One for each row of `rejected`; places: by table, where its cells are."""
    from tengbol.io.check import line_place

    told = []
    for row in rejected.iter_rows(named=True):
        table, number, column, place = row["table"], row["row"], row["column"], places.get(row["table"])
        message, cell = reworded(row["message"], table, place), line_place(place, table, number, column, spoken)
        told.append(Row(table=table, row=number, column=column, code=row["code"], message=message, cell=cell))
    return told
