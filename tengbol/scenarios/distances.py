"""The table of distances between districts: `district_id`, `other_district_id`, `km`, as CSV or Parquet.

Ids are text (a leading zero stays); a pair may be given in either direction, or in both when they agree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS: Final = ("district_id", "other_district_id", "km")


def read_distances(path: Path, known: pl.Series) -> pl.DataFrame:
    """Read distances between the districts `known`. Raises `UnusableInputError` naming the row that is wrong."""
    table = _text(path)
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise UnusableInputError(
            "{path}: distances need the columns {columns}; {missing} is missing.",
            path=path,
            columns=", ".join(_COLUMNS),
            missing=", ".join(missing),
        )
    table = table.select(pl.col(_COLUMNS).str.strip_chars()).with_row_index("row", offset=2)
    for name in ("district_id", "other_district_id"):
        _refuse(path, table.filter(~pl.col(name).is_in(known.implode()).fill_null(False)), name, "is no district here")
    table = table.with_columns(far=pl.col("km").str.replace(",", ".").cast(pl.Float64, strict=False))
    _refuse(path, table.filter(~(pl.col("far").is_finite() & (pl.col("far") >= 0)).fill_null(False)), "km",
            "is no number of kilometres")  # fmt: skip
    pair = [f(("district_id", "other_district_id")) for f in (pl.min_horizontal, pl.max_horizontal)]
    differing = table.filter(pl.col("far").n_unique().over(pair) > 1)
    _refuse(path, differing, "km", "contradicts another row for the same two districts")
    return table.select("district_id", "other_district_id", km="far")


def _text(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path).select(pl.all().cast(pl.String))
        return pl.read_csv(path, infer_schema=False)
    except OSError as error:
        raise UnusableInputError(
            "{path}: cannot be read ({strerror}); check the path.", path=path, strerror=error.strerror or error
        ) from error
    except pl.exceptions.PolarsError as error:
        raise UnusableInputError(
            "{path}: is no table of distances ({error}); give CSV (UTF-8) or Parquet.", path=path, error=error
        ) from error


def _refuse(path: Path, wrong: pl.DataFrame, column: str, why: str) -> None:
    if wrong.height:
        row, cell = wrong.select("row", column).row(0)
        raise UnusableInputError(
            "{path}, row {row}, {column}: '{cell}' {why}; correct it or take the row away.",
            path=path,
            row=row,
            column=column,
            cell=cell or "",
            why=why,
        )
