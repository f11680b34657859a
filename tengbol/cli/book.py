"""`tengbol book`: the chamber's book, in which batches, departures and every manual act are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tengbol.cli import threads
from tengbol.cli.batch import Accept, Input, Map, Settings, mapped
from tengbol.cli.book_answers import Announced, Imported, Opened
from tengbol.cli.language import explained, note, reworded, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.rows import cells_of, rows_of, tell_changed
from tengbol.cli.say import Progress, say
from tengbol.cli.told import told

app = typer.Typer(
    name="book",
    help="Keep the chamber's book, its register: batches, departures, deadlines; every change is a recorded event.",
    no_args_is_help=True,
)

Book = Annotated[
    str | None,
    typer.Option(
        "--book", metavar="PATH-OR-URL", help="The book: a file or postgresql+psycopg://…; default: TENGBOL_BOOK."
    ),
]
Out = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; written completely or not at all.")]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help="Who makes the change; in a book with accounts, the login. Default: the system user.",
    ),
]
Document = Annotated[
    str | None,
    typer.Option("--document", metavar="TEXT", help="Document on which the change is based: kind, number, date."),
]


@app.command("init")
def init_command(
    book: Book = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="NAME", help="System group whose members share the book file.")
    ] = None,
    by: By = None,
) -> None:
    """Create a new book, or upgrade one of an earlier version."""
    from tengbol.book.opening import init
    from tengbol.book.store import shown
    from tengbol.cli.signing import hand

    store, new = init(book, hand(by), group=group)
    answer(lambda: Opened(book=shown(store.url), new=new))
    if not new:
        tell("{book}: the book is up to date.", book=shown(store.url))
    else:
        tell("{book}: a new book.", book=shown(store.url))
        tell("Import the chamber's tables next; each chamber's first commitment is then told, to be published.")


@app.command("import")
def import_command(
    source: Input,
    book: Book = None,
    by: By = None,
    document: Document = None,
    accept: Accept = None,
    columns: Map = None,
) -> None:
    """Import tables into the book; rows that it already has are skipped."""
    from tengbol.book.access import open_book
    from tengbol.book.importing import import_tables
    from tengbol.cli.signing import hand_of
    from tengbol.io.check import line

    store = open_book(book)
    whose = hand_of(store, "intake.take", by, document)
    found = import_tables(store, source, whose, accept=accept, columns=mapped(columns))
    for warning in found.warnings:
        note(warning)
    for table, counts in found.counts.items():
        say(f"{table}: " + ", ".join(f"{count} {spoken(what)}" for what, count in counts.items()))
    tell_changed(found.changed)
    for row in found.rejected.iter_rows(named=True):
        said = reworded(row["message"], row["table"], found.places.get(row["table"]))
        cell = line(found.places, row["table"], row["row"], row["column"], said, spoken)
        tell("rejected: {table} row {row}: {message}", err=True, table=row["table"], row=row["row"], message=cell)
    answer(
        lambda: Imported(
            counts=found.counts,
            changed=cells_of(found.changed),
            rejected=rows_of(found.rejected, found.places),
        )
    )


AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE-TIME", help="When it happened, 2026-11-23T18:00:00; default: now."),
]
RunAsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE-TIME",
        help="Earlier date and time, 2026-11-23T18:00:00, which needs --document; default: now.",
    ),
]
ChamberId = Annotated[str | None, typer.Option("--chamber", metavar="ID", help="Chamber, if the book has several.")]
Wait = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", min=0.0, help="How long to wait for a batch that is running.")
]


@app.command("batch")
def batch_command(
    book: Book = None,
    as_of: RunAsOf = None,
    chamber: ChamberId = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Show a possible result, with a seed that is not used again; only the fact of this run is recorded.",
        ),
    ] = False,
    public_value: Annotated[
        str | None,
        typer.Option("--public-value", metavar="VALUE", help="Value of the public source named by `announce`."),
    ] = None,
    wait: Wait = 0.0,
    processes: Annotated[
        int, typer.Option("--processes", metavar="N", min=1, help="Number of parallel search processes.")
    ] = 1,
    config: Settings = None,
    by: By = None,
    document: Document = None,
    accept: Accept = None,
) -> None:
    """Distribute all pending writs, in one transaction."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.batches import batch
    from tengbol.cli.signing import hand_of
    from tengbol.config import load

    moment, settings = happened_from(as_of), load(config)
    store = open_book(book)
    whose = hand_of(store, "batches.run", by, document, chamber_id=chamber)
    with Progress() as progress:
        made = batch(
            store,
            whose,
            as_of=moment,
            chamber_id=chamber,
            config=settings,
            given_value=public_value,
            dry_run=dry_run,
            wait=wait,
            accept=accept,
            processes=processes,
            progress=lambda done, of: progress.show("solve", done, of),
        )
    told(made, store)


@app.command("assign")
def assign_command(
    writ: Annotated[str, typer.Argument(metavar="WRIT", help="Id of a pending writ for immediate execution.")],
    book: Book = None,
    as_of: RunAsOf = None,
    wait: Wait = 60.0,
    config: Settings = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Distribute one writ for immediate execution now (¶7), with the same rules, balances and lot."""
    # Its tables are a few rows, however long the book is.
    threads.one()
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.urgent import assign
    from tengbol.cli.signing import hand_of
    from tengbol.config import Config, load

    settings = Config() if config is None else load(config)
    store = open_book(book)
    whose = hand_of(store, "writs.assign", by, document, writ_id=writ)
    made = assign(store, whose, writ, as_of=happened_from(as_of), config=settings, wait=wait)
    told(made, store)
    if made.result is not None:
        for row in made.result.assignments.iter_rows(named=True):
            say(f"{row['writ_id']} → {row['enforcer_id']}. {explained(row['explanation'])}")


@app.command("announce")
def announce_command(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Which public value, with its day and hour.")],
    book: Book = None,
    chamber: ChamberId = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Announce a public value, not yet known, that the seed of the next batch will depend on."""
    from tengbol.book.access import open_book
    from tengbol.book.batches import chamber_named
    from tengbol.book.drawing import announce
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    whose = hand_of(store, "batches.announce", by, document, chamber_id=chamber)
    name = chamber_named(store, chamber)
    announce(store, name, source, whose)
    tell(
        "Chamber {chamber}: the next batch needs the value of '{source}' (--public-value).", chamber=name, source=source
    )
    answer(lambda: Announced(chamber_id=name, source=source))
