"""Webhooks: made, ended, and told again. Each change is an event of the book."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from tengbol.book import desk
from tengbol.book.acts import act
from tengbol.book.status import last_seq
from tengbol.errors import UnusableInputError
from tengbol.service.courier import drawn_secret

if TYPE_CHECKING:
    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


def make_hook(store: Store, hand: Hand, url: str, kinds: list[str]) -> tuple[str, str]:
    """Tell events to an address from now on; returns its id, and the secret by which deliveries are signed."""
    hook_id, secret = secrets.token_hex(6), drawn_secret()
    with act(store, hand, "webhook made") as doing:
        desk.put(
            store,
            "hooks",
            hook_id=hook_id,
            url=url,
            secret=secret,
            kinds=json.dumps(kinds),
            made_by=hand.who,
            made_at=desk.moment(),
            event=last_seq(store),
        )
        doing.payload |= {"hook": hook_id, "url": url, "kinds": kinds}
    return hook_id, secret


def end_hook(store: Store, hand: Hand, hook_id: str) -> None:
    """Tell nothing more there."""
    with act(store, hand, "webhook ended") as doing:
        mine = "hook_id = :id AND ended_at IS NULL"
        if not desk.change(store, "hooks", mine, {"ended_at": desk.moment()}, id=hook_id):
            raise UnusableInputError("webhook '{hook}': there is no such webhook, or it has ended.", hook=hook_id)
        doing.payload["hook"] = hook_id


def retry(store: Store, hand: Hand, delivery_id: str) -> None:
    """Tell again what could not be told."""
    cells = {"state": "due", "tries": 0, "next_at": desk.moment()}
    with store.writing():
        if not desk.change(store, "deliveries", "delivery_id = :id AND state = 'dead'", cells, id=delivery_id):
            raise UnusableInputError("delivery '{delivery}': it is not dead.", delivery=delivery_id)
        assert hand.witness is not None
        hand.witness({"seq": None})
