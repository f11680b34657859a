"""What the API answers is what its document says, and what it refuses it names: which writ, which field, which line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from books import STORES
from jsonschema import Draft202012Validator
from served import anybody, chambered, code, served, session, system
from small import writ
from test_service_api import over

from tengbol.asked import local_now
from tengbol.book.acts import events
from tengbol.service.roles import ENDPOINTS
from tengbol.service.verbs import VERBS

API = "/api/v1"
NDJSON = {"Content-Type": "application/x-ndjson"}


@pytest.fixture(scope="module", params=STORES)
def book(request, tmp_path_factory):
    return chambered(request, tmp_path_factory.mktemp("answers"), 8, clerk2="clerk", admin2="administrator")


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


@pytest.fixture(scope="module")
def distributed(server, book):
    client = session(server, book, "clerk")
    return over(client, client.post(f"{API}/batches", json={}).json())


@pytest.fixture(scope="module")
def document(server):
    return anybody(server).get(f"{API}/openapi.json").json()


in_a_file = pytest.mark.parametrize("book", ["sqlite"], indirect=True, scope="module")


def shape(document, name, status):
    """The schema of an answer."""
    endpoint = ENDPOINTS[name]
    told = document["paths"][endpoint.path.replace(":path", "")][endpoint.method.lower()]["responses"][status]
    kind = "application/json" if status[0] == "2" else "application/problem+json"
    return Draft202012Validator({**told["content"][kind]["schema"], "components": document["components"]})


# If-Match.


def test_a_mark_is_refused_where_its_writ_has_changed_since_it_was_read(distributed, server, book):
    one, two = session(server, book, "clerk"), session(server, book, "clerk2")
    tags = [client.get(f"{API}/writs/W0").headers["etag"] for client in (one, two)]
    asked = {"json": {"state": "handed", "writ_ids": ["W0"]}}
    assert one.post(f"{API}/acts/mark", **asked, headers={"If-Match": tags[0]}).status_code == 200
    late = {"json": {"state": "collected", "writ_ids": ["W0"]}, "headers": {"If-Match": tags[1]}}
    assert code(two.post(f"{API}/acts/mark", **late)) == "changed_since"
    assert one.get(f"{API}/writs/W0").json()["state"] == "handed"
    now = two.get(f"{API}/writs/W0").headers["etag"]
    assert two.post(f"{API}/acts/mark", **{**late, "headers": {"If-Match": now}}).status_code == 200


def test_an_urgent_writ_and_personal_data_are_refused_where_the_writ_has_changed(distributed, server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("URGENT", immediate=True)]})
    wrong = {"If-Match": '"1"'}
    assert code(client.post(f"{API}/writs/URGENT/assign", json={}, headers=wrong)) == "changed_since"
    asked = {"json": {"reason": "a question"}}
    assert code(client.post(f"{API}/writs/URGENT/personal", **asked, headers=wrong)) == "changed_since"
    assert events(book, "what = 'personal data opened'").is_empty()
    right = {"If-Match": client.get(f"{API}/writs/URGENT").headers["etag"]}
    assert client.post(f"{API}/writs/URGENT/personal", **asked, headers=right).status_code == 200
    assert client.post(f"{API}/writs/URGENT/assign", json={}, headers=right).status_code == 200


@in_a_file
@pytest.mark.parametrize("given", ["17", '"x"', "*", 'W/"17"', '"1", "2"', '""'])
def test_an_if_match_that_is_no_etag_of_a_writ_is_refused(given, distributed, server, book):
    client = session(server, book, "clerk")
    asked = {"writ_id": "W1", "reason": "creditor_withdrew", "document": "letter 5", "dry_run": True}
    told = client.post(f"{API}/acts/withdraw", json=asked, headers={"If-Match": given})
    assert code(told) == "malformed" and told.json()["detail"].startswith("If-Match: ")


@in_a_file
def test_an_if_match_is_refused_where_nothing_is_compared_with_it(distributed, server, book, document):
    client = session(server, book, "clerk")
    several = {"state": "closed", "writ_ids": ["W1", "W2"]}
    for path, asked in (("acts/mark", several), ("batches", {}), ("acts/centre", {"district_ids": ["D1"]})):
        told = client.post(f"{API}/{path}", json=asked, headers={"If-Match": '"5"'})
        assert code(told) == "malformed" and "If-Match" in told.json()["detail"], path
    operations = {
        name: document["paths"][endpoint.path.replace(":path", "")][endpoint.method.lower()]
        for name, endpoint in ENDPOINTS.items()
        if endpoint.path.startswith(API) and name != "openapi"
    }
    taking = {
        name
        for name, operation in operations.items()
        if any(one["name"] == "if-match" for one in operation.get("parameters", []))
    }
    about = {f"acts.{name}" for name, verb in VERBS.items() if verb.writ is not None}
    assert taking == {*about, "acts.mark", "writs.assign", "writs.personal"}


# Intake.


def counted(told):
    return {name: {kind: n for kind, n in rows.items() if kind != "taken"} for name, rows in told["counts"].items()}


def test_a_check_says_what_intake_then_does(distributed, server, book):
    client = system(server, book, "integration")
    client.post(f"{API}/intake", json={"writs": [writ("OLD")]})
    rows = [
        writ("FRESH"),
        writ("FUTURE", received_at=dt.datetime(2097, 1, 1)),
        writ("W3"),
        writ("W4", subject="Another matter"),
        writ("OLD"),
        writ("WRONG", claim="none"),
    ]
    asked = {"content": "\n".join(json.dumps(row, default=str) for row in rows), "headers": NDJSON}
    before = events(book).height
    checked = client.post(f"{API}/intake/check", **asked)
    assert checked.status_code == 200, server.logged[-3:]
    checked = checked.json()
    assert events(book).height == before
    told = client.post(f"{API}/intake", **asked).json()
    assert counted(checked) == told["counts"] == {"writs": {"new": 1, "same": 2, "changed": 0, "rejected": 3}}
    assert checked["rejected"] == told["rejected"]
    codes = {row["row"]: row["code"] for row in told["rejected"]}
    assert codes == {3: "later_than_clock", 5: "already_distributed", 7: "bad_code"}
    assert checked["stops"] is None and checked["event"] is None
    assert set(checked["warnings"]) >= set(told["warnings"])


def test_a_check_says_where_intake_refuses_all_of_it(distributed, server, book):
    client = system(server, book, "integration")
    rows = {"absences": [{"enforcer_id": "E1", "reason": "leave", "start": "yesterday"}]}
    checked, told = (client.post(f"{API}/{path}", json=rows) for path in ("intake/check", "intake"))
    assert checked.status_code == 200 and code(told) == "refused", server.logged[-3:]
    assert {name: checked.json()["stops"][name] for name in told.json()} == told.json()
    accepted = client.post(f"{API}/intake/check?accept=later", json=rows).json()
    assert accepted["stops"] is None and accepted["counts"]["absences"]["rejected"] == 1


# Moments.


def test_every_moment_is_the_chambers_local_time(distributed, server, book):
    clerk, admin = session(server, book, "clerk"), session(server, book, "administrator")
    admin.post(f"{API}/accounts/integration/tokens", json={"name": "t", "scopes": ["me.read"], "days": 1})
    asked = {"writ_id": "W5", "reason": "entered_twice", "document": "act 3"}
    proposed = clerk.post(f"{API}/acts/annul", json=asked).json()["proposal_id"]
    now = local_now()
    told = {
        "job": clerk.get(f"{API}/jobs").json()[0]["asked_at"],
        "token": admin.get(f"{API}/tokens").json()[-1]["made_at"],
        "account": admin.get(f"{API}/accounts").json()[0]["made_at"],
        "proposal": clerk.get(f"{API}/proposals/{proposed}").json()["asked_at"],
        "event": clerk.get(f"{API}/events?limit=1000").json()["items"][-1]["at"],
    }
    assert {name: abs(dt.datetime.fromisoformat(at) - now) < dt.timedelta(hours=1) for name, at in told.items()} == (
        dict.fromkeys(told, True)
    )


# Jobs.


def test_a_batch_that_cannot_be_made_as_of_its_moment_is_refused_at_once(distributed, server, book):
    client = session(server, book, "clerk")
    for as_of in ("2097-01-01T10:00:00", "2020-01-01T10:00:00"):
        told = client.post(f"{API}/batches", json={"as_of": as_of})
        assert code(told) == "refused" and told.json()["reason"], told.text
        assert told.json()["field"] == "as_of" and "--" not in told.json()["detail"]


def test_a_job_that_is_refused_says_why_as_a_request_does(distributed, server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("LATER")]})
    with book.alone("C1", 5):
        job = client.post(f"{API}/batches", json={"public_value": "7"}).json()
    told = over(client, job)
    assert told["state"] == "refused" and told["told"]["code"] == "refused"
    assert told["told"]["reason"].startswith("T") and "--" not in told["told"]["detail"]
    assert set(told["told"]) <= {"code", "detail", "reason", "field"}
    kazakh = client.get(f"{API}/jobs/{job['job_id']}?lang=kk").json()["told"]
    assert kazakh["reason"] == told["told"]["reason"] and kazakh["detail"] != told["told"]["detail"]


# The document.


def test_every_answer_has_a_schema(document):
    bare = [
        (path, method, status)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if not response.get("content", {}).get("application/json", {"schema": 1})["schema"]
    ]
    assert not bare


@in_a_file
def test_acts_and_refusals_are_answered_as_the_document_says(distributed, server, book, document):
    client = session(server, book, "clerk")
    for verb, asked in {
        "mark": {"state": "handed", "writ_ids": ["W6"]},
        "leave": {"enforcer_id": "E3", "reason": "leave", "start": local_now().date().isoformat()},
        "return": {"enforcer_id": "E3"},
        "materials": {"enforcer_id": "E1"},
        "withdraw": {"writ_id": "W6", "reason": "creditor_withdrew", "document": "1", "dry_run": True},
    }.items():
        told = client.post(f"{API}/acts/{verb}", json=asked)
        if told.status_code == 200:
            shape(document, f"acts.{verb}", "200").validate(told.json())
        assert told.status_code == 200 or (verb, code(told)) == ("materials", "refused"), told.text
    told = client.post(f"{API}/acts/mark", json={"state": 1})
    shape(document, "acts.mark", "422").validate(told.json())
    assert [fault["field"] for fault in told.json()["faults"]] == ["state", "writ_ids"]
    assert "faults" in document["components"]["schemas"]["Problem"]["properties"]


@in_a_file
def test_a_refusal_names_the_field_as_it_was_sent(distributed, server, book):
    clerk, admin = session(server, book, "clerk"), session(server, book, "administrator")
    for told, field in (
        (clerk.post(f"{API}/batches", json={"chamber_id": "C9"}), "chamber_id"),
        (admin.post(f"{API}/accounts", json={"login": "clerk", "role": "clerk"}), "login"),
        (admin.post(f"{API}/accounts/clerk/tokens", json={"name": "t", "scopes": ["flying.read"]}), "scopes"),
        (admin.post(f"{API}/webhooks", json={"url": "ftp://example.org"}), "url"),
    ):
        assert (code(told), told.json()["field"]) == ("refused", field), told.text


@in_a_file
def test_kinds_of_events_and_states_that_there_are_not_are_refused_and_all_are_listed(
    distributed, server, book, document
):
    clerk, admin = session(server, book, "clerk"), session(server, book, "administrator")
    told = admin.post(f"{API}/webhooks", json={"url": "https://example.org/h", "kinds": ["batch", "btach"]})
    assert (code(told), told.json()["field"]) == ("invalid", "kinds.1")
    told = clerk.get(f"{API}/writs", params={"state": "waiting"})
    assert (code(told), told.json()["field"]) == ("invalid", "state")
    kinds = document["components"]["schemas"]["NewHook"]["properties"]["kinds"]["items"]["enum"]
    assert set(kinds) >= set(events(book)["what"])
    states = json.dumps(document["paths"][f"{API}/writs"]["get"]["parameters"])
    assert all(f'"{state}"' in states for state in ("pending", "incomplete", "assigned", "annulled"))


# What is refused, and why.


@in_a_file
def test_what_cannot_be_read_says_where(distributed, server, book):
    client = system(server, book, "integration")
    good = json.dumps(writ("X"))
    for sent, line, byte in (
        (f'{good}\n{{"writ_id": }}', 2, len(good) + 14),
        (good.encode() + b'\n\n{"a": "\xff"}', 3, len(good) + 10),
        ("[" * 200_000, 1, 1),
    ):
        told = client.post(f"{API}/intake", content=sent, headers=NDJSON)
        assert code(told) == "malformed" and told.json()["detail"].startswith(f"Line {line}, byte {byte}: "), told.text
    kind = {"Content-Type": "application/json"}
    assert client.post(f"{API}/intake", headers=kind).json()["detail"] == "The body is empty."
    assert client.post(f"{API}/batches", headers=kind).json()["detail"] == "The body is empty."
    told = client.post(f"{API}/batches", content='{\n"as_of" 1}', headers=kind)
    assert code(told) == "malformed" and told.json()["detail"].startswith("Line 2, byte 11: "), told.text
    nested = {"writs": [writ("X"), writ("Y", subject={"a": 1})]}
    told = client.post(f"{API}/intake", json=nested).json()
    assert told["detail"].startswith("writs, row 3, subject: ") and told["field"] == "writs.1.subject"


@in_a_file
def test_who_is_not_let_in_is_told_what_he_lacks(distributed, server, book):
    clerk = session(server, book, "clerk")
    del clerk.headers["X-CSRF-Token"]
    told = clerk.post(f"{API}/batches", json={})
    assert code(told) == "forged" and "X-CSRF-Token" in told.json()["detail"]
    told = session(server, book, "auditor").post(f"{API}/batches", json={})
    assert code(told) == "not_allowed" and "auditor" in told.json()["detail"] and "clerk" in told.json()["detail"]
    one = system(server, book, "integration", "me.read")
    told = one.post(f"{API}/batches", json={})
    assert code(told) == "not_allowed" and "batches.write" in told.json()["detail"]
    one.headers["Authorization"] += "x"
    told = one.get(f"{API}/me")
    assert code(told) == "not_signed_in" and "mistyped" in told.json()["detail"]
    assert 'error="invalid_token"' in told.headers["www-authenticate"]
    assert "detail" not in anybody(server).get(f"{API}/me").json()


@in_a_file
def test_what_is_too_large_is_told_the_limit(distributed, server, book):
    client = system(server, book, "integration")
    told = client.post(f"{API}/intake", content=b" " * ((64 << 20) + 1), headers=NDJSON)
    assert code(told) == "too_large" and str(64 << 20) in told.json()["detail"]


# Writs that came with a fault.


def test_a_writ_that_came_with_a_fault_is_found_by_its_id_and_its_state_and_in_what_is_due(distributed, server, book):
    client = session(server, book, "clerk")
    client.post(f"{API}/intake", json={"writs": [writ("FAULTY", claim="none")]})
    listed = client.get(f"{API}/writs", params={"state": "incomplete"}).json()["items"]
    assert "FAULTY" in [row["writ_id"] for row in listed]
    assert client.get(f"{API}/writs/FAULTY").json()["state"] == "incomplete"
    due = client.get(f"{API}/due", params={"day": "2097-01-01"}).json()["writs"]
    assert "FAULTY" in [row["writ_id"] for row in due]
    everything = client.get(f"{API}/writs", params={"limit": 1000}).json()["items"]
    assert "FAULTY" in [row["writ_id"] for row in everything]
    assert client.get(f"{API}/writs/FAULTY").json()["fault"] == "bad_code"
    assert code(client.post(f"{API}/writs/FAULTY/personal", json={"reason": "a question"})) == "not_found"
