"""`tengbol book confirm`: acts that move a writ, in a book with accounts, which another login confirms or rejects."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tengbol.cli.book import Book, By  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.book_answers import Decided, Waiting
from tengbol.cli.language import said_of, tell
from tengbol.cli.machine import answer
from tengbol.cli.say import say
from tengbol.errors import UnusableInputError

app = typer.Typer()


@app.command("confirm")
def confirm_command(
    proposal: Annotated[
        str | None, typer.Argument(metavar="ID", help="Which act; without it, those that wait are listed.")
    ] = None,
    reject: Annotated[
        str | None, typer.Option("--reject", metavar="REASON", help="Reject it instead, for this reason.")
    ] = None,
    book: Book = None,
    by: By = None,
) -> None:
    """Confirm, as the second person, an act that waits in a book with accounts."""
    from tengbol.book import desk
    from tengbol.book.access import open_book

    store = open_book(book)
    if proposal is None:
        names = list(Waiting.__annotations__)
        rows = desk.found(store, "proposals", "state = 'open'", order="asked_at, proposal_id")
        waiting = [Waiting(**{name: row[name] for name in names}) for row in rows]
        for row in waiting:
            told = {**row, "subject": row["subject"] or ""}
            tell("{proposal_id}: {verb} {subject}, asked for by {asked_by} at {asked_at}", **told)
        if not waiting:
            tell("Nothing waits for another login.")
        answer(lambda: Decided(proposal_id=None, state=None, waiting=waiting))
        return
    state = "done" if reject is None else "rejected"
    for line in _decided(store, proposal, reject, by):
        say(said_of(line))
    tell("Recorded.")
    answer(lambda: Decided(proposal_id=proposal, state=state, waiting=[]))


def _decided(store: Any, proposal_id: str, reject: str | None, by: str | None) -> list[str]:
    """Confirm or reject it; returns what was done, in sentences."""
    from tengbol.book.acts import Hand
    from tengbol.cli.signing import let_in
    from tengbol.service import proposals
    from tengbol.service.problems import ProblemError

    try:
        row = proposals.open_one(store, proposal_id)
        who = let_in(store, f"proposals.{'confirm' if reject is None else 'reject'}", by)
        proposals.refuse_foreign(store, who, row)
        if reject is not None:
            proposals.reject(store, Hand(who.login, reject), row)
            return []

        def witness(event: Any) -> None:
            proposals.decided(store, row, who.login, "done", event["seq"])

        return proposals.confirm(store, Hand(who.login, witness=witness), row).get("said", [])
    except ProblemError as error:
        if error.code == "same_person":
            raise UnusableInputError("Another login has to confirm it than the one that asked for it.") from None
        if error.code == "conflict":
            raise UnusableInputError("Somebody else has decided it already.") from None
        raise UnusableInputError(
            "{proposal}: no such act waits; `tengbol book confirm` lists those that do.", proposal=proposal_id
        ) from None
