"""What is sent is read in one way: names twice, NaN and long numbers; and the language that is wanted most."""

from __future__ import annotations

import json

import pytest
from served import anybody, chambered, code, served, session
from small import writ

from tengbol.book.acts import events
from tengbol.report.words import Words
from tengbol.service.problems import CODES

API = "/api/v1"
JSON, NDJSON = ({"Content-Type": kind} for kind in ("application/json", "application/x-ndjson"))


@pytest.fixture(scope="module")
def book(tmp_path_factory, request):
    request.param = "sqlite"
    return chambered(request, tmp_path_factory.mktemp("sent"), 2)


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


#: A body, and what is said of it.
UNREADABLE = (
    (b'{"state": "handed", "state": "closed", "writ_ids": ["W0"]}', "twice"),
    (b'{"state": NaN, "writ_ids": ["W0"]}', "NaN"),
    (b'{"state": "\xd0", "writ_ids": []}', "byte 12: no JSON (not UTF-8"),
    (json.dumps({"state": "handed", "writ_ids": ["W0"]}).encode("utf-16"), "not UTF-8"),
    (b"[" * 100_000, "nested"),
    (b'{"state": ' + b"9" * 5_000 + b"}", "digits"),
)


@pytest.mark.parametrize(("body", "why"), UNREADABLE)
def test_a_body_that_parsers_read_in_different_ways_is_refused_and_says_where(server, book, body, why):
    told = session(server, book, "clerk").post(f"{API}/acts/mark", content=body, headers=JSON)
    assert code(told) == "malformed"
    assert told.json()["detail"].startswith("Line 1, byte ") and why in told.json()["detail"]


def row(writ_id, **written):
    """A row of `writs`, with cells as they are to be written."""
    text = json.dumps({**writ(writ_id), **dict.fromkeys(written, "…")}, ensure_ascii=False)
    for name, cell in written.items():
        text = text.replace(f'"{name}": "…"', f'"{name}": {cell}')
    return text.encode()


@pytest.mark.parametrize("rows", [b'{"writs": [%s]}', b"%s"])
def test_a_row_that_names_a_column_twice_is_refused(server, book, rows):
    client, before = session(server, book, "clerk"), events(book).height
    sent = rows % row("T1", number='"1", "number": "2"')
    told = client.post(f"{API}/intake", content=sent, headers=JSON if rows[:1] == b"{" else NDJSON)
    assert code(told) == "malformed" and "twice" in told.json()["detail"]
    assert events(book).height == before


@pytest.mark.parametrize(
    ("place", "written"), [*enumerate(("1.10", "12345678901234567.89", "123456789012345678901234567890", "0.10"))]
)
def test_a_number_in_a_row_is_taken_with_all_its_digits(server, book, place, written):
    client = session(server, book, "clerk")
    told = client.post(f"{API}/intake", content=row(f"N{place}", number=written), headers=NDJSON)
    assert told.json()["counts"]["writs"]["new"] == 1, told.text
    shown = client.post(f"{API}/writs/N{place}/personal", json={"reason": "a question"})
    assert shown.json()["number"] == written


def test_a_sum_with_an_exponent_is_the_sum(server, book):
    """So programs write what is above ten million."""
    client = session(server, book, "clerk")
    told = client.post(f"{API}/intake", content=row("E0", amount="1.23456789E7"), headers=NDJSON)
    assert told.json()["counts"]["writs"]["new"] == 1, told.text
    assert client.post(f"{API}/writs/E0/personal", json={"reason": "a question"}).json()["amount"] == "12345678.9"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("kk;q=0.5, ru;q=0.9", "ru"),
        ("ru;q=0, kk", "kk"),
        ("de, ru-KZ;q=0.8, en;q=0.5", "ru"),
        ("ru, kk", "ru"),
        ("kk;q=x, ru", "ru"),
        ("fr", "en"),
    ],
)
def test_the_language_is_the_one_that_is_wanted_most(server, book, wanted, given):
    told = session(server, book, "clerk").get(f"{API}/writs/none", headers={"Accept-Language": wanted})
    assert told.json()["title"] == Words(given)(CODES["not_found"][1])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
def test_json_under_another_content_type_is_of_the_wrong_kind(server, book, kind):
    body = b'{"state": "handed", "writ_ids": ["W0"]}'
    told = session(server, book, "clerk").post(f"{API}/acts/mark", content=body, headers={"Content-Type": kind})
    assert (told.status_code, code(told)) == (415, "wrong_kind")
    assert told.json()["detail"] == "Content-Type: application/json"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json"]
)
def test_json_may_be_named_with_parameters_and_by_its_suffix(server, book, kind):
    told = session(server, book, "clerk").post(f"{API}/acts/mark", content=b"[]", headers={"Content-Type": kind})
    assert code(told) == "invalid"


def test_a_parameter_that_an_address_does_not_know_is_refused_by_its_name(server, book):
    client = session(server, book, "clerk")
    told = client.get(f"{API}/writs?stat=assigned&limit=1&more=1")
    assert (told.status_code, code(told)) == (422, "invalid")
    assert [fault["field"] for fault in told.json()["faults"]] == ["stat", "more"]
    assert client.get(f"{API}/writs?state=assigned&lang=ru").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/login", f"{API}/writs", f"{API}/openapi.json", "/nothing"])
def test_head_is_answered_as_get_is_without_the_body(server, book, path):
    client = session(server, book, "clerk")
    told, whole = client.head(path), client.get(path)
    assert told.status_code == whole.status_code and not told.content
    assert told.headers["content-type"] == whole.headers["content-type"]


def test_head_of_what_is_only_written_is_no_method(server):
    assert anybody(server).head(f"{API}/intake").status_code == 405


def test_a_cursor_that_was_cut_or_changed_begins_no_page(server, book):
    client = session(server, book, "clerk")
    cursor = client.get(f"{API}/writs?limit=1").json()["next"]
    assert client.get(f"{API}/writs", params={"cursor": cursor}).status_code == 200
    for wrong in (cursor[:-4], cursor[4:], cursor.swapcase(), f"{cursor}!", "VzA=", ""):
        assert code(client.get(f"{API}/writs", params={"cursor": wrong})) == "malformed", wrong


def test_a_cursor_of_one_list_begins_no_page_of_another(server, book):
    client = session(server, book, "clerk")
    of_writs = client.get(f"{API}/writs?limit=1&state=pending").json()["next"]
    again = {"cursor": of_writs, "limit": 3, "state": "pending"}
    assert client.get(f"{API}/writs", params=again).status_code == 200
    assert client.get(f"{API}/writs?lang=ru", params=again).status_code == 200
    for other in ({}, {"state": "assigned"}, {"state": "pending", "district_id": "D1"}):
        assert code(client.get(f"{API}/writs", params=other | {"cursor": of_writs})) == "malformed", other
    of_enforcers = client.get(f"{API}/enforcers?limit=1").json()["next"]
    assert client.get(f"{API}/enforcers", params={"cursor": of_enforcers}).status_code == 200
    for path in ("batches", "districts", "absences", "due", "writs"):
        assert code(client.get(f"{API}/{path}", params={"cursor": of_enforcers})) == "malformed", path
