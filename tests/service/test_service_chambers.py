"""Accounts of one chamber of two in a book: what is proposed in the other is neither theirs to see nor to decide."""

from __future__ import annotations

import pytest
from books import NOW, batch, clerk, neighbours, opened
from served import code, people, served, session
from small import writ

from tengbol.book import desk

API = "/api/v1"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chambers")
    tables = neighbours(writs=[writ("W1"), writ("V1", debtor_district_id="X1")])
    store = opened(f"sqlite:///{folder / 'chamber.book'}", folder, tables)
    for chamber_id in ("C1", "C2"):
        batch(store, clerk(), chamber_id=chamber_id, as_of=NOW)
    people(store, clerk2="clerk", other="clerk")
    for login, chamber_id in (("clerk2", "C1"), ("other", "C2")):
        desk.change(store, "accounts", "login = :login", {"chamber_id": chamber_id}, login=login)
    return store


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


def test_what_is_proposed_in_one_chamber_is_not_seen_in_another(book, server):
    mine, other, whole = (session(server, book, login) for login in ("clerk2", "other", "clerk"))
    asked = {"writ_id": "W1", "reason": "entered_twice", "document": "No. 7"}
    made = mine.post(f"{API}/acts/annul", json=asked)
    assert made.status_code == 202, made.text
    proposal_id = made.json()["proposal_id"]

    def listed(client):
        return [row["proposal_id"] for row in client.get(f"{API}/proposals").json()]

    assert listed(mine) == listed(whole) == [proposal_id]
    assert listed(other) == []
    assert code(other.get(f"{API}/proposals/{proposal_id}")) == "not_found"
    html = {"accept": "text/html"}
    assert other.get(f"/proposals/{proposal_id}", headers=html).status_code == 404
    assert proposal_id in mine.get("/proposals", headers=html).text
    assert proposal_id not in other.get("/proposals", headers=html).text
    for client, waits in ((mine, True), (other, False)):
        assert ('href="/proposals"><b>' in client.get("/", headers=html).text) == waits
    assert code(other.post(f"{API}/proposals/{proposal_id}/confirm")) == "not_found"
    assert whole.post(f"{API}/proposals/{proposal_id}/reject", json={}).status_code == 200
    assert proposal_id not in other.get("/proposals", headers=html).text
