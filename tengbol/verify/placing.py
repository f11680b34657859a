"""Where the rows of a result stand among the writs of the input: ids are compared once, and places from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def places(ids: pl.Series, known: pl.Series) -> pl.Series:
    """The place of each id among `known`, each of which stands there once; null where it is none of them."""
    rows = pl.DataFrame({"id": known}).with_row_index("place")
    return pl.DataFrame({"id": ids}).join(rows, on="id", how="left", maintain_order="left")["place"]


def last_at(at: pl.Series, places: int) -> pl.Series:
    """By place the last row that stands at it; null where none does. at: `(N,)` the place of each row, or null."""
    rows = np.flatnonzero(at.is_not_null().to_numpy())
    out = np.full(places, -1)
    # Of several rows at one place numpy keeps the last.
    out[at.drop_nulls().to_numpy()] = rows
    found = pl.Series("row", out)
    return found.set(found < 0, None)


def gathered(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The rows of a frame by their numbers, with nulls where there is no number."""
    return frame.select(pl.all().gather(rows))
