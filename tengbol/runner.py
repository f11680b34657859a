"""One batch from files to files: what `tengbol run` does, callable from Python."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
import re
import secrets
import time
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from tengbol import __version__
from tengbol.batch import Distribution, distribute
from tengbol.errors import UnusableInputError
from tengbol.io.read import Reading, read
from tengbol.io.write import refuse_unless_replaceable, write_whole
from tengbol.report.measures import uniformity
from tengbol.report.summary import page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tengbol.config import Config

#: Kazakhstan keeps one time, UTC+5, since 1 March 2024.
_LOCAL: Final = dt.timezone(dt.timedelta(hours=5))
#: How a time may be written, and the years for which the rules and the calendar are meant.
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
_YEARS: Final = range(2000, 2100)
#: What a result's bytes depend on besides the input: recorded in the manifest.
_LIBRARIES: Final = ("dataframely", "fastexcel", "holidays", "numpy", "ortools", "polars", "scipy")


def as_of_from(text: str | None) -> dt.datetime:
    """The batch's time: ISO date-time, a bare date meaning the end of that day; none given, now in Kazakhstan."""
    if text is None:
        return dt.datetime.now(_LOCAL).replace(tzinfo=None, microsecond=0)
    asked = f"--as-of '{text}'"
    if not re.fullmatch(_MOMENT, text):
        raise UnusableInputError(
            f"{asked}: write the chamber's local time, without an offset, as 2026-11-23T18:00:00, or a day."
        )
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UnusableInputError(f"{asked}: there is no such day or time; write it as 2026-11-23T18:00:00.") from None
    if moment.year not in _YEARS:
        raise UnusableInputError(f"{asked}: lies outside the years {_YEARS[0]} to {_YEARS[-1]}; check the year.")
    return dt.datetime.combine(moment, dt.time(23, 59, 59)) if len(text) == len("2026-11-23") else moment


def seed_from(text: str | None) -> str:
    """The seed of the lot: hexadecimal, kept in lower case; none given, 128 fresh random bits."""
    if text is None:
        return secrets.token_hex(16)
    if not re.fullmatch(r"[0-9a-fA-F]{1,128}", text):
        raise UnusableInputError(f"--seed '{text}': a seed is 1 to 128 hexadecimal digits, such as 7f3a09.")
    return text.lower()


def run(
    source: Path,
    out: Path,
    *,
    as_of: dt.datetime,
    seed: str,
    config: Config | None = None,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Distribution, Reading]:
    """Read `source`, distribute, and write the result folder `out`, whole or not at all.

    progress: called with a stage's name, how much of it is done and how much there is. Raises `UnusableInputError`.
    """
    report = progress or (lambda *_: None)
    started = time.perf_counter()
    refuse_unless_replaceable(out)
    report("read", 0, 1)
    reading = read(source)
    timings = {"read": round(time.perf_counter() - started, 3)}
    report("solve", 0, 1)
    result = distribute(
        reading.chamber,
        as_of=as_of,
        seed=seed,
        config=config,
        processes=processes,
        cluster=cluster,
        progress=lambda done, of: report("solve", done, of),
    )
    report("write", 0, 1)
    table = uniformity(result.standing)
    tables = {
        "assignments": result.assignments,
        "unassigned": result.unassigned,
        "rejected": reading.rejected,
        "balances": result.balances,
        "uniformity": table,
    }
    manifest = _manifest(result, reading, {**timings, **result.timings})
    html = page(
        standing=result.standing,
        uniformity=table,
        assignments=result.assignments,
        unassigned=result.unassigned,
        rejected=reading.rejected,
        manifest=manifest,
        warnings=reading.warnings,
    )

    def complete(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        seconds = {**manifest["timings"], "total": round(time.perf_counter() - started, 3)}
        return {**manifest, "outputs": outputs, "timings": seconds}

    write_whole(out, tables, {"summary.html": html}, complete)
    report("write", 1, 1)
    return result, reading


def _manifest(result: Distribution, reading: Reading, timings: dict[str, float]) -> dict[str, Any]:
    """Everything a stranger needs to recompute the result, and what is proven of it. Objectives in squared writs."""
    proof = result.proof
    inputs: dict[str, dict[str, Any]] = {}
    for source in reading.sources:  # a workbook is one file of many tables
        inputs.setdefault(source.file, {"sha256": source.sha256, "rows": 0})["rows"] += source.rows
    identity = json.dumps([inputs, result.as_of.isoformat(), result.seed], sort_keys=True)
    return {
        "status": "optimal" if proof.first else "feasible",
        "status_total": "optimal" if proof.second else "feasible",
        "objective": proof.objective / 1e6,
        "lower_bound": proof.lower_bound / 1e6,
        "objective_total": proof.objective_total / 1e6,
        "lower_bound_total": proof.lower_bound_total / 1e6,
        "seed": result.seed,
        "as_of": result.as_of.isoformat(),
        "batch_id": f"{result.as_of:%Y%m%dT%H%M%S}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}",
        "inputs": inputs,
        "counts": {**result.counts, "rejected": len(reading.rejected)},
        "warnings": list(reading.warnings),
        "versions": {"tengbol": __version__, "python": platform.python_version(), **_versions()},
        "timings": timings,
        "config": result.config.model_dump(mode="json"),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
