"""`tengbol check` and `tengbol template`: what a file would give, and one to be filled in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tengbol.cli.answers import Checked, Written
from tengbol.cli.batch import Input, Map, mapped
from tengbol.cli.language import language, reworded, said_of, spoken, tell
from tengbol.cli.machine import answer, listening
from tengbol.cli.rows import cells_of, rows_of, tell_changed
from tengbol.cli.say import command, say
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, joined

if TYPE_CHECKING:
    from tengbol.book.importing import Imported
    from tengbol.book.store import Store
    from tengbol.io.read import Reading


def check_command(
    source: Input,
    marked: Annotated[
        Path | None,
        typer.Option(
            "--marked", metavar="FILE.xlsx", help="Write a copy of the workbook with the faulty cells marked."
        ),
    ] = None,
    book: Annotated[
        str | None,
        typer.Option(
            "--book",
            metavar="PATH-OR-URL",
            help="Book to which the file will be added: its districts, enforcers and writs are known.",
        ),
    ] = None,
    columns: Map = None,
) -> None:
    """Check input and list every error with its cell; distribute nothing."""
    from tengbol.asked import local_now
    from tengbol.io.check import check
    from tengbol.io.lacking import refuse
    from tengbol.io.read import survey

    known, read = None, survey
    met: list[Imported] = []
    if book is not None:
        from tengbol.book.access import open_book
        from tengbol.book.importing import known_to

        store = open_book(book)
        known, read = known_to(store), partial(_beside, store, met)
    found = check(source, known=known, columns=mapped(columns), day=local_now().date(), read=read)
    for line in found.lines(spoken, reworded):
        say(line)
    changed = None if not met else met[-1].changed
    if changed is not None:
        tell_changed(changed)
    if marked is not None:
        from tengbol.io.marked import marked as written

        _write(marked, written(source, found, reworded), source)
        if not found.faults:
            tell("Wrote {out}; there is no cell to correct.", out=marked)
        else:
            tell("Wrote {out}; correct the marked cells in it.", out=marked)
    given = [] if book is None else ["--book", book]
    given += [word for meant in columns or () for word in ("--map", meant)]
    answers = [word for header, column in found.guesses.items() for word in ("--map", f"{header}={column}")]
    # What is corrected is the copy with the marks, where there is one.
    corrected = source if marked is None or not found.faults else marked
    if found.left or book is not None:
        onward = command("check", corrected, *given, *answers)
    else:
        # What is left are cells; a batch that stops at any of them need not be asked for a second time.
        onward = command("run", corrected, "--out", "result", *given, *answers, *(["--whole"] if found.faults else []))
    if answers and found.unnamed:
        tell(
            "No header was found for {columns}; where the file has one, add it to the next command: --map "
            "'HEADER=NAME'.",
            columns=said_of(joined(found.unnamed, ", ")),
        )
    if answers and (found.left or found.faults or book is not None):
        tell("If all these guesses are so, correct the cells, and then: {command}", command=onward)
    elif answers:
        tell("If all these guesses are so: {command}", command=onward)
    elif not found.ok:
        tell("Correct this, and then: {command}", command=onward)
    elif book is None:
        tell("Next: {command}", command=onward)
    answer(
        lambda: Checked(
            ok=found.ok,
            stops=found.stops,
            taken=found.taken,
            refused=found.refused,
            faults=rows_of(found.reading.faults, found.reading.places),
            changed=[] if changed is None else cells_of(changed),
            marked=None if marked is None else str(marked),
        )
    )
    if found.reading.stops and listening():
        # To a program it is the refusal that it would be to `run`.
        refuse(found.reading.stops)
    if not found.ok:
        raise typer.Exit(2 if found.reading.stops else 1)


def _beside(store: Store, met: list[Imported], path: Path, **asked: Any) -> Reading:
    """A reading, its faults with what the book would refuse of rows that are good by themselves.

    met: takes what the book would make of it.
    """
    import polars as pl

    from tengbol.book.acts import Hand
    from tengbol.book.importing import foreseen
    from tengbol.io.read import survey

    reading = survey(path, **asked)
    found, _ = foreseen(store, reading, Hand("check"))
    met.append(found)
    more = found.rejected.join(reading.rejected, on=["table", "row"], how="anti").select(reading.faults.columns)
    return replace(reading, faults=pl.concat([reading.faults, more]))


def template_command(
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="File to write.")],
    lang: Annotated[str | None, typer.Option("--lang", metavar="kk|ru", help="Language of headers and words.")] = None,
) -> None:
    """Write an empty workbook with headers, drop-down lists and an example row for every table."""
    from tengbol.io.template import LANGUAGES, template

    if lang is None:
        # The terminal's where it has headers; the first is the state language.
        lang = language() if language() in LANGUAGES else LANGUAGES[0]
    if lang not in LANGUAGES:
        raise UnusableInputError(
            "--lang '{lang}': one of {languages} is accepted.", lang=lang, languages=", ".join(LANGUAGES)
        )
    _write(out, template(lang), None)
    tell("Wrote {out}; put your rows in the place of the examples, then: tengbol check {out}", out=out)
    answer(lambda: Written(out=str(out)))


def _write(place: Path, content: bytes, source: Path | None) -> None:
    """Write a file of ours, but over nothing that is there."""
    if place.suffix.lower() != ".xlsx":
        raise UnusableInputError("{place}: give a name that ends in .xlsx.", place=place)
    if place.exists():
        same = source is not None and place.samefile(source)
        raise UnusableInputError(
            "{place}: is {which}; give another name.",
            place=place,
            which=Phrase("the input itself") if same else Phrase("there already"),
        )
    try:
        place.write_bytes(content)
    except OSError as error:
        raise UnusableInputError(
            "{place}: cannot be written ({strerror}).", place=place, strerror=error.strerror
        ) from error
