"""`tengbol judge`, from files to files: reading both, judging, and the report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.io.handed import read_handed
from tengbol.io.kinds import REPORT
from tengbol.io.lost import accepted
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import read
from tengbol.phrase import Phrase
from tengbol.report.output import write_report
from tengbol.report.words import Words
from tengbol.scenarios.judging.judge import judge

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tengbol.config import Config
    from tengbol.report.judged import Judgement


def run_judge(
    source: Path,
    handed: Path,
    out: Path | None,
    *,
    as_of: dt.datetime,
    language: str,
    config: Config | None = None,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    spared: Mapping[str, Path | None] | None = None,
    accept: str | None = None,
) -> tuple[Judgement, list[str]]:
    """Judge the assignments in the file `handed` by the input `source`; write a report into `out`, if given.

    accept: as of a batch, why rows that restrict or remember may be left out (`io.lost`).

    Returns what it came to, and what to warn of: rows of either that could not be read stand there.
    """
    words = Words(language)
    read_from = {"the input": source, "the assignments": handed, **(spared or {})}
    if out is not None:
        refuse_unless_replaceable(Output(out, REPORT, read_from))
    progress("read", 0, 1)
    reading = read(source, columns=config.columns if config else None, day=as_of.date())
    taken = accepted(reading, accept, needed=("districts", "enforcers"))
    given = read_handed(handed, reading.chamber.enforcers)
    record, judged = judge(
        reading.chamber, given.rows, as_of=as_of, config=config, progress=lambda done, of: progress("solve", done, of)
    )
    if out is not None:
        write_report(record, out, words, progress, spared=read_from, judged=judged)
    refused = [
        Phrase("{table} row {row}: {message}", table=row["table"], row=row["row"], message=Phrase(row["message"]))
        for frame in (reading.rejected, given.rejected)
        for row in frame.iter_rows(named=True)
    ]
    unjudged = (
        []
        if taken is None
        else [Phrase("Rows were left out ({reason}); what they forbid is not judged.", reason=taken.reason)]
    )
    return judged, [*unjudged, *reading.warnings, *given.notes, *refused]
