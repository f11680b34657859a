"""What the figures were taken on: cores, memory, processor, Python, libraries, load."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Final

_LIBRARIES: Final = ("tengbol", "ortools", "highspy", "pyscipopt", "fairpyx", "polars", "numpy", "scipy")


def machine() -> dict[str, str]:
    """Facts by name, in the order to show them."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(cores()),
        "memory": f"{int((_first('/proc/meminfo', 'MemTotal') or '0').split()[0]) / 2**20:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "load at the start": f"{os.getloadavg()[0]:.1f} over the last minute",
        "Python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _first(path: str, name: str) -> str | None:
    """The first value of a name in a file of `name: value` lines."""
    pairs = (line.partition(":") for line in Path(path).read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in pairs if key.strip() == name), None)
