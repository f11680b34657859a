"""`tengbol judge`: a distribution that was made elsewhere, against the rules and the least unevenness they allow."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli.answers import Breaches, Judged
from tengbol.cli.batch import Accept, Input, Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.language import counted, note, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import Progress, say


def judge_command(
    source: Input,
    handed: Annotated[
        Path,
        typer.Argument(metavar="ASSIGNMENTS", help="CSV, Parquet or workbook with writ, enforcer and, if known, time."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for a report; written completely or not at all.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE-TIME",
            help="Date and time of assignments without a time of their own; default: now.",
        ),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru|en", help="Language of the report.")] = "kk",
    config: Settings = None,
    accept: Accept = None,
) -> None:
    """Check a distribution made elsewhere: broken rules, and evenness compared with the optimum (¶16)."""
    from tengbol.config import load
    from tengbol.io.write import squared_writs
    from tengbol.runner import as_of_from
    from tengbol.scenarios.judging.run import run_judge

    settings = load(config)
    with Progress() as progress:
        judged, notes = run_judge(
            source, handed, out, as_of=as_of_from(as_of), language=lang, config=settings, progress=progress.show,
            spared={"the settings": config}, accept=accept,
        )  # fmt: skip
    for warning in notes:
        note(warning)
    by_code = judged.tables()["breaches_by_code"]
    for code, paragraph, writs in by_code.iter_rows():
        say(f"{paragraph}: {code}: {counted('{n} writ', '{n} writs', writs)}.")
    # Those that still wait were given to nobody, so they are not among the writs counted here.
    broken = judged.breaches.filter(judged.breaches["code"] != "left_waiting")["writ_id"].n_unique()
    if broken:
        tell("Writs that break a rule: {broken} of {writs}.", broken=broken, writs=int(judged.days["writs"].sum()))
    elif judged.breaches.is_empty():
        tell("No writ breaks a rule.")
    sums = {name: squared_writs(int(judged.days[name].sum())) for name in ("objective", "least", "lower_bound")}
    tell(
        "Σe² by category, over {batches}: {objective} squared writs; possible was {least}, and nothing below {bound}.",
        batches=counted("{n} batch", "{n} batches", judged.days.height),
        objective=sums["objective"],
        least=sums["least"],
        bound=sums["lower_bound"],
    )
    if out is not None:
        tell("Report in {out}; open {page}.", out=out, page=out / "report.html")
    answer(
        lambda: Judged(
            batches=judged.days.height,
            writs=int(judged.days["writs"].sum()),
            broken=broken,
            breaches=[Breaches(code=code, paragraph=point, writs=writs) for code, point, writs in by_code.iter_rows()],
            **sums,
            out=None if out is None else str(out),
        )
    )
    raise typer.Exit(1 if judged.breaches.height else 0)
