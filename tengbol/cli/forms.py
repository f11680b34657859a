"""`tengbol forms`: every paper that leaves the chamber after a batch (¶7, ¶8, ¶15)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tengbol.cli.answers import Papers
from tengbol.cli.language import note, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import Progress
from tengbol.errors import UnusableInputError
from tengbol.phrase import mark

if TYPE_CHECKING:
    from tengbol.forms.day import Day

_LANGUAGES: Final = {"kk": ("kk",), "ru": ("ru",), "both": ("kk", "ru")}


def forms_command(
    result: Annotated[
        str, typer.Argument(metavar="RESULT|BOOK", help="Result folder of `tengbol run`, or a book (file or URL).")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the documents; written completely or not at all.")
    ],
    source: Annotated[
        Path | None, typer.Option("--input", metavar="INPUT", help="Input from which RESULT was made.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option("--batch", metavar="N", help="Number of the batch, if a BOOK is given.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", metavar="kk|ru|both", help="Language of the documents.")] = "both",
    chamber: Annotated[
        str | None, typer.Option("--chamber", metavar="ID", help="Chamber, if there are several.")
    ] = None,
    centre: Annotated[
        list[str] | None,
        typer.Option(
            "--centre",
            metavar="DISTRICT",
            help="City of republican significance or regional centre, whose enforcers collect writs by hand (¶8). "
            "Repeatable; not needed for a BOOK.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="File of the chamber's key, for public ids; not needed for a BOOK."),
    ] = None,
    templates: Annotated[
        Path | None, typer.Option("--templates", metavar="DIR", help="Folder of the chamber's own Typst templates.")
    ] = None,
) -> None:
    """Write the documents of a batch (PDF, workbook): handover, register, protocol, post, notices, unassigned writs."""
    from tengbol.forms.output import write_forms
    from tengbol.io.kinds import FORMS
    from tengbol.io.outputs import Output, refuse_unless_replaceable
    from tengbol.report.paper import can_print

    if lang not in _LANGUAGES:
        raise UnusableInputError(mark("--lang '{lang}': there are kk, ru, both; give one of these."), lang=lang)
    if templates is not None and not templates.is_dir():
        raise UnusableInputError(
            "--templates {folder}: is no folder; give the one that holds the templates.", folder=templates
        )
    if batch is None:
        if source is None:
            raise UnusableInputError(mark("forms: give --input INPUT with a result, or --batch N with a book."))
        spared: dict[str, Path | None] = {"the result": Path(result), "the input": source, "the key": key}
    else:
        from tengbol.book.store import files_of, url_from

        if source is not None or key is not None or centre:
            raise UnusableInputError(
                mark("forms: a book holds input, key and centres; leave --input, --key and --centre.")
            )
        spared = files_of(url_from(result))
    refuse_unless_replaceable(Output(out, FORMS, {**spared, "the templates": templates}))
    with Progress() as progress:
        progress.show("read", 0, 1)
        if batch is None:
            assert source is not None
            day = _of_result(Path(result), source, key, chamber, centre or [])
        else:
            day = _of_book(result, batch, chamber)
        names = write_forms(day, out, _LANGUAGES[lang], templates=templates, spared=spared, progress=progress.show)
    tell(
        "{batch}: writs distributed: {given}, waiting: {waiting}. Written to {out}: {names}.",
        batch=day.batch_id,
        given=day.given.height,
        waiting=day.waiting.height,
        out=out,
        names=", ".join(names),
    )
    ended = sorted(day.given.drop_nulls("became")["writ_id"])
    if ended:
        from tengbol.book.printing import told_of

        note(told_of(ended))
    answer(
        lambda: Papers(
            batch_id=day.batch_id,
            distributed=day.given.height,
            waiting=day.waiting.height,
            ended=ended,
            out=str(out),
            files=list(names),
        )
    )
    if not can_print():
        tell("No PDF, which needs the packages typst and segno: pip install 'tengbol[pdf]'; the workbooks are there.")


def _of_result(result: Path, source: Path, key: Path | None, chamber: str | None, centres: list[str]) -> Day:
    from tengbol.forms.day import of_folders
    from tengbol.io.key import BESIDE, read_key

    beside = result / BESIDE
    known = key or (beside if beside.is_file() else None)
    return of_folders(
        result, source, key=None if known is None else read_key(known), chamber_id=chamber, centres=centres
    )


def _of_book(book: str, number: int, chamber: str | None) -> Day:
    """The day of a past batch."""
    from tengbol.book.access import open_book
    from tengbol.book.batches import chamber_named
    from tengbol.book.printing import day_of

    store = open_book(book)
    return day_of(store, number, chamber_named(store, chamber))
