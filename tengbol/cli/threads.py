"""One thread of polars where there is little to read, and memory kept where much of it is asked for again and again.

To wake other threads takes longer than little work. Polars asks for both once, when it is loaded.
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


def keep_memory() -> None:
    """Keep what was given back for three seconds, whole columns too, in one place, unless the environment says how.

    Otherwise columns go back to the system at once and one place for each thread keeps the rest, so that what comes
    next is asked of the system page by page.
    """
    os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,oversize_threshold:0,dirty_decay_ms:3000")
