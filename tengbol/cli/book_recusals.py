"""`tengbol book recuse`, `request`, `ruling`: who may not have a writ (¶12), and papers on which somebody has one."""

from __future__ import annotations

from typing import Annotated

import typer

from tengbol.cli.book import AsOf, Book, By, Document  # noqa: TC001
from tengbol.cli.book_acts import Enforcer, Writ, told_back
from tengbol.cli.book_answers import Subject
from tengbol.cli.language import note, spoken, tell
from tengbol.cli.machine import answer
from tengbol.phrase import mark

app = typer.Typer()

Application = Annotated[
    str | None,
    typer.Option(
        "--application",
        metavar="TEXT",
        help="The creditor's application, number and date, if not recorded by `request`.",
    ),
]
Confirmation = Annotated[
    str | None,
    typer.Option(
        "--confirmation",
        metavar="TEXT",
        help="The inspection or judgment that confirms it, if not recorded by `request`.",
    ),
]


@app.command("recuse")
def recuse_command(
    writ: Writ,
    enforcer: Enforcer,
    ground: Annotated[str, typer.Option("--ground", metavar="CODE", help="article_54 or creditor_complaint.")],
    decision: Annotated[str, typer.Option("--decision", metavar="TEXT", help="The commission's decision (¶12).")],
    party: Annotated[
        str | None,
        typer.Option(
            "--party",
            metavar="WHO",
            help="debtor or creditor: recuse the enforcer from all writs of this person, a relative for example.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="Last day of the recusal; default: open.")
    ] = None,
    application: Application = None,
    confirmation: Confirmation = None,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record that an enforcer is recused from a writ, or from all writs of a person (¶12)."""
    from tengbol.asked import day_from, happened_from
    from tengbol.book.access import open_book
    from tengbol.book.recusing import also_held, recuse
    from tengbol.cli.signing import hand_of

    store, moment = open_book(book), happened_from(as_of)
    whose = hand_of(store, "acts.recuse", by, document, writ_id=writ, enforcer_id=enforcer)
    last = None if until is None else day_from("--until", until)
    told_back(
        enforcer,
        recuse(
            store,
            whose,
            writ,
            enforcer,
            ground=ground,
            decision=decision,
            party=party,
            until=last,
            application=application,
            confirmation=confirmation,
            at=moment,
        ),
    )
    if others := also_held(store, writ, enforcer):
        told = mark(
            "{who} holds other writs of this person: {writs}; `tengbol book reassign` moves each by a decision."
        )
        note(spoken(told, who=enforcer, writs=", ".join(others[:5]) + (" …" if len(others) > 5 else "")))


@app.command("request")
def request_command(
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="application, inspection, judgment, commission or refused.")
    ],
    subject: Annotated[
        str, typer.Argument(metavar="WRIT-OR-ENFORCER", help="Id of the writ; under ¶17, of the enforcer.")
    ],
    ground: Annotated[
        str, typer.Option("--ground", metavar="CODE", help="article_54, creditor_complaint or chamber_office.")
    ],
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record a step towards a decision under ¶12 or ¶17: application, confirmation, commission, or refusal."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.requests import request
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    request(store, hand_of(store, "acts.request", by, document), step, subject, ground=ground, at=happened_from(as_of))
    tell("{subject}: {step} recorded.", subject=subject, step=step)
    answer(lambda: Subject(subject=subject, step=step))


@app.command("ruling")
def ruling_command(
    writ: Writ,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
) -> None:
    """Record the ruling that returned a writ unknown to the book (¶11); --document gives its number and date."""
    from tengbol.asked import happened_from
    from tengbol.book.access import open_book
    from tengbol.book.unrecorded import ruling
    from tengbol.cli.signing import hand_of

    store = open_book(book)
    ruling(store, hand_of(store, "acts.ruling", by, document, writ_id=writ), writ, at=happened_from(as_of))
    tell("{subject}: the ruling on its return is recorded.", subject=writ)
    answer(lambda: Subject(subject=writ, step=None))
