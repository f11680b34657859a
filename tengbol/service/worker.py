"""The worker: a process of its own, at low priority, that makes batches, one at a time.

It ends when nobody holds the other end of its standard input any more, after the job it is at: so a batch under way
outlives a server that was killed, and the next server's worker goes on with what waits. Studies, which may take long
and change nothing, are made one by one by a process that it starts for them, so that no batch waits for one.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from tengbol.asked import local_now
from tengbol.book.access import open_book
from tengbol.errors import UnusableInputError
from tengbol.model.codes import BOUND_BASES
from tengbol.report.words import Words
from tengbol.service import jobs, studies
from tengbol.service.phrases import packed
from tengbol.service.problems import of_input
from tengbol.service.watch import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.batches import Made
    from tengbol.book.store import Store

#: Seconds between two looks for a job, and between two beats.
_EVERY: Final = 0.25
_BEAT: Final = 2.0
#: How much less than the server it is to have of the processors.
_NICE: Final = 10
#: How long a batch waits for another of its chamber, as by the command line.
_PATIENCE: Final = 3600.0


class Beats:
    """Says every two seconds that its owner is at a job; ends the process where the job is no longer his."""

    def __init__(self, url: str, job_id: str, owner: str) -> None:
        self.url, self.job_id, self.owner = url, job_id, owner
        self.done: int | None = None
        self.total: int | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """Of the search."""
        self.done, self.total = done, total

    def searched(self) -> dict[str, int | None]:
        """How much of the search is done, for the job's row."""
        return {"done": self.done, "total": self.total}

    def _run(self) -> None:
        with closing(open_book(self.url)) as store:
            while not self._over.wait(_BEAT):
                with suppress(UnusableInputError):
                    if not jobs.beat(store, self.job_id, self.owner, self.done, self.total) and not self._over.is_set():
                        log("job dropped", job=self.job_id)
                        # What it does is kept whole or not at all, so it may be left in the middle.
                        os._exit(0)


def work(url: str, kinds: str = jobs.WORK) -> None:
    """Do jobs until standard input ends; studies until none waits."""
    ending = threading.Event()
    student: subprocess.Popen[bytes] | None = None

    def listen() -> None:
        sys.stdin.buffer.read()
        ending.set()

    threading.Thread(target=listen, daemon=True).start()
    owner = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
    tidied: dt.date | None = None
    with closing(open_book(url)) as store:
        log("worker started", process=os.getpid())
        while not ending.is_set():
            store.written.clear()
            job = jobs.claim(store, owner, kinds)
            if job is not None:
                done(store, job, owner)
            elif kinds == jobs.STUDIES:
                break
            else:
                if (student is None or student.poll() is not None) and jobs.waiting(store, jobs.STUDIES):
                    student = started(url, "studies")
                if (today := local_now().date()) != tidied:
                    tidied = today
                    _tidy(store)
                ending.wait(_EVERY)
    if student is not None:
        # What it was at is asked for still, and is made by the next server's.
        student.terminate()
        student.wait()
    log("worker ended", process=os.getpid())


