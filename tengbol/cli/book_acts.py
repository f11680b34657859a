"""`tengbol book leave`, `return`, `transfer`, `pause`, `returned`, `mark`, `materials`, `centre`, `due`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tengbol.cli.batch import Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.book import AsOf, Book, By, Document  # noqa: TC001
from tengbol.cli.book_answers import BackAgain, Centres, Due, DueWrit, Marked, Returned, Subject, WaitsAgain
from tengbol.cli.language import counted, note, reworded, said_of, spoken, tell
from tengbol.cli.machine import answer, listening
from tengbol.cli.say import say
from tengbol.phrase import mark

if TYPE_CHECKING:
    from tengbol.book.coming_back import Back

app = typer.Typer(no_args_is_help=True)

#: So many writs are listed of what is due: whoever has more of them late wants to know how many.
_MOST: Final = 1_000

Enforcer = Annotated[str, typer.Argument(metavar="ENFORCER", help="Id of the enforcer.")]
Writ = Annotated[str, typer.Argument(metavar="WRIT", help="Id of the writ.")]
From = Annotated[str, typer.Option("--from", metavar="DAY", help="First day, for example 2026-11-23.")]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day; default: open.")]


@app.command("leave")
def leave_command(
    enforcer: Enforcer,
    reason: Annotated[str, typer.Option("--reason", metavar="CODE", help="Reason, as a code of the contract.")],
    start: From,
    end: To = None,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record an absence; for a reason of ¶3, or after a month, the enforcer's proceedings become pending again."""
    _leave(enforcer, reason, start, end, book, as_of, by, document)


