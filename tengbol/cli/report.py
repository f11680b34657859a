"""`tengbol report`: how uniform a distribution was, for the chamber, the Republican Chamber and everyone (¶15, ¶16)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tengbol.cli.say import Progress, say

Result = Annotated[
    Path, typer.Argument(metavar="RESULT", help="Result folder of `tengbol run`, or a folder of such: a period.")
]


def report_command(
    result: Result,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the report; written whole.")],
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru|en", help="Language of the report.")] = "kk",
    source: Annotated[
        Path | None,
        typer.Option("--input", metavar="INPUT", help="What RESULT was made of; for a period, a folder of such."),
    ] = None,
    chamber: Annotated[
        str | None, typer.Option("--chamber", metavar="ID", help="One chamber of a result of several.")
    ] = None,
) -> None:
    """Write the report on uniformity: a page, a PDF, a workbook and tables."""
    from tengbol.report.folders import of_path
    from tengbol.report.output import write_report
    from tengbol.report.portion import of_chamber
    from tengbol.report.words import Words

    words = Words(lang)
    with Progress() as progress:
        record = of_path(result, source, progress.show)
        if chamber is not None:
            record = of_chamber(record, chamber)
        write_report(record, out, words, progress.show)
    say(f"Report on {record.batches.height} batches, {record.assignments.height} writs; open {out / 'report.html'}.")
