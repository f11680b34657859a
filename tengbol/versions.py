"""What a result's bytes depend on besides its input: the versions that are recorded with it."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final

from tengbol import __version__

_LIBRARIES: Final = ("fastexcel", "holidays", "numpy", "ortools", "polars", "scipy")


def versions() -> dict[str, str]:
    """Versions by name: our own, Python's, and those of the libraries that reckon or read."""
    return {
        "tengbol": __version__,
        "python": platform.python_version(),
        **{name: installed(name) or "unknown" for name in _LIBRARIES},
    }


@cache
def installed(name: str) -> str | None:
    """The version of a package that is installed, null where none is.

    Of what a package tells of itself, a mail's head, only the one line is read: Python's own reader of mails takes
    longer for six packages than the rules do for ten writs.
    """
    try:
        told = distribution(name).read_text("METADATA") or ""
    except PackageNotFoundError:
        return None
    return next((line[9:].strip() for line in told.splitlines() if line.startswith("Version: ")), None)
