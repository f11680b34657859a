"""`tengbol whatif`: variants of a scenario beside its base, before anything is decided."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import TYPE_CHECKING, Annotated

import typer

from tengbol.cli.batch import Accept, Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.language import note, tell
from tengbol.cli.say import Progress, say

if TYPE_CHECKING:
    from tengbol.io.read import Reading


def whatif_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="TOML file: base, span, variants and events.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the answer; written whole.")],
    each: Annotated[bool, typer.Option("--each", help="Also let everyone leave in turn, and the worst pairs.")] = False,
    processes: Annotated[
        int | None,
        typer.Option("--processes", metavar="N", min=1, help="Answers side by side; the same result."),
    ] = None,
    config: Settings = None,
    accept: Accept = None,
) -> None:
    """Show what it does to everyone else when enforcers leave, join or move, volumes change, or the law does."""
    from tengbol.config import load as settings
    from tengbol.scenarios.whatif.answer import run
    from tengbol.scenarios.whatif.scenario import load

    asked, chosen = load(scenario), settings(config)
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
        )
    for warning in answer.reading.warnings:
        note(warning)
    for variant, sentence in answer.findings.iter_rows():
        say(f"{variant}: {sentence}")
    tell("Answer in {out}; open {page}", out=out, page=out / "whatif.html")


def _files_of_base(base: Path | str) -> dict[str, Path | None]:
    """Files of the book that a scenario's base is, where it is one."""
    from tengbol.book.store import files_of, url_from

    return files_of(url_from(base)) if isinstance(base, str) else {}


def _from_book(url: str) -> Reading:
    """Read what a book holds now."""
    from contextlib import closing

    from tengbol.book.export import read_book
    from tengbol.book.store import open_book

    with closing(open_book(url)) as store:
        return read_book(store)
