"""What a result's bytes depend on besides its input: the versions that are recorded with it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from tengbol import __version__

_LIBRARIES: Final = ("fastexcel", "holidays", "numpy", "ortools", "polars", "scipy")


def versions() -> dict[str, str]:
    """Versions by name: our own, Python's, and those of the libraries that reckon or read."""
    found = {"tengbol": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
