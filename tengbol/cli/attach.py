"""`tengbol plan`: whom to attach where, so that every district keeps enough eligible enforcers."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli.answers import Attachment, Planned
from tengbol.cli.batch import Input, Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.language import note, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import Progress, say


def plan_command(
    source: Input,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the plan; written completely or not at all.")
    ],
    keep: Annotated[
        int,
        typer.Option("--keep", metavar="K", min=1, help="Number of eligible enforcers that every district must keep."),
    ] = 1,
    leavers: Annotated[
        int, typer.Option("--leavers", metavar="R", min=0, help="Number of enforcers who may leave at the same time.")
    ] = 1,
    most: Annotated[
        int | None,
        typer.Option("--most", metavar="N", min=1, help="Most new attachments of one enforcer; default: no limit."),
    ] = None,
    distances: Annotated[
        Path | None,
        typer.Option(
            "--distances",
            metavar="FILE",
            help="Table of distances, CSV or Parquet: district_id, other_district_id, km.",
        ),
    ] = None,
    within: Annotated[
        float | None,
        typer.Option(
            "--within", metavar="KM", min=0, help="Largest distance of an attachment from the enforcer's own district."
        ),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE-TIME", help="Date of the plan; default: now.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="HEX", help="Seed for breaking ties; default: a random one.")
    ] = None,
    config: Settings = None,
) -> None:
    """Plan attachments so that every district keeps K eligible enforcers even if enforcers leave (¶9)."""
    from tengbol.config import load
    from tengbol.runner import as_of_from, seed_from
    from tengbol.scenarios.attachment_run import page_of, run_plan

    moment, hexadecimal, settings = as_of_from(as_of), seed_from(seed), load(config)
    with Progress() as progress:
        found, warnings = run_plan(
            source,
            out,
            as_of=moment,
            seed=hexadecimal,
            keep=keep,
            leavers=leavers,
            most=most,
            distances=distances,
            within=within,
            config=settings,
            progress=progress.show,
            spared={"the settings": config},
        )
    for warning in warnings:
        note(warning)
    say(page_of(found, spoken).rstrip())
    tell("Seed {seed}, as of {moment}. Plan in {out}.", seed=hexadecimal, moment=moment.isoformat(), out=out)
    names = ("district_id", "enforcer_id", "home_district_id", "km", "reason")
    answer(
        lambda: Planned(
            attachments=[Attachment(**row) for row in found.attachments.select(names).to_dicts()],
            seed=hexadecimal,
            as_of=moment,
            out=str(out),
        )
    )
