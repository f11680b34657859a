"""Parquet files as grids: a column that has its contract's type keeps it, any other becomes the contract's text."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

import polars as pl

from tengbol.errors import UnusableInputError
from tengbol.io.aliases import column_named
from tengbol.io.grid import Grid, as_text, no_broken_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tengbol.model.tables import Table

#: The file descriptor of standard error, whatever `sys.stderr` is.
_STDERR: Final = 2

#: What no column of a table holds.
_OF_NO_TABLE: Final = (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Object, pl.Duration, pl.Time)

#: Bytes of a file from which on what it holds is not to be in memory twice.
_LARGE: Final = 1 << 24


def read_parquet(path: Path, file: str, table: Table) -> Grid:
    """One Parquet file; its first row is row 2, as if its header were row 1.

    Raises `UnusableInputError` for what is no Parquet file, or for a column of lists, structures or bytes.
    """
    try:
        frame = parquet_frame(path)
    except (ValueError, OSError) as error:
        raise UnusableInputError(
            "{file}: cannot be read as a Parquet file; save it again as Parquet, or as CSV.", file=file
        ) from error
    cells = frame.select(
        _cell(name, dtype, file, table).alias(str(place)) for place, (name, dtype) in enumerate(frame.schema.items())
    ).with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    return Grid(file, tuple(frame.columns), cells, no_broken_lines())


def parquet_lines(path: Path, count: int) -> list[list[str | None]]:
    """The header and the first rows as text, without the columns that no table has. Raises as `parquet_frame`."""
    frame = parquet_frame(path, count)
    kept = {name: dtype for name, dtype in frame.schema.items() if not isinstance(dtype, _OF_NO_TABLE)}
    cells = frame.select(as_text(pl.col(name), dtype) for name, dtype in kept.items())
    return [[*kept], *map(list, cells.iter_rows())]


def parquet_frame(path: Path, count: int | None = None) -> pl.DataFrame:
    """Read a Parquet file, or its first rows. Raises `ValueError` for what is none, `OSError` for what is barred."""
    try:
        # Opened here, since the library takes no name that is not UTF-8.
        with path.open("rb") as content, _panics_unheard():
            # In one piece: to gather rows from many takes several times as long.
            if count is not None or os.fstat(content.fileno()).st_size < _LARGE:
                return pl.read_parquet(content, n_rows=count).rechunk()
            # Column by column, so that only one of them is in memory twice.
            columns = [_column(content, name) for name in pl.read_parquet_schema(content)]
            return pl.concat(columns, how="horizontal")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise ValueError(str(error).partition("\n")[0]) from error


def _column(content: IO[bytes], name: str) -> pl.DataFrame:
    content.seek(0)
    return pl.read_parquet(content, columns=[name]).rechunk()


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


def _cell(name: str, dtype: pl.DataType, file: str, table: Table) -> pl.Expr:
    if isinstance(dtype, _OF_NO_TABLE):
        raise UnusableInputError(
            "{file}: column '{name}' holds {dtype}, which no table has; save it as text, numbers or days.",
            file=file,
            name=name,
            dtype=dtype,
        )
    known = column_named(name, table.name)
    kept = known is not None and table.kinds[known].type == dtype
    return pl.col(name) if kept else as_text(pl.col(name), dtype)
