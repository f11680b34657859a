"""One key, one act: also of requests that are sent again while the first is still at work, or was killed at it."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from books import STORES
from served import chambered, code, served, session, system
from small import writ

from tengbol.book import desk
from tengbol.book.acts import events

#: What is sent at the same moment, or again, is kept apart by the store.
pytestmark = pytest.mark.stores

API = "/api/v1"
TIMES = 6


@pytest.fixture(scope="module", params=STORES)
def book(request, tmp_path_factory):
    return chambered(request, tmp_path_factory.mktemp("once"), 8)


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


def at_once(client, path, key, **asked):
    """The answers to one request that is sent several times at the same moment."""
    ready = Barrier(TIMES)

    def send(_):
        ready.wait()
        return client.post(path, headers={"Idempotency-Key": key, **asked.pop("headers", {})}, **asked)

    with ThreadPoolExecutor(TIMES) as threads:
        return list(threads.map(send, range(TIMES)))


@pytest.mark.parametrize("turn", range(3))
def test_a_batch_asked_for_in_parallel_under_one_key_is_one_job_and_every_answer_is_that_job(turn, server, book):
    client = session(server, book, "clerk")
    before = desk.count(book, "jobs", "1 = 1")
    every = at_once(client, f"{API}/batches", f"batch-{turn}", json={})
    assert desk.count(book, "jobs", "1 = 1") == before + 1
    assert [(one.status_code, one.json()) for one in every] == [(202, every[0].json())] * TIMES
    assert sum("idempotency-replayed" in one.headers for one in every) == TIMES - 1


def test_rows_sent_in_parallel_under_one_key_are_taken_in_once(server, book):
    client = system(server, book, "integration")
    before = events(book, "what = 'import'").height
    rows = {"writs": [writ(f"P{n}") for n in range(200)]}
    every = at_once(client, f"{API}/intake", "intake", json=rows)
    assert events(book, "what = 'import'").height == before + 1
    assert [(one.status_code, one.json()) for one in every] == [(200, every[0].json())] * TIMES
    assert every[0].json()["counts"]["writs"]["new"] == 200


def test_a_token_asked_for_in_parallel_under_one_key_is_given_once(server, book):
    client = session(server, book, "administrator")
    asked = {"name": "twin", "scopes": ["me.read"]}
    every = at_once(client, f"{API}/accounts/integration/tokens", "token", json=asked)
    assert {one.status_code for one in every} == {201}
    [told] = [one.json() for one in every if "token" in one.json()]
    assert desk.count(book, "tokens", "name = 'twin'") == 1 and told["token_id"]
    # What is shown once is shown to one; the others are told by which event it was done. It need not be the last event:
    # the batches asked for above may still be at work.
    given = events(book, "what = 'token given'")["seq"].max()
    assert {one.json()["event"] for one in every if "token" not in one.json()} == {given}


def test_what_is_refused_in_parallel_is_refused_to_all(server, book):
    client = session(server, book, "clerk")
    every = at_once(client, f"{API}/acts/annul", "no-such", json={"writ_id": "W0", "reason": "whim", "document": "1"})
    assert {code(one) for one in every} == {"refused"}
    assert desk.one(book, "requests", "once = 'no-such'") is None


def test_a_request_that_is_long_at_work_is_busy_to_its_repeats_until_whoever_began_it_falls_silent(server, book):
    client = session(server, book, "clerk")
    asked = {"json": {"state": "handed", "writ_ids": ["NONE"]}, "headers": {"Idempotency-Key": "long"}}
    assert code(client.post(f"{API}/acts/mark", **asked)) == "refused"
    digest = _digest_of(client, asked)
    desk.put(book, "requests", login="clerk", once="long", digest=digest, at=desk.moment(), status=102, answer="other")
    early = client.post(f"{API}/acts/mark", **asked)
    assert code(early) == "busy" and int(early.headers["retry-after"]) >= 1
    other = client.post(f"{API}/acts/mark", **{**asked, "json": {"state": "handed", "writ_ids": ["OTHER"]}})
    assert code(other) == "key_reused"
    desk.change(book, "requests", "once = 'long'", {"at": desk.moment(-60)})
    assert code(client.post(f"{API}/acts/mark", **asked)) == "refused"


def _digest_of(client, asked):
    import hashlib
    import json

    request = client.build_request("POST", f"{API}/acts/mark", json=asked["json"])
    assert json.loads(request.content) == asked["json"]
    return hashlib.sha256(f"POST\n{API}/acts/mark\n\n\n".encode() + request.content).hexdigest()


def test_a_request_whose_server_was_killed_at_work_is_done_once_when_it_is_sent_again(server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("KILLED", immediate=True)]})
    asked = {"json": {}, "headers": {"Idempotency-Key": "killed"}}
    with ThreadPoolExecutor(1) as thread, book.alone("C1", 30):
        first = thread.submit(client.post, f"{API}/writs/KILLED/assign", **asked)
        while desk.one(book, "requests", "once = 'killed'") is None:
            pass
        server.stop(signal.SIGKILL)
        assert first.exception() is not None
    server.start(book.url)
    client.base_url = server.address
    until = [client.post(f"{API}/writs/KILLED/assign", **asked)]
    while code(until[-1]) == "busy" and len(until) < 5:
        until.append(client.post(f"{API}/writs/KILLED/assign", **asked))
    assert until[-1].status_code == 200 and until[-1].json()["assignments"][0]["writ_id"] == "KILLED"
    assert events(book, "what = 'urgent writ'").height == 1
    again = client.post(f"{API}/writs/KILLED/assign", **asked)
    assert again.json() == until[-1].json() and again.headers["idempotency-replayed"] == "true"
