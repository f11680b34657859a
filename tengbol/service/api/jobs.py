"""Jobs: what takes longer than a request, asked for here; how far each is, and what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from tengbol.asked import happened_from
from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.book.batches import chamber_named
from tengbol.book.moments import running
from tengbol.book.status import chamber
from tengbol.book.store import Store
from tengbol.errors import UnusableInputError
from tengbol.phrase import said
from tengbol.service import jobs, sight
from tengbol.service.door import Call, Reading, Writing
from tengbol.service.lists import Limit
from tengbol.service.once import once
from tengbol.service.phrases import unpacked
from tengbol.service.problems import ProblemError, of_input
from tengbol.service.routing import answers

router = APIRouter()
JobId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
#: Between two looks at a job whose progress somebody follows, in seconds.
_EVERY: Final = 0.5


class Told(BaseModel):
    """What came of a job; members that do not apply are left out.

    Of a batch: waiting (writs left, by reason), set_aside (writ and why), departed (enforcer and how many of his writs
    came back), stranded, tried (a dry run), counts, status…, objective… and lower_bound… (squared thousandths of a
    writ), pools (size of pool, writs), bound (writs). Of an audit or a check: ok, said (sentences); of a check also
    checks (by name: findings of each kind). Refused or failed: code, detail, reason, field, as of a problem. Cancelled:
    cancelled_by.
    """

    model_config = ConfigDict(extra="allow")
    waiting: dict[str, int] | None = None
    set_aside: dict[str, str] | None = None
    departed: dict[str, int] | None = None
    tried: bool | None = None
    counts: dict[str, int] | None = None
    objective: int | None = None
    lower_bound: int | None = None
    ok: bool | None = None
    said: list[str] | None = None
    code: str | None = None
    detail: str | None = None
    reason: str | None = None
    field: str | None = None
    cancelled_by: str | None = None


class Job(BaseModel):
    """state: queued, running, done, refused, failed, cancelled.

    done, total: parts of the search, brought up to date every two seconds and at its end; null until then, and where
    nothing had to be searched. told: what came of it, shortly after the end; null before. batch_id, number, event: of
    the batch that was made; null where none was, for nothing waited.
    """

    job_id: str
    kind: str
    chamber_id: str | None
    state: str
    asked_by: str
    asked_at: str
    done: int | None
    total: int | None
    event: int | None
    batch_id: str | None
    number: int | None
    told: Told | None


def _job(call: Call, row: dict[str, Any]) -> dict[str, Any]:
    return {**{name: row.get(name) for name in Job.model_fields}, "told": _told(call, row["told"])}


def _told(call: Call, kept: str | None) -> dict[str, Any] | None:
    """What came of a job, its sentences in the language of the one who asks."""
    if kept is None:
        return None
    told = json.loads(kept)
    phrase, phrases = told.pop("phrase", None), told.pop("phrases", None)
    if phrase is not None:
        problem = of_input(call.words, UnusableInputError(unpacked(phrase)))
        told |= {"detail": problem.detail, **problem.more}
    if phrases is not None:
        told["said"] = [said(unpacked(one), call.words) for one in phrases]
    return told


def chamber_of(call: Call, store: Store, kind: str, chamber_id: str | None, arguments: Mapping[str, Any]) -> str | None:
    """The chamber that a job is asked for; None of an audit.

    Raises `ProblemError` where it is not the caller's to ask for, and `UnusableInputError` where there is none such, or
    where a batch cannot be made as of the moment that is asked for.
    """
    if kind == jobs.AUDIT:
        return None
    name = chamber_named(store, sight.refuse_chamber(call.who, chamber_id))
    if kind == jobs.BATCH:
        hand = Hand(call.who.login, arguments.get("document"))
        running(store, hand, happened_from(arguments.get("as_of")), chamber(store, name))
    return name


def asked_for(call: Call, kind: str, chamber_id: str | None, arguments: dict[str, Any]) -> Response:
    """Ask for a job; the answer to its request. Raises `ProblemError` and `UnusableInputError`."""

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        name = chamber_of(call, store, kind, chamber_id, arguments)
        with store.writing():
            job_id = jobs.ask(store, kind, hand.who, name, arguments)
            row = desk.one(store, "jobs", "job_id = :id", id=job_id)
            assert row is not None and hand.witness is not None
            answer = 202, _job(call, row)
            hand.witness({"seq": None, "answered": answer})
        return answer

    return once(call, work)


def _of_caller(call: Call) -> tuple[str, dict[str, Any]]:
    own = call.who.chamber_id
    return ("1 = 1", {}) if own is None else ("chamber_id = :chamber", {"chamber": own})


def _one_job(call: Call, job_id: str) -> dict[str, Any]:
    condition, values = _of_caller(call)
    with call.store() as store:
        row = desk.one(store, "jobs", f"job_id = :id AND {jobs.WORK} AND {condition}", id=job_id, **values)
    if row is None:
        raise ProblemError("not_found")
    return _job(call, row)


@answers(router, "jobs.list", response_model=list[Job], response_model_exclude_unset=True)
def jobs_list(call: Reading, limit: Limit = 50) -> list[dict[str, Any]]:
    """The jobs that were asked for last."""
    condition, values = _of_caller(call)
    with call.store() as store:
        rows = jobs.last(store, condition, limit, **values)
    return [_job(call, row) for row in rows]


@answers(router, "jobs.read", response_model=Job, response_model_exclude_unset=True)
def jobs_read(call: Reading, job_id: JobId) -> dict[str, Any]:
    """How far a job is, and what came of it."""
    return _one_job(call, job_id)


@answers(
    router,
    "jobs.progress",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "The job, each time it changes"}},
)
async def jobs_progress(call: Reading, job_id: JobId) -> StreamingResponse:
    """The same as server-sent events, until the job is over."""
    first = await run_in_threadpool(_one_job, call, job_id)

    async def told() -> AsyncIterator[str]:
        row, before = first, None
        while True:
            if row != before:
                yield f"event: {row['state']}\ndata: {json.dumps(row, ensure_ascii=False)}\n\n"
            if row["state"] in jobs.OVER:
                return
            await asyncio.sleep(_EVERY)
            row, before = await run_in_threadpool(_one_job, call, job_id), row

    return StreamingResponse(told(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@answers(router, "jobs.cancel", response_model=Job)
def jobs_cancel(call: Writing, job_id: JobId) -> Response:
    """Cancel a job; a batch that is not committed yet is then not made."""
    _one_job(call, job_id)

    def work(store: Store, hand: Hand) -> tuple[int, Any]:
        with store.writing():
            jobs.cancel(store, job_id, hand.who)
        row = desk.one(store, "jobs", "job_id = :id", id=job_id)
        assert row is not None
        return 200, _job(call, row)

    return once(call, work)
