"""`tengbol whatif`: variants of a scenario beside its base, before anything is decided."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli.say import Progress, say


def whatif_command(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="TOML file: base, span, variants and events.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the answer; written whole.")],
    each: Annotated[bool, typer.Option("--each", help="Also let everyone leave in turn, and the worst pairs.")] = False,
    processes: Annotated[
        int | None,
        typer.Option("--processes", metavar="N", min=1, help="Answers side by side; the same result."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="TOML settings: MCI, calendar, search limit.")
    ] = None,
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
        )
    for warning in answer.reading.warnings:
        say(f"note: {warning}", err=True)
    for variant, sentence in answer.findings.iter_rows():
        say(f"{variant}: {sentence}")
    say(f"Answer in {out}; open {out / 'whatif.html'}")
