"""A system's way through the API by the typed client (`make client`, then `pip install build/client standardwebhooks`).

python client.py http://127.0.0.1:8211 TOKEN writs.ndjson [SECRET PORT]

Sends writs, runs a batch and reads who got what. With a webhook's secret it listens on PORT of this machine, and waits
until the batch is told there.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError
from tengbol_client import AuthenticatedClient
from tengbol_client.api.batches import batches_assignments, batches_run
from tengbol_client.api.intake import intake_take
from tengbol_client.api.jobs import jobs_read
from tengbol_client.models import Assignment, IntakeTakeJsonBody, Job, NewBatch, PageAssignment, Problem, Taken


def done(answer: Any, kind: type) -> Any:
    """The answer, which is of a kind; what is refused has a code that stays the same."""
    if isinstance(answer, Problem):
        raise SystemExit(f"{answer.code}: {answer.detail or answer.title}")
    assert isinstance(answer, kind), answer
    return answer


def once() -> str:
    """A name of a request: asked again with it after a cut, it is done once."""
    return str(uuid.uuid4())


def heard(secret: str, port: int) -> dict[str, Any]:
    """Wait for the webhook of a batch, and let nobody else's through."""
    told: list[dict[str, Any]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            try:
                event = Webhook(secret).verify(body, {name.lower(): text for name, text in self.headers.items()})
            except WebhookVerificationError:
                self.send_response(401)
            else:
                self.send_response(204)
                told.extend([event["data"]] if event["type"] == "book.batch" else [])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", port), Listener) as server:
        while not told:
            server.handle_request()
    return told[0]


def main(address: str, token: str, file: str, secret: str = "", port: str = "0") -> None:
    """Go the whole way."""
    client = AuthenticatedClient(base_url=address, token=token)
    rows = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    with ThreadPoolExecutor(1) as beside:
        hook = beside.submit(heard, secret, int(port)) if secret else None
        body = IntakeTakeJsonBody.from_dict({"writs": rows})
        taken: Taken = done(intake_take.sync(client=client, body=body, idempotency_key=once()), Taken)
        job: Job = done(batches_run.sync(client=client, body=NewBatch(), idempotency_key=once()), Job)
        while job.state in ("queued", "running"):
            time.sleep(0.3)
            job = done(jobs_read.sync(job.job_id, client=client), Job)
        if job.state != "done":
            raise SystemExit(f"{job.state}: {job.told}")
        if job.batch_id is None:
            raise SystemExit("Nothing waited, so there is no batch.")
        given: list[Assignment] = []
        cursor: str | None = ""
        while cursor is not None:
            page: PageAssignment = done(
                batches_assignments.sync(job.batch_id, client=client, limit=1000, cursor=cursor or None), PageAssignment
            )
            given += page.items
            cursor = page.next_
        heard_of = None if hook is None else hook.result(60)["subject"]
    new = taken.counts["writs"]["new"]
    print(json.dumps({"taken": new, "assigned": len(given), "hook": heard_of}))


if __name__ == "__main__":
    main(*sys.argv[1:])
