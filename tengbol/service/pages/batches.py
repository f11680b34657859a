"""Batches: drafted, run by the worker, looked back at: who got what, how even it is, who waits and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from tengbol.book import desk
from tengbol.book.acts import events, payload
from tengbol.book.batches import chamber_named
from tengbol.book.kept import LENGTHY, held
from tengbol.errors import UnusableInputError
from tengbol.model.alphabet import by_alphabet
from tengbol.model.codes import CATEGORIES
from tengbol.model.law.balances import WRIT
from tengbol.report.words import mark
from tengbol.service import jobs, sight
from tengbol.service.api.batches import one_batch
from tengbol.service.api.jobs import chamber_of
from tengbol.service.door import Reading
from tengbol.service.pages import naming, posting
from tengbol.service.pages.render import onward, page
from tengbol.service.pages.start import recent
from tengbol.service.phrases import unpacked
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.roles import CONTROLLER, ENFORCER
from tengbol.service.routing import answers

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.door import Call

router = APIRouter()
After = Annotated[str | None, Query(max_length=600)]
_CANCELLED: Final = mark("It is cancelled; nothing was distributed.")
_NAMED: Final = mark("The source is named; the next batch needs its value.")
_SOURCE: Final = mark("Source: name the public value, its day and its hour.")
#: Squared thousandths in a squared writ.
_SQUARED: Final = 1_000_000


def _of_caller(call: Call) -> tuple[str, dict[str, Any]]:
    own = call.who.chamber_id
    return ("1 = 1", {}) if own is None else ("t.chamber_id = :chamber", {"chamber": own})


@answers(router, "page.batches")
def page_batches(request: Request, call: Reading, after: After = None) -> Response:
    """Batches, the newest first, with how many writs each gave to whom."""
    condition, values = _of_caller(call)
    from_there = naming.unpacked(after, (int,))
    if from_there:
        condition, values = f"{condition} AND t.id < :last", {**values, "last": from_there[0]}
    with call.store() as store, store.reading():
        ordered = f"{condition} ORDER BY t.id DESC LIMIT {naming.ROWS + 1}"
        rows = held(store, "batches", ordered, leaving=LENGTHY, **values)
        counts = _counts(store, rows)
        chambers = naming.chambers(store, call.who.chamber_id)
        under_way = [] if call.who.role == ENFORCER else recent(store, call, 5)
        waiting = 0 if call.who.role in (ENFORCER, CONTROLLER) else sight.count(
            store, call.who, "s.state = 'pending'", 100_000
        )  # fmt: skip
    listed = [_gap({**row, "given": counts.get(row["batch_id"], 0)}) for row in rows.rows(named=True)]
    found = naming.listing(listed, ("id",), after)
    return page(request, "batches.html", call=call, found=found, chambers=chambers, jobs=under_way, waiting=waiting,
                once=posting.drawn(), once_named=posting.drawn())  # fmt: skip


def _counts(store: Store, batches: pl.DataFrame) -> dict[str, int]:
    """By batch how many writs it gave, as its event says: to count them would go through all of them."""
    made = events(store, store.among("seq", "seqs"), seqs=batches["since"].to_list()).rows(named=True)
    given = {row["seq"]: payload(row)["wrote"].get("assignments", {"rows": 0})["rows"] for row in made}
    return {batch_id: given[seq] for batch_id, seq in batches.select("batch_id", "since").iter_rows()}


def _gap(row: dict[str, Any]) -> dict[str, Any]:
    """Objectives and bounds in squared writs, and whether each is proven."""
    names = ("objective", "lower_bound", "objective_total", "lower_bound_total")
    return {
        **row,
        **{name: row[name] / _SQUARED for name in names},
        "proven": row["status"] == "optimal",
        "proven_total": row["status_total"] == "optimal",
    }


@answers(router, "page.run")
def page_run(request: Request, posted: posting.Posting) -> Response:
    """Ask for a batch, or for a draft of one."""
    call = posted.call
    arguments: dict[str, Any] = {
        name: posted.text(name) for name in ("as_of", "document", "public_value", "accept") if posted.text(name)
    }
    if posted.text("what") == "draft":
        arguments["dry_run"] = True
    try:
        job_id = _asked(posted, request, jobs.BATCH, posted.text("chamber_id") or None, arguments)
    except UnusableInputError as error:
        return onward(request, "/batches", of_input(call.words, error).detail or "", wrong=True)
    return onward(request, f"/jobs/{job_id}")


def _asked(posted: posting.Posted, request: Request, kind: str, chamber_id: str | None, asked: dict[str, Any]) -> str:
    """Ask for a job, once; returns its id."""
    call = posted.call

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        chamber = chamber_of(call, store, kind, chamber_id, asked)
        with store.writing():
            answer = 202, {"job_id": jobs.ask(store, kind, hand.who, chamber, asked)}
            hand.witness({"seq": None, "answered": answer})
        return answer

    _, told = posting.done(posted, request.url.path, work)
    return told["job_id"]


@answers(router, "page.audit")
def page_audit(request: Request, posted: posting.Posting) -> Response:
    """Ask for an audit of the whole book."""
    return onward(request, f"/jobs/{_asked(posted, request, jobs.AUDIT, None, {})}")


@answers(router, "page.verify")
def page_verify(request: Request, posted: posting.Posting, batch_id: str) -> Response:
    """Ask for a check of a batch by the code that did not make it."""
    with posted.call.store() as store:
        row = one_batch(posted.call, store, batch_id)
    asked = {"number": row["number"]}
    return onward(request, f"/jobs/{_asked(posted, request, jobs.CHECK, row['chamber_id'], asked)}")


@answers(router, "page.announce")
def page_announce(request: Request, posted: posting.Posting) -> Response:
    """Name the public value on which the next batch's seed is to depend."""
    from tengbol.book.drawing import announce

    call, source = posted.call, posted.text("source")[:1000]
    if not source:
        return onward(request, "/batches", call.words(_SOURCE), wrong=True)

    def work(store: Store, hand: Any) -> tuple[int, Any]:
        chamber = chamber_named(store, sight.refuse_chamber(call.who, posted.text("chamber_id") or None))
        announce(store, chamber, source, hand)
        return 200, {}

    try:
        posting.done(posted, request.url.path, work)
    except UnusableInputError as error:
        return onward(request, "/batches", of_input(call.words, error).detail or "", wrong=True)
    return onward(request, "/batches", call.words(_NAMED))


