"""Batches: asked for as jobs, which the worker does; and what came of those that were made."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from tengbol.book.acts import Hand
from tengbol.book.batches import chamber_named
from tengbol.book.drawing import announce
from tengbol.book.kept import LENGTHY, held
from tengbol.book.store import Store
from tengbol.service import jobs, sight
from tengbol.service.api.jobs import Job, asked_for
from tengbol.service.asked import Id, Moment, Text
from tengbol.service.done import Announced, Proof
from tengbol.service.door import Call, Reading, Writing
from tengbol.service.lists import Cursor, Limit, Page, after, number_after, page
from tengbol.service.once import once
from tengbol.service.problems import ProblemError
from tengbol.service.routing import Strict, answers

router = APIRouter()
_BATCH: Final = (
    *("batch_id", "chamber_id", "number", "kind", "as_of", "status", "status_total", "objective", "lower_bound"),
    *("objective_total", "lower_bound_total", "seed", "secret", "commitment", "commitment_next"),
    *("input_digest", "public_source", "public_value", "link"),
)


class NewBatch(Strict):
    """chamber_id: where the book has several. as_of: an earlier moment, on a document. dry_run: keep only that it
    ran.
    """

    chamber_id: Id | None = None
    as_of: Moment | None = None
    document: Text | None = None
    public_value: Text | None = None
    accept: Text | None = None
    dry_run: bool = False


class Batch(BaseModel):
    """Objectives and bounds in squared thousandths of a writ; by seed and secret anyone can replay the lot."""

    batch_id: str
    chamber_id: str
    number: int
    kind: str
    as_of: str
    status: str
    status_total: str
    objective: int
    lower_bound: int
    objective_total: int
    lower_bound_total: int
    seed: str
    secret: str
    commitment: str
    commitment_next: str
    input_digest: str
    public_source: str | None
    public_value: str
    link: str


class Assignment(BaseModel):
    """Who got a writ in a batch."""

    writ_id: str
    enforcer_id: str
    category: str
    basis: str
    bundle_id: str
    pool_size: int
    district_id: str
    distribute_by: str
    collect_by: str | None
    notify_creditor_by: str | None


@answers(router, "batches.run", status_code=202, response_model=Job)
def batches_run(call: Writing, asked: NewBatch) -> Response:
    """Ask for a batch of all that waits; the job tells how far it is and what came of it."""
    arguments = asked.model_dump(exclude={"chamber_id"}, exclude_none=True)
    return asked_for(call, jobs.BATCH, asked.chamber_id, arguments)


@answers(router, "batches.verify", status_code=202, response_model=Job)
def batches_verify(call: Writing, batch_id: Id) -> Response:
    """Ask for a check of a batch by the code that did not make it."""
    with call.store() as store:
        row = one_batch(call, store, batch_id)
    return asked_for(call, jobs.CHECK, row["chamber_id"], {"number": row["number"]})


@answers(router, "audit.run", status_code=202, response_model=Job)
def audit_run(call: Writing) -> Response:
    """Ask for an audit of the whole book: everything recomputed."""
    return asked_for(call, jobs.AUDIT, None, {})


@answers(router, "batches.list", response_model=Page[Batch])
def batches_list(
    call: Reading,
    chamber_id: Annotated[str | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Batches in the order in which they were made."""
    chamber = sight.refuse_chamber(call.who, chamber_id)
    values: dict[str, Any] = {"after": number_after(cursor, call.listed)}
    condition = "t.id > :after"
    if chamber is not None:
        condition, values = f"{condition} AND t.chamber_id = :chamber", {**values, "chamber": chamber}
    with call.store() as store:
        rows = held(store, "batches", f"{condition} ORDER BY t.id LIMIT {int(limit) + 1}", leaving=LENGTHY, **values)
    return page(rows.select("id", *_BATCH).rows(named=True), limit, "id", call.listed)


def one_batch(call: Call, store: Store, batch_id: str) -> dict[str, Any]:
    """A batch that the caller may see. Raises `ProblemError`."""
    rows = held(store, "batches", "t.batch_id = :id", leaving=LENGTHY, id=batch_id).rows(named=True)
    if not rows or call.who.chamber_id not in (None, rows[0]["chamber_id"]):
        raise ProblemError("not_found")
    return rows[0]


@answers(router, "batches.read", response_model=Batch)
def batches_read(call: Reading, batch_id: Id) -> dict[str, Any]:
    """One batch, with its objectives, bounds, seed and link."""
    with call.store() as store:
        return one_batch(call, store, batch_id)


@answers(router, "batches.proof", response_model=Proof)
def batches_proof(call: Reading, batch_id: Id) -> dict[str, Any]:
    """The public part of a batch, which its link hashes (`docs/public.md`): by it anyone can check the batch."""
    with call.store() as store:
        row = one_batch(call, store, batch_id)
        manifest = held(store, "batches", "t.batch_id = :id", id=batch_id)["manifest"][0]
    return {"batch_id": batch_id, "link": row["link"], "public": json.loads(manifest)["public"]}


@answers(router, "batches.assignments", response_model=Page[Assignment])
def batches_assignments(call: Reading, batch_id: Id, cursor: Cursor = None, limit: Limit = 1000) -> dict[str, Any]:
    """Who got what in a batch, in the order of writs; an enforcer sees those that he has now."""
    seen, more = sight.of_assignments(call.who)
    values: dict[str, Any] = {"id": batch_id, "after": after(cursor, call.listed), **more}
    condition = f"t.batch_id = :id AND t.writ_id > :after AND {seen}"
    with call.store() as store:
        one_batch(call, store, batch_id)
        rows = held(store, "assignments", f"{condition} ORDER BY t.writ_id LIMIT {int(limit) + 1}", **values)
    return page(rows.select(pl.exclude("id", "since")).rows(named=True), limit, "writ_id", call.listed)


class Announcement(Strict):
    """source: which public value, of which day and hour."""

    source: Text
    chamber_id: Id | None = None
    document: Text | None = None


@answers(router, "batches.announce", response_model=Announced)
def batches_announce(call: Writing, asked: Announcement) -> Response:
    """Name, before it is known, the public value on which the next batch's seed is to depend."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        chamber = chamber_named(store, sight.refuse_chamber(call.who, asked.chamber_id))
        announce(store, chamber, asked.source, hand)
        return 200, {"chamber_id": chamber, "source": asked.source}

    return once(call, work, document=asked.document)
