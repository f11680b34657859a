"""One thread of polars where there is little to read: to wake the others takes longer than the work.

Polars asks for the number once, when it is loaded.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def one() -> None:
    """One thread, unless the environment already says how many."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def one_below(mebibytes: int, source: Path) -> None:
    """The same where the files of a folder, or a workbook, are smaller than that in all."""
    try:
        files = source.glob("*") if source.is_dir() else [source]
        size = sum(path.stat().st_size for path in files if not path.is_dir())
    except OSError:
        return  # what cannot be read is told where it is read
    if size < mebibytes << 20:
        one()
