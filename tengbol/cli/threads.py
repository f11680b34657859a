"""Of how many threads polars makes use, which it asks once, when it is loaded: few rows are shared out for nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def one() -> None:
    """One, unless whoever calls says otherwise: to wake others takes longer than a few rows do."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")


def one_below(mebibytes: int, source: Path) -> None:
    """The same where the tables of a folder, or a workbook, are smaller than that."""
    try:
        size = sum(path.stat().st_size for path in (source, *source.glob("*")))
    except OSError:
        return  # what cannot be read is told where it is read
    if size < mebibytes << 20:
        one()
