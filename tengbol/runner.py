"""One batch from files to files (`run`), and a result of tables in memory to a folder (`write`)."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tengbol import proofs
from tengbol.asked import as_of_from, moment_given, processes_given, seed_from, seed_given
from tengbol.batch import Result, distribute
from tengbol.io.key import lot_told
from tengbol.io.kinds import RESULT
from tengbol.io.lost import accepted, said
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import Reading, read
from tengbol.io.write import excel_text, squared_writs, write_whole
from tengbol.model.unread import holding_out
from tengbol.report.measures import uniformity
from tengbol.report.noticed import notes
from tengbol.report.results import FORMAT, standing_out
from tengbol.report.summary import page
from tengbol.report.worded import worded, wording
from tengbol.report.words import LANGUAGES
from tengbol.versions import versions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from tengbol.config import Config
    from tengbol.io.lost import Accepted

__all__ = ["as_of_from", "run", "seed_from", "write"]


def run(
    source: str | Path,
    out: str | Path,
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
    before: Callable[[Reading], None] | None = None,
    language: str = "en",
    keep: bool = True,
) -> tuple[Result, Reading]:
    """Read, distribute and write one batch, as `tengbol run` does.

    Parameters
    ----------
    source : str | Path
        The input, as for `read`.
    out : str | Path
        The result folder; written completely or not at all.
    as_of, seed, config, key, processes, cluster
        As for `distribute`; `config.columns` is used for reading. The manifest has the commitment to the key.
    progress : Callable[[str, int, int], None], optional
        Called with the name of a stage, the number of its finished steps and of all its steps.
    spared : Mapping[str, Path | None], optional
        Further paths that must not be overwritten, by the names that error messages use for them.
    excel : bool
        Also write each table as `NAME.excel.csv`, with semicolons and decimal commas.
    accept : str, optional
        Reason for continuing although rows of `attachments`, `absences`, `recusals`, `ledger` or `balances` were
        rejected; the manifest records it. Default: such rows raise an error.
    before : Callable[[Reading], None], optional
        Called with what was read, before anything is distributed; what it raises ends the batch.
    language : str
        Language of `summary.html`, if `config.lang` is English: `en`, `kk` or `ru`.
    keep : bool
        Whether `chamber` of the reading that is returned still has its writs and its ledger. Without, what nobody asks
        for any more is let go on the way, and a large batch takes less memory.

    Returns
    -------
    tuple[Result, Reading]
        The result, and what was read.

    Raises
    ------
    UnusableInputError
        If the input, the output folder or a setting cannot be used.

    Notes
    -----
    The files of the folder: docs/contract.md, section 4.
    """
    report = progress or (lambda *_: None)
    started = time.perf_counter()
    as_of, seed, processes = moment_given(as_of), seed_given(seed), processes_given(processes)
    output = Output(Path(out), RESULT, {"the input": Path(source), **(spared or {})})
    refuse_unless_replaceable(output)
    report("read", 0, 1)
    reading = read(source, columns=config.columns if config else None, day=as_of.date())
    if before is not None:
        before(reading)
    taken = accepted(reading, accept)
    chambers = [reading.chamber]
    if taken is not None:
        chambers = [holding_out(reading.chamber, taken.held_out, taken.recused, as_of.date(), taken.reason)]
    if not keep:
        slim = replace(reading.chamber, writs=reading.chamber.writs.clear(), ledger=reading.chamber.ledger.clear())
        reading = replace(reading, chamber=slim)
    begun = {"read": round(time.perf_counter() - started, 3)}
    report("solve", 0, 1)
    result = distribute(
        chambers.pop(),  # Handed over: nobody here keeps it.
        as_of=as_of,
        seed=seed,
        config=config,
        key=key,
        processes=processes,
        cluster=cluster,
        progress=lambda done, of: report("solve", done, of),
    )
    report("write", 0, 1)
    reading = replace(reading, warnings=(*said(taken), *reading.warnings))
    _put(output, result, reading, _Telling(started, begun, key, excel, taken, language))
    report("write", 1, 1)
    return result, reading


def write(
    result: Result,
    out: str | Path,
    reading: Reading,
    *,
    key: str | None = None,
    excel: bool = False,
    spared: Mapping[str, Path | None] | None = None,
    accept: str | None = None,
) -> None:
    """Write the folder that `tengbol run` writes, completely or not at all.

    Parameters
    ----------
    result : Result
        What `distribute` returned for this reading.
    out : str | Path
        The folder. It may be new or empty, or hold an earlier result, which is then replaced.
    reading : Reading
        What `read` returned. The manifest names its files with their SHA-256, and the folder lists its rejected rows.
    key : str, optional
        The chamber's key, if `distribute` was given it. The manifest has the commitment to it.
    excel : bool
        Also write each table as `NAME.excel.csv`, with semicolons and decimal commas.
    spared : Mapping[str, Path | None], optional
        Paths that must not be overwritten, by the names that error messages use for them.
    accept : str, optional
        The reason that was given to `distribute`. The manifest records it.

    Raises
    ------
    UnusableInputError
        If `out` holds anything else than a result, or cannot be written; or if rows of `attachments`, `absences`,
        `recusals`, `ledger` or `balances` were rejected and no reason is given.

    Notes
    -----
    The files of the folder: docs/contract.md, section 4.
    """
    started = time.perf_counter()
    taken = accepted(reading, accept)
    reading = replace(reading, warnings=(*said(taken), *reading.warnings))
    output = Output(Path(out), RESULT, spared or {})
    refuse_unless_replaceable(output)
    _put(output, result, reading, _Telling(started, {}, key, excel, taken, "en"))


@dataclass(frozen=True)
class _Telling:
    """What a result folder says besides the result: started, on the clock; begun, seconds by stage before it."""

    started: float
    begun: Mapping[str, float]
    key: str | None
    excel: bool
    taken: Accepted | None
    language: str


def _put(output: Output, result: Result, reading: Reading, telling: _Telling) -> None:
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
    tables = worded(tables, result.decisions, reading.chamber, result.as_of, result.config.lang)
    manifest = _manifest(result, reading, telling.key, {**telling.begun, **result.timings})
    if telling.taken is not None:
        manifest["accepted"] = telling.taken.told()
    # Loud, for it changes who gets what: in every language of whoever opens the page, where it has none of its own.
    own = telling.language if result.config.lang == "en" else result.config.lang
    loud = [note for language in (reversed(LANGUAGES) if own == "en" else (own,)) for note in notes(result, language)]
    html = page(
        standing=result.standing,
        uniformity=table,
        assignments=tables["assignments"],
        unassigned=tables["unassigned"],
        rejected=tables["rejected"],
        manifest=manifest,
        warnings=[*loud, *reading.warnings],
        language=own,
    )

    def complete(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        seconds = {**manifest["timings"], "total": round(time.perf_counter() - telling.started, 3)}
        return {**manifest, "outputs": outputs, "timings": seconds}

    beside = {f"{name}.excel.csv": excel_text(frame) for name, frame in tables.items()} if telling.excel else {}
    proof = {proofs.FILE: proofs.text(result.certificate)}
    write_whole(output, tables, {"summary.html": html, **proof, **beside}, complete)


def _manifest(result: Result, reading: Reading, key: str | None, timings: dict[str, float]) -> dict[str, Any]:
    """Everything a stranger needs to recompute the result, and what is proven of it. Objectives in squared writs."""
    proof = result.proof
    inputs: dict[str, dict[str, Any]] = {}
    for source in reading.sources:  # a workbook is one file of many tables
        inputs.setdefault(source.file, {"sha256": source.sha256, "rows": 0})["rows"] += source.rows
    lot = lot_told(result.lot_version, key)
    identity = json.dumps([inputs, result.as_of.isoformat(), result.seed, lot], sort_keys=True)
    return {
        **proof.statuses(),
        "status_lot": result.status_lot,
        **{name: squared_writs(number) for name, number in proof.numbers().items()},
        "seed": result.seed,
        "as_of": result.as_of.isoformat(),
        "batch_id": f"{result.as_of:%Y%m%dT%H%M%S}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}",
        "lot": lot,
        "inputs": inputs,
        "counts": {**result.counts, "rejected": len(reading.rejected)},
        "warnings": [*notes(result), *reading.warnings],
        "versions": versions(),
        "timings": timings,
        "format": FORMAT,
        "words": wording(result.config.lang),
        "config": result.config.told(),
    }