def _job(store: Store, call: Call, job_id: str) -> dict[str, Any]:
    own = call.who.chamber_id
    mine = "" if own is None else " AND chamber_id = :own"
    values = {} if own is None else {"own": own}
    row = desk.one(store, "jobs", f"job_id = :id AND {jobs.WORK}{mine}", id=job_id, **values)
    if row is None:
        raise ProblemError("not_found")
    asked = json.loads(row["arguments"])
    told = None if row["told"] is None else json.loads(row["told"])
    kind = "draft" if asked.get("dry_run") else row["kind"]
    # What came of a job is told a moment after its end; where its worker was killed in between, never.
    silent = (row["beat_at"] or row["asked_at"]) < desk.moment(-jobs.SILENT)
    over = row["state"] in jobs.OVER and (told is not None or silent)
    return {**row, "told": told, "kind": kind, "over": over}


@answers(router, "page.job")
def page_job(request: Request, call: Reading, job_id: str) -> Response:
    """How far it is, and what came of it; of a draft no enforcer's name."""
    with call.store() as store:
        row = _job(store, call, job_id)
    told = row["told"] or {}
    phrases = told.get("phrases", [told["phrase"]] if "phrase" in told else [])
    lines = [unpacked(one).said(call.words) for one in phrases]
    shown = page(request, "job.html", call=call, job=row, squared=_SQUARED, lines=lines, once=posting.drawn())
    if row["over"] is False:
        # Where no script runs the page looks again by itself.
        shown.headers["refresh"] = "1" if row["state"] in jobs.OVER else "5"
    return shown


