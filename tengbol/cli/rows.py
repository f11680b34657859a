"""Rows that were not taken, and cells that were changed, as a person and a program are told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.cli.answers import Cell, Row
from tengbol.cli.language import reworded, spoken, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tengbol.io.grid import Place

#: So many changed cells are told; a program is told all.
_TOLD: Final = 20


def rows_of(rejected: pl.DataFrame, places: Mapping[str, Place]) -> list[Row]:
    """One for each row of `rejected`; places: by table, where its cells are."""
    from tengbol.io.check import line_place

    told = []
    for row in rejected.iter_rows(named=True):
        table, number, column, place = row["table"], row["row"], row["column"], places.get(row["table"])
        message, cell = reworded(row["message"], table, place), line_place(place, table, number, column, spoken)
        told.append(Row(table=table, row=number, column=column, code=row["code"], message=message, cell=cell))
    return told


def tell_changed(changed: pl.DataFrame) -> None:
    """Name the first cells that an import changes (`CHANGE`), old and new."""
    for table, name, column, old, new in changed.head(_TOLD).iter_rows():
        tell("changed: {table} {id}: {column}: {old} → {new}", table=table, id=name, column=column, old=old or "–",
             new=new or "–")  # fmt: skip
    if changed.height > _TOLD:
        tell("… and {more} more.", more=changed.height - _TOLD)


def cells_of(changed: pl.DataFrame) -> list[Cell]:
    """All of them."""
    return [Cell(**row) for row in changed.iter_rows(named=True)]
