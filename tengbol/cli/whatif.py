"""`tengbol whatif`: variants of a scenario beside its base, before anything is decided."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import TYPE_CHECKING, Annotated

import typer

from tengbol.cli.answers import Answered, Finding
from tengbol.cli.batch import Accept, Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.language import language, note, spoken, tell
from tengbol.cli.machine import answer as to_program
from tengbol.cli.say import Progress, say

if TYPE_CHECKING:
    from polars import DataFrame

    from tengbol.io.read import Reading
    from tengbol.scenarios.whatif.answer import Answer
    from tengbol.scenarios.whatif.calibration import Departed
    from tengbol.scenarios.whatif.readings import Batch


def whatif_command(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO", help="TOML file with base, span, variants and events.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the answer; written completely or not at all.")
    ],
    each: Annotated[
        bool, typer.Option("--each", help="Also simulate the departure of each enforcer, and of the worst pairs.")
    ] = False,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Also simulate past departures of a book, and compare forecast and outcome."),
    ] = False,
    readings: Annotated[
        bool,
        typer.Option("--readings", help="Also what other readings of the law would have moved in a year’s batches."),
    ] = False,
    delay: Annotated[
        int | None,
        typer.Option(
            "--delay", metavar="MONTHS", min=0, max=12, help="Each variant also so many months later, beside itself."
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", metavar="N", min=1, help="Number of parallel processes; does not change the result."
        ),
    ] = None,
    config: Settings = None,
    accept: Accept = None,
) -> None:
    """Simulate changes: enforcers leave, join or move, volumes change, or the law changes."""
    from tengbol.config import load as settings
    from tengbol.report.words import Words
    from tengbol.scenarios.whatif.answer import run
    from tengbol.scenarios.whatif.scenario import load

    asked, chosen = load(scenario), settings(config)
    more = ({} if delay is None else {"delay": delay}) | ({"readings": True} if readings else {})
    asked = replace(asked, scenario=asked.scenario.model_copy(update=more))
    words, seen = Words(language()), []

    def told_first(answer: Answer) -> None:
        # Whoever waits for the days to come may read what does not hang on them.
        seen.extend(_said(answer.findings))
        for line in seen if asked.scenario.days or each else ():
            say(line)

    with Progress() as progress:
        answer = run(
            asked,
            out,
            in_turn=each,
            config=chosen,
            processes=processes or os.cpu_count() or 1,
            progress=progress.show,
            book=_from_book,
            spared={"the settings": config, **_files_of_base(asked.base)},
            accept=accept,
            words=words,
            early=told_first,
            past=_past_of_book if replay else None,
            batches=_batches_of_book,
        )
    for warning in answer.reading.warnings:
        note(warning)
    for line in _said(answer.findings):
        if line not in seen or not (asked.scenario.days or each):
            say(line)
    tell(
        "Answer in {out}; open {page}; to decide by: {sheet}",
        out=out,
        page=out / "whatif.html",
        sheet=out / "decision.html",
    )
    to_program(
        lambda: Answered(
            findings=[Finding(variant=variant, sentence=sentence) for variant, sentence in answer.findings.iter_rows()],
            out=str(out),
            page=str(out / "whatif.html"),
            sheet=str(out / "decision.html"),
        )
    )


def _said(findings: DataFrame) -> list[str]:
    """Each finding with its variant."""
    own = {
        "base": spoken("base"),
        "everyone in turn": spoken("everyone in turn"),
        "readings of the law": spoken("readings of the law"),
    }
    return [f"{own.get(variant, variant)}: {sentence}" for variant, sentence in findings.iter_rows()]


def _files_of_base(base: Path | str) -> dict[str, Path | None]:
    """Files of the book that a scenario's base is, where it is one."""
    from tengbol.book.store import files_of, url_from

    return files_of(url_from(base)) if isinstance(base, str) else {}


def _past_of_book(url: str) -> list[Departed]:
    """The departures that a book has seen."""
    from contextlib import closing

    from tengbol.book.access import open_book
    from tengbol.book.replaying import departed

    with closing(open_book(url)) as store, store.reading():
        return departed(store)


def _batches_of_book(url: str) -> list[Batch]:
    """The batches that a book has made in its last year."""
    from contextlib import closing

    from tengbol.book.access import open_book
    from tengbol.book.replaying import batches

    with closing(open_book(url)) as store, store.reading():
        return batches(store)


def _from_book(url: str) -> Reading:
    """Read what a book holds now."""
    from contextlib import closing

    from tengbol.book.access import open_book
    from tengbol.book.export import read_book

    with closing(open_book(url)) as store:
        return read_book(store)
