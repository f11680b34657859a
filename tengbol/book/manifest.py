"""What is kept of a batch besides its rows, so that it can be recomputed and its result written again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tengbol.book.decided import FORMAT
from tengbol.model.sentences import WORDS
from tengbol.versions import versions

if TYPE_CHECKING:
    from tengbol.batch import Result


def manifest_of(result: Result) -> dict[str, Any]:
    """Counts, versions, seconds and settings of a batch, in which format and which words."""
    return {
        "counts": result.counts,
        "versions": versions(),
        "timings": result.timings,
        "config": result.config.told(),
        "format": FORMAT,
        "words": WORDS,
    }
