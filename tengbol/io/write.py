"""A result on disk, whole or not at all (contract section 4): tables as CSV and Parquet, then the manifest.

How it takes its place is told in `whole`. The same frames give the same bytes.
"""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final

from tengbol.io.exact import exact_json
from tengbol.io.hashing import Hashed
from tengbol.io.kinds import MANIFEST
from tengbol.io.whole import create, put_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from tengbol.io.outputs import Output

#: A fraction of a second is written only where there is one.
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S%.f"
_ROWS_IN_GROUP: Final = 1 << 18

#: Files written side by side: while one is hashed, the next is made. More would hold more of them in memory.
_WRITERS: Final = 2


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Write a frame as the contract's CSV: UTF-8, ISO days and times, `true`/`false`, empty for null."""
    text = io.BytesIO()
    _put_csv(frame, text)
    return text.getvalue()


def excel_text(frame: pl.DataFrame) -> str:
    """CSV that a Russian or Kazakh Excel opens by a double click: a byte order mark, semicolons, decimal commas."""
    return "\ufeff" + frame.write_csv(
        separator=";", decimal_comma=True, date_format="%d.%m.%Y", datetime_format="%d.%m.%Y %H:%M:%S"
    )


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    """Write a frame as Parquet, the same bytes however its memory is chunked."""
    content = io.BytesIO()
    _put_parquet(frame, content)
    return content.getvalue()


def squared_writs(thousandths: int) -> float | Decimal:
    """Squared thousandths as squared writs, exact: a float where its digits say all, else a decimal."""
    exact = Decimal(thousandths).scaleb(-6)
    return thousandths / 1e6 if Decimal(repr(thousandths / 1e6)) == exact else exact


def _put_csv(frame: pl.DataFrame, file: IO[bytes]) -> None:
    frame.write_csv(file, date_format="%Y-%m-%d", datetime_format=_MOMENT)


def _put_parquet(frame: pl.DataFrame, file: IO[bytes]) -> None:
    frame.rechunk().write_parquet(
        file, compression="zstd", compression_level=3, statistics=True, row_group_size=_ROWS_IN_GROUP
    )


def write_whole(
    output: Output,
    tables: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
    *,
    kinds: Sequence[str] = ("csv", "parquet"),
) -> None:
    """Write `NAME.csv` and `NAME.parquet` of every table, the texts, and `manifest.json`, all at once.

    `kinds`: only these of the two, for tables that are to be read again: reading refuses a table that is there twice.

    `manifest` is called with the outputs, file → `{"sha256": …, "rows": …}` (rows null for texts), and
    gives what the manifest is to hold beside the output's kind. The output's path may be new, empty or hold an earlier
    output of its kind, which is then replaced whole.

    Raises `UnusableInputError`, with the path and all around it as it was, where it holds anything else, touches what
    is to be spared, or cannot be written.
    """
    put_folder(output, lambda new: _fill(output, new, tables, texts, manifest, kinds))


def write_files(
    output: Output,
    files: Mapping[str, tuple[bytes, int | None]],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
) -> None:
    """Write files (name → content and rows, null where it is no table) and `manifest.json`, as `write_whole` does."""

    def fill(new: Path) -> None:
        outputs = {name: _written(new / name, content, rows, output) for name, (content, rows) in files.items()}
        _conclude(output, new, manifest(outputs))

    put_folder(output, fill)


def _fill(
    output: Output,
    new: Path,
    tables: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
    kinds: Sequence[str],
) -> None:
    def table(file: str, frame: pl.DataFrame, put: Callable[[pl.DataFrame, IO[bytes]], None]) -> dict[str, Any]:
        return _written(new / file, partial(put, frame), frame.height, output)

    with ThreadPoolExecutor(_WRITERS) as pool:
        begun = {
            f"{name}.{kind}": pool.submit(table, f"{name}.{kind}", frame, put)
            for name, frame in tables.items()
            for kind, put in (("csv", _put_csv), ("parquet", _put_parquet))
            if kind in kinds
        }
        outputs = {file: done.result() for file, done in begun.items()}
    for name, text in texts.items():
        outputs[name] = _written(new / name, text.encode(), None, output)
    _conclude(output, new, manifest(outputs))


def _conclude(output: Output, new: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, last of all; a `Decimal` in it becomes a number with all its digits."""
    told = exact_json({**manifest, "kind": output.kind}, indent=2, sort_keys=True)
    _written(new / MANIFEST, f"{told}\n".encode(), None, output)


def _written(
    path: Path, content: bytes | Callable[[IO[bytes]], None], rows: int | None, output: Output
) -> dict[str, Any]:
    """Write a file of an output: its bytes, or what puts them into it piece by piece."""
    with create(path, private=output.private) as file, ThreadPoolExecutor(1) as beside:
        hashed = Hashed(file, beside)
        if isinstance(content, bytes):
            hashed.write(content)
        else:
            hashed.fill(content)
        file.flush()
        os.fsync(file.fileno())
        return {"sha256": hashed.hexdigest(), "rows": rows}
