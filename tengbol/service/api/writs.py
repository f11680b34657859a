"""Writs: listed, read with who has them and why, their personal data opened by an act, one of them assigned at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from tengbol.asked import happened_from
from tengbol.book.acts import Hand, act
from tengbol.book.decided import explanation
from tengbol.book.kept import held
from tengbol.book.naming import names_of
from tengbol.book.store import Store
from tengbol.book.urgent import assign
from tengbol.errors import UnusableInputError
from tengbol.report.explained import assigned, unassigned
from tengbol.report.words import Words
from tengbol.service import sight
from tengbol.service.asked import Asked, Id, Text
from tengbol.service.door import Reading, Writing
from tengbol.service.kinds import STATES
from tengbol.service.lists import Cursor, Limit, Page, after, page
from tengbol.service.matching import unchanged
from tengbol.service.once import once
from tengbol.service.problems import ProblemError
from tengbol.service.roles import ENFORCER
from tengbol.service.routing import Strict, answers, one_of

if TYPE_CHECKING:
    from tengbol.service.sessions import Caller

router = APIRouter()
#: An event later than all.
_LATER: Final = 2**53


if TYPE_CHECKING:
    State = str
else:
    State = one_of(STATES)


class Writ(BaseModel):
    """A writ without anything personal. enforcer_id: who holds it. version: its ETag.

    Of a writ that came with a fault (state `incomplete`) only its id, state, `received_at` and `immediate` are known;
    fault is the code of its row in `rejected`.
    """

    writ_id: str
    state: str
    state_at: str
    batch_id: str | None
    enforcer_id: str | None
    received_at: str
    form: str | None
    issued_by: str | None
    issued_on: str | None
    claim: str | None
    creditor_kind: str | None
    debtor_district_id: str | None
    immediate: bool
    state_interest: bool | None
    signature: str | None
    original_attached: bool | None
    origin: str | None
    previous_enforcer_id: str | None
    version: int
    fault: str | None


class Why(BaseModel):
    """Why he and nobody else: the pool, on what basis, in words. Null where the writ was not distributed."""

    writ_id: str
    batch_id: str
    enforcer_id: str | None
    basis: str | None
    code: str | None
    category: str | None
    bundle_id: str | None
    pool: list[str]
    distribute_by: str | None
    collect_by: str | None
    notify_creditor_by: str | None
    explanation: str


class Personal(BaseModel):
    """What is a person's, of one writ."""

    writ_id: str
    number: str
    subject: str
    amount: str | None
    creditor_id: str
    debtor_id: str
    case_id: str | None
    debtor_name: str | None
    creditor_name: str | None


