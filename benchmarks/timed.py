"""A command measured over several runs."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.measure import Measured


@dataclass(frozen=True)
class Timed:
    """seconds, cpu_seconds: medians; slowest: seconds; peak: bytes, the largest of all runs.

    manifest: of the last run, where it leaves one. failure: what went wrong.
    """

    name: str
    runs: int
    seconds: float
    slowest: float
    cpu_seconds: float
    peak: int
    manifest: dict[str, Any] | None = None
    failure: str = ""


def timed(name: str, each: Sequence[Measured], *, seconds: Sequence[float] = (), result: Path | None = None) -> Timed:
    """Sum up the runs of one command. seconds: in place of those from start to exit."""
    failed = next((run for run in each if run.exit_code), None)
    seconds = seconds or [run.seconds for run in each]
    manifest = result / "manifest.json" if result else None
    return Timed(
        name=name,
        runs=len(each),
        seconds=statistics.median(seconds),
        slowest=max(seconds),
        cpu_seconds=statistics.median(run.cpu_seconds for run in each),
        peak=max(run.peak for run in each),
        manifest=json.loads(manifest.read_text(encoding="utf-8")) if manifest and manifest.exists() else None,
        failure=f"exit code {failed.exit_code}" + (f", {failed.stopped}" if failed.stopped else "") if failed else "",
    )
