"""Corrections of one writ: annulled, withdrawn by its creditor, given to another by an order (`docs/book.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.coming_back import move, send_back
from tengbol.book.compensation import take_back
from tengbol.book.kept import held
from tengbol.book.moments import happened, refuse_before_assignment, refuse_before_receipt
from tengbol.book.papers import GIVEN
from tengbol.book.performing import Effect, one_of, performed, refuse_alone
from tengbol.book.recusing import known, numbered, papers_of, recusal
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.codes import RECUSAL_GROUNDS
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

#: Why a writ is annulled, and withdrawn.
ANNULS: Final = ("entered_twice", "entered_wrongly")
WITHDRAWS: Final = ("creditor_withdrew", "issuer_recalled")
#: States in which a writ is nobody's yet.
WAITS: Final = ("pending", "set_aside", "incomplete")
#: States in which an enforcer holds a writ.
HELD: Final = (*GIVEN, "notified")


@dataclass(frozen=True)
class _End:
    """How a writ ends by a correction: the act, the state it comes to, the reasons there are.

    taken_back: whether what it brought to received and shares goes too, which moves a writ that somebody holds.
    waited, held: what is said of one that waited, and of one that somebody held.
    """

    act: str
    state: str
    reasons: tuple[str, ...]
    taken_back: bool
    waited: str
    held: str


_ANNUL: Final = _End(
    *("annul", "annulled", ANNULS, True),
    mark("{writ_id} is annulled; it waited."),
    mark("{writ_id} is annulled; {who} gives it back."),
)
_WITHDRAW: Final = _End(
    *("withdraw", "withdrawn", WITHDRAWS, False),
    mark("{writ_id} is withdrawn."),
    mark("{writ_id} is withdrawn from {who}; it stays counted."),
)


def annul(
    store: Store, hand: Hand, writ_id: str, *, reason: str, at: dt.datetime | None = None, dry_run: bool = False
) -> Effect:
    """Take out a writ that never should have been entered, with what it brought to received and shares."""
    return _ended(store, hand, writ_id, _ANNUL, reason, at, dry_run=dry_run)


def withdraw(
    store: Store, hand: Hand, writ_id: str, *, reason: str, at: dt.datetime | None = None, dry_run: bool = False
) -> Effect:
    """End a writ that its creditor or issuer took back, also after its assignment; nothing is taken of balances."""
    return _ended(store, hand, writ_id, _WITHDRAW, reason, at, dry_run=dry_run)


def _ended(
    store: Store, hand: Hand, writ_id: str, end: _End, reason: str, at: dt.datetime | None, *, dry_run: bool
) -> Effect:
    one_of("--reason", reason, end.reasons)
    moment = happened(at, hand)

    def work(doing: Act) -> Effect:
        state, who = state_of(store, writ_id)
        _refuse_before(store, hand, writ_id, state, moment)
        effect = Effect((Phrase(end.waited, writ_id=writ_id),))
        if state in HELD:
            told = (Phrase(end.held, writ_id=writ_id, who=who),)
            effect = Effect(told)
            if end.taken_back:
                refuse_alone(hand)
                effect = Effect(told, take_back(store, doing, [writ_id], end.state))
            close(store, doing, writ_id, moment)
        move(store, doing, [writ_id], end.state, moment)
        return effect

    return performed(store, hand, end.act, writ_id, work, reason=reason, dry_run=dry_run)


def reassign(
    store: Store,
    hand: Hand,
    writ_id: str,
    *,
    ground: str,
    decision: str,
    application: str | None = None,
    confirmation: str | None = None,
    at: dt.datetime | None = None,
    dry_run: bool = False,
) -> Effect:
    """Take a writ from its enforcer by the commission's decision (¶12) or a court's; the next batch gives it anew."""
    one_of("--ground", ground, RECUSAL_GROUNDS)
    numbered("--decision", decision)
    at = happened(at, hand)

    def work(doing: Act) -> Effect:
        state, who = state_of(store, writ_id)
        if state not in HELD:
            raise UnusableInputError(
                "Writ {writ_id} is {state}, so there is nobody to take it from.",
                writ_id=writ_id,
                state=state.replace("_", " "),
            )
        refuse_alone(hand)
        refuse_before_assignment(store, hand, [writ_id], at)
        row = recusal(
            writ_id, who or "", ground, decision, papers=papers_of(store, writ_id, ground, application, confirmation)
        )
        if known(store, row).is_empty():
            doing.write("recusals", row)
        balances = take_back(store, doing, [writ_id], "reassigned")
        send_back(store, doing, open_proceeding(store, writ_id), at, "redistributed")
        return Effect((Phrase("{writ_id} waits again; it cannot go to {who}.", writ_id=writ_id, who=who),), balances)

    return performed(store, hand, "reassign", writ_id, work, reason=ground, dry_run=dry_run)


def state_of(store: Store, writ_id: str) -> tuple[str, str | None]:
    """A writ's state, and who holds it; refuses one that no correction concerns any more."""
    found = held(store, "states", "t.writ_id = :id", id=writ_id)
    if found.is_empty():
        raise UnusableInputError("Writ '{writ_id}' is not in the book; check its id.", writ_id=writ_id)
    state, holder = found["state"][0], open_proceeding(store, writ_id)["enforcer_id"].to_list()
    if state in HELD and not holder:
        raise UnusableInputError(
            "Writ {writ_id} is {state}, and no proceeding in it is open; run `tengbol book audit`.",
            writ_id=writ_id,
            state=state,
        )
    if state not in (*HELD, *WAITS):
        raise UnusableInputError(
            "Writ {writ_id} is {state} since {at}; `tengbol book revoke {writ_id}` takes that back, where it was a "
            "mistake.",
            writ_id=writ_id,
            state=state,
            at=found["at"][0][:10],
        )
    return state, holder[0] if holder else None


def open_proceeding(store: Store, writ_id: str) -> pl.DataFrame:
    """The row of `ledger` that is open, if any."""
    return held(store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL", id=writ_id)


def close(store: Store, doing: Act, writ_id: str, at: dt.datetime) -> None:
    """Close a writ's proceeding, within an act."""
    row = open_proceeding(store, writ_id)
    doing.end("ledger", row)
    doing.write("ledger", row.with_columns(closed_at=pl.lit(at.isoformat())).select(TABLES["ledger"].columns))


def _refuse_before(store: Store, hand: Hand, writ_id: str, state: str, at: dt.datetime) -> None:
    refuse = refuse_before_assignment if state in HELD else refuse_before_receipt
    refuse(store, hand, [writ_id], at)
