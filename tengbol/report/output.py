"""A report on disk, whole or not at all: page, paper, workbook, every table as Parquet, and a manifest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tengbol import __version__
from tengbol.io.kinds import REPORT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.write import parquet_bytes, write_files
from tengbol.report.alarmed import Alarmed
from tengbol.report.alarms import Inputs
from tengbol.report.alarms.looks import looks
from tengbol.report.content import document
from tengbol.report.document import MARK
from tengbol.report.explained import in_language
from tengbol.report.findings import TABLE, Findings
from tengbol.report.page import page, pictures
from tengbol.report.paper import can_print, paper
from tengbol.report.tables import tables
from tengbol.report.words import Said, mark
from tengbol.report.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from tengbol.report.judged import Judgement
    from tengbol.report.record import Record
    from tengbol.report.words import Words


def write_report(
    record: Record,
    out: Path,
    words: Words,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    inputs: Inputs | None = None,
    spared: Mapping[str, Path | None] | None = None,
    judged: Judgement | None = None,
    example: bool = False,
) -> dict[str, pl.DataFrame]:
    """Write the report of a record in a language into the folder `out`, and return its tables.

    progress: called with a stage's name, how much is done and how much there is. inputs: what the alarms look at beside
    the record; those that need what is not there are told as not judged. spared: what the record was read from, by what
    it is called (`Output`). judged: what a distribution made elsewhere came to, which is then told first. example:
    whether the record is of a book to practise on, which then stands over all of it. Without Typst (`can_print`) there
    is no PDF. Raises `UnusableInputError` where `out` holds anything but an earlier report.
    """
    output = Output(out, REPORT, spared or {})
    refuse_unless_replaceable(output)
    progress("measure", 0, 5)
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(looks, record, inputs or Inputs())
        made, found = tables(record), Findings()
        alarms = Alarmed.of(record, looking.result())
    made |= alarms.tables(words)
    if judged is not None:
        made |= judged.tables()
    told = document(record, made, found, alarms, judged)
    if example:
        told = replace(told, title=Said(mark("EXAMPLE, NOT VALID. Report on the distribution of writs")))
    made[TABLE] = found.table()
    progress("explain", 1, 5)
    made |= in_language(record, words)
    progress("draw", 2, 5)
    drawn = pictures(made, words)
    progress("set", 3, 5)
    files: dict[str, tuple[bytes, int | None]] = {
        "report.html": (page(told, drawn, words).encode(), None),
        "report.xlsx": (workbook(made, words(MARK) if example else None), None),
    }
    if can_print():
        files["report.pdf"] = (paper(told, drawn, words), None)
    progress("write", 4, 5)
    files |= {f"{name}.parquet": (parquet_bytes(frame), frame.height) for name, frame in made.items()}

    def manifest(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {
            "language": words.language,
            "batches": record.batches["batch_id"].to_list(),
            "chambers": told.chambers,
            "first": told.first and told.first.isoformat(),
            "last": told.last and told.last.isoformat(),
            **({"example": True} if example else {}),
            "versions": {"tengbol": __version__},
            "outputs": outputs,
        }

    write_files(output, files, manifest)
    progress("write", 5, 5)
    return made
