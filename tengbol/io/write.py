"""A result on disk, whole or not at all (contract section 4): tables as CSV and Parquet, then the manifest.

Everything is put into a hidden folder beside the target, `manifest.json` last, and the folder is then
renamed. Whatever fails on the way, the hidden folder goes and the target stays as it was. The same frames
give the same bytes.
"""

from __future__ import annotations

import io
import json
import os
import re
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from tengbol.errors import UnusableInputError
from tengbol.io.folders import cause, refuse_unwritable
from tengbol.io.hashing import Hashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

MANIFEST: Final = "manifest.json"

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
    out: Path,
    tables: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
    *,
    kinds: Sequence[str] = ("csv", "parquet"),
) -> None:
    """Write `NAME.csv` and `NAME.parquet` of every table, the texts, and `manifest.json`, all at once.

    `kinds`: only these of the two, for tables that are to be read again: reading refuses a table that is there twice.

    `manifest` is called with the outputs, file → `{"sha256": …, "rows": …}` (rows null for texts), and
    gives what the manifest is to hold. `out` may be new, empty or hold an earlier result, which is then
    replaced whole.

    Raises `UnusableInputError`, with `out` and all around it as it was, where `out` holds anything else or
    cannot be written.
    """
    _whole(out, [*_files_of(tables, kinds), *texts], lambda staging: _fill(staging, tables, texts, manifest, kinds))


def write_files(
    out: Path,
    files: Mapping[str, tuple[bytes, int | None]],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
) -> None:
    """Write files (name → content and rows, null where it is no table) and `manifest.json`, as `write_whole` does."""

    def fill(staging: Path) -> None:
        outputs = {name: _written(staging / name, content, rows) for name, (content, rows) in files.items()}
        _conclude(staging, manifest(outputs))

    _whole(out, files, fill)


def _whole(out: Path, names: Iterable[str], fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a hidden folder, and put it in the place of `out` when it is complete."""
    target = Path(os.path.realpath(out))
    refuse_unless_replaceable(target, names)
    made: list[Path] = []
    staging = target.parent / f".{target.name}.{secrets.token_hex(8)}"
    done = False
    try:
        made = _make_parents(target)
        staging.mkdir()
        fill(staging)
        _put_in_place(staging, target)
        done = True
    except OSError as error:
        raise UnusableInputError(f"{out}: the result cannot be written: {cause(error)} Nothing was changed.") from error
    finally:
        if not done:
            shutil.rmtree(staging, ignore_errors=True)
            for folder in made:
                _remove_empty(folder)


def refuse_unless_replaceable(out: Path, names: Iterable[str] = ()) -> None:
    """Raise `UnusableInputError` unless `out` is new, empty, or holds only an earlier result.

    An earlier result has a `manifest.json` and no file but it, those it lists, and `names`, which are
    written now. To be called before a long computation, so that it is not made in vain.
    """
    target = Path(os.path.realpath(out))
    try:
        refuse_unwritable(out, target)
        if not target.exists():
            return
        if not target.is_dir():
            raise UnusableInputError(f"{out}: is a file, not a folder; give another folder for the result.")
        present = sorted(entry.name for entry in target.iterdir())
        if not present:
            return
        if MANIFEST not in present:
            raise UnusableInputError(
                f"{out}: is not empty and holds no earlier result (no {MANIFEST}); "
                "give a new or an empty folder, for the result takes its place."
            )
        foreign = set(present) - {MANIFEST, *names, *_listed(target / MANIFEST)}
        if foreign:
            raise UnusableInputError(
                f"{out}: holds '{min(foreign)}', which is not of an earlier result and would be lost; "
                "move it away, or give another folder."
            )
    except OSError as error:
        raise UnusableInputError(f"{out}: cannot be used for the result: {cause(error)}") from error


def _files_of(tables: Mapping[str, pl.DataFrame], kinds: Sequence[str]) -> list[str]:
    return [f"{name}.{kind}" for name in tables for kind in kinds]


def _listed(manifest: Path) -> set[str]:
    """Return the files an earlier manifest lists; none where it cannot be read."""
    try:
        outputs = json.loads(manifest.read_bytes())["outputs"]
    except (ValueError, LookupError, TypeError):
        return set()
    return set(outputs) if isinstance(outputs, dict) else set()


def _make_parents(target: Path) -> list[Path]:
    """Make the folders above the target that are missing, and return them, innermost first."""
    missing = [folder for folder in target.parents if not folder.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _fill(
    staging: Path,
    tables: Mapping[str, pl.DataFrame],
    texts: Mapping[str, str],
    manifest: Callable[[dict[str, dict[str, Any]]], Mapping[str, Any]],
    kinds: Sequence[str],
) -> None:
    def table(file: str, frame: pl.DataFrame, put: Callable[[pl.DataFrame, IO[bytes]], None]) -> dict[str, Any]:
        return _written(staging / file, partial(put, frame), frame.height)

    with ThreadPoolExecutor(_WRITERS) as pool:
        begun = {
            f"{name}.{kind}": pool.submit(table, f"{name}.{kind}", frame, put)
            for name, frame in tables.items()
            for kind, put in (("csv", _put_csv), ("parquet", _put_parquet))
            if kind in kinds
        }
        outputs = {file: done.result() for file, done in begun.items()}
    for name, text in texts.items():
        outputs[name] = _written(staging / name, text.encode(), None)
    _conclude(staging, manifest(outputs))


def _conclude(staging: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, last of all; a `Decimal` in it becomes a number with all its digits."""
    told = json.dumps(
        manifest, indent=2, ensure_ascii=False, sort_keys=True, allow_nan=False, default=lambda one: f"\0{one:f}"
    )
    # No text of a manifest has a null byte in it: it is of numbers that a float could not hold.
    told = re.sub(r'"\\u0000(-?[0-9.]+)"', r"\1", told)
    _written(staging / MANIFEST, f"{told}\n".encode(), None)
    _sync(staging)


def _written(path: Path, content: bytes | Callable[[IO[bytes]], None], rows: int | None) -> dict[str, Any]:
    """Write a file: its bytes, or what puts them into it piece by piece."""
    with path.open("xb") as file, ThreadPoolExecutor(1) as beside:
        hashed = Hashed(file, beside)
        if isinstance(content, bytes):
            hashed.write(content)
        else:
            hashed.fill(content)
        file.flush()
        os.fsync(file.fileno())
        return {"sha256": hashed.hexdigest(), "rows": rows}


def _put_in_place(staging: Path, target: Path) -> None:
    """Rename the staged folder; an earlier result steps aside first, and back should that fail."""
    aside = target.parent / f".{target.name}.{secrets.token_hex(8)}.earlier"
    earlier = target.exists() and any(target.iterdir())
    if earlier:
        target.rename(aside)
    try:
        staging.rename(target)
    except OSError:
        if earlier:
            aside.rename(target)
        raise
    with suppress(OSError):
        # In place already: what is left is only to hasten it to disk.
        _sync(target.parent)
    if earlier:
        shutil.rmtree(aside, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Make sure that the names in a folder are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
