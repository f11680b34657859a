"""`tengbol book status`, `audit`, `export`, `verify`: how the book stands, and what it has done."""

from __future__ import annotations

from typing import Annotated

import typer

from tengbol.cli.book import Book, ChamberId, Out  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.book_answers import Audited, Chamber, Event, Exported, Fault, Status
from tengbol.cli.language import note, said_of, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import command, say
from tengbol.cli.verification import Again, Search, conclude, made_again

app = typer.Typer()


@app.command("status")
def status_command(book: Book = None) -> None:
    """Show the state of the book."""
    from tengbol.asked import local_now
    from tengbol.book.access import open_book
    from tengbol.book.heads import older
    from tengbol.book.status import status

    store = open_book(book, older=True)
    if behind := older(store):
        note(behind)
    found = status(store, local_now().date().isoformat())
    for line in found.lines(spoken):
        say(line)
    names = ("chamber_id", "number", "as_of", "link", "batch_id", "commitment")
    answer(
        lambda: Status(
            states=found.states,
            enforcers=found.enforcers,
            away=found.away,
            open_proceedings=found.open_proceedings,
            chambers=[Chamber(**{name: row[name] for name in names}) for row in found.chambers],
            set_aside=found.aside,
            last=Event(**{name: found.head[name] for name in ("seq", "what", "who", "hash")}),
        )
    )


@app.command("audit")
def audit_command(
    book: Book = None,
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="Hash of an event, noted elsewhere, that the chain must contain."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="HASH", help="Look only at what was done after the event with this hash; quick."
        ),
    ] = None,
) -> None:
    """Recompute the book and name the first event that does not fit."""
    from tengbol.book.access import open_book
    from tengbol.book.audit import audit
    from tengbol.book.heads import noted

    store = open_book(book, older=True)
    if head is None and (known := noted(store.noted_at)):
        head = known[1]
    found = audit(store, head=head, since=since)
    for line in found.lines():
        say(line.said(spoken))
    answer(
        lambda: Audited(
            ok=found.ok,
            faults=[
                Fault(seq=one.seq, table=one.table, row=one.row, sentence=said_of(one.sentence)) for one in found.faults
            ],
            events=found.events,
            rows=found.rows,
            head=found.head,
            unshown=list(found.unshown),
            since=found.since,
        )
    )
    if not found.ok:
        raise typer.Exit(1)


@app.command("export")
def export_command(
    out: Out,
    book: Book = None,
    batch: Annotated[
        int | None,
        typer.Option("--batch", metavar="N", help="Export input and result of batch N of the chamber instead."),
    ] = None,
    chamber: ChamberId = None,
) -> None:
    """Export the book as tables, or a past batch in the form that `tengbol verify` takes."""
    from tengbol.book.access import open_book

    store = open_book(book)
    if batch is None:
        from tengbol.book.export import export_all

        rows = export_all(store, out)
        tell("Wrote {out}: {rows}.", out=out, rows=", ".join(f"{count} {table}" for table, count in rows.items()))
        answer(lambda: Exported(out=str(out), rows=rows, input=None, result=None))
        return
    from tengbol.book.batches import chamber_named
    from tengbol.book.past import export_batch

    source, result = export_batch(store, out, batch, chamber_named(store, chamber))
    tell("Wrote {out}; check with: {command}", out=out, command=command("verify", source, result))
    answer(lambda: Exported(out=str(out), rows={}, input=str(source), result=str(result)))
    tell("The result holds the book's key (lot.key): keep it inside the chamber.", err=True)


@app.command("verify")
def verify_command(
    number: Annotated[int, typer.Argument(metavar="N", help="Number of the batch in its chamber.")],
    book: Book = None,
    chamber: ChamberId = None,
    again: Again = False,
    search: Search = False,
) -> None:
    """Check a past batch with independent code."""
    from tengbol.book.access import open_book
    from tengbol.book.batches import chamber_named
    from tengbol.book.past import export_batch
    from tengbol.io.staging import staging
    from tengbol.verify import verify
    from tengbol.verify.check import SEARCH

    store = open_book(book)
    with staging() as folder:
        source, result = export_batch(store, folder, number, chamber_named(store, chamber))
        report = verify(source, result, steps=SEARCH if search else 0)
        say(report.said(spoken))
        anew = made_again(source, result) if again else None
    conclude(report, anew)
