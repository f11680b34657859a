"""How the book stands: status, what is due, people and their absences, events by cursor, the public file."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, create_model

from tengbol.asked import day_from, local_now
from tengbol.book.acts import EVENT
from tengbol.book.due import due_page
from tengbol.book.kept import held
from tengbol.book.publishing import published
from tengbol.book.schema import TABLES
from tengbol.book.status import status
from tengbol.book.store import Store
from tengbol.io.staging import staging
from tengbol.report.public.file import write_public
from tengbol.service import sight
from tengbol.service.asked import Day
from tengbol.service.door import Call, Reading
from tengbol.service.lists import Cursor, Limit, Page, Whole, number_after, packed, page, term_after
from tengbol.service.roles import AUDITOR, ENFORCER
from tengbol.service.routing import answers

router = APIRouter()


class Chamber(BaseModel):
    """A chamber's last batch, and the commitment to the secret of the next."""

    chamber_id: str
    number: int
    as_of: str | None
    link: str | None
    batch_id: str | None
    commitment: str


class Standing(BaseModel):
    """states: writs in each state. event: the last one's number."""

    states: dict[str, int]
    enforcers: int
    away: int
    open_proceedings: int
    chambers: list[Chamber]
    event: int


@answers(router, "status.read", response_model=Standing)
def status_read(call: Reading) -> dict[str, Any]:
    """The book in a few numbers."""
    with call.store() as store:
        found = status(store, local_now().date().isoformat())
    own = call.who.chamber_id
    chambers = [row for row in found.chambers if own in (None, row["chamber_id"])]
    return {
        "states": found.states,
        "enforcers": found.enforcers,
        "away": found.away,
        "open_proceedings": found.open_proceedings,
        "chambers": chambers,
        "event": found.head["seq"],
    }


class DueWrit(BaseModel):
    """what: complete, distribute, collect, post, notify_creditor."""

    what: str
    by: dt.date
    late: bool
    writ_id: str
    enforcer_id: str | None


class DueList(BaseModel):
    """total: of all pages. departing: enforcers whose proceedings have to return, with the reason. set_aside: writs,
    with the reason. asked: what is asked for besides, in words.
    """

    day: dt.date
    total: int
    writs: list[DueWrit]
    next: str | None
    departing: dict[str, str]
    set_aside: dict[str, str]
    asked: list[str]


@answers(router, "due.read", response_model=DueList)
def due_read(
    call: Reading, day: Annotated[Day | None, Query()] = None, cursor: Cursor = None, limit: Limit = 1000
) -> dict[str, Any]:
    """What is due on a day, today if none is given, and what is late; of an enforcer his own."""
    asked = local_now().date() if day is None else day_from("--day", day)
    with call.store() as store:
        found, counts = due_page(store, asked, sight.whose(call.who), limit + 1, after=term_after(cursor, call.listed))
    rows = found.writs.rows(named=True)
    last = rows[limit - 1] if len(rows) > limit else None
    return {
        "day": asked,
        "total": sum(counts.values()),
        "writs": rows[:limit],
        "next": None
        if last is None
        else packed("\n".join((last["by"].isoformat(), last["what"], last["writ_id"])), call.listed),
        "departing": found.departing,
        "set_aside": found.aside,
        "asked": [call.words(sentence, **values) for sentence, values in found.asked[:limit]],
    }


#: Tables that are listed as they are, with the condition of who sees only his own; `e` is the enforcer.
_LISTS: Final = {
    "districts": ("districts", None),
    "enforcers": ("enforcers", "t.enforcer_id = :mine"),
    "absences": ("absences", "t.enforcer_id = :mine"),
    "attachments": ("attachments", "t.enforcer_id = :mine"),
    "recusals": ("recusals", "1 = 0"),
}
_OF_CHAMBER: Final = {
    "districts": "t.chamber_id = :chamber",
    "attachments": "EXISTS (SELECT 1 FROM districts d WHERE d.district_id = t.district_id AND d.until IS NULL "
    "AND d.chamber_id = :chamber)",
}
_SERVES: Final = (
    "EXISTS (SELECT 1 FROM enforcers e JOIN districts d ON d.district_id = e.district_id AND d.until IS NULL "
    "WHERE e.enforcer_id = t.enforcer_id AND e.until IS NULL AND d.chamber_id = :chamber)"
)


