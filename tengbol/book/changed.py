"""What an import changed, cell by cell: for its event, and for whoever looks whether it was meant so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.merging import Merged

#: Changes that an event tells cell by cell; of all of them the rows themselves are kept, old and new.
_TOLD: Final = 100
#: A cell that was changed. id: the key of its row.
CHANGE: Final[dict[str, pl.DataType]] = dict.fromkeys(("table", "id", "column", "old", "new"), pl.String())


def changes_of(merged: Mapping[str, Merged]) -> pl.DataFrame:
    """Each changed cell (`CHANGE`), in the order of tables, ids and columns."""
    return pl.concat([pl.DataFrame(schema=CHANGE), *(_of_table(name, part.changed) for name, part in merged.items())])


def _of_table(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    table = TABLES[name]
    parts = [
        rows.filter(pl.col(column).ne_missing(pl.col(f"{column}_old"))).select(
            table=pl.lit(name),
            id=pl.concat_str(table.key or table.columns, separator=" ", ignore_nulls=True),
            column=pl.lit(column),
            old=pl.col(f"{column}_old").cast(pl.String),
            new=pl.col(column).cast(pl.String),
        )
        for column in table.columns
    ]
    return pl.concat(parts).sort("id", maintain_order=True)


def told_of(merged: Mapping[str, Merged]) -> list[dict[str, Any]]:
    """Old and new value of each changed cell, of the first rows, as an event has them."""
    told: list[dict[str, Any]] = []
    for name, part in merged.items():
        for row in part.changed.head(_TOLD - len(told)).iter_rows(named=True):
            cells = {
                column: [row[f"{column}_old"], row[column]]
                for column in TABLES[name].columns
                if row[f"{column}_old"] != row[column]
            }
            told.append({"table": name, "key": [row[key] for key in TABLES[name].key], "cells": cells})
    return told
