"""`tengbol run` and `demo`: one batch from files to files, and something to try."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tengbol.cli import threads
from tengbol.cli.answers import Ran, Sums, Written
from tengbol.cli.language import in_it, language, note, reworded, spoken, tell, verdict
from tengbol.cli.machine import answer
from tengbol.cli.say import Progress, command
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, joined

if TYPE_CHECKING:
    from tengbol.batch import Result
    from tengbol.io.read import Reading

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Folder of CSV or Parquet tables, or one workbook.")]
Settings = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="TOML file of settings: MCI, calendar, search limit, readings."),
]
Accept = Annotated[
    str | None,
    typer.Option(
        "--accept",
        metavar="REASON",
        help="Continue although rows on absences, recusals, attachments, proceedings or balances were rejected; "
        "the reason is recorded.",
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="COLUMN=NAME", help="Column that a header stands for: --map 'Сумма долга=amount'. Repeatable."
    ),
]


def sums_of(result: Result) -> Sums:
    """Both objectives, their bounds, and whether they are proven, to a program."""
    from tengbol.io.write import squared_writs

    told = {name: squared_writs(value) for name, value in result.proof.numbers().items()}
    return Sums(**told, **result.proof.statuses(), status_lot=result.status_lot)  # type: ignore[typeddict-item]


def mapped(given: list[str] | None) -> dict[str, str]:
    """Take `--map` apart; several answers for one word are for several tables."""
    found: dict[str, str] = {}
    for meant in given or ():
        word, sign, name = meant.rpartition("=")
        if not (word.strip() and sign and name.strip()):
            raise UnusableInputError("--map '{answer}': write COLUMN=NAME, such as 'Сумма долга=amount'.", answer=meant)
        before = found.get(word.strip())
        found[word.strip()] = name.strip() if before is None else f"{before},{name.strip()}"
    return found


def run_command(
    source: Input,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the result; written completely or not at all.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE-TIME", help="Date and time of the batch, 2026-11-23T18:00:00; default: now."
        ),
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="HEX", help="Seed of the lot; default: a random one.")
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            "--processes", metavar="N", min=1, help="Number of parallel search processes; does not change the result."
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster", metavar="ADDRESS", help="Search on the workers of a dask scheduler: its address or file."
        ),
    ] = None,
    config: Settings = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="File of the chamber's key: draw the lot from masked ids, which can be published.",
        ),
    ] = None,
    accept: Accept = None,
    columns: Map = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Distribute nothing unless every row is taken; list what is not.")
    ] = False,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="Also write each table as NAME.excel.csv, for Excel with Russian or Kazakh settings."
        ),
    ] = False,
) -> None:
    """Distribute one batch: read tables, write the result to a folder."""
    threads.one_below(2, source)  # MiB, about 4,000 writs
    from tengbol.config import load
    from tengbol.io.key import read_key
    from tengbol.report.noticed import notes
    from tengbol.runner import as_of_from, run, seed_from

    moment, hexadecimal, settings = as_of_from(as_of), seed_from(seed), load(config)
    settings = replace(settings, columns={**settings.columns, **mapped(columns)})
    own = None if key is None else read_key(key)
    earlier = _earlier(out)
    with Progress() as progress:
        result, reading = run(
            source,
            out,
            as_of=moment,
            seed=hexadecimal,
            config=settings,
            key=own,
            processes=processes or os.cpu_count() or 1,
            cluster=cluster,
            progress=progress.show,
            spared={"the key": key, "the settings": config},
            accept=accept,
            before=partial(_refuse_in_part, source) if whole else None,
            excel=excel,
            language=language(),
            keep=False,
        )
    for warning in (*notes(result, language()), *reading.warnings):
        note(warning)
    if earlier:
        tell("{out}: the earlier result here was replaced: {told}.", err=True, out=out, told=earlier)
    _tell_refused(reading, _REFUSED)
    if (more := reading.faults.height - _REFUSED) > 0:
        tell(
            "And {n} more; each is marked in its cell by: {command}",
            err=True,
            n=more,
            command=command("check", source, "--marked", "FILE.xlsx"),
        )
    proof = result.proof
    tell(
        "Writs assigned: {assigned}, unassigned: {unassigned}; rows rejected: {rejected}.",
        assigned=result.counts["assigned"],
        unassigned=len(result.unassigned),
        rejected=len(reading.rejected),
    )
    verdict(spoken("Σe² by category"), proof.objective, proof.lower_bound)
    verdict(spoken("Σe² of totals"), proof.objective_total, proof.lower_bound_total)
    tell("Seed {seed}, as of {moment}.", seed=result.seed, moment=result.as_of.isoformat())
    with_key = () if key is None else ("--key", key)
    tell(
        "Result in {out}; open {page}; check with: {command}",
        out=out,
        page=out / "summary.html",
        command=command("verify", source, out, *with_key),
    )
    papers = command("forms", out, "--input", source, "--out", "DIR", *with_key, *in_it())
    tell("Papers: {command}", command=papers)
    answer(
        lambda: Ran(
            **sums_of(result),
            assigned=result.counts["assigned"],
            unassigned=len(result.unassigned),
            rejected=len(reading.rejected),
            seed=result.seed,
            as_of=result.as_of,
            out=str(out),
        )
    )


def _earlier(out: Path) -> str | None:
    """Which result a folder holds, if any: a batch made anew over it leaves nothing else of it."""
    from tengbol.io.kinds import MANIFEST, RESULT, kind_of

    try:
        if not out.is_dir() or kind_of(out) != RESULT:
            return None
        told = json.loads((out / MANIFEST).read_bytes())
    except OSError:
        # What may not be read is not replaced either, and said to be so by `run`.
        return None
    known = {name: told.get(name, "?") for name in ("batch_id", "seed", "as_of")}
    return spoken("batch {batch_id}, seed {seed}, as of {as_of}", **known)


def _refuse_in_part(source: Path, reading: Reading) -> None:
    """Raise `UnusableInputError` where a row is not taken, its cells named before, or a recusal keeps nobody out."""
    from tengbol.io.clerks.enforcers import OF_NOBODY
    from tengbol.io.clerks.writs import OF_NO_WRIT

    if reading.faults.height:
        _tell_refused(reading, reading.faults.height)
        raise UnusableInputError(
            "{path}: cells that cannot be taken: {n}. Nothing is distributed (--whole); correct them, and give the "
            "same command again.",
            path=source,
            n=reading.faults.height,
        )
    idle = [note for note in reading.warnings if isinstance(note, Phrase) and note.sentence in (OF_NOBODY, OF_NO_WRIT)]
    if idle:
        # A recusal that names its writ or its enforcer wrongly would let him receive it (¶12).
        raise UnusableInputError(
            "{path}: {notes} Nothing is distributed (--whole); correct these rows or take them out, and give the same "
            "command again.",
            path=source,
            notes=joined(idle, " "),
        )


def _tell_refused(reading: Reading, most: int) -> None:
    """Name the first refused cells, and what to write in them."""
    from tengbol.io.check import lines

    for line in lines(reading, reading.faults.head(most), spoken, reworded):
        tell("refused: {cell}", err=True, cell=line)


#: So many refused cells are named beside a batch that went without them.
_REFUSED: Final = 5


def demo_command(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the generated chamber.")] = 1,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="One workbook instead of a folder of tables.")] = False,
    national: Annotated[
        bool, typer.Option("--national", help="Write the whole country instead of one chamber.")
    ] = False,
    writs: Annotated[int | None, typer.Option("--writs", metavar="N", min=1, help="Number of writs.")] = None,
) -> None:
    """Write a generated example chamber, or a whole country; its date is 2026-11-23."""
    from tengbol.scenarios.demo import demo

    made = demo(out, seed=seed, xlsx=xlsx, national=national, writs=writs)
    trying = command("run", made, "--out", out.parent / "result", "--as-of", "2026-11-23T18:00:00")
    tell("Wrote {out}; try: {command}", out=made, command=trying)
    answer(lambda: Written(out=str(made)))
