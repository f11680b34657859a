"""`tengbol check` and `tengbol template`: what a file would give, and one to be filled in."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli.batch import Input, Map, mapped
from tengbol.cli.language import reworded, spoken, tell
from tengbol.cli.say import say
from tengbol.errors import UnusableInputError


def check_command(
    source: Input,
    marked: Annotated[
        Path | None,
        typer.Option("--marked", metavar="FILE.xlsx", help="Write the workbook again, its faulty cells marked."),
    ] = None,
    book: Annotated[
        str | None,
        typer.Option("--book", metavar="PATH-OR-URL", help="A book that the file is to add to: it knows the rest."),
    ] = None,
    columns: Map = None,
) -> None:
    """Say what a file would give, before anything is distributed: every fault with its cell."""
    from tengbol.io.check import check

    known = None
    if book is not None:
        from tengbol.book.importing import known_to
        from tengbol.book.store import open_book

        known = known_to(open_book(book))
    found = check(source, known=known, columns=mapped(columns))
    for line in found.lines(spoken, reworded):
        say(line)
    if marked is not None:
        from tengbol.io.marked import marked as written

        _write(marked, written(source, found), source)
        tell("Wrote {out}; correct the marked cells and read it again.", out=marked)
    if not found.ok:
        raise typer.Exit(1)


def template_command(
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Where to write it.")],
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru", help="Language of headers and words.")] = "kk",
) -> None:
    """Write a workbook to be filled in, with headers, drop-downs and an example for every table."""
    from tengbol.io.template import LANGUAGES, template

    if lang not in LANGUAGES:
        raise UnusableInputError(f"--lang '{lang}': one of {', '.join(LANGUAGES)} is accepted.")
    _write(out, template(lang), None)
    tell("Wrote {out}; put your rows in the place of the examples, then: tengbol check {out}", out=out)


def _write(place: Path, content: bytes, source: Path | None) -> None:
    """Write a file of ours, but over nothing that is there."""
    if place.suffix.lower() != ".xlsx":
        raise UnusableInputError(f"{place}: give a name that ends in .xlsx.")
    if place.exists():
        same = source is not None and place.samefile(source)
        raise UnusableInputError(f"{place}: is {'the input itself' if same else 'there already'}; give another name.")
    try:
        place.write_bytes(content)
    except OSError as error:
        raise UnusableInputError(f"{place}: cannot be written ({error.strerror}).") from error
