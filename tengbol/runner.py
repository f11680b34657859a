"""One batch from files to files: what `tengbol run` does, callable from Python."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tengbol.asked import as_of_from, seed_from
from tengbol.batch import Distribution, distribute
from tengbol.io.key import commitment
from tengbol.io.kinds import RESULT
from tengbol.io.lost import accepted, said
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import Reading, read
from tengbol.io.write import excel_text, squared_writs, write_whole
from tengbol.model.sentences import WORDS
from tengbol.model.unread import holding_out
from tengbol.report.measures import uniformity
from tengbol.report.noticed import notes
from tengbol.report.results import FORMAT, standing_out
from tengbol.report.summary import page
from tengbol.report.words import LANGUAGES
from tengbol.versions import versions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tengbol.config import Config

__all__ = ["as_of_from", "run", "seed_from"]


def run(
    source: Path,
    out: Path,
    *,
    as_of: dt.datetime,
    seed: str | None = None,
    config: Config | None = None,
    key: str | None = None,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    spared: Mapping[str, Path | None] | None = None,
    excel: bool = False,
    accept: str | None = None,
) -> tuple[Distribution, Reading]:
    """Read `source`, distribute, and write the result folder `out`, whole or not at all.

    key: the chamber's own, by which the lot goes (`distribute`); the manifest has its commitment. progress: called with
    a stage's name, how much of it is done and how much there is. spared: what else was read, by what it is called, and
    must stay as it is (`Output`). accept: why rows that restrict or remember may be left out (`io.lost`).
    excel: write each table also as `NAME.excel.csv` (`excel_text`). Raises `UnusableInputError`.
    """
    report = progress or (lambda *_: None)
    started = time.perf_counter()
    output = Output(out, RESULT, {"the input": source, **(spared or {})})
    refuse_unless_replaceable(output)
    report("read", 0, 1)
    reading = read(source, columns=config.columns if config else None)
    taken = accepted(reading, accept)
    chamber = reading.chamber
    if taken is not None:
        chamber = holding_out(chamber, taken.held_out, taken.recused, as_of.date(), taken.reason)
    timings = {"read": round(time.perf_counter() - started, 3)}
    report("solve", 0, 1)
    result = distribute(
        chamber,
        as_of=as_of,
        seed=seed,
        config=config,
        key=key,
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
        **result.decisions.tables(),
        "standing": standing_out(result.standing),
    }
    reading = replace(reading, warnings=(*said(taken), *reading.warnings))
    manifest = _manifest(result, reading, key, {**timings, **result.timings})
    if taken is not None:
        manifest["accepted"] = taken.told()
    # Loud, for it changes who gets what: in every language of whoever opens the page.
    loud = [note for language in reversed(LANGUAGES) for note in notes(result, language)]
    html = page(
        standing=result.standing,
        uniformity=table,
        assignments=result.assignments,
        unassigned=result.unassigned,
        rejected=reading.rejected,
        manifest=manifest,
        warnings=[*loud, *reading.warnings],
    )

    def complete(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        seconds = {**manifest["timings"], "total": round(time.perf_counter() - started, 3)}
        return {**manifest, "outputs": outputs, "timings": seconds}

    beside = {f"{name}.excel.csv": excel_text(frame) for name, frame in tables.items()} if excel else {}
    write_whole(output, tables, {"summary.html": html, **beside}, complete)
    report("write", 1, 1)
    return result, reading


def _manifest(result: Distribution, reading: Reading, key: str | None, timings: dict[str, float]) -> dict[str, Any]:
    """Everything a stranger needs to recompute the result, and what is proven of it. Objectives in squared writs."""
    proof = result.proof
    inputs: dict[str, dict[str, Any]] = {}
    for source in reading.sources:  # a workbook is one file of many tables
        inputs.setdefault(source.file, {"sha256": source.sha256, "rows": 0})["rows"] += source.rows
    masked = {} if key is None else {"lot": {"ids": "masked", "key_commitment": commitment(key)}}
    identity = json.dumps([inputs, result.as_of.isoformat(), result.seed, *masked.values()], sort_keys=True)
    return {
        **proof.statuses(),
        **{name: squared_writs(number) for name, number in proof.numbers().items()},
        "seed": result.seed,
        "as_of": result.as_of.isoformat(),
        "batch_id": f"{result.as_of:%Y%m%dT%H%M%S}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}",
        **masked,
        "inputs": inputs,
        "counts": {**result.counts, "rejected": len(reading.rejected)},
        "warnings": [*notes(result), *reading.warnings],
        "versions": versions(),
        "timings": timings,
        "format": FORMAT,
        "words": WORDS,
        "config": result.config.model_dump(mode="json"),
    }
