"""What takes longer than a request: batches, audits and checks of batches, asked for here and done by the worker.

A job is claimed by an owner who says every few seconds that he is at it. Where he falls silent, killed or cut off, the
job waits again; so it survives a restart of the server. That a batch is done is noted in the batch's own transaction,
where its owner still has the job: so none is made twice, and none after it was cancelled.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from tengbol.book import desk
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.store import Store

#: Seconds after which a silent owner has lost his job.
SILENT: Final = 12.0
BATCH, AUDIT, CHECK = "batch", "audit", "check"
WHATIF, PLAN = "whatif", "plan"
#: SQL: what changes or checks the book, and what is only studied beside it (`studies`).
WORK: Final = f"kind IN ('{BATCH}', '{AUDIT}', '{CHECK}')"
STUDIES: Final = f"kind IN ('{WHATIF}', '{PLAN}')"
#: What is told of a job before it is over has this besides.
EARLY: Final = "early"
#: States in which nothing more happens to a job.
OVER: Final = ("done", "refused", "failed", "cancelled")


class LostError(Exception):
    """The job is somebody else's now, or cancelled."""


def ask(store: Store, kind: str, who: str, chamber_id: str | None, arguments: Mapping[str, Any]) -> str:
    """Ask for a job, within a transaction; returns its id."""
    job_id = secrets.token_hex(8)
    desk.put(
        store,
        "jobs",
        job_id=job_id,
        chamber_id=chamber_id,
        kind=kind,
        arguments=json.dumps(arguments, ensure_ascii=False),
        asked_by=who,
        asked_at=desk.moment(),
        state="queued",
    )
    return job_id


def waiting(store: Store, kinds: str) -> bool:
    """Whether a job of these kinds, as SQL, waits for somebody."""
    return desk.one(store, "jobs", f"{kinds} AND ({_WAITS})", silent=desk.moment(-SILENT)) is not None


def claim(store: Store, owner: str, kinds: str = WORK) -> dict[str, Any] | None:
    """Take the job that waits longest, or whose owner fell silent; None where there is none. kinds: which, as SQL."""
    waits = f"{kinds} AND ({_WAITS})"
    silent = desk.moment(-SILENT)
    if not waiting(store, kinds):
        return None
    with store.writing():
        rows = desk.found(store, "jobs", waits, order="asked_at, job_id", most=1, silent=silent)
        if not rows:
            return None
        cells = {"state": "running", "owner": owner, "beat_at": desk.moment(), "done": None, "total": None}
        desk.change(store, "jobs", "job_id = :id", cells, id=rows[0]["job_id"])
    return rows[0]


def last(store: Store, condition: str, most: int, **values: Any) -> list[dict[str, Any]]:
    """The work that was asked for last."""
    return desk.found(store, "jobs", f"{condition} AND {WORK}", order="asked_at DESC, job_id DESC", most=most, **values)


def beat(store: Store, job_id: str, owner: str, done: int | None, total: int | None) -> bool:
    """Say that one is at it, and how far; False where the job is no longer one's own."""
    cells = {"beat_at": desk.moment(), "done": done, "total": total}
    return bool(desk.change(store, "jobs", _MINE, cells, id=job_id, owner=owner))


def finish(store: Store, job_id: str, owner: str, state: str, **cells: Any) -> None:
    """End one's job. Raises `LostError` where it is no longer one's own."""
    if not desk.change(store, "jobs", _MINE, {"state": state, **cells}, id=job_id, owner=owner):
        raise LostError


def tell_early(store: Store, job_id: str, owner: str, told: Mapping[str, Any]) -> None:
    """Note what is known of one's job while the rest is still made; what comes of it takes its place."""
    cells = {"told": json.dumps({**told, EARLY: True}, ensure_ascii=False)}
    desk.change(store, "jobs", _MINE, cells, id=job_id, owner=owner)


def tell(store: Store, job_id: str, told: Mapping[str, Any]) -> None:
    """Note what came of a job that has ended."""
    desk.change(store, "jobs", "job_id = :id", {"told": json.dumps(told, ensure_ascii=False)}, id=job_id)


def cancel(store: Store, job_id: str, who: str) -> None:
    """Cancel a job, within a transaction. Raises `UnusableInputError` where it is over."""
    cells = {"state": "cancelled", "told": json.dumps({"cancelled_by": who})}
    if not desk.change(store, "jobs", "job_id = :id AND state IN ('queued', 'running')", cells, id=job_id):
        raise UnusableInputError("The batch is over already, so there is nothing to cancel.")


_WAITS: Final = "state = 'queued' OR (state = 'running' AND beat_at < :silent)"
_MINE: Final = "job_id = :id AND owner = :owner AND state = 'running'"
