"""A report on disk, whole or not at all: page, paper, workbook, every table as Parquet, and a manifest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tengbol import __version__
from tengbol.io.kinds import REPORT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.write import parquet_bytes, write_files
from tengbol.report import sheet
from tengbol.report.alarmed import Alarmed
from tengbol.report.alarms import Inputs
from tengbol.report.alarms.looks import looks
from tengbol.report.content import document
from tengbol.report.document import MARK
from tengbol.report.explained import in_language
from tengbol.report.findings import TABLE, Findings
from tengbol.report.paper import can_print, paper
from tengbol.report.tables import tables
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from tengbol.report.document import Document
    from tengbol.report.judged import Judgement
    from tengbol.report.record import Record
    from tengbol.report.words import Words


#: What a report can be written as: one page, a PDF of it, a workbook and Parquet files of its tables.
FORMATS: Final = ("page", "pdf", "workbook", "tables")


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
    formats: Sequence[str] = FORMATS,
) -> dict[str, pl.DataFrame]:
    """Write the report of a record in a language into the folder `out`, and return its tables.

    formats: which of `FORMATS` are wanted; what is not wanted is not made.

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
    if {"workbook", "tables"} & set(formats):
        made |= in_language(record, words)
    _write(record, output, told, made, words, progress, {"example": True} if example else {}, formats)
    return made


def write_sheet(
    record: Record,
    enforcer_id: str,
    out: Path,
    words: Words,
    progress: Callable[[str, int, int], None] = lambda *_: None,
    *,
    spared: Mapping[str, Path | None] | None = None,
    example: bool = False,
    formats: Sequence[str] = FORMATS,
) -> dict[str, pl.DataFrame]:
    """Write one enforcer's own sheet (`report.sheet`) as a report is written, and return its tables.

    Arguments as of `write_report`. Readable by its owner alone: it names writs. Raises `UnusableInputError` where
    nobody of the id stands in the record, or `out` holds anything but an earlier report.
    """
    output = Output(out, REPORT, spared or {}, private=True)
    refuse_unless_replaceable(output)
    progress("measure", 0, 5)
    made = sheet.tables(record, enforcer_id, words)
    told = sheet.document(record, enforcer_id, made)
    if example:
        told = replace(told, title=Said(mark("EXAMPLE, NOT VALID. {title}"), {"title": told.title}))
    more = {"enforcer_id": enforcer_id, **({"example": True} if example else {})}
    _write(record, output, told, made, words, progress, more, formats)
    return made


def _write(
    record: Record,
    output: Output,
    told: Document,
    made: dict[str, pl.DataFrame],
    words: Words,
    progress: Callable[[str, int, int], None],
    more: dict[str, Any],
    formats: Sequence[str],
) -> None:
    """Draw and set what is told, and write it with its tables. more: what the manifest says besides."""
    progress("draw", 2, 5)
    files: dict[str, tuple[bytes, int | None]] = {}
    printed = "pdf" in formats and can_print()
    # Libraries of charts and workbooks take longer to load than tables take to make: who wants none of them waits less.
    if printed or "page" in formats:
        from tengbol.report.page import page, pictures

        drawn = pictures(made, words) if any(section.chart for section in told.sections) else {}
        progress("set", 3, 5)
        if "page" in formats:
            files["report.html"] = (page(told, drawn, words).encode(), None)
        if printed:
            files["report.pdf"] = (paper(told, drawn, words), None)
    if "workbook" in formats:
        from tengbol.report.workbook import workbook

        files["report.xlsx"] = (workbook(made, words(MARK) if "example" in more else None), None)
    progress("write", 4, 5)
    if "tables" in formats:
        files |= {f"{name}.parquet": (parquet_bytes(frame), frame.height) for name, frame in made.items()}

    def manifest(outputs: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {
            "language": words.language,
            "batches": record.batches["batch_id"].to_list(),
            "chambers": told.chambers,
            "first": told.first and told.first.isoformat(),
            "last": told.last and told.last.isoformat(),
            **more,
            "versions": {"tengbol": __version__},
            "outputs": outputs,
        }

    write_files(output, files, manifest)
    progress("write", 5, 5)
