"""`tengbol public`: write what a chamber publishes of its batches, tell a party his public id, find a writ by it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tengbol.cli.book_answers import Place, Places, PublicId, PublicIds, Published
from tengbol.cli.language import counted, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.report import span_of
from tengbol.cli.say import command, say
from tengbol.errors import UnusableInputError

app = typer.Typer(no_args_is_help=True, help="Write a chamber's public file, and look up writs in it.")

Key = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="File of the chamber's key.")]


@app.command("write")
def write_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="INPUT|BOOK",
            help="Input of the batch, or a folder of inputs; without DIR, a book (file or URL).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write, for example public.jsonl.gz.")],
    result: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Result of the batch, made with the same key, or a folder of results."),
    ] = None,
    key: Key = None,
    chamber: Annotated[
        str | None, typer.Option("--chamber", metavar="ID", help="Chamber, if a book has several chambers.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, if a book is given.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, if a book is given.")] = None,
) -> None:
    """Write the public file of one or several results, or of a book, and a page that checks it."""
    from tengbol.io.kinds import PAGE, PUBLIC
    from tengbol.io.outputs import Output, refuse_unless_replaceable
    from tengbol.report.public.checker import beside, write_page
    from tengbol.report.public.file import write_public

    if result is not None:
        from tengbol.io.key import read_key
        from tengbol.report.public.results import of_results

        if key is None:
            raise UnusableInputError("--key is missing: a result is published with the key that it was made with.")
        if (chamber, first, last) != (None, None, None):
            raise UnusableInputError(
                "--chamber, --from and --to choose batches of a book; of results give those to be published."
            )
        spared = {"the input": Path(source), "the result": result, "the key": key}
        refuse_unless_replaceable(Output(out, PUBLIC, spared))
        refuse_unless_replaceable(Output(beside(out), PAGE, spared))
        own = read_key(key)
        record = of_results(result, Path(source), own)
        write_public(record, own, out, spared=spared)
    else:
        from tengbol.book.access import open_book
        from tengbol.book.publishing import published
        from tengbol.book.store import files_of, url_from

        if Path(source).is_dir():
            raise UnusableInputError(
                "{source}: is a folder; give its result as DIR too, or a book's file or URL.", source=source
            )
        if key is not None:
            raise UnusableInputError("--key is for results; a book has its own key.")
        since, until = span_of(first, last)
        spared = files_of(url_from(source))
        refuse_unless_replaceable(Output(out, PUBLIC, spared))
        refuse_unless_replaceable(Output(beside(out), PAGE, spared))
        told = published(open_book(source), chamber_id=chamber, first=since, last=until)
        record = told.record
        write_public(
            record,
            told.key,
            out,
            before=told.before,
            commitment=told.commitment,
            opening=told.opening,
            spared=spared,
        )
    tell(
        "{out}: {batches}, {writs}, without names, numbers or sums; anyone can check it with: {command}",
        out=out,
        batches=counted("{n} batch", "{n} batches", len(record.batches)),
        writs=counted("{n} writ", "{n} writs", len(record.assignments)),
        command=command("verify", "--public", out),
    )
    page = write_page(out, spared)
    tell("{page}: checks it in any browser, without a network.", page=page)
    answer(lambda: Published(out=str(out), page=str(page), batches=len(record.batches), writs=len(record.assignments)))


@app.command("id")
def id_command(
    writs: Annotated[list[str], typer.Argument(metavar="WRIT_ID...", help="Ids of the writs in the chamber's tables.")],
    key: Key = None,
    book: Annotated[
        str | None,
        typer.Option("--book", metavar="BOOK", help="Book (file or URL) that holds the key, instead of --key."),
    ] = None,
) -> None:
    """Show under which id a writ is published; give this id only to the parties of the writ."""
    from tengbol.report.public.names import public_writs

    if (key is None) == (book is None):
        raise UnusableInputError("Give either --key or --book: the key under which the writs were published.")
    if key is not None:
        from tengbol.io.key import read_key

        own = read_key(key)
    else:
        from tengbol.book.access import open_book
        from tengbol.book.opening import key_of

        own = key_of(open_book(book))
    found = list(zip(writs, public_writs(own, writs), strict=True))
    for name, public_id in found:
        say(f"{name} {public_id}")
    answer(lambda: PublicIds(writs=[PublicId(writ_id=name, public_id=public_id) for name, public_id in found]))


@app.command("find")
def find_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The public file.")],
    public_id: Annotated[
        str, typer.Argument(metavar="PUBLIC_ID", help="Public id of the writ, as given by the chamber.")
    ],
) -> None:
    """Show who received a writ, the members of its pool, and its place in the lot; needs no key."""
    from tengbol.report.public.find import find

    if len(public_id) != 32 or set(public_id.lower()) - set("0123456789abcdef"):
        raise UnusableInputError(
            "'{public_id}': a public id is 32 hexadecimal digits; the chamber tells it to the parties of the writ.",
            public_id=public_id,
        )
    places = find(file, public_id.lower())
    answer(lambda: Places(places=[Place(**{**asdict(one), "pool": list(one.pool)}) for one in places]))
    if not places:
        tell("{file}: no writ has the public id {id}; perhaps its batch is not in this file.", file=file, id=public_id)
        raise typer.Exit(1)
    for place in places:
        say(place.phrase.said(spoken))
