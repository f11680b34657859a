"""A folder that appears whole or not at all, and replaces nothing but an earlier demo."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.io.folders import cause, refuse_unwritable
from tengbol.scenarios.sheets import WORKBOOK

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What tells a demo from anybody's own tables, and its first words.
ABOUT: Final = "demo.txt"
_FIRST_WORDS: Final = "A demo of tengbol:"

_TABLES: Final = (
    "districts",
    "enforcers",
    "attachments",
    "absences",
    "writs",
    "recusals",
    "ledger",
    "balances",
)
_OURS: Final = frozenset({ABOUT, WORKBOOK, *(f"{table}{end}" for table in _TABLES for end in (".csv", ".parquet"))})


def put_whole(out: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder of `files`, name → content, in the place of `out`; one of them is `ABOUT`.

    Raises `UnusableInputError` when `out` holds something that is no demo, or cannot be written; it is then
    as it was.
    """
    target = Path(os.path.realpath(out))
    try:
        refuse_unwritable(out, target)
        _refuse_foreign(out, target)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
            new, old = Path(beside) / "new", Path(beside) / "old"
            new.mkdir()
            for name, content in files.items():
                (new / name).write_bytes(content)
            _swap(new, target, old)
    except OSError as problem:
        raise UnusableInputError(f"{out}: the demo cannot be written: {cause(problem)}") from problem


def _refuse_foreign(out: Path, target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UnusableInputError(f"{out}: is a file, not a folder. Name a new or empty folder for the demo.")
    held = sorted(path.name for path in target.iterdir())
    foreign = [name for name in held if name not in _OURS]
    if not foreign and held and not _is_demo(target):
        foreign = held
    if foreign:
        raise UnusableInputError(
            f"{out}: holds '{foreign[0]}', which is not a demo's and would be lost. Name a new or empty folder."
        )


def _is_demo(out: Path) -> bool:
    about = out / ABOUT
    return about.is_file() and about.read_text(encoding="utf-8", errors="replace").startswith(_FIRST_WORDS)


def _swap(new: Path, out: Path, old: Path) -> None:
    """Put `new` in the place of `out`, keeping what was there until that is done."""
    if not out.exists():
        new.rename(out)
        return
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