def started(url: str, *what: str) -> subprocess.Popen[bytes]:
    """Start a worker: of what waits for the chamber, or of studies."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tengbol.service.worker", *what], stdin=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin is not None
    process.stdin.write(f"{url}\n".encode())
    process.stdin.flush()
    return process


def done(store: Store, job: Mapping[str, Any], owner: str) -> None:
    """Do one job and note what came of it."""
    job_id = job["job_id"]
    arguments = json.loads(job["arguments"])
    try:
        with Beats(store.url, job_id, owner) as beats:
            if job["kind"] == jobs.BATCH:
                told = _batch(store, job, owner, arguments, beats)
            elif job["kind"] in (jobs.WHATIF, jobs.PLAN):
                told = studies.done(store, job, beats.progress, partial(jobs.tell_early, store, job_id, owner))
                jobs.finish(store, job_id, owner, "done")
            else:
                told = _audit(store) if job["kind"] == jobs.AUDIT else _check(store, job, arguments)
                jobs.finish(store, job_id, owner, "done")
        jobs.tell(store, job_id, told)
    except jobs.LostError:
        log("job dropped", job=job_id)
    except UnusableInputError as error:
        told = json.dumps({**said_of(error), "phrase": packed(error.phrase)}, ensure_ascii=False)
        with suppress(jobs.LostError):
            jobs.finish(store, job_id, owner, "refused", told=told)
    except Exception as error:
        log("fault", job=job_id, kind=type(error).__name__)
        with suppress(jobs.LostError, UnusableInputError):
            jobs.finish(store, job_id, owner, "failed", told=json.dumps({"code": "fault"}))


def _tidy(store: Store) -> None:
    """Once a day, where nothing else is to be done: erase what is kept no longer."""
    from tengbol.book.acts import Hand
    from tengbol.book.desk import unsigned
    from tengbol.book.retention import apply

    try:
        found = apply(store, unsigned(store, Hand("tengbol serve")))
    except UnusableInputError as error:
        log("names not erased", code=error.code)
        return
    if found is not None:
        log("names erased", before=found[0].isoformat(), writs=found[1])


def said_of(error: UnusableInputError) -> dict[str, Any]:
    """A refusal as a problem of the API tells it; its sentence is said again, in the language of whoever reads it."""
    problem = of_input(Words("en"), error)
    return {"code": problem.code, "detail": problem.detail, **problem.more}


def _batch(store: Store, job: Mapping[str, Any], owner: str, asked: dict[str, Any], beats: Beats) -> dict[str, Any]:
    from tengbol.asked import happened_from
    from tengbol.book.acts import Hand
    from tengbol.book.batches import batch

    kept: list[str] = []

    def witness(event: Mapping[str, Any]) -> None:
        if event["what"] == "batch":
            number = int(event["subject"].rpartition("-")[2])
            made = {"event": event["seq"], "batch_id": event["subject"], "number": number, **beats.searched()}
            jobs.finish(store, job["job_id"], owner, "done", **made)
            kept.append(event["subject"])

    made = batch(
        store,
        Hand(job["asked_by"], asked.get("document"), witness=witness),
        as_of=happened_from(asked.get("as_of")),
        chamber_id=job["chamber_id"],
        given_value=asked.get("public_value"),
        dry_run=asked.get("dry_run", False),
        accept=asked.get("accept"),
        wait=_PATIENCE,
        progress=beats.progress,
    )
    if not kept:
        jobs.finish(store, job["job_id"], owner, "done", **beats.searched())
    return summary(made)


def summary(made: Made) -> dict[str, Any]:
    """What came of a batch, without who got what: the batch itself tells that."""
    told: dict[str, Any] = {
        "waiting": made.waiting,
        "set_aside": made.aside,
        "departed": made.departed,
        "stranded": made.stranded,
        "tried": made.tried,
    }
    if made.result is not None:
        proof = made.result.proof
        given = made.result.assignments
        sizes = given.group_by("pool_size").len().sort("pool_size").rows()
        bound = given.filter(given["basis"].is_in(BOUND_BASES)).height
        told |= {"counts": made.result.counts, **proof.statuses(), **proof.numbers(), "pools": sizes, "bound": bound}
    return told


def _audit(store: Store) -> dict[str, Any]:
    from tengbol.book.audit import audit

    found = audit(store)
    lines = found.lines()
    return {"ok": found.ok, "said": [str(line) for line in lines], "phrases": [packed(line) for line in lines]}


def _check(store: Store, job: Mapping[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    from tengbol.book.past import export_batch
    from tengbol.io.staging import staging
    from tengbol.verify import verify
    from tengbol.verify.findings import Kind

    with staging() as folder:
        found = verify(*export_batch(store, folder, asked["number"], job["chamber_id"]))
    counts: dict[str, list[int]] = {}
    for one in found.findings:
        counts.setdefault(one.check, [0] * len(Kind))[list(Kind).index(one.kind)] += 1
    phrases = [packed(line) for part in found.parts() for line in part]
    return {"ok": found.ok, "said": str(found).splitlines(), "phrases": phrases, "checks": counts}


def main() -> None:
    """Work for a server, which names the book on the first line of standard input: a URL may hold a password."""
    url = sys.stdin.buffer.readline().decode().strip()
    # The server is told to end by a terminal, and tells its worker by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        work(url, jobs.STUDIES if sys.argv[1:] == ["studies"] else jobs.WORK)
    except UnusableInputError as error:
        log("worker cannot work", code=error.code, at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))
        sys.exit(error.code)


if __name__ == "__main__":
    main()
