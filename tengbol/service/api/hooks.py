"""Webhooks: to whom events are told, and what could not be told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.book.store import Store
from tengbol.service import hooks
from tengbol.service.courier import refuse_url
from tengbol.service.done import OfDelivery, OfHook
from tengbol.service.door import Reading, Writing
from tengbol.service.kinds import EVENTS
from tengbol.service.lists import Limit
from tengbol.service.once import once
from tengbol.service.routing import Strict, answers, one_of

router = APIRouter()
HookId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]
DeliveryId = Annotated[str, StringConstraints(pattern=r"^msg_[0-9a-f]{12}_[0-9]{1,18}$")]


if TYPE_CHECKING:
    Kind = str
else:
    Kind = one_of(EVENTS)


class NewHook(Strict):
    """url: where to. kinds: which events, by their `what`; none, all."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=1000)]
    kinds: list[Kind] = Field(default_factory=list, max_length=50)


class Hook(BaseModel):
    """A webhook that has not ended. event: up to which events have been noted for it."""

    hook_id: str
    url: str
    kinds: list[str]
    made_by: str
    made_at: str
    event: int


class Made(BaseModel):
    """secret: by which deliveries are signed; shown this once."""

    hook_id: str
    secret: str


class Delivery(BaseModel):
    """state: due, sending, delivered, dead. status: the last answer's; told: why there was none."""

    delivery_id: str
    hook_id: str
    event: int
    state: str
    tries: int
    next_at: str
    status: int | None
    told: str | None


@answers(router, "hooks.list", response_model=list[Hook])
def hooks_list(call: Reading) -> list[dict[str, Any]]:
    """All webhooks."""
    with call.store() as store:
        return [{**row, "kinds": json.loads(row["kinds"])} for row in desk.found(store, "hooks", "ended_at IS NULL")]


@answers(router, "hooks.make", status_code=201, response_model=Made)
def hooks_make(call: Writing, asked: NewHook) -> Response:
    """Tell events to an address from now on."""
    refuse_url(asked.url, call.settings)

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        hook_id, secret = hooks.make_hook(store, hand, asked.url, asked.kinds)
        return 201, {"hook_id": hook_id, "secret": secret}

    return once(call, work, secret=True)


@answers(router, "hooks.end", response_model=OfHook)
def hooks_end(call: Writing, hook_id: HookId) -> Response:
    """Tell nothing more there."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        hooks.end_hook(store, hand, hook_id)
        return 200, {"hook_id": hook_id}

    return once(call, work)


@answers(router, "deliveries.list", response_model=list[Delivery])
def deliveries_list(
    call: Reading,
    state: Annotated[Literal["due", "sending", "delivered", "dead"], Query()] = "dead",
    limit: Limit = 100,
) -> list[dict[str, Any]]:
    """What could not be told, or is in another state."""
    with call.store() as store:
        return desk.found(store, "deliveries", "state = :state", most=limit, state=state)


@answers(router, "deliveries.retry", response_model=OfDelivery)
def deliveries_retry(call: Writing, delivery_id: DeliveryId) -> Response:
    """Tell it again."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        hooks.retry(store, hand, delivery_id)
        return 200, {"delivery_id": delivery_id}

    return once(call, work)
