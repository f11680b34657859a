"""The acts of the book by their names in the API, done by the same functions as the command line's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from tengbol.asked import day_from, happened_from, local_now
from tengbol.book import (
    amending,
    asking,
    balancing,
    correcting,
    departures,
    due,
    papers,
    recusing,
    requests,
    revoking,
    succession,
    unrecorded,
)
from tengbol.book.coming_back import Back
from tengbol.book.performing import Effect
from tengbol.service.asked import (
    Annul,
    Asked,
    Balance,
    Centre,
    Correct,
    Leave,
    Mark,
    Materials,
    Pause,
    Reassign,
    Recuse,
    Request,
    Return,
    Returned,
    Revoke,
    Ruling,
    Succeed,
    Transfer,
    Withdraw,
)
from tengbol.service.done import Effected, Holder, Nothing, Rows, SentBack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


@dataclass(frozen=True)
class Verb:
    """asked: what it takes. run: does it. tells: what it answers. writ, enforcer: the fields that name them."""

    asked: type[Asked]
    run: Callable[[Store, Hand, Any, bool], Any]
    tells: type[BaseModel]
    writ: str | None = None
    enforcer: str | None = None


def _leave(store: Store, hand: Hand, asked: Leave | Pause, _: bool) -> Back:
    reason = asked.reason if isinstance(asked, Leave) else "chamber_office"
    start, end = day_from("--start", asked.start), _day("--end", asked.end)
    at = happened_from(asked.as_of)
    office = getattr(asked, "office", None)
    return departures.leave(store, hand, asked.enforcer_id, reason=reason, start=start, end=end, at=at, office=office)


def _return(store: Store, hand: Hand, asked: Return, _: bool) -> int:
    day = _day("--on", asked.on) or local_now().date()
    return departures.come_back(store, hand, asked.enforcer_id, on=day, reason=asked.reason)


def _transfer(store: Store, hand: Hand, asked: Transfer, _: bool) -> Back:
    return departures.transfer(store, hand, asked.enforcer_id, to=asked.to, at=happened_from(asked.as_of))


def _recuse(store: Store, hand: Hand, asked: Recuse, _: bool) -> Back:
    return recusing.recuse(
        store,
        hand,
        asked.writ_id,
        asked.enforcer_id,
        ground=asked.ground,
        decision=asked.decision,
        party=asked.party,
        until=_day("--until", asked.until),
        application=asked.application,
        confirmation=asked.confirmation,
        at=happened_from(asked.as_of),
    )


def _request(store: Store, hand: Hand, asked: Request, _: bool) -> None:
    requests.request(store, hand, asked.step, asked.subject, ground=asked.ground, at=happened_from(asked.as_of))


def _returned(store: Store, hand: Hand, asked: Returned, _: bool) -> dict[str, str]:
    origin = "forwarded" if asked.forwarded else "returned"
    who = papers.returned(store, hand, asked.writ_id, at=happened_from(asked.as_of), origin=origin)
    return {"previous_enforcer_id": who}


def _mark(store: Store, hand: Hand, asked: Mark, _: bool) -> int:
    papers.mark(store, hand, asked.state, asked.writ_ids, at=happened_from(asked.as_of))
    return len(set(asked.writ_ids))


def _materials(store: Store, hand: Hand, asked: Materials, _: bool) -> None:
    asking.received_materials(store, hand, asked.enforcer_id, at=happened_from(asked.as_of))


def _centre(store: Store, hand: Hand, asked: Centre, _: bool) -> None:
    due.set_centres(store, hand, asked.district_ids, centre=asked.centre)


def _annul(store: Store, hand: Hand, asked: Annul, dry: bool) -> Effect:
    return amending.annul(store, hand, asked.writ_id, reason=asked.reason, at=happened_from(asked.as_of), dry_run=dry)


def _withdraw(store: Store, hand: Hand, asked: Withdraw, dry: bool) -> Effect:
    at = happened_from(asked.as_of)
    return amending.withdraw(store, hand, asked.writ_id, reason=asked.reason, at=at, dry_run=dry)


def _correct(store: Store, hand: Hand, asked: Correct, dry: bool) -> Effect:
    at = happened_from(asked.as_of)
    return correcting.correct(store, hand, asked.writ_id, asked.cells, reason=asked.reason, at=at, dry_run=dry)


def _revoke(store: Store, hand: Hand, asked: Revoke, dry: bool) -> Effect:
    return revoking.revoke(store, hand, asked.subject, number=asked.event, dry_run=dry)


def _reassign(store: Store, hand: Hand, asked: Reassign, dry: bool) -> Effect:
    return amending.reassign(
        store,
        hand,
        asked.writ_id,
        ground=asked.ground,
        decision=asked.decision,
        application=asked.application,
        confirmation=asked.confirmation,
        at=happened_from(asked.as_of),
        dry_run=dry,
    )


def _ruling(store: Store, hand: Hand, asked: Ruling, _: bool) -> None:
    unrecorded.ruling(store, hand, asked.writ_id, at=happened_from(asked.as_of))


def _balance(store: Store, hand: Hand, asked: Balance, dry: bool) -> Effect:
    return balancing.balance(
        store,
        hand,
        asked.enforcer_id,
        asked.category,
        received=asked.received,
        share=Decimal(asked.share),
        reason=asked.reason,
        dry_run=dry,
    )


def _succeed(store: Store, hand: Hand, asked: Succeed, dry: bool) -> Effect:
    return succession.succeed(store, hand, asked.old, asked.new, reason=asked.reason, dry_run=dry)


#: By its name, which is its address.
VERBS: Final[Mapping[str, Verb]] = {
    "leave": Verb(Leave, _leave, SentBack, enforcer="enforcer_id"),
    "pause": Verb(Pause, _leave, SentBack, enforcer="enforcer_id"),
    "return": Verb(Return, _return, Rows, enforcer="enforcer_id"),
    "transfer": Verb(Transfer, _transfer, SentBack, enforcer="enforcer_id"),
    "recuse": Verb(Recuse, _recuse, SentBack, "writ_id", "enforcer_id"),
    "request": Verb(Request, _request, Nothing),
    "returned": Verb(Returned, _returned, Holder, "writ_id"),
    "mark": Verb(Mark, _mark, Rows),
    "materials": Verb(Materials, _materials, Nothing, enforcer="enforcer_id"),
    "centre": Verb(Centre, _centre, Nothing),
    "annul": Verb(Annul, _annul, Effected, "writ_id"),
    "withdraw": Verb(Withdraw, _withdraw, Effected, "writ_id"),
    "correct": Verb(Correct, _correct, Effected, "writ_id"),
    "revoke": Verb(Revoke, _revoke, Effected),
    "reassign": Verb(Reassign, _reassign, Effected, "writ_id"),
    "succeed": Verb(Succeed, _succeed, Effected),
    "ruling": Verb(Ruling, _ruling, Nothing, "writ_id"),
    "balance": Verb(Balance, _balance, Effected, enforcer="enforcer_id"),
}


def told(done: Any) -> dict[str, Any]:
    """What came of an act, as it is answered."""
    if isinstance(done, Effect):
        balances = done.balances.rows(named=True)
        return {"said": list(done.said), "balances": balances, "tried": done.tried}
    if isinstance(done, Back):
        return {"waiting_again": list(done.writ_ids), "without_writ": list(done.unknown)}
    if isinstance(done, int):
        return {"rows": done}
    return done or {}


def _day(option: str, text: str | None) -> dt.date | None:
    return None if text is None else day_from(option, text)
