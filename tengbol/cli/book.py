"""`tengbol book`: the chamber's book, in which batches, departures and every manual act are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tengbol.cli.say import say

if TYPE_CHECKING:
    from tengbol.book.acts import Hand

app = typer.Typer(
    name="book",
    help="Keep the chamber's book: batches, departures, deadlines, and every act in a chain of events.",
    no_args_is_help=True,
)

Book = Annotated[
    str | None,
    typer.Option(
        "--book", metavar="PATH-OR-URL", help="The book: a file, or postgresql+psycopg://…; else TENGBOL_BOOK."
    ),
]
Out = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; appears whole.")]
Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Folder of CSV or Parquet tables, or one .xlsx workbook.")]
By = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it; without it, the system's user.")]
Document = Annotated[
    str | None, typer.Option("--document", metavar="TEXT", help="The document on which it is done: kind, number, day.")
]


def hand(by: str | None, document: str | None = None) -> Hand:
    """Whose hand it is."""
    import getpass

    from tengbol.book.acts import Hand
    from tengbol.errors import UnusableInputError

    try:
        who = by or getpass.getuser()
    except (KeyError, OSError):
        raise UnusableInputError("The system does not tell whose hand this is; give --by NAME.") from None
    return Hand(who, document)


@app.command("init")
def init_command(book: Book = None, by: By = None) -> None:
    """Open a new book, or bring one up to date."""
    from tengbol.book.opening import init
    from tengbol.book.store import shown

    store, new = init(book, hand(by))
    say(f"{shown(store.url)}: {'a new book' if new else 'the book is up to date'}.")
    if new:
        say("Import the chamber's tables next; each chamber's first commitment is then told, to be published.")


@app.command("import")
def import_command(
    source: Input,
    book: Book = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Take tables into the book; what it has already is no news."""
    from tengbol.book.importing import import_tables
    from tengbol.book.store import open_book

    found = import_tables(open_book(book), source, hand(by, document))
    for warning in found.warnings:
        say(f"note: {warning}", err=True)
    for table, counts in found.counts.items():
        say(f"{table}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    for row in found.rejected.iter_rows(named=True):
        say(f"rejected: {row['table']} row {row['row']}: {row['message']}", err=True)


@app.command("status")
def status_command(book: Book = None) -> None:
    """Tell how the book stands."""
    from tengbol.book.acts import local_now
    from tengbol.book.status import status
    from tengbol.book.store import open_book

    say(str(status(open_book(book), local_now().date().isoformat())))


@app.command("audit")
def audit_command(
    book: Book = None,
    head: Annotated[
        str | None, typer.Option("--head", metavar="HASH", help="Hash of an event noted elsewhere, to be in the chain.")
    ] = None,
) -> None:
    """Recompute the whole book and name the first event that does not fit."""
    from tengbol.book.audit import audit
    from tengbol.book.store import open_book

    found = audit(open_book(book), head=head)
    say(str(found))
    if not found.ok:
        raise typer.Exit(1)


@app.command("export")
def export_command(
    out: Out,
    book: Book = None,
) -> None:
    """Write the book as the contract's tables."""
    from tengbol.book.export import export_all
    from tengbol.book.store import open_book

    rows = export_all(open_book(book), out)
    say(f"Wrote {out}: " + ", ".join(f"{count} {table}" for table, count in rows.items()) + ".")
