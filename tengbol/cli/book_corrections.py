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

Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help="Why, by a code of docs/book.md.")]
Second = Annotated[
    str | None, typer.Option("--second", metavar="NAME", help="Who has checked it beside you; needed to move a writ.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")]


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
    """Take out a writ that was entered twice or wrongly, with what it brought to balances."""
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
    """End a writ that its creditor or issuer took back, also after its assignment; balances keep it."""
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
            help="debtor_district_id, debtor_id, creditor_id, amount or case_id; nothing after = empties the cell.",
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
    """Set cells of a writ right; it moves only where the rules now say so."""
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
    subject: Annotated[str, typer.Argument(metavar="WRIT-OR-ENFORCER", help="On whom or what the act was.")],
    event: Annotated[int | None, typer.Option("--event", metavar="N", help="This event; else the last.")] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Take back an act recorded by mistake: as if it had not been, as far as nothing was distributed on it."""
    from tengbol.book.revoking import revoke
    from tengbol.book.store import open_book

    _tell(revoke(open_book(book), hand(by, document, second), subject, number=event, dry_run=dry_run))


@app.command("reassign")
def reassign_command(
    writ: Writ,
    ground: Annotated[
        str, typer.Option("--ground", metavar="CODE", help="article_54, creditor_complaint or court_order.")
    ],
    decision: Annotated[str, typer.Option("--decision", metavar="TEXT", help="The decision: number and day.")],
    application: Application = None,
    confirmation: Confirmation = None,
    book: Book = None,
    as_of: AsOf = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Take a writ from its enforcer by a decision (¶12) or a court's order; the next batch gives it to another."""
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
    old: Annotated[str, typer.Argument(metavar="OLD", help="The district's code until now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The code that takes its place; it is in the book.")],
    reason: Reason,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Let a district's code take the place of another in all that waits, is held, and serves."""
    from tengbol.book.store import open_book
    from tengbol.book.succession import succeed

    _tell(succeed(open_book(book), hand(by, document, second), old, new, reason=reason, dry_run=dry_run))


@app.command("balance")
def balance_command(
    enforcer: Enforcer,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="One of the contract's five.")],
    share: Annotated[str, typer.Option("--share", metavar="N", help="What he is due, with nine places at most.")],
    reason: Reason,
    received: Annotated[
        int | None, typer.Option("--received", metavar="N", help="How many he received; without it, as it is.")
    ] = None,
    book: Book = None,
    by: By = None,
    document: Document = None,
    second: Second = None,
    dry_run: DryRun = False,
) -> None:
    """Set what an enforcer received and is due, once the book reckons itself; the next batch opens with it."""
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
