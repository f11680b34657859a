"""`tengbol verify`: a result, or what a chamber has published, checked without the code that made it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tengbol.cli import threads
from tengbol.cli.answers import Anew, Found, Other, Verified
from tengbol.cli.language import counted, said_of, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import say
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.verify.findings import Report

#: So many writs are named that the seed gives to others.
_NAMED: Final = 20

Again = Annotated[
    bool,
    typer.Option("--again", help="Also recompute the batch from its input and seed with tengbol, and compare."),
]
Search = Annotated[
    bool,
    typer.Option("--search", help="Also search, within a limit, for what is not proven otherwise; this may take long."),
]


def verify_command(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="INPUT", help="Folder of CSV or Parquet tables, or one workbook."),
    ] = None,
    result: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Result folder of `tengbol run`.", show_default=False)
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="File of the chamber's key, if the lot was drawn from masked ids."),
    ] = None,
    public: Annotated[
        Path | None,
        typer.Option("--public", metavar="FILE", help="Check this public file of a chamber instead of a result."),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="FILE",
            help="An earlier public file of the chamber, to check that the chain continues it.",
        ),
    ] = None,
    again: Again = False,
    search: Search = False,
) -> None:
    """Check a result, or a public file, with independent code."""
    if public is not None:
        threads.one()
    elif source is not None:
        threads.one_below(16, source)  # MiB, about 200,000 writs
    threads.keep_memory()
    from tengbol.verify import verify
    from tengbol.verify.check import SEARCH

    if public is None and (source is None or result is None):
        raise UnusableInputError("verify: give INPUT and DIR of a result, or --public FILE of a public report.")
    if public is not None and (source is not None or key is not None):
        raise UnusableInputError("verify: a public report is checked from its file alone; leave INPUT, DIR and --key.")
    if public is not None and again:
        raise UnusableInputError("verify: --again needs the input; leave it out with --public.")
    if public is None and previous is not None:
        raise UnusableInputError("verify: --previous goes with --public.")
    steps = SEARCH if search else 0
    if public is not None:
        from tengbol.verify.public import verify_public

        report = verify_public(public, previous, steps=steps)
    else:
        from tengbol.io.key import read_key

        assert source is not None
        assert result is not None
        report = verify(source, result, key=None if key is None else read_key(key), steps=steps)
    say(report.said(spoken))
    anew = made_again(source, result, key) if again and source is not None and result is not None else None
    conclude(report, anew)


def conclude(report: Report, anew: Anew | None) -> None:
    """End a check: what a program is answered, and the exit code."""
    answer(
        lambda: Verified(
            ok=report.ok,
            findings=[
                Found(
                    kind=one.kind.value,
                    check=one.check,
                    file=one.file,
                    subject=one.subject,
                    paragraph=one.paragraph,
                    sentence=said_of(one.sentence),
                )
                for one in report.findings
            ],
            again=anew,
        )
    )
    if not report.ok or (anew is not None and not anew["same"]):
        raise typer.Exit(1)


def made_again(source: Path, result: Path, key: Path | None = None) -> Anew:
    """Make a result anew by its seed, and say what differs; `same` unless that proves it another than the seed's.

    A result that other versions made may differ for that reason alone, which is then said.
    """
    from tengbol.io.key import BESIDE, read_key
    from tengbol.scenarios.again import again

    known = key or (result / BESIDE if (result / BESIDE).is_file() else None)
    found = again(source, result, None if known is None else read_key(known))
    told = Anew(
        same=found.same or bool(found.made_by),
        others=[Other(**row) for row in found.others.select("writ_id", "enforcer_id", "due").to_dicts()],
        sums=list(found.sums),
        made_by=list(found.made_by),
    )
    if found.same:
        tell("Made anew from its input and its seed: the same enforcer for every writ, the same sums.")
        return told
    for writ_id, who, due in found.others.head(_NAMED).iter_rows():
        tell("{writ}: the result gives it to {who}, the seed to {due}.", writ=writ_id, who=who or "–", due=due or "–")
    for name in found.sums:
        tell("{name}: is another than what is made anew.", name=name)
    writs = counted("{n} writ", "{n} writs", found.others.height)
    if found.made_by:
        tell(
            "Made anew it differs ({writs}), which proves nothing: it was made by other versions of {names}.",
            writs=writs,
            names=", ".join(found.made_by),
        )
        return told
    tell("Made anew it differs ({writs}): the seed does not give this result.", writs=writs)
    return told
