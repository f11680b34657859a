"""Acts, each under its own address; those that move a writ are answered with 202 and wait for another login."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, StringConstraints

from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.book.performing import AloneError
from tengbol.book.store import Store
from tengbol.errors import UnusableInputError
from tengbol.service import proposals, sight
from tengbol.service.asked import Asked
from tengbol.service.done import Effected, OfProposal
from tengbol.service.door import Call, Reading, Writing
from tengbol.service.matching import unchanged
from tengbol.service.once import once
from tengbol.service.problems import ProblemError
from tengbol.service.routing import Strict, answers
from tengbol.service.verbs import VERBS, Verb, told

router = APIRouter()
ProposalId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Proposed(BaseModel):
    """An act that waits. effect: what it would do now."""

    proposal_id: str
    verb: str
    effect: dict[str, Any]


class Proposal(Proposed):
    """state: open, done, rejected."""

    subject: str | None
    document: str | None
    arguments: dict[str, Any]
    asked_by: str
    asked_at: str
    state: str
    decided_by: str | None
    decided_at: str | None
    event: int | None


def refuse_foreign(call: Call, verb: Verb, asked: Asked) -> None:
    """Raise `ProblemError` where an act is about another chamber than the account's."""
    if call.who.chamber_id is not None:
        with call.store() as store:
            sight.refuse_act(store, call.who, verb, asked)


def _writ_of(verb: Verb, asked: Asked) -> str | None:
    """The one writ that an act is about; none where it is about several, or about something else."""
    if verb.writ is not None:
        return getattr(asked, verb.writ)
    writ_ids = set(getattr(asked, "writ_ids", ()))
    return writ_ids.pop() if len(writ_ids) == 1 else None


def _under(name: str, verb: Verb) -> None:
    def do(call: Writing, asked: Any) -> Response:
        refuse_foreign(call, verb, asked)
        guard = unchanged(call, _writ_of(verb, asked))

        def work(store: Store, hand: Hand) -> tuple[int, Any]:
            dry = getattr(asked, "dry_run", False)
            try:
                return 200, told(verb.run(store, proposals.tried(hand) if dry else hand, asked, dry))
            except AloneError:
                guard(store, {"seq": 2**53})
                return 202, proposals.propose(store, hand, name, asked)
            except UnusableInputError:
                # Why it is refused may be what another has done meanwhile.
                guard(store, {"seq": 2**53})
                raise

        return once(call, work, document=asked.document, guard=guard)

    do.__annotations__["asked"] = verb.asked
    do.__doc__ = f"`tengbol book {name}`; 202 where another login has to confirm it."
    answers(
        router,
        f"acts.{name}",
        response_model=verb.tells,
        responses={202: {"model": Proposed, "description": "Waits for another login"}},
    )(do)


for _name, _verb in VERBS.items():
    _under(_name, _verb)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "arguments": json.loads(row["arguments"]), "effect": json.loads(row["effect"])}


@answers(router, "proposals.list", response_model=list[Proposal])
def proposals_list(call: Reading) -> list[dict[str, Any]]:
    """What waits for another login."""
    with call.store() as store:
        rows = proposals.seen(store, call.who, desk.found(store, "proposals", "state = 'open'"))
    return [_told(row) for row in rows]


@answers(router, "proposals.read", response_model=Proposal)
def proposals_read(call: Reading, proposal_id: ProposalId) -> dict[str, Any]:
    """One of them, or one that was decided."""
    with call.store() as store:
        row = desk.one(store, "proposals", "proposal_id = :id", id=proposal_id)
        if row is None:
            raise ProblemError("not_found")
        proposals.refuse_foreign(store, call.who, row)
    return _told(row)


@answers(router, "proposals.confirm", response_model=Effected)
def proposals_confirm(call: Writing, proposal_id: ProposalId) -> Response:
    """Confirm it as the second person: it is done now."""
    with call.store() as store:
        row = proposals.open_one(store, proposal_id)
        proposals.refuse_foreign(store, call.who, row)

    def guard(store: Store, event: Mapping[str, Any]) -> None:
        proposals.decided(store, row, call.who.login, "done", event["seq"])

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        try:
            return 200, proposals.confirm(store, hand, row)
        except UnusableInputError:
            # Where another has confirmed it meanwhile, that is what there is to tell.
            proposals.open_one(store, proposal_id)
            raise

    return once(call, work, guard=guard)


class Rejection(Strict):
    """Why not."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None


@answers(router, "proposals.reject", response_model=OfProposal)
def proposals_reject(call: Writing, proposal_id: ProposalId, asked: Rejection) -> Response:
    """Reject it, or take back one's own."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        row = proposals.open_one(store, proposal_id)
        proposals.refuse_foreign(store, call.who, row)
        proposals.reject(store, replace(hand, document=asked.reason), row)
        return 200, {"proposal_id": proposal_id}

    return once(call, work)