@answers(router, "page.cancel")
def page_cancel(request: Request, posted: posting.Posting, job_id: str) -> Response:
    """Cancel a job; a batch that is not committed yet is then not made."""
    call = posted.call
    with call.store() as store:
        _job(store, call, job_id)
        try:
            with store.writing():
                jobs.cancel(store, job_id, call.who.login)
        except UnusableInputError as error:
            return onward(request, f"/jobs/{job_id}", of_input(call.words, error).detail or "", wrong=True)
    return onward(request, f"/jobs/{job_id}", call.words(_CANCELLED))


@answers(router, "page.batch")
def page_batch(
    request: Request,
    call: Reading,
    batch_id: str,
    enforcer: Annotated[str, Query(max_length=200)] = "",
    find: Annotated[str, Query(max_length=200)] = "",
    after: After = None,
) -> Response:
    """One batch: who got how much, who got what, and who waits."""
    mine = call.who.enforcer_id if call.who.role == ENFORCER else None
    hidden = call.who.role == CONTROLLER
    with call.store() as store, store.reading():
        row = one_batch(call, store, batch_id)
        listed = [] if hidden else _given(store, call, batch_id, enforcer, find.strip(), naming.unpacked(after, (str,)))
        shares = _shares(store, batch_id)
        waits = {} if mine else _waits(store, batch_id)
    idle = sum(not share["total"] for share in shares)
    if mine:
        shares = [share for share in shares if share["enforcer_id"] == mine]
    found = naming.listing(listed, ("writ_id",), after)
    names = {share["enforcer_id"]: share["name"] for share in shares}
    return page(
        request, "batch.html", call=call, batch=_gap(row), found=found, shares=shares, waits=waits, hidden=hidden,
        idle=0 if mine else idle, categories=CATEGORIES, wanted={"enforcer": enforcer, "find": find}, names=names,
        once=posting.drawn(),
    )  # fmt: skip


def _given(
    store: Store, call: Call, batch_id: str, who: str, find: str, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Assignments in the order of writs."""
    seen, more = sight.of_assignments(call.who)
    condition = f"t.batch_id = :id AND {seen}"
    values: dict[str, Any] = {"id": batch_id, **more}
    for part, name, value in (("t.enforcer_id = :who", "who", who), ("t.writ_id > :last", "last", (after or [""])[0])):
        if value:
            condition, values = f"{condition} AND {part}", {**values, name: value}
    if find:
        condition, values = f"{condition} AND t.writ_id LIKE :find ESCAPE '\\'", {**values, "find": naming.like(find)}
    rows = held(store, "assignments", f"{condition} ORDER BY t.writ_id LIMIT {naming.ROWS + 1}", **values)
    return rows.drop("explanation").rows(named=True)


def _shares(store: Store, batch_id: str) -> list[dict[str, Any]]:
    """By enforcer: what he got in this batch, in each category, and his excess before and after, in writs."""
    rows = held(store, "standing", "t.batch_id = :id", id=batch_id)
    got = (pl.col("received_after") - pl.col("received_before")).alias("got")
    excess = [
        ((pl.col(f"received_{when}").sum() * WRIT - pl.col(f"share_{when}").sum()) / WRIT).alias(f"excess_{when}")
        for when in ("before", "after")
    ]
    wide = rows.group_by("enforcer_id", "name").agg(
        got.sum().alias("total"),
        pl.col("received_after").sum().alias("received"),
        *(got.filter(pl.col("category") == name).sum().alias(name) for name in CATEGORIES),
        *excess,
    )
    return wide.sort("total", by_alphabet("name"), "enforcer_id", descending=[True, False, False]).rows(named=True)


def _waits(store: Store, batch_id: str) -> dict[str, int]:
    rows = store.frame(
        "SELECT code, count(*) AS n FROM unassigned WHERE batch_id = :id GROUP BY code ORDER BY n DESC, code",
        {"code": pl.String(), "n": pl.Int64()},
        id=batch_id,
    )
    return dict(rows.rows())
