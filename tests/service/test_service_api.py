"""The API over both stores: intake, batches by the worker, acts by one and by two, and nothing done twice."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from books import STORES
from jsonschema import Draft202012Validator
from served import chambered, code, served, session, system
from small import writ

from tengbol.book import desk
from tengbol.book.acts import events, payload
from tengbol.book.audit import audit
from tengbol.book.kept import held

API = "/api/v1"
JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Of what does not depend on the store.
in_a_file = pytest.mark.parametrize("book", ["sqlite"], indirect=True, scope="module")


@pytest.fixture(scope="module", params=STORES)
def book(request, tmp_path_factory):
    return chambered(request, tmp_path_factory.mktemp("api"), 12, clerk2="clerk")


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


@pytest.fixture(scope="module")
def distributed(server, book):
    """All that waited, by a batch that a clerk asked for."""
    client = session(server, book, "clerk")
    return over(client, client.post(f"{API}/batches", json={}).json())


def over(client, job):
    """A job once it is over and what came of it is told, which follows the batch itself."""
    until = time.monotonic() + 60
    while job["state"] in ("queued", "running") or job["told"] is None:
        assert time.monotonic() < until, job
        time.sleep(0.1)
        job = client.get(f"{API}/jobs/{job['job_id']}").json()
    return job


def running(client, job):
    while client.get(f"{API}/jobs/{job['job_id']}").json()["state"] != "running":
        time.sleep(0.05)


def holder(store, writ_id):
    return held(store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL", id=writ_id)["enforcer_id"].to_list()


def test_a_batch_is_made_by_the_worker_in_the_name_of_who_asked_and_tells_what_came_of_it(distributed, server, book):
    assert (distributed["state"], distributed["told"]["counts"]["assigned"]) == ("done", 12)
    event = events(book, "what = 'batch'").row(0, named=True)
    assert (event["who"], event["seq"]) == ("clerk", distributed["event"])
    client = system(server, book, "integration")
    listed = client.get(f"{API}/batches/{distributed['batch_id']}/assignments", params={"limit": 5}).json()
    rest = client.get(
        f"{API}/batches/{distributed['batch_id']}/assignments", params={"limit": 50, "cursor": listed["next"]}
    ).json()
    got = {row["writ_id"]: row["enforcer_id"] for row in listed["items"] + rest["items"]}
    assert len(got) == 12 and rest["next"] is None and all(holder(book, name) == [who] for name, who in got.items())
    why = client.get(f"{API}/writs/W3/why").json()
    assert why["enforcer_id"] == got["W3"] and why["pool"] == ["E1", "E2", "E3"] and "¶9" in why["explanation"]
    assert "¶9" in client.get(f"{API}/writs/W3/why?lang=kk").json()["explanation"]
    proof = client.get(f"{API}/batches/{distributed['batch_id']}/proof").json()
    assert proof["link"] == client.get(f"{API}/batches/{distributed['batch_id']}").json()["link"]
    with client.stream("GET", f"{API}/jobs/{distributed['job_id']}/progress") as stream:
        assert next(stream.iter_lines()) == "event: done"


@in_a_file
@pytest.mark.parametrize("kind", ["json", "ndjson", "csv", "parquet", "xlsx"])
def test_rows_come_in_by_every_kind_and_what_is_wrong_is_rejected_as_by_the_command(
    kind, distributed, server, book, tmp_path
):
    rows = [writ(f"{kind}-1"), writ(f"{kind}-2", claim="none")]
    frame = pl.DataFrame([{name: None if cell is None else str(cell) for name, cell in row.items()} for row in rows])
    client = system(server, book, "integration")
    if kind == "parquet":
        frame.write_parquet(tmp_path / "w")
        sent, named = (tmp_path / "w").read_bytes(), "application/vnd.apache.parquet"
    elif kind == "xlsx":
        frame.write_excel(tmp_path / "w.xlsx", worksheet="writs")
        sent, named = (tmp_path / "w.xlsx").read_bytes(), XLSX
    else:
        sent, named = {
            "json": (json.dumps({"writs": rows}), JSON),
            "ndjson": ("\n".join(map(json.dumps, rows)), "application/x-ndjson"),
            "csv": (frame.write_csv(), "text/csv"),
        }[kind]
    headers = {"Content-Type": named, "Idempotency-Key": f"intake-{kind}"}
    checked = client.post(f"{API}/intake/check", content=sent, headers={"Content-Type": named}).json()
    told = client.post(f"{API}/intake", content=sent, headers=headers).json()
    assert told["counts"] == {"writs": {"new": 1, "same": 0, "changed": 0, "rejected": 1}}
    assert told["rejected"] == checked["rejected"]
    assert [(row["row"], row["column"], row["code"]) for row in told["rejected"]] == [(3, "claim", "bad_code")]
    again = client.post(f"{API}/intake", content=sent, headers=headers)
    assert again.headers["idempotency-replayed"] == "true" and again.json() == told
    assert code(client.post(f"{API}/intake", content=b"x", headers={"Content-Type": "text/plain"})) == "wrong_kind"
    changed = {"content": json.dumps({"writs": [{**rows[0], "amount": "7"}]}), "headers": {"Content-Type": JSON}}
    one = {"table": "writs", "id": f"{kind}-1", "column": "amount", "old": "50000.0", "new": "7.0"}
    assert client.post(f"{API}/intake/check", **changed).json()["changed"] == [one]
    assert told["changed"] == []


@in_a_file
def test_a_workbook_that_unpacks_to_far_more_than_it_is_is_refused_unread(distributed, server, book, tmp_path):
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(tmp_path / "bomb.xlsx", "w", ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * (64 << 20))
    client = system(server, book, "integration")
    bomb = (tmp_path / "bomb.xlsx").read_bytes()
    assert code(client.post(f"{API}/intake", content=bomb, headers={"Content-Type": XLSX})) == "too_large"


def test_an_urgent_writ_is_given_at_once_and_one_key_gives_it_once(distributed, server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("URGENT", immediate=True)]})
    asked = {"json": {}, "headers": {"Idempotency-Key": "urgent"}}
    with ThreadPoolExecutor(4) as threads:
        every = list(threads.map(lambda _: client.post(f"{API}/writs/URGENT/assign", **asked), range(4)))
    assert {response.status_code for response in every} == {200}
    assert events(book, "what = 'urgent writ'").height == 1
    assert holder(book, "URGENT") == [every[0].json()["assignments"][0]["enforcer_id"]]
    assert code(client.post(f"{API}/writs/W0/assign", json={})) == "refused"


def test_an_act_that_moves_a_writ_waits_for_another_login_who_stands_in_its_event(distributed, server, book):
    clerk, head = session(server, book, "clerk"), session(server, book, "head")
    before = events(book).height
    asked = clerk.post(f"{API}/acts/annul", json={"writ_id": "W1", "reason": "entered_twice", "document": "act 3"})
    assert asked.status_code == 202 and asked.json()["effect"]["balances"]
    assert holder(book, "W1") and events(book).height == before + 1
    place = f"{API}/proposals/{asked.json()['proposal_id']}"
    assert code(clerk.post(f"{place}/confirm", json={})) == "same_person"
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda client: client.post(f"{place}/confirm", json={}),
                                [head, session(server, book, "clerk2")]))  # fmt: skip
    assert sorted(response.status_code for response in both) == [200, 409]
    event = events(book, "what = 'annul'").row(0, named=True)
    assert event["who"] == "clerk" and payload(event)["second"] in ("head", "clerk2")
    assert holder(book, "W1") == []
    other = clerk.post(f"{API}/acts/annul", json={"writ_id": "W2", "reason": "entered_twice", "document": "act 4"})
    place = f"{API}/proposals/{other.json()['proposal_id']}"
    assert head.post(f"{place}/reject", json={"reason": "it was not"}).status_code == 200
    assert code(head.post(f"{place}/confirm", json={})) == "conflict" and holder(book, "W2")


def test_of_two_clerks_on_one_writ_the_second_is_told(distributed, server, book):
    one, two = session(server, book, "clerk"), session(server, book, "clerk2")
    tags = [client.get(f"{API}/writs/W4").headers["etag"] for client in (one, two)]
    asked = {"writ_id": "W4", "reason": "creditor_withdrew", "document": "letter 5"}
    assert one.post(f"{API}/acts/withdraw", json=asked, headers={"If-Match": tags[0]}).status_code == 200
    late = two.post(f"{API}/acts/withdraw", json={**asked, "reason": "issuer_recalled"}, headers={"If-Match": tags[1]})
    assert code(late) == "changed_since"
    # What can be done to it still is refused, too, for it is not as he read it.
    undo = {"subject": "W4", "document": "letter 6"}
    assert one.post(f"{API}/acts/revoke", json=undo).status_code == 200
    late = two.post(f"{API}/acts/withdraw", json=asked, headers={"If-Match": tags[1]})
    assert code(late) == "changed_since"
    assert events(book, "what = 'withdraw' AND subject = 'W4'").height == 1


def test_an_enforcer_sees_his_own_writs_whatever_he_writes_into_addresses(distributed, server, book):
    client = session(server, book, "enforcer")
    own = {row["writ_id"] for row in client.get(f"{API}/writs").json()["items"]}
    assert own and own == set(held(book, "ledger", "t.enforcer_id = 'E1' AND t.closed_at IS NULL")["writ_id"])
    for writ_id in held(book, "writs")["writ_id"]:
        for response in (
            client.get(f"{API}/writs/{writ_id}"),
            client.get(f"{API}/writs/{writ_id}/why"),
            client.post(f"{API}/writs/{writ_id}/personal", json={"reason": "mine"}),
        ):
            assert (response.status_code == 200) == (writ_id in own), response.text
    assert client.get(f"{API}/writs", params={"enforcer_id": "E2"}).json()["items"] == []
    given = client.get(f"{API}/batches/{distributed['batch_id']}/assignments").json()["items"]
    assert {row["enforcer_id"] for row in given} == {"E1"}
    assert {row["enforcer_id"] for row in client.get(f"{API}/due?day=2026-12-31").json()["writs"]} == {"E1"}
    assert {row["enforcer_id"] for row in client.get(f"{API}/enforcers").json()["items"]} == {"E1"}


@in_a_file
def test_personal_data_is_opened_by_an_act_and_stands_nowhere_else(distributed, server, book):
    client = session(server, book, "clerk")
    every = [f"{API}/writs", f"{API}/writs/W5", f"{API}/batches/{distributed['batch_id']}/assignments",
             f"{API}/events?limit=1000", f"{API}/due"]  # fmt: skip
    assert not [place for place in every if "debtor of" in client.get(place).text]
    opened_now = client.post(f"{API}/writs/W5/personal", json={"reason": "a party's question"})
    assert opened_now.json()["debtor_id"] == "debtor of W5"
    event = events(book, "what = 'personal data opened' AND subject = 'W5'").row(-1, named=True)
    assert (event["who"], event["document"]) == ("clerk", "a party's question")
    assert not [line for line in server.logged if "debtor of" in line or "W5" in line]


def test_a_batch_under_way_survives_a_server_and_a_worker_that_are_killed(distributed, server, book, tmp_path):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("LATE")]})
    batches = held(book, "batches").height
    with book.alone("C1", 5):
        job = client.post(f"{API}/batches", json={}).json()
        running(client, job)
        [worker] = [json.loads(line)["process"] for line in server.logged if '"worker started"' in line]
        server.stop(signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        # As if it had been silent for long.
        desk.change(book, "jobs", "state = 'running'", {"beat_at": desk.moment(-60)})
        server.start(book.url)
        client.base_url = server.address
    assert over(client, job)["state"] == "done"
    assert held(book, "batches").height == batches + 1 and holder(book, "LATE")
    assert audit(book).ok


def test_a_batch_that_is_cancelled_is_not_made(distributed, server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("LAST")]})
    batches = held(book, "batches").height
    with book.alone("C1", 5):
        job = client.post(f"{API}/batches", json={}).json()
        running(client, job)
        assert client.post(f"{API}/jobs/{job['job_id']}/cancel", json={}).json()["state"] == "cancelled"
        assert code(client.post(f"{API}/jobs/{job['job_id']}/cancel", json={})) == "refused"
    time.sleep(0.5)
    assert held(book, "batches").height == batches and holder(book, "LAST") == []
    assert over(client, client.post(f"{API}/batches", json={}).json())["state"] == "done"
    assert holder(book, "LAST")


@in_a_file
def test_the_auditor_has_every_event_and_an_audit(distributed, server, book):
    client = session(server, book, "auditor")
    seen, after = [], 0
    while page := client.get(f"{API}/events", params={"after": after, "limit": 7}).json()["items"]:
        seen += page
        after = page[-1]["seq"]
    assert [row["hash"] for row in seen] == events(book)["hash"].to_list()[: len(seen)]
    assert len(seen) >= events(book).height - 1
    done = over(client, client.post(f"{API}/audits", json={}).json())
    assert done["told"]["ok"]
    assert client.get(f"{API}/public").content[:2] == b"\x1f\x8b"


@in_a_file
def test_answers_are_as_the_document_says(distributed, server, book):
    client = session(server, book, "clerk")
    document = client.get(f"{API}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, place in (
        ("status", "status"),
        ("writs", "writs"),
        ("due", "due"),
        ("jobs", "jobs"),
        ("events", "events"),
    ):
        shape = document["paths"][f"{API}/{path}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        Draft202012Validator({**shape, "components": document["components"]}).validate(
            client.get(f"{API}/{place}").json()
        )
