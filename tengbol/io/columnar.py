"""Parquet files as grids of text: typed cells become the contract's text, then are read as any other."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.grid import Grid, no_broken_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tengbol.model.tables import Table

#: The file descriptor of standard error, whatever `sys.stderr` is.
_STDERR: Final = 2


def read_parquet(path: Path, file: str, _table: Table) -> Grid:
    """One Parquet file; its first row is row 2, as if its header were row 1.

    Raises `UnusableInputError` for what is no Parquet file, or for a column of lists, structures or bytes.
    """
    try:
        frame = parquet_frame(path)
    except (ValueError, OSError) as error:
        raise UnusableInputError(
            f"{file}: cannot be read as a Parquet file; save it again as Parquet, or as CSV."
        ) from error
    cells = frame.select(
        _as_text(pl.col(name), dtype, f"{file}: column '{name}'").alias(str(place))
        for place, (name, dtype) in enumerate(frame.schema.items())
    ).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    return Grid(file, tuple(frame.columns), cells, no_broken_lines())


def parquet_frame(path: Path) -> pl.DataFrame:
    """Read a Parquet file as it is. Raises `ValueError` for what is none, `OSError` for what may not be read."""
    try:
        # Opened here, since the library takes no name that is not UTF-8.
        with path.open("rb") as content, _panics_unheard():
            return pl.read_parquet(content)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ValueError(str(error).partition("\n")[0]) from error


@contextmanager
def _panics_unheard() -> Iterator[None]:
    """Keep from the terminal what threads of the library print of themselves when a damaged file makes them panic."""
    try:
        terminal = os.dup(_STDERR)
    except OSError:
        # Nobody hears anything: it is closed.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(terminal, _STDERR)
        os.close(terminal)
        os.close(nowhere)


def _as_text(cell: pl.Expr, dtype: pl.DataType, where: str) -> pl.Expr:
    """Write a typed column as the contract's text, exactly."""
    match dtype:
        case pl.Datetime():
            # A zone is the chamber's own: what its clock shows is kept, and the zone is dropped.
            return cell.dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
        case pl.Float32() | pl.Float64():
            # An id or a count that became a float elsewhere, for want of a null, is still a whole number.
            whole = cell.is_finite() & (cell == cell.round()) & (cell.abs() < 2.0**53)
            text = (
                pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
            )
            return pl.when(cell.is_not_nan()).then(text)
        case pl.List() | pl.Array() | pl.Struct() | pl.Binary() | pl.Object() | pl.Duration() | pl.Time():
            raise UnusableInputError(f"{where} holds {dtype}, which no table has; save it as text, numbers or days.")
        case _:
            return cell.cast(pl.String)
