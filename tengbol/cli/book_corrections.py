"""`tengbol book annul`, `withdraw`, `correct`, `revoke`, `reassign`, `succeed`, `balance`: corrections, each an act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tengbol.cli.batch import Settings  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.book import AsOf, Book, By, Document  # noqa: TC001
from tengbol.cli.book_acts import Enforcer, Writ  # noqa: TC001
from tengbol.cli.book_answers import Change, Corrected
from tengbol.cli.book_recusals import Application, Confirmation  # noqa: TC001
from tengbol.cli.language import said_of, spoken, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import command, say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tengbol.book.acts import Hand
    from tengbol.book.performing import Effect
    from tengbol.book.store import Store
    from tengbol.phrase import Phrase

app = typer.Typer()

Reason = Annotated[str, typer.Option("--reason", metavar="CODE", help="Reason, as a code of docs/book.md.")]
Second = Annotated[
    str | None,
    typer.Option(
        "--second",
        metavar="NAME",
        help="Second person who has checked the change; required if it moves a writ. In a book with accounts another "
        "login confirms it instead.",
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

    at = happened_from(as_of)
    _perform(
        *("annul", book, by, document, second, as_of, dry_run),
        lambda store, whose: annul(store, whose, writ, reason=reason, at=at, dry_run=dry_run),
        writ_id=writ,
        reason=reason,
    )


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

    at = happened_from(as_of)
    _perform(
        *("withdraw", book, by, document, None, as_of, dry_run),
        lambda store, whose: withdraw(store, whose, writ, reason=reason, at=at, dry_run=dry_run),
        writ_id=writ,
        reason=reason,
    )


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
    from tengbol.config import load

    values = {name: text for name, _, text in (cell.partition("=") for cell in cells)}
    at, settings = happened_from(as_of), load(config)
    _perform(
        *("correct", book, by, document, second, as_of, dry_run),
        lambda store, whose: correct(
            store, whose, writ, values, reason=reason, at=at, config=settings, dry_run=dry_run
        ),
        writ_id=writ,
        cells=values,
        reason=reason,
    )


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

    _perform(
        *("revoke", book, by, document, second, None, dry_run),
        lambda store, whose: revoke(store, whose, subject, number=event, dry_run=dry_run),
        subject=subject,
        event=event,
    )


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

    papers = {"ground": ground, "decision": decision, "application": application, "confirmation": confirmation}
    at = happened_from(as_of)
    _perform(
        *("reassign", book, by, document, second, as_of, dry_run),
        lambda store, whose: reassign(store, whose, writ, **papers, at=at, dry_run=dry_run),
        writ_id=writ,
        **papers,
    )


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
    from tengbol.book.succession import succeed

    _perform(
        *("succeed", book, by, document, second, None, dry_run),
        lambda store, whose: succeed(store, whose, old, new, reason=reason, dry_run=dry_run),
        old=old,
        new=new,
        reason=reason,
    )


@app.command("balance")
def balance_command(
    enforcer: Enforcer,
    category: Annotated[str, typer.Argument(metavar="CATEGORY", help="One of the categories of the contract.")],
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
    from tengbol.errors import UnusableInputError

    try:
        due = Decimal(share)
        if not due.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise UnusableInputError("--share '{text}': a number is accepted, as 12.333333333.", text=share) from None
    _perform(
        *("balance", book, by, document, second, None, dry_run),
        lambda store, whose: balance(
            store, whose, enforcer, category, received=received, share=due, reason=reason, dry_run=dry_run
        ),
        enforcer_id=enforcer,
        category=category,
        share=share,
        received=received,
        reason=reason,
    )


def _perform(
    verb: str,
    book: str | None,
    by: str | None,
    document: str | None,
    second: str | None,
    as_of: str | None,
    dry_run: bool,
    work: Callable[[Store, Hand], Effect],
    **asked: Any,
) -> None:
    """Make a correction, or in a book with accounts let it wait for another login. asked: by the names of the API."""
    from tengbol.book.access import open_book
    from tengbol.book.desk import has_accounts
    from tengbol.book.performing import AloneError
    from tengbol.cli.signing import asked_of, hand_of

    store = open_book(book)
    whose = hand_of(store, f"acts.{verb}", by, document, second, dry_run=dry_run, **asked)
    try:
        effect = work(store, whose)
    except AloneError:
        if not has_accounts(store):
            raise
        from tengbol.service.proposals import propose

        found = propose(store, whose, verb, asked_of(verb, **asked, document=document, as_of=as_of))
        for line in found["effect"]["said"]:
            say(said_of(line))
        tell(
            "This waits until another login confirms it, on a page or by: {command}",
            command=command("book", "confirm", found["proposal_id"]),
        )
        _answer(found["effect"]["said"], found["effect"]["balances"], found["proposal_id"], tried=True)
        return
    for line in effect.lines():
        say(line.said(spoken))
    _answer(effect.said, effect.balances.rows(named=True), None, tried=effect.tried)


def _answer(said: Sequence[Phrase], balances: list[dict[str, Any]], proposal_id: str | None, *, tried: bool) -> None:
    answer(
        lambda: Corrected(
            dry_run=tried,
            effects=[one.said(spoken) for one in said],
            balances=[Change(**{name: row[name] for name in Change.__annotations__}) for row in balances],
            proposal_id=proposal_id,
        )
    )
