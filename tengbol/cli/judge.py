"""`tengbol judge`: a distribution that was made elsewhere, against the rules and the least unevenness they allow."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli.batch import Accept, Input, Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.say import Progress, say


def judge_command(
    source: Input,
    handed: Annotated[
        Path,
        typer.Argument(metavar="ASSIGNMENTS", help="CSV, Parquet or workbook: writ, enforcer, and when, if known."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the report on it; written whole.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE-TIME", help="When it was made, where its rows say nothing; else now."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru|en", help="Language of the report.")] = "kk",
    config: Settings = None,
    accept: Accept = None,
) -> None:
    """Judge a distribution made elsewhere: breaches, and evenness beside the least possible (¶16)."""
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
    for note in notes:
        say(f"note: {note}", err=True)
    by_code = judged.tables()["breaches_by_code"]
    for code, paragraph, writs in by_code.iter_rows():
        say(f"{paragraph}: {code}: {writs} writ{'' if writs == 1 else 's'}.")
    broken = judged.breaches["writ_id"].n_unique()
    say(f"{broken} of {judged.days['writs'].sum()} writs break a rule." if broken else "No writ breaks a rule.")
    sums = {name: squared_writs(int(judged.days[name].sum())) for name in ("objective", "least", "lower_bound")}
    say(
        f"Σe² by category, over {judged.days.height} batches: {sums['objective']} squared writs; possible was "
        f"{sums['least']}, and nothing below {sums['lower_bound']}."
    )
    if out is not None:
        say(f"Report in {out}; open {out / 'report.html'}.")
    raise typer.Exit(1 if broken else 0)
