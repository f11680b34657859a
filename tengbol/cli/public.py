"""`tengbol public`: write what a chamber publishes of its batches, tell a party his public id, find a writ by it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tengbol.cli.say import command, say
from tengbol.errors import UnusableInputError

public_app = typer.Typer(no_args_is_help=True, help="What a chamber publishes, and what a party finds in it.")

Key = Annotated[Path, typer.Option("--key", metavar="FILE", help="The chamber's key.")]


@public_app.command("write")
def write_command(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="What the batch was made of; or a folder of inputs.")],
    result: Annotated[
        Path, typer.Argument(metavar="DIR", help="Its result, made with the same key; or a folder of results.")
    ],
    key: Key,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write, best named public.jsonl.gz.")],
) -> None:
    """Write the public report of a result, or of many that follow one another."""
    from tengbol.io.key import read_key
    from tengbol.report.public import write_public
    from tengbol.report.public.results import of_results

    own = read_key(key)
    record = of_results(result, source, own)
    write_public(record, own, out)
    say(
        f"{len(record.batches)} batches, {len(record.assignments)} writs in {out}, without names, numbers or sums; "
        f"anyone can check it with: {command('verify', '--public', out)}"
    )


@public_app.command("id")
def id_command(
    writs: Annotated[list[str], typer.Argument(metavar="WRIT_ID...", help="Writs by the ids of the chamber's tables.")],
    key: Key,
) -> None:
    """Say under which id a writ is published; to be told to the parties of the writ alone."""
    from tengbol.io.key import read_key
    from tengbol.report.public import public_writs

    for name, public_id in zip(writs, public_writs(read_key(key), writs), strict=True):
        say(f"{name} {public_id}")


@public_app.command("find")
def find_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The public report.")],
    public_id: Annotated[
        str, typer.Argument(metavar="PUBLIC_ID", help="The writ's public id, as the chamber told it.")
    ],
) -> None:
    """Say who got a writ, among whom, and its place in the lot; needs no key."""
    from tengbol.report.public import find

    if len(public_id) != 32 or set(public_id.lower()) - set("0123456789abcdef"):
        raise UnusableInputError(
            f"'{public_id}': a public id is 32 hexadecimal digits; the chamber tells it to the parties of the writ."
        )
    places = find(file, public_id.lower())
    if not places:
        say(f"{file}: no writ has the public id {public_id}; perhaps its batch is not in this file.")
        raise typer.Exit(1)
    for place in places:
        say(str(place))