@answers(router, "writs.list", response_model=Page[Writ])
def writs_list(
    call: Reading,
    state: Annotated[State | None, Query()] = None,
    enforcer_id: Annotated[str | None, Query(max_length=200)] = None,
    district_id: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Writs in the order of their ids; an enforcer's own alone."""
    asked = {"s.state": state, "l.enforcer_id": enforcer_id, "w.debtor_district_id": district_id}
    given = {f"v{n}": value for n, value in enumerate(asked.values()) if value is not None}
    conditions = [f"{name} = :v{n}" for n, (name, value) in enumerate(asked.items()) if value is not None]
    with call.store() as store, store.reading():
        condition = " AND ".join(["s.writ_id > :after", *conditions])
        return page(
            sight.writs(store, call.who, condition, limit + 1, after=after(cursor, call.listed), faulty=True, **given),
            limit,
            "writ_id",
            call.listed,
        )


@answers(router, "writs.read", response_model=Writ)
def writs_read(call: Reading, writ_id: Id, response: Response) -> dict[str, Any]:
    """One writ; its ETag may be given as If-Match with an act on it."""
    with call.store() as store:
        found = sight.writ(store, call.who, writ_id, faulty=True)
    response.headers["ETag"] = f'"{found["version"]}"'
    return found


def why_of(store: Store, who: Caller, writ_id: str, words: Words) -> dict[str, Any]:
    """Why a writ went where it is, or waits, as its last batch told it. Raises `ProblemError` where none met it."""
    rows = [
        {"code": None, **row} for row in held(store, "assignments", "t.writ_id = :id", id=writ_id).rows(named=True)
    ] + [
        # By what claim a holder is waited for is no basis on which anybody has the writ.
        {**dict.fromkeys(Why.model_fields), **row, "basis": None, "waits": row}
        for row in held(store, "unassigned", "t.writ_id = :id", id=writ_id).rows(named=True)
    ]
    if who.role == ENFORCER:
        rows = [row for row in rows if row["enforcer_id"] == who.enforcer_id]
    if not rows:
        raise ProblemError("not_found")
    last = max(rows, key=lambda row: row["since"])
    pool = sorted(held(store, "pools", "t.pool_id = :id", id=last.get("pool_id") or "")["enforcer_id"])
    said = explanation(store, last.pop("waits", last), words)
    if said is None:
        say = unassigned if last["code"] else assigned
        said = say(last["explanation"], words)
    return {**last, "pool": pool, "explanation": said}


@answers(router, "writs.why", response_model=Why)
def writs_why(call: Reading, writ_id: Id) -> dict[str, Any]:
    """Why it went where it is, or waits, as its last batch told it."""
    with call.store() as store, store.reading():
        sight.writ(store, call.who, writ_id)
        return why_of(store, call.who, writ_id, Words(call.words.language))


def opened(store: Store, writ_id: str) -> dict[str, Any]:
    """What is a person's, of one writ; read within the act that opens it."""
    row = held(store, "writs", "t.writ_id = :id", id=writ_id).row(0, named=True)
    named = names_of(store, pl.Series("writ_id", [writ_id], dtype=pl.String)).rows(named=True)
    names = {"debtor_name": None, "creditor_name": None, **(named[0] if named else {})}
    return {**{name: row[name] for name in ("writ_id", *sight.PERSONAL)}, **names}


class Opening(Strict):
    """What for: it stands in the event."""

    reason: Text


@answers(router, "writs.personal", response_model=Personal)
def writs_personal(call: Writing, writ_id: Id, asked: Opening) -> Response:
    """Open a writ's personal data: an act, which the book keeps with who did it and what for."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        sight.writ(store, call.who, writ_id)
        with act(store, replace(hand, document=asked.reason), "personal data opened", subject=writ_id):
            return 200, opened(store, writ_id)

    return once(call, work, secret=True, guard=unchanged(call, writ_id))


class Assigned(BaseModel):
    """The urgent writ's batch: who got it, and those that went with it."""

    batch_id: str | None
    number: int | None
    assignments: list[dict[str, str]]
    waiting: dict[str, int]


@answers(router, "writs.assign", response_model=Assigned)
def writs_assign(call: Writing, writ_id: Id, asked: Asked) -> Response:
    """Distribute an immediate writ now (¶7)."""
    guard = unchanged(call, writ_id)

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        sight.writ(store, call.who, writ_id)
        # Before a seed is drawn for it; and again where its batch is committed.
        guard(store, {"seq": _LATER})
        try:
            made = assign(store, hand, writ_id, as_of=happened_from(asked.as_of), wait=10.0)
        except UnusableInputError:
            # Why it is refused may be what another has done meanwhile.
            guard(store, {"seq": _LATER})
            raise
        given = [] if made.result is None else made.result.assignments.rows(named=True)
        words = Words(call.words.language)
        told = [
            {
                "writ_id": row["writ_id"],
                "enforcer_id": row["enforcer_id"],
                "explanation": assigned(row["explanation"], words),
            }
            for row in given
        ]
        return 200, {
            "batch_id": made.batch_id,
            "number": made.number,
            "assignments": told,
            "waiting": made.waiting,
        }

    return once(call, work, document=asked.document, whats=("urgent writ",), guard=guard)
