"""What waits for another login: each act with what it would do now, to be confirmed or rejected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.errors import UnusableInputError
from tengbol.report.words import mark
from tengbol.service import proposals
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.act_fields import GUIDES
from tengbol.service.pages.acts import refusal
from tengbol.service.pages.effects import LISTED, Shown, shown
from tengbol.service.pages.render import onward, page, said
from tengbol.service.problems import ProblemError
from tengbol.service.routing import answers
from tengbol.service.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
_CONFIRMED: Final = mark("Confirmed and done: {title}.")
_REJECTED: Final = mark("Rejected: {title}. Nothing was changed.")
#: Of those that are decided so many are shown.
_PAST: Final = 20


@answers(router, "page.proposals")
def page_proposals(request: Request, call: Reading) -> Response:
    """What waits, and what was decided last."""
    with call.store() as store:
        waiting = proposals.seen(
            store, call.who, desk.found(store, "proposals", "state = 'open'", order="asked_at, proposal_id")
        )
        last = "coalesce(decided_at, '') DESC, proposal_id DESC"
        past = proposals.seen(
            store, call.who, desk.found(store, "proposals", "state <> 'open'", order=last, most=_PAST)
        )
    return page(request, "proposals.html", call=call, waiting=waiting, past=past, guides=GUIDES)


@answers(router, "page.proposal")
def page_proposal(request: Request, call: Reading, proposal_id: str) -> Response:
    """One of them: what it is asked with, and what it would do now."""
    with call.store() as store:
        row = desk.one(store, "proposals", "proposal_id = :id", id=proposal_id)
        if row is None or row["verb"] not in GUIDES:
            raise ProblemError("not_found")
        proposals.refuse_foreign(store, call.who, row)
        asked = VERBS[row["verb"]].asked.model_validate_json(row["arguments"])
        effect, wrong = _effect(store, call, row, asked) if row["state"] == "open" else (None, None)
        people = naming.enforcers(store)
    guide = GUIDES[row["verb"]]
    given = asked.model_dump(exclude_none=True)
    fields = [(one, {**given, **given.get("cells", {})}.get(one.name)) for one in guide.fields]
    return page(
        request, "proposal.html", call=call, row=row, guide=guide, fields=[(one, v) for one, v in fields if v],
        effect=effect, wrong=wrong, people=people, once=posting.drawn(), once_no=posting.drawn(), listed=LISTED,
    )  # fmt: skip


def _effect(store: Store, call: Call, row: dict[str, Any], asked: Any) -> tuple[Shown | None, str | None]:
    try:
        return shown(store, Hand(row["asked_by"], row["document"]), row["verb"], asked), None
    except UnusableInputError as error:
        return None, refusal(call, row["verb"], error)[0]


@answers(router, "page.decide")
def page_decide(request: Request, posted: posting.Posting, proposal_id: str) -> Response:
    """Confirm it as the second person, or reject it."""
    call = posted.call
    with call.store() as store:
        row = desk.one(store, "proposals", "proposal_id = :id", id=proposal_id)
        if row is None or row["verb"] not in GUIDES:
            raise ProblemError("not_found")
        proposals.refuse_foreign(store, call.who, row)
    guide = GUIDES[row["verb"]]
    title = call.words(guide.title)
    try:
        if posted.text("what") == "reject":
            _reject(request, posted, row)
            return onward(request, "/proposals", call.words(_REJECTED, title=title))
        _confirm(request, posted, row)
    except ProblemError as error:
        if error.code not in ("same_person", "conflict"):
            raise
        return onward(request, f"/proposals/{proposal_id}", said(call.words, error), wrong=True)
    except UnusableInputError as error:
        return onward(request, f"/proposals/{proposal_id}", refusal(call, row["verb"], error)[0], wrong=True)
    return onward(request, "/proposals", call.words(_CONFIRMED, title=title))


def _confirm(request: Request, posted: posting.Posted, row: dict[str, Any]) -> None:
    def guard(store: Store, event: Mapping[str, Any]) -> None:
        proposals.decided(store, row, posted.call.who.login, "done", event["seq"])

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        return 200, proposals.confirm(store, hand, proposals.open_one(store, row["proposal_id"]))

    posting.done(posted, request.url.path, work, guard=guard)


def _reject(request: Request, posted: posting.Posted, row: dict[str, Any]) -> None:
    reason = posted.text("reason")[:500] or None

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        proposals.reject(store, replace(hand, document=reason), proposals.open_one(store, row["proposal_id"]))
        return 200, {}

    posting.done(posted, request.url.path, work)
