"""An act that moves a writ waits until another login confirms it: what it would do is shown, and nothing is done."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tengbol.book import desk
from tengbol.book.acts import act
from tengbol.service import sight
from tengbol.service.problems import ProblemError
from tengbol.service.verbs import VERBS, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.service.asked import Asked
    from tengbol.service.sessions import Caller

#: In whose name an act is only tried; no login looks like it.
_SOMEBODY: Final = "(to be confirmed)"


def tried(hand: Hand) -> Hand:
    """The hand that only tries an act: as if it were confirmed."""
    return replace(hand, second=_SOMEBODY, witness=None)


def propose(store: Store, hand: Hand, verb: str, asked: Asked) -> dict[str, Any]:
    """Try an act as if it were confirmed, take it back, and let it wait; returns how it is answered."""
    effect = told(VERBS[verb].run(store, tried(hand), asked, True))
    proposal_id = secrets.token_hex(8)
    about = asked.model_dump(exclude={"document"})
    subject = about.get("writ_id") or about.get("subject") or about.get("old")
    with act(store, hand, "act proposed", subject=subject) as doing:
        doing.payload |= {"verb": verb, "proposal": proposal_id}
        desk.put(
            store,
            "proposals",
            proposal_id=proposal_id,
            verb=verb,
            subject=subject,
            arguments=asked.model_dump_json(),
            document=hand.document,
            asked_by=hand.who,
            asked_at=desk.moment(),
            effect=json.dumps(effect, ensure_ascii=False),
            state="open",
        )
    return {"proposal_id": proposal_id, "verb": verb, "effect": effect}


def open_one(store: Store, proposal_id: str) -> dict[str, Any]:
    """A proposal that waits. Raises `ProblemError`."""
    row = desk.one(store, "proposals", "proposal_id = :id", id=proposal_id)
    if row is None:
        raise ProblemError("not_found")
    if row["state"] != "open":
        raise ProblemError("conflict")
    return row


def refuse_foreign(store: Store, who: Caller, row: Mapping[str, Any]) -> None:
    """Raise `ProblemError` where what was proposed is about another chamber than the account's."""
    verb = VERBS[row["verb"]]
    sight.refuse_act(store, who, verb, verb.asked.model_validate_json(row["arguments"]))


def seen(store: Store, who: Caller, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of some proposals that are not about another chamber than the account's."""

    def foreign(row: Mapping[str, Any]) -> bool:
        try:
            refuse_foreign(store, who, row)
        except ProblemError:
            return True
        return False

    return [row for row in rows if who.chamber_id is None or not foreign(row)]


def confirm(store: Store, hand: Hand, row: Mapping[str, Any]) -> dict[str, Any]:
    """Do what was proposed, by who asked for it and, as the second, who confirms it. Raises `ProblemError`."""
    if row["asked_by"] == hand.who:
        raise ProblemError("same_person")
    verb = VERBS[row["verb"]]
    asked = verb.asked.model_validate_json(row["arguments"])
    both = replace(hand, who=row["asked_by"], second=hand.who, document=row["document"])
    return told(verb.run(store, both, asked, False))


def reject(store: Store, hand: Hand, row: Mapping[str, Any]) -> None:
    """Reject what was proposed, or take back one's own; why is the hand's document. Raises `ProblemError`."""
    with act(store, hand, "proposal rejected", subject=row["subject"]) as doing:
        doing.payload["proposal"] = row["proposal_id"]
        decided(store, row, hand.who, "rejected", doing.seq)


def decided(store: Store, row: Mapping[str, Any], who: str, state: str, event: int) -> None:
    """Note, within the act's transaction, that a proposal is decided. Raises `ProblemError` where it is already."""
    cells = {"state": state, "decided_by": who, "decided_at": desk.moment(), "event": event}
    mine = "proposal_id = :id AND state = 'open'"
    if not desk.change(store, "proposals", mine, cells, id=row["proposal_id"]):
        raise ProblemError("conflict")