def _listed(name: str) -> None:
    table, mine = _LISTS[name]
    columns = [column for column in TABLES[table].columns if column != "party_id"]
    fields: dict[str, Any] = {"id": (int, ...), **dict.fromkeys(columns, (str | None, None))}
    model = create_model(f"{name.capitalize()[:-1]}Row", **fields)

    def rows(call: Call, store: Store, cursor: str | None, limit: int) -> pl.DataFrame:
        values: dict[str, Any] = {"after": number_after(cursor, call.listed)}
        conditions = ["t.id > :after"]
        if call.who.role == ENFORCER and mine is not None:
            conditions.append(mine)
            values |= {"mine": call.who.enforcer_id} if ":mine" in mine else {}
        if call.who.chamber_id is not None:
            conditions.append(_OF_CHAMBER.get(name, _SERVES))
            values |= {"chamber": call.who.chamber_id}
        return held(store, table, f"{' AND '.join(conditions)} ORDER BY t.id LIMIT {int(limit) + 1}", **values)

    def lists(call: Reading, cursor: Cursor = None, limit: Limit = 100) -> dict[str, Any]:
        with call.store() as store:
            return page(
                rows(call, store, cursor, limit).select("id", *columns).rows(named=True), limit, "id", call.listed
            )

    lists.__doc__ = f"Rows of `{table}` that hold now."
    answers(router, f"{name}.list", response_model=Page[model])(lists)


for _name in _LISTS:
    _listed(_name)


class Event(BaseModel):
    """An act as the book keeps it. payload: for the auditor."""

    seq: int
    at: str
    who: str
    what: str
    chamber_id: str | None
    subject: str | None
    hash: str
    document: str | None = None
    previous: str | None = None
    payload: dict[str, Any] | None = None


class Events(BaseModel):
    """next: the number after which the next page begins; the same as was asked where there is nothing new."""

    items: list[Event]
    next: int


@answers(router, "events.list", response_model=Events, response_model_exclude_unset=True)
def events_list(
    call: Reading, after: Annotated[Whole, Query(ge=0, le=2**53)] = 0, limit: Limit = 100
) -> dict[str, Any]:
    """Events in their order after a number; documents and payloads, which may name people, to the auditor alone."""
    whole = call.who.role == AUDITOR
    names = list(EVENT) if whole else ["seq", "at", "who", "what", "chamber_id", "subject", "hash"]
    values: dict[str, Any] = {"after": after}
    condition = "seq > :after"
    if call.who.chamber_id is not None:
        condition += " AND chamber_id = :chamber"
        values["chamber"] = call.who.chamber_id
    with call.store() as store:
        rows = store.frame(
            f"SELECT {', '.join(names)} FROM events WHERE {condition} ORDER BY seq LIMIT {int(limit)}",
            {name: EVENT[name] for name in names},
            **values,
        ).rows(named=True)
    items = [{**row, "payload": json.loads(row["payload"])} if whole else row for row in rows]
    return {"items": items, "next": rows[-1]["seq"] if rows else after}


@answers(router, "public.file", response_class=Response)
def public_file(
    call: Reading,
    chamber_id: Annotated[str | None, Query(max_length=200)] = None,
    first: Annotated[Day | None, Query()] = None,
    last: Annotated[Day | None, Query()] = None,
) -> Response:
    """What a chamber publishes of its batches, JSON lines in gzip, which anyone can check (`docs/public.md`)."""
    chamber = sight.refuse_chamber(call.who, chamber_id)
    since = None if first is None else day_from("--first", first)
    until = None if last is None else day_from("--last", last)
    with call.store() as store:
        told = published(store, chamber_id=chamber, first=since, last=until)
    with staging() as folder:
        place = folder / "public.jsonl.gz"
        write_public(told.record, told.key, place, before=told.before, commitment=told.commitment, opening=told.opening)
        content = place.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="public.jsonl.gz"'}
    return Response(content, media_type="application/gzip", headers=headers)
