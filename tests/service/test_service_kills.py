"""Server and workers killed again and again under load: nothing is lost, nothing is there twice.

Clients send each request under one key until it is answered, as they are told to: writs, batches, and urgent writs that
are given at once. Either of the two processes is killed, or both, at any moment.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time

import httpx
import pytest
from books import STORES, home, opened
from served import code, people, served, system
from small import writ

from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.book.audit import audit
from tengbol.book.kept import held

pytestmark = pytest.mark.soak
API = "/api/v1"
CLIENTS, KILLS = 4, 100


class Sender(threading.Thread):
    """One client. acknowledged: by kind of request, what was answered well, by the name of its writ or job."""

    def __init__(self, number, server, client, over):
        super().__init__(daemon=True)
        self.number, self.server, self.client, self.over = number, server, client, over
        self.acknowledged = {"intake": [], "batches": {}, "assign": {}}
        self.again, self.failed = 0, []

    def run(self):
        n = 0
        try:
            while not self.over.is_set():
                self._step(n)
                n += 1
        except Exception as error:
            self.failed.append(repr(error))

    def _step(self, n):
        name = f"C{self.number}-{n}"
        if n % 5 == 4:
            told = self._answered(name, "batches", {})
            self.acknowledged["batches"][told.json()["job_id"]] = name
            return
        told = self._answered(name, "intake", {"writs": [writ(name, immediate=n % 5 == 1)]})
        # Done by a server that was killed before it could keep what it answers, it is told by its event.
        assert told.json().get("event") or told.json()["counts"]["writs"]["new"] == 1, told.text
        self.acknowledged["intake"].append(name)
        if n % 5 == 1:
            told = self._answered(f"{name}-now", f"writs/{name}/assign", {})
            self.acknowledged["assign"][name] = told.status_code == 200

    def _answered(self, key, path, asked):
        while True:
            try:
                place = f"{self.server.address}{API}/{path}"
                answer = self.client.post(place, json=asked, headers={"Idempotency-Key": key})
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code != 503:
                break
            self.again += 1
            time.sleep(0.05)
        # A batch may have given an urgent writ before it was its turn.
        if answer.status_code not in (200, 202) and not (path.endswith("/assign") and code(answer) == "refused"):
            self.failed.append((key, path, answer.status_code, answer.text))
        return answer


def killed(server, url, chance):
    """Kill the server, its worker, or both; the server is started again, and a server starts its worker again."""
    whom = chance.choice(["server", "worker", "both"])
    workers = [json.loads(line)["process"] for line in server.logged if '"worker started"' in line]
    if whom != "server" and workers:
        try:
            os.kill(workers[-1], signal.SIGKILL)
        except ProcessLookupError:
            whom = "server"
    if whom != "worker" or not workers:
        server.stop(signal.SIGKILL)
        server.start(url)
        return "both" if whom == "both" and workers else "server"
    return whom


@pytest.mark.parametrize("store", STORES)
def test_whatever_is_killed_every_acknowledged_write_is_there_once(store, request, tmp_path):
    url = f"sqlite:///{tmp_path / 'b'}" if store == "sqlite" else request.getfixturevalue("postgresql").new()
    book = opened(url, tmp_path, home())
    people(book)
    over, chance, whom = threading.Event(), random.Random(store), []
    with served(url) as server:
        clients = [system(server, book, "integration") for _ in range(CLIENTS)]
        senders = [Sender(number, server, client, over) for number, client in enumerate(clients)]
        for sender in senders:
            sender.start()
        try:
            for _ in range(KILLS):
                time.sleep(chance.random() * 2)
                whom.append(killed(server, url, chance))
        finally:
            over.set()
        for sender in senders:
            sender.join()
        asked = {job: name for sender in senders for job, name in sender.acknowledged["batches"].items()}
        until = time.monotonic() + 120
        while desk.count(book, "jobs", "state IN ('queued', 'running')") and time.monotonic() < until:
            time.sleep(0.2)
    print({one: whom.count(one) for one in set(whom)}, {  # for whoever runs it
        "writs": sum(len(sender.acknowledged["intake"]) for sender in senders),
        "batches": len(asked),
        "at once": sum(sum(sender.acknowledged["assign"].values()) for sender in senders),
        "sent again": sum(sender.again for sender in senders),
    })  # fmt: skip
    assert not [fault for sender in senders for fault in sender.failed]
    # Every writ that was acknowledged is there, once, by one act of its own, and no other.
    sent = sorted(name for sender in senders for name in sender.acknowledged["intake"])
    there = sorted(name for name in held(book, "writs")["writ_id"] if name.startswith("C"))
    assert there == sent and len(sent) == len(set(sent)) > KILLS
    assert events(book, "what = 'import'").height == len(sent) + 1
    # Every batch that was acknowledged is a job that was done, by one batch at most, and there are no others.
    rows = {row["job_id"]: row for row in desk.found(book, "jobs", "1 = 1")}
    assert set(rows) == set(asked) and {row["state"] for row in rows.values()} == {"done"}
    made = [row["event"] for row in rows.values() if row["event"] is not None]
    assert len(made) == len(set(made)) > 0
    assert sorted(made) == sorted(events(book, "what = 'batch'")["seq"])
    # Each writ was given at most once, and each urgent one that was said to be given has been.
    given = held(book, "assignments")["writ_id"]
    assert given.len() == given.n_unique()
    urgent = {name for sender in senders for name, done in sender.acknowledged["assign"].items()}
    assert urgent <= set(given)
    assert audit(book).ok, str(audit(book))
    book.close()
