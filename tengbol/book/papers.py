"""What happens to a single writ after it came: returned (¶5), handed, collected, told of, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.acts import act
from tengbol.book.coming_back import move, send_back
from tengbol.book.duties import GIVEN
from tengbol.book.kept import held
from tengbol.book.moments import happened, refuse_before_assignment, refuse_before_receipt
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: From which states a writ may come to which.
_WAYS: Final = {
    "handed": ("assigned",),
    "collected": ("assigned", "handed"),
    "posted": ("assigned", "handed"),
    "received": ("posted",),
    "notified": GIVEN,
    "closed": (*GIVEN, "notified"),
    "withdrawn": ("pending", "set_aside", "incomplete"),
    "pending": ("set_aside", "withdrawn"),
}


def returned(store: Store, hand: Hand, writ_id: str, *, at: dt.datetime | None = None, origin: str = "returned") -> str:
    """Let an electronic writ come back by its id alone (¶5): the book has its data; returns who returned it."""
    at = happened(at, hand)
    with act(store, hand, origin, subject=writ_id) as doing:
        writ = held(store, "writs", "t.writ_id = :id", id=writ_id)
        if writ.is_empty():
            raise UnusableInputError(
                "Writ '{writ_id}' is not in the book; import it with origin {origin}.", writ_id=writ_id, origin=origin
            )
        if writ["form"][0] != "electronic":
            raise UnusableInputError(
                "Writ {writ_id} is of paper: it is presented again (¶5); import it as {origin}.",
                writ_id=writ_id,
                origin=origin,
            )
        if held(store, "states", "t.writ_id = :id", id=writ_id)["state"][0] == "pending":
            raise UnusableInputError("Writ {writ_id} waits already.", writ_id=writ_id)
        past = held(store, "ledger", "t.writ_id = :id", id=writ_id).sort("assigned_at")
        if past.is_empty():
            raise UnusableInputError(
                "Writ {writ_id} was distributed to nobody yet, so nobody can have returned it.", writ_id=writ_id
            )
        who = past["enforcer_id"][-1]
        doing.payload |= {"previous_enforcer_id": who}
        open_now = past.filter(pl.col("closed_at").is_null())
        refuse_before_assignment(store, hand, open_now["writ_id"].to_list(), at)
        if open_now.height:
            send_back(store, doing, open_now, at, origin)
            return who
        doing.end("writs", writ)
        moment = {"received_at": pl.lit(at.isoformat()), "origin": pl.lit(origin), "previous_enforcer_id": pl.lit(who)}
        doing.write("writs", writ.with_columns(**moment).select(TABLES["writs"].columns))
        move(store, doing, [writ_id], "pending", at)
    return who


def mark(store: Store, hand: Hand, state: str, writ_ids: list[str], *, at: dt.datetime | None = None) -> None:
    """Record how far writs are: all of them or none; never before they were assigned (¶8, ¶15)."""
    at = happened(at, hand)
    if state not in _WAYS:
        raise UnusableInputError("'{state}': a writ is marked as one of {ways}.", state=state, ways=", ".join(_WAYS))
    ids = sorted(set(writ_ids))
    with act(store, hand, state, subject=ids[0] if len(ids) == 1 else f"{len(ids)} writs") as doing:
        rows = held(store, "states", store.among("t.writ_id", "ids"), ids=ids)
        states, given = (dict(rows.select("writ_id", name).rows()) for name in ("state", "batch_id"))
        for writ_id in ids:
            if writ_id not in states:
                raise UnusableInputError("Writ '{writ_id}' is not in the book; nothing was marked.", writ_id=writ_id)
            if states[writ_id] not in _WAYS[state]:
                held_now = state == "withdrawn" and states[writ_id] in (*GIVEN, "notified")
                hint = Phrase(" `tengbol book withdraw` ends one that somebody holds.") if held_now else ""
                raise UnusableInputError(
                    "Writ {writ_id} is {states}, not to be {state}; nothing was marked.{hint}",
                    writ_id=writ_id,
                    states=states[writ_id],
                    state=state,
                    hint=hint,
                )
            if state == "pending" and given[writ_id] is not None:
                raise UnusableInputError(
                    "Writ {writ_id} was withdrawn from its holder; `tengbol book revoke {writ_id}` gives it back. "
                    "Nothing was marked.",
                    writ_id=writ_id,
                )
            if state == "pending" and held(store, "writs", "t.writ_id = :id", id=writ_id).is_empty():
                raise UnusableInputError(
                    "Writ {writ_id} was never complete; import its row. Nothing was marked.", writ_id=writ_id
                )
        refuse_before = refuse_before_receipt if state in ("withdrawn", "pending") else refuse_before_assignment
        refuse_before(store, hand, ids, at)
        if state == "closed":
            open_now = held(store, "ledger", f"t.closed_at IS NULL AND {store.among('t.writ_id', 'ids')}", ids=ids)
            doing.end("ledger", open_now)
            closed = open_now.with_columns(closed_at=pl.lit(at.isoformat()))
            doing.write("ledger", closed.select(TABLES["ledger"].columns))
        move(store, doing, ids, state, at)
        doing.payload |= {"at": at.isoformat()}
