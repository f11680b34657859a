"""`tengbol book backup`, `restore`, `accept`, `erase`: what whoever keeps the machine does with a whole book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tengbol.cli.book import Book, By  # noqa: TC001
from tengbol.cli.book_answers import Accepted, Ends, Erased
from tengbol.cli.language import tell
from tengbol.cli.machine import answer
from tengbol.errors import UnusableInputError

app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="File of the backup.")]


@app.command("backup")
def backup_command(file: File, book: Book = None) -> None:
    """Copy the whole book; an earlier backup at that place is replaced when the new one is complete."""
    from tengbol.book.access import open_book
    from tengbol.book.backup import backup

    ends = backup(open_book(book), file)
    told = {"seq": str(ends["seq"]), "at": ends["at"], "hash": ends["hash"]}
    tell("Wrote {file}: the book up to event {seq} of {at}, {hash}.", file=file, **told)
    answer(lambda: Ends(place=str(file), seq=ends["seq"], at=ends["at"], hash=ends["hash"], aside=None))
    tell("It holds the book's key and the secrets of batches to come: keep it as the book is kept.", err=True)


@app.command("restore")
def restore_command(
    file: File,
    book: Book = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="If the file holds a book, rename that book instead of refusing.")
    ] = False,
    by: By = None,
) -> None:
    """Restore a backup to a new file or an empty database, and audit it."""
    from tengbol.book.restoring import restore
    from tengbol.book.store import shown, url_from
    from tengbol.cli.signing import hand

    ends, aside = restore(file, book, hand(by), replace=replace)
    told = {"seq": str(ends["seq"]), "at": ends["at"]}
    tell("{book}: the book as it stood after event {seq} of {at}.", book=shown(url_from(book)), **told)
    moved = None if aside is None else str(aside)
    place = shown(url_from(book))
    answer(lambda: Ends(place=place, seq=ends["seq"], at=ends["at"], hash=ends["hash"], aside=moved))
    if aside is not None:
        tell("The book that was there is now {aside}.", aside=aside)
    tell(
        "Batches made since that backup are not in it, and what they revealed may foretell the next lot: "
        "name a public value for it (`tengbol book announce`).",
        err=True,
    )


@app.command("accept")
def accept_command(
    last: Annotated[str, typer.Argument(metavar="HASH", help="Hash of the last event of the present book.")],
    document: Annotated[
        str, typer.Option("--document", metavar="TEXT", help="Document on which the acceptance is based.")
    ],
    book: Book = None,
    by: By = None,
) -> None:
    """Accept a book that replaced the one known at that place, for example an older copy."""
    from tengbol.book.accepting import accept
    from tengbol.book.access import open_book
    from tengbol.cli.signing import hand

    accept(open_book(book, older=True), hand(by, document), last)
    tell("Accepted; the event says which one was known before.")
    answer(lambda: Accepted(hash=last))


@app.command("erase")
def erase_command(
    before: Annotated[
        str | None, typer.Option("--before", metavar="DAY", help="Erase what was over before this day.")
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(
            "--keep",
            metavar="DAYS",
            help="From now on erase what has been over for longer, here and day by day in the service; `none` ends it.",
        ),
    ] = None,
    document: Annotated[
        str | None, typer.Option("--document", metavar="TEXT", help="Document on which the erasure is based.")
    ] = None,
    book: Book = None,
    by: By = None,
) -> None:
    """Erase names of debtors and creditors of writs that are closed, withdrawn or annulled; the audit still fits.

    Without --before and --keep: what has been over for longer than --keep has set.
    """
    from tengbol.asked import day_from
    from tengbol.book.access import open_book
    from tengbol.book.desk import unsigned
    from tengbol.book.erasing import erase
    from tengbol.book.retention import apply, retain, retention
    from tengbol.cli.signing import hand

    if before is not None and keep is not None:
        raise UnusableInputError("--before and --keep: give one of them.")
    store = open_book(book)
    whose = unsigned(store, hand(by, document))
    if before is not None:
        day = day_from("--before", before)
        writs = erase(store, whose, day)
    else:
        if keep is not None:
            retain(store, whose, _days(keep))
        day, writs = apply(store, whose) or (None, 0)
        if day is None and keep is None:
            raise UnusableInputError("For how long names are kept is not set: give --before DAY, or --keep DAYS.")
    if day is None:
        tell("Names are kept until somebody erases them.")
    else:
        tell("Erased: names of {n} writs. Backups made before still hold them.", n=writs)
    found = retention(store)
    answer(lambda: Erased(before=day, writs=writs, days=None if found is None else found.days))


def _days(given: str) -> int | None:
    if given == "none":
        return None
    if not (given.isascii() and given.isdigit()) or len(given) > 5:
        raise UnusableInputError("--keep {given}: give a number of days, or none.", given=given)
    return int(given)
