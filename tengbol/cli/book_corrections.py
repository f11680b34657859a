"""`tengbol book annul`, `withdraw`, `correct`, `revoke`, `reassign`, `succeed`, `balance`: corrections, each an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tengbol.cli.batch import Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.book import AsOf, Book, By, Document, hand
from tengbol.cli.book_acts import Enforcer, Writ  # noqa: TC001
from tengbol.cli.book_answers import Change, Corrected
from tengbol.cli.book_recusals import Application, Confirmation  # noqa: TC001
from tengbol.cli.language import spoken
from tengbol.cli.machine import answer
from tengbol.cli.say import say

if TYPE_CHECKING:
    from tengbol.book.performing import Effect

app = typer.Typer()

Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help="Reason, as a code of docs/book.md.")]
Second = Annotated[
    str | None,
    typer.Option(
        "--second", metavar="NAME", help="Second person who has checked the change; required if it moves a writ."
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the effect and change nothing.")]


@app.command("annul")
def annul_command(
    writ: Writ,
    reason: Reason,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Remove a writ that was entered twice or by mistake, and its effect on balances."""
    from tengbol.asked import happened_from
    from tengbol.book.amending import annul
    from tengbol.book.store import open_book

    whose, at = hand(by, document, second), happened_from(as_of)
    _tell(annul(open_book(book), whose, writ, reason=reason, at=at, dry_run=dry_run))


@app.command("withdraw")
def withdraw_command(
    writ: Writ,
    reason: Reason,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
    dry_run: DryRun = False,
) -> None:
    """Close a writ that its creditor or issuer withdrew, also after its assignment; balances do not change."""
    from tengbol.asked import happened_from
    from tengbol.book.amending import withdraw
    from tengbol.book.store import open_book

    whose, at = hand(by, document), happened_from(as_of)
    _tell(withdraw(open_book(book), whose, writ, reason=reason, at=at, dry_run=dry_run))


@app.command("correct")
def correct_command(
    writ: Writ,
    cells: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="COLUMN=VALUE",
            help="debtor_district_id, debtor_id, creditor_id, amount or case_id; an empty VALUE clears the cell.",
        ),
    ],
    reason: Reason,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
    config: Settings = None,
) -> None:
    """Correct cells of a writ; it moves to another enforcer only if the rules now require that."""
    from tengbol.asked import happened_from
    from tengbol.book.correcting import correct
    from tengbol.book.store import open_book
    from tengbol.config import load

    values = {name: text for name, _, text in (cell.partition("=") for cell in cells)}
    whose, at = hand(by, document, second), happened_from(as_of)
    effect = correct(open_book(book), whose, writ, values, reason=reason, at=at, config=load(config), dry_run=dry_run)
    _tell(effect)


@app.command("revoke")
def revoke_command(
    subject: Annotated[
        str, typer.Argument(metavar="WRIT-OR-ENFORCER", help="Id of the writ or enforcer whose change is undone.")
    ],
    event: Annotated[
        int | None, typer.Option("--event", metavar="N", help="Number of the event to undo; default: the last one.")
    ] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Undo a change that was recorded by mistake, as far as no distribution was based on it."""
    from tengbol.book.revoking import revoke
    from tengbol.book.store import open_book

    _tell(revoke(open_book(book), hand(by, document, second), subject, number=event, dry_run=dry_run))


@app.command("reassign")
def reassign_command(
    writ: Writ,
    ground: Annotated[
        str, typer.Option("--ground", metavar="CODE", help="article_54, creditor_complaint or court_order.")
    ],
    decision: Annotated[str, typer.Option("--decision", metavar="TEXT", help="Number and date of the decision.")],
    application: Application = None,
    confirmation: Confirmation = None,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Take a writ from its enforcer by a decision (¶12) or court order; the next batch assigns it to another."""
    from tengbol.asked import happened_from
    from tengbol.book.amending import reassign
    from tengbol.book.store import open_book

    store, whose, at = open_book(book), hand(by, document, second), happened_from(as_of)
    effect = reassign(
        store,
        whose,
        writ,
        ground=ground,
        decision=decision,
        application=application,
        confirmation=confirmation,
        at=at,
        dry_run=dry_run,
    )
    _tell(effect)


@app.command("succeed")
def succeed_command(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Present code of the district.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="New code, of a district in the book.")],
    reason: Reason,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Replace a district's code by another in pending writs, proceedings, registrations and attachments."""
    from tengbol.book.store import open_book
    from tengbol.book.succession import succeed

    _tell(succeed(open_book(book), hand(by, document, second), old, new, reason=reason, dry_run=dry_run))


@app.command("balance")
def balance_command(
    enforcer: Enforcer,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="One of the five categories of the contract.")],
    share: Annotated[str, typer.Option("--share", metavar="N", help="The share, with at most nine decimal places.")],
    reason: Reason,
    received: Annotated[
        int | None, typer.Option("--received", metavar="N", help="Number of writs received; default: unchanged.")
    ] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Correct an enforcer's received and share after the first batch; the next batch starts from them."""
    from decimal import Decimal, InvalidOperation

    from tengbol.book.balancing import balance
    from tengbol.book.store import open_book
    from tengbol.errors import UnusableInputError

    try:
        due = Decimal(share)
        if not due.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise UnusableInputError("--share '{text}': a number is accepted, as 12.333333333.", text=share) from None
    whose = hand(by, document, second)
    effect = balance(
        open_book(book), whose, enforcer, category, received=received, share=due, reason=reason, dry_run=dry_run
    )
    _tell(effect)


def _tell(effect: Effect) -> None:
    for line in effect.lines():
        say(line.said(spoken))
    answer(
        lambda: Corrected(
            dry_run=effect.tried,
            effects=[one.said(spoken) for one in effect.said],
            balances=[Change(**row) for row in effect.balances.select(list(Change.__annotations__)).to_dicts()],
        )
    )
