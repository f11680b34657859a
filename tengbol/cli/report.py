"""`tengbol report`: how uniform a distribution was, for the chamber, the Republican Chamber and everyone (¶15, ¶16)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tengbol.cli.answers import Reported
from tengbol.cli.language import counted, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import Progress
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from tengbol.report.alarms import Inputs
    from tengbol.report.record import Record

Result = Annotated[
    str,
    typer.Argument(
        metavar="RESULT|BOOK", help="Result folder of `tengbol run`, a folder of results, or a book (file or URL)."
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder for the report; written completely or not at all.")
]
#: By format, the file that is to be opened.
_NAMES: Final = {"page": "report.html", "pdf": "report.pdf", "workbook": "report.xlsx"}
Source = Annotated[
    Path | None,
    typer.Option(
        "--input", metavar="INPUT", help="Input from which RESULT was made; for a period, a folder of inputs."
    ),
]


def report_command(
    result: Result,
    out: Out,
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru|en", help="Language of the report.")] = "kk",
    source: Source = None,
    chamber: Annotated[
        str | None, typer.Option("--chamber", metavar="ID", help="Chamber, if there are several.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the period.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day of the period.")] = None,
    enforcer: Annotated[
        str | None,
        typer.Option(
            "--enforcer", metavar="ID", help="Instead, the sheet of one enforcer: pools, shares, line by line."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="page|pdf|workbook|tables", help="Format to write. Repeatable; default: all."),
    ] = None,
) -> None:
    """Write a report on how even the distribution is: a page, a PDF (with the package typst), a workbook and tables."""
    from tengbol.io.kinds import REPORT
    from tengbol.io.outputs import Output, refuse_unless_replaceable
    from tengbol.report.output import FORMATS, write_report, write_sheet
    from tengbol.report.paper import can_print
    from tengbol.report.words import Words

    words, formats = Words(lang), only or FORMATS
    if wrong := next((name for name in formats if name not in FORMATS), None):
        raise UnusableInputError("--format '{name}': one of {names} is accepted.", name=wrong, names=", ".join(FORMATS))
    if list(formats) == ["pdf"] and not can_print():
        raise UnusableInputError("A PDF needs the package typst: pip install typst, or print the page from a browser.")
    span = span_of(first, last)
    spared = _read_from(result, source)
    refuse_unless_replaceable(Output(out, REPORT, spared))
    with Progress() as progress:
        record, inputs, example = _record(result, source, chamber, span, progress.show)
        asked = {"spared": spared, "example": example, "formats": formats}
        if enforcer is None:
            write_report(record, out, words, progress.show, inputs=inputs, **asked)
        else:
            write_sheet(record, enforcer, out, words, progress.show, **asked)
    batches = counted("{n} batch", "{n} batches", record.batches.height)
    writs = counted("{n} writ", "{n} writs", record.assignments.height)
    made = next((_NAMES[name] for name in FORMATS if name in formats and name in _NAMES), None)
    first_look = out if made is None else out / made
    tell("Report: {batches}, {writs}; open {page}.", batches=batches, writs=writs, page=first_look)
    answer(
        lambda: Reported(
            batches=record.batches.height,
            writs=record.assignments.height,
            out=str(out),
            page=str(first_look),
        )
    )
    if source is None and _is_folder(result, source):
        tell("Of a result alone: ids in place of names, no amounts and no alarms; give its input with --input.")
    if "pdf" in formats and not can_print():
        tell("No report.pdf, which needs the package typst: pip install typst, or print the page from a browser.")


def _is_folder(result: str, source: Path | None) -> bool:
    """Whether results are meant, not a book."""
    return Path(result).is_dir() or source is not None


def _read_from(result: str, source: Path | None) -> dict[str, Path | None]:
    """What the report is made from, by what it is called."""
    if _is_folder(result, source):
        return {"the result": Path(result), "the input": source}
    from tengbol.book.store import files_of, url_from

    return files_of(url_from(result))


def _record(
    result: str,
    source: Path | None,
    chamber: str | None,
    span: tuple[dt.date | None, dt.date | None],
    show: Callable[[str, int, int], None],
) -> tuple[Record, Inputs, bool]:
    """What is to be reported, from folders or from a book, what alarms look at beside it, and if it is practice."""
    from tengbol.report.portion import of_chamber, of_days

    if _is_folder(result, source):
        from tengbol.report.folders import with_inputs

        record, inputs = with_inputs(Path(result), source, show)
        example = False
    else:
        from tengbol.book.access import open_book
        from tengbol.book.beside import beside
        from tengbol.book.example import marked_example
        from tengbol.book.record import frames
        from tengbol.report.alarms import Inputs
        from tengbol.report.record import record as recorded

        show("read", 0, 1)
        store = open_book(result)
        record = recorded(**frames(store, first=span[0], last=span[1]))
        example = marked_example(store)
        inputs = Inputs(**beside(store, record.batches["batch_id"].to_list()))
    return of_days(record if chamber is None else of_chamber(record, chamber), *span), inputs, example


def span_of(first: str | None, last: str | None) -> tuple[dt.date | None, dt.date | None]:
    """The days of `--from` and `--to`."""
    from tengbol.asked import day_from

    return (
        None if first is None else day_from("--from", first),
        None if last is None else day_from("--to", last),
    )
