"""Writs: found by state, enforcer, district or a part of their id; each with where it is, why, and what may be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import polars as pl
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.asked import local_now
from tengbol.book.acts import act, events
from tengbol.errors import UnusableInputError
from tengbol.report.words import Words, mark
from tengbol.service import sight
from tengbol.service.api.writs import opened, why_of
from tengbol.service.door import Reading
from tengbol.service.pages import codes, naming, posting
from tengbol.service.pages.render import onward, page
from tengbol.service.pages.start import clock, terms
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.roles import ENFORCER
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
Asked = Annotated[str, Query(max_length=200)]
After = Annotated[str | None, Query(max_length=600)]
#: Counting stops here: whoever looks for one of more searches on.
_COUNTED: Final = 10_000
_NOT_URGENT: Final = mark("Distributed with batch {batch}: {who}.")
_NOBODY: Final = mark("It waits on: nobody could be given it now.")


def _wanted(state: str, enforcer: str, district: str, find: str) -> tuple[str, dict[str, Any]]:
    """SQL of what is looked for, and its values."""
    exact = {"s.state": state, "l.enforcer_id": enforcer, "w.debtor_district_id": district}
    parts = [f"{column} = :v{n}" for n, (column, value) in enumerate(exact.items()) if value]
    values: dict[str, Any] = {f"v{n}": value for n, value in enumerate(exact.values()) if value}
    if find:
        parts.append("s.writ_id LIKE :find ESCAPE '\\'")
        values["find"] = naming.like(find)
    return " AND ".join(parts) or "1 = 1", values


@answers(router, "page.writs")
def page_writs(
    request: Request,
    call: Reading,
    state: Asked = "",
    enforcer: Asked = "",
    district: Asked = "",
    find: Asked = "",
    after: After = None,
) -> Response:
    """Writs of a state in the order in which they came to it; of any state, in the order of their ids."""
    if call.who.role != ENFORCER and not any((state, enforcer, district, find)):
        state = "pending"
    condition, values = _wanted(state if state != "all" else "", enforcer, district, find.strip())
    keys = ("state_at", "writ_id") if state not in ("", "all") else ("writ_id",)
    order = [f"s.{name.removeprefix('state_')}" for name in keys]
    from_there = naming.unpacked(after, (str,) * len(keys))
    with call.store() as store, store.reading():
        beyond = ""
        if from_there:
            beyond = f" AND ({', '.join(order)}) > ({', '.join(f':last_{name}' for name in keys)})"
        last = dict(zip((f"last_{name}" for name in keys), from_there or (), strict=False))
        rows = sight.writs(
            store, call.who, condition + beyond, naming.ROWS + 1, order=", ".join(order), **values, **last
        )
        whole = from_there is None and len(rows) <= naming.ROWS
        count = len(rows) if whole else sight.count(store, call.who, condition, _COUNTED + 1, **values)
        places = naming.districts(store)
        holders = [row["enforcer_id"] for row in rows if row["enforcer_id"]]
        names = naming.enforcers(store, holders)
    found = naming.listing(_clocked(rows), keys, after)
    asked = {"state": state, "enforcer": enforcer, "district": district, "find": find}
    return page(
        request, "writs.html", call=call, found=found, count=min(count, _COUNTED), more=count > _COUNTED,
        wanted=asked, places=places, names=names, states=codes.STATES,
    )  # fmt: skip


def _clocked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the last day of what waits, and how it looks today."""
    waiting = [row for row in rows if row["state"] in ("pending", "set_aside")]
    days: dict[str, dt.date | None] = {}
    if waiting:
        types = {"received_at": pl.String(), "immediate": pl.Boolean()}
        asked = pl.DataFrame([{name: row[name] for name in types} for row in waiting], schema=types)
        days = dict(zip((row["writ_id"] for row in waiting), terms(asked)["by"], strict=True))
    today = local_now().date()
    return [{**row, "by": by, "clock": clock(by, today)} for row in rows for by in [days.get(row["writ_id"])]]