@app.command("pause")
def pause_command(
    enforcer: Enforcer,
    start: From,
    end: To = None,
    office: Annotated[
        str | None,
        typer.Option("--office", metavar="CODE", help="chamber_head, deputy_head or republican_chamber."),
    ] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Assign no new writs to an enforcer who holds an unpaid office and has applied (¶17); `return` ends it."""
    _leave(enforcer, "chamber_office", start, end, book, None, by, document, "pause", office)


@app.command("return")
def return_command(
    enforcer: Enforcer,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="First day back; default: today.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="CODE", help="End only the absence with this reason.")
    ] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
) -> None:
    """End an enforcer's absence or pause."""
    from tengbol.asked import day_from, local_now
    from tengbol.book.access import open_book
    from tengbol.book.departures import come_back
    from tengbol.cli.signing import hand_of

    day = local_now().date() if on is None else day_from("--on", on)
    store = open_book(book)
    whose = hand_of(store, "acts.return", by, document, enforcer_id=enforcer)
    ended = come_back(store, whose, enforcer, on=day, reason=reason)
    tell("{who} is there again from {day} on; absences ended: {n}.", who=enforcer, day=day, n=ended)
    answer(lambda: BackAgain(enforcer_id=enforcer, day=day, ended=ended))


@app.command("transfer")
def transfer_command(
    enforcer: Enforcer,
    to: Annotated[
        str, typer.Option("--to", metavar="DISTRICT", help="District in which the enforcer is registered from now on.")
    ],
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Register an enforcer in another district; proceedings in other districts become pending again (¶3, ¶18)."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.departures import transfer
    from tengbol.cli.signing import hand_of

    store, moment = open_book(book), happened_from(as_of)
    whose = hand_of(store, "acts.transfer", by, document, enforcer_id=enforcer)
    told_back(enforcer, transfer(store, whose, enforcer, to=to, at=moment))


@app.command("returned")
def returned_command(
    writ: Writ,
    forwarded: Annotated[
        bool, typer.Option("--forwarded", help="The writ was forwarded by territory, not returned.")
    ] = False,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record that an electronic writ is presented again, by its id alone (¶5)."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.papers import returned
    from tengbol.cli.signing import hand_of

    origin, store = "forwarded" if forwarded else "returned", open_book(book)
    whose = hand_of(store, "acts.returned", by, document, writ_id=writ)
    who = returned(store, whose, writ, at=happened_from(as_of), origin=origin)
    tell("{writ} waits again; {who} had it (¶11).", writ=writ, who=who)
    answer(lambda: Returned(writ_id=writ, enforcer_id=who))


@app.command("mark")
def mark_command(
    state: Annotated[
        str,
        typer.Argument(
            metavar="STATE",
            help="handed, collected, posted, received (the letter), notified, closed, withdrawn; or pending, for a "
            "writ that was set aside.",
        ),
    ],
    writs: Annotated[list[str], typer.Argument(metavar="WRIT...", help="Ids of writs.")],
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record steps of writs: handed over, collected, creditor notified, closed … (¶8, ¶15); all or none."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.papers import mark
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    whose = hand_of(store, "acts.mark", by, document, writ_ids=writs)
    mark(store, whose, state, writs, at=happened_from(as_of))
    tell("Marked {state}: {n}.", state=state, n=len(set(writs)))
    answer(lambda: Marked(state=state, writs=sorted(set(writs))))


@app.command("materials")
def materials_command(
    enforcer: Enforcer,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record that an enforcer who has left sent the materials of the proceedings (¶18)."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.asking import received_materials
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    whose = hand_of(store, "acts.materials", by, document, enforcer_id=enforcer)
    received_materials(store, whose, enforcer, at=happened_from(as_of))
    tell("The materials of {who}'s proceedings have come.", who=enforcer)
    answer(lambda: Subject(subject=enforcer, step=None))


@app.command("centre")
def centre_command(
    districts: Annotated[list[str], typer.Argument(metavar="DISTRICT...", help="Ids of districts.")],
    none: Annotated[bool, typer.Option("--not", help="Record that they are not.")] = False,
    book: Book = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record which districts are cities of republican significance or regional centres (¶8)."""
    from tengbol.book.access import open_book
    from tengbol.book.due import set_centres
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    set_centres(store, hand_of(store, "acts.centre", by, document), districts, centre=not none)
    answer(lambda: Centres(districts=districts, centre=not none))
    names = ", ".join(districts)
    if none:
        tell("{districts}: no centre.", districts=names)
    else:
        tell("{districts}: centre.", districts=names)


@app.command("due")
def due_command(
    every: Annotated[bool, typer.Option("--all", help="List all of them, not only the first thousand.")] = False,
    book: Book = None,
    as_of: AsOf = None,
    config: Settings = None,
) -> None:
    """List what is due today and what is late."""
    from tengbol.asked import as_of_from
    from tengbol.book.access import open_book
    from tengbol.book.due import due
    from tengbol.config import load

    # Programs are told all.
    most = None if every or listening() else _MOST
    found = due(open_book(book), as_of_from(as_of).date(), load(config), most=most)
    told = replace(found, faults={writ: reworded(fault) for writ, fault in found.faults.items()})
    answer(
        lambda: Due(
            day=told.day,
            writs=[DueWrit(**row) for row in told.writs.select(list(DueWrit.__annotations__)).to_dicts()],
            departing=told.departing,
            set_aside={writ: said_of(why) for writ, why in told.aside.items()},
            faults=told.faults,
            asked=[spoken(sentence, **values) for sentence, values in told.asked],
        )
    )
    # At once: to print line by line is half of what a long list takes.
    say(told.text(spoken))


def _leave(
    enforcer: str,
    reason: str,
    start: str,
    end: str | None,
    book: str | None,
    as_of: str | None,
    by: str | None,
    document: str | None,
    verb: str = "leave",
    office: str | None = None,
) -> None:
    from tengbol.asked import day_from, happened_from
    from tengbol.book.access import open_book
    from tengbol.book.departures import leave
    from tengbol.cli.signing import hand_of

    first, last = day_from("--from", start), None if end is None else day_from("--to", end)
    store, moment = open_book(book), happened_from(as_of)
    whose = hand_of(store, f"acts.{verb}", by, document, enforcer_id=enforcer)
    told_back(enforcer, leave(store, whose, enforcer, reason=reason, start=first, end=last, at=moment, office=office))


def told_back(enforcer: str, back: Back) -> None:
    """Say what waits again of what an enforcer held."""
    answer(lambda: WaitsAgain(enforcer_id=enforcer, writs=list(back.writ_ids), unknown=list(back.unknown)))
    again = counted("{n} proceeding", "{n} proceedings", len(back.writ_ids))
    tell("Recorded. To wait again, of {who}: {proceedings}.", who=enforcer, proceedings=again)
    if back.unknown:
        unknown = mark(
            "proceedings of {who} that are known from the ledger alone: {n}, {first} first; import their writs with "
            "origin redistributed."
        )
        note(spoken(unknown, who=enforcer, n=len(back.unknown), first=back.unknown[0]))