# An id may hold a slash, so what lies under a writ is looked for before the writ itself.
@answers(router, "page.others")
def page_others(request: Request, call: Reading, writ_id: str) -> Response:
    """Why not another: what each other member of the pool would have cost, all else held."""
    from tengbol.book.past import export_batch
    from tengbol.book.status import last_batch_of
    from tengbol.io.staging import staging
    from tengbol.report.folders import of_path
    from tengbol.scenarios.why.answer import why

    with call.store() as store:
        row = sight.writ(store, call.who, writ_id)
        try:
            number, chamber_id = last_batch_of(store, writ_id)
        except UnusableInputError:
            raise ProblemError("not_found") from None
        with staging() as folder:
            given, made = export_batch(store, folder, number, chamber_id)
            found = why(of_path(made, given), writ_id, Words(call.words.language))
    return page(request, "others.html", call=call, writ=row, found=found, left_out=found.left_out.rows(named=True),
                prices=found.prices.rows(named=True), number=number)  # fmt: skip


@answers(router, "page.writ")
def page_writ(request: Request, call: Reading, writ_id: str) -> Response:
    """One writ: where it is, why, and its past."""
    return _shown(request, call, writ_id)


def _shown(request: Request, call: Call, writ_id: str, personal: dict[str, Any] | None = None) -> Response:
    with call.store() as store, store.reading():
        row = _clocked([sight.writ(store, call.who, writ_id)])[0]
        why = None
        try:
            why = why_of(store, call.who, writ_id, Words(call.words.language))
        except ProblemError as error:
            if error.code != "not_found":
                raise
        names = naming.enforcers(store, [*(why or {}).get("pool", ()), *filter(None, [row["enforcer_id"]])])
        place = naming.districts(store, [row["debtor_district_id"]]).get(row["debtor_district_id"])
        past = [] if call.who.role == ENFORCER else _past(store, writ_id)
    return page(
        request, "writ.html", call=call, writ=row, why=why, names=names, place=place, past=past, personal=personal,
        once=posting.drawn(), path=f"/writs/{quote(writ_id)}",
    )  # fmt: skip


def _past(store: Store, writ_id: str) -> list[dict[str, Any]]:
    """Its states one after another, and the acts on it, newest first."""
    states = store.frame(
        "SELECT s.state, s.at, e.who, e.seq, e.what FROM states s JOIN events e ON e.seq = s.since "
        "WHERE s.writ_id = :id ORDER BY s.since DESC LIMIT 30",
        {**dict.fromkeys(("state", "at", "who"), pl.String()), "seq": pl.Int64(), "what": pl.String()},
        id=writ_id,
    ).rows(named=True)
    known = {row["seq"] for row in states}
    acts = events(store, "subject = :id", id=writ_id).rows(named=True)
    others = [{**row, "state": None} for row in acts if row["seq"] not in known]
    return sorted([*states, *others], key=lambda row: row["seq"], reverse=True)


@answers(router, "page.personal")
def page_personal(request: Request, posted: posting.Posting, writ_id: str) -> Response:
    """Open a writ's personal data, for a stated reason: an act that stands in the events."""
    call = posted.call
    reason = posted.text("reason")
    if not reason:
        return onward(request, f"/writs/{writ_id}", call.words(_REASON), wrong=True)
    with call.store() as store:
        sight.writ(store, call.who, writ_id)
    kept: dict[str, Any] = {}

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        with act(store, replace(hand, document=reason[:1000]), "personal data opened", subject=writ_id):
            kept.update(opened(store, writ_id))
        return 200, {}

    posting.done(posted, request.url.path, work)
    return _shown(request, call, writ_id, kept or None)


_REASON: Final = mark("Reason: say what the personal data is needed for; it stands in the events.")


@answers(router, "page.assign")
def page_assign(request: Request, posted: posting.Posting, writ_id: str) -> Response:
    """Distribute an immediate writ now (¶7)."""
    from tengbol.book.urgent import assign

    call = posted.call
    with call.store() as store:
        sight.writ(store, call.who, writ_id)

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        made = assign(store, hand, writ_id, wait=10.0)
        given = [] if made.result is None else made.result.assignments.rows(named=True)
        return 200, {"batch": made.batch_id, "who": [row["enforcer_id"] for row in given if row["writ_id"] == writ_id]}

    try:
        _, told = posting.done(posted, request.url.path, work, whats=("urgent writ",))
    except UnusableInputError as error:
        detail = of_input(call.words, error).detail or ""
        return onward(request, f"/writs/{writ_id}", detail, wrong=True)
    if not told.get("who"):
        return onward(request, f"/writs/{writ_id}", call.words(_NOBODY))
    said = call.words(_NOT_URGENT, batch=told["batch"], who=", ".join(told["who"]))
    return onward(request, f"/writs/{writ_id}", said)
