"""Ids edited in addresses: what is another's is answered like what is not there, and changes nothing.

Every endpoint that takes an id, of the API and of pages, and every field of a query is tried with ids of all that the
book and the service hold, as they are and disguised. An answer must be the same as for an id that nothing has, the id
itself put aside.
"""

from __future__ import annotations

import base64
import html
import json
import random
import re
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from books import NOW, batch, clerk, mark, neighbours, opened
from held_by import two
from served import people, served, session, system
from small import writ

from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.book.amending import annul, reassign
from tengbol.book.kept import held
from tengbol.service.api import ROUTERS
from tengbol.service.door import SAFE
from tengbol.service.lists import packed
from tengbol.service.pages import ROUTERS as PAGES
from tengbol.service.roles import ENDPOINTS

API = "/api/v1"
HTML = {"accept": "text/html", "accept-language": "en"}
#: Fields of queries that name something; cursors and parts of ids among them.
FIELDS = (
    *("enforcer_id", "enforcer", "district_id", "district", "chamber_id", "chamber", "subject", "who", "batch", "find"),
    *("after", "cursor"),
)
#: How an id may be disguised. Ids of writs here have a core that stands nowhere else, by which they are found.
DISGUISES = (
    *(lambda id: id, str.lower, lambda id: id + " ", lambda id: f"x/../{id}", lambda id: f"{id}/why"),
    *(lambda id: f"{id}/others", lambda id: f"{id}/personal", lambda id: f"{id}' OR '1'='1", lambda id: f"%{id[1:]}"),
    *(lambda id: id + "\x00", lambda id: quote(id.replace(id[0], f"%{ord(id[0]):02x}")), lambda id: id[:-1] + "_"),
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def book(request, tmp_path_factory):
    """Two chambers; of one of E1's writs he lost the proceeding, one is closed, one was annulled."""
    folder = tmp_path_factory.mktemp("ids")
    in_a_file = request.param == "sqlite"
    url = f"sqlite:///{folder / 'chamber.book'}" if in_a_file else request.getfixturevalue("postgresql").new()
    writs = [writ(f"Qyzx{n:03d}Z") for n in range(30)]
    writs += [writ(f"Ryzx{n:03d}Z", debtor_district_id="D2") for n in range(3)]
    writs += [writ(f"Syzx{n:03d}Z", debtor_district_id="X1") for n in range(3)]
    store = opened(url, folder, neighbours(writs=[*writs, writ("Tyzx001Z", claim="?")]))
    for chamber_id in ("C1", "C2"):
        batch(store, clerk(), chamber_id=chamber_id, as_of=NOW)
    mine = sorted(own(store))
    reassign(store, two(document="no. 1"), mine[0], ground="article_54", decision="no. 1 of 20 November 2026")
    annul(store, two(document="no. 2"), mine[1], reason="entered_twice")
    mark(store, clerk(), "closed", [mine[2]], at=NOW)
    batch(store, clerk(), chamber_id="C1", as_of=NOW)
    people(store, head1="head", auditor1="auditor")
    for login in ("head1", "auditor1"):
        desk.change(store, "accounts", "login = :login", {"chamber_id": "C1"}, login=login)
    moments = {"asked_by": "clerk", "asked_at": desk.moment()}
    for n, kind in enumerate(("batch", "audit", "whatif", "intake")):
        told = json.dumps({"ok": True, "said": []})
        desk.put(store, "jobs", job_id=f"{n:016x}", chamber_id="C2", kind=kind, arguments='{"scenario": "x"}',
                 state="done", told=told, **moments)  # fmt: skip
    annulled = {"writ_id": "Syzx000Z", "reason": "entered_twice", "document": "no. 3", "as_of": None, "dry_run": False}
    desk.put(store, "proposals", proposal_id="5" * 16, verb="annul", subject="Syzx000Z", arguments=json.dumps(annulled),
             effect="{}", state="open", document="no. 3", **moments)  # fmt: skip
    desk.put(store, "hooks", hook_id="6" * 16, url="https://a.example", secret="whsec_x", kinds="[]", event=1)
    desk.put(store, "deliveries", delivery_id="msg_6", hook_id="6" * 16, event=1, state="dead", tries=9)
    return store


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


def own(store):
    return set(held(store, "ledger", "t.enforcer_id = 'E1' AND t.closed_at IS NULL")["writ_id"])


def others(store, login):
    """By the name that a path has for it: ids of what somebody may not see, and one that nothing has."""
    if login == "enforcer":
        seen, batches = own(store), held(store, "batches")["batch_id"].to_list()
        people_ids, logins = ["E2", "E3", "F1", "X"], ["clerk", "head"]
    else:
        seen = {name for name in held(store, "writs")["writ_id"] if not name.startswith("S")}
        batches = held(store, "batches", "t.chamber_id = 'C2'")["batch_id"].to_list()
        people_ids, logins = ["X"], ["clerk", "head"]
    writs = sorted({*held(store, "states")["writ_id"]} - seen)
    jobs = [f"{n:016x}" for n in range(4)]
    tokens = [row["token_id"] for row in desk.found(store, "tokens", "1 = 1")] or ["7" * 16]
    return {
        "writ_id": (writs, "Qyzx999Z"),
        "batch_id": (batches, "C2-999"),
        "enforcer_id": (people_ids, "E9"),
        "job_id": (jobs, "f" * 16),
        "upload_id": (jobs, "f" * 16),
        "study_id": (jobs, "f" * 16),
        "proposal_id": (["5" * 16], "f" * 16),
        "hook_id": (["6" * 16], "f" * 16),
        "delivery_id": (["msg_6"], "msg_9"),
        "token_id": (tokens, "f" * 16),
        "login": (logins, "nobody"),
        "file": (["answer.zip", "scenario.toml"], "no.zip"),
    }


def queries():
    """By endpoint that is read, the fields of its query that name something."""
    for route in (route for router in (*PAGES, *ROUTERS) for route in router.routes):
        endpoint = ENDPOINTS.get(getattr(route, "name", ""))
        if endpoint is not None and endpoint.method == "GET":
            fields = [field.alias for field in route.dependant.query_params if field.alias in FIELDS]
            if fields:
                yield route.name, fields


def known(store):
    """Ids of all kinds that may stand in a field."""
    names = [*held(store, "states")["writ_id"], *held(store, "enforcers")["enforcer_id"], "D2", "X1", "C2", "clerk"]
    return sorted(names)


def cursors(name, of):
    return (
        name,
        packed(name, of),
        base64.urlsafe_b64encode(name.encode()).decode(),
        *(base64.urlsafe_b64encode(json.dumps(keys).encode()).decode() for keys in ([name], ["", name])),
    )


def answered(client, endpoint, path, query=None):
    """What is answered, less what is drawn anew for each answer."""
    headers = {} if endpoint.path.startswith("/api/") else HTML
    body = {}
    if endpoint.method not in SAFE and headers:
        csrf = client.headers.get("x-csrf-token", "")
        body["data"] = {"csrf": csrf, "once": "0" * 16, "reason": "to look", "what": "cancel"}
    elif endpoint.method not in SAFE:
        body["json"] = {"reason": "to look"} if endpoint.path.endswith(("/personal", "/reject")) else {}
    response = client.request(endpoint.method, path, headers=headers, params=query, **body)
    if "told" in client.cookies:
        # What a page says of the one before, once.
        client.cookies.delete("told")
    text = re.sub(r'(name="(once|csrf)" value=|"request": ?)"[^"]*"', "", response.text)
    return response.status_code, response.headers.get("location"), response.headers.get("etag"), text


def without(answer, names):
    """An answer that has in the place of ids, however they are written, always the same."""
    # A token holds any letters, «X» among them.
    told = re.sub(r"[\w-]{30,}", "<token>", repr(answer))
    told = re.sub(r"(%(?:25)*[0-9]{2}|[A-Z%])?yzx[0-9]{3}[Z_]?", "<id>", told, flags=re.IGNORECASE)
    forms = {form for one in names for form in (quote(one), quote(one, safe=""), html.escape(one), one.strip())}
    for form in sorted(forms, key=len, reverse=True):
        told = told.replace(form, "<id>")
    return told


def tries(store, login, chance):
    """Endless: by endpoint in turn, a path or query with ids, these, and the same with ids that nothing has."""
    foreign = others(store, login)
    paths = [(name, one, re.findall(r"\{(\w+)", one.path), None) for name, one in ENDPOINTS.items() if "{" in one.path]
    paths += [(name, ENDPOINTS[name], [], fields) for name, fields in queries() if "{" not in ENDPOINTS[name].path]
    names = known(store)
    for name, endpoint, parameters, fields in cycle(paths):
        if fields is not None:
            field, theirs = chance.choice(fields), chance.choice(names)
            told = (
                chance.choice(cursors(theirs, json.dumps([endpoint.path, []])))
                if field in ("after", "cursor")
                else chance.choice(DISGUISES)(theirs)
            )
            yield name, endpoint, endpoint.path, {field: told}, [theirs], None
            continue
        disguise = chance.choice(DISGUISES) if parameters == ["writ_id"] else str
        path = twin = endpoint.path.replace(":path", "")
        shown, nothing = [], []
        for parameter in parameters:
            theirs, none = foreign[parameter]
            shown.append(disguise(chance.choice(theirs)))
            nothing.append(disguise(none))
            path = path.replace(f"{{{parameter}}}", quote(shown[-1]))
            twin = twin.replace(f"{{{parameter}}}", quote(nothing[-1]))
        # Of a batch everybody may see that there is one.
        apart = login == "enforcer" and parameters == ["batch_id"]
        yield name, endpoint, path, None, shown, None if apart else (twin, nothing)


@pytest.mark.parametrize("login", ["enforcer", "head1", "auditor1"])
@pytest.mark.parametrize("count", [240, pytest.param(2000, marks=pytest.mark.soak)])
def test_ids_in_addresses_show_nothing_of_others_and_change_nothing(login, count, server, book):
    signed = session(server, book, login)
    clients = [signed, system(server, book, login)]
    theirs = set(others(book, login)["writ_id"][0])
    allowed = own(book)
    assert {signed.get(f"{API}/writs/{name}").status_code for name in sorted(allowed)[:3]} == {200}
    before, chance, seen = events(book).height, random.Random(f"{login}{count}"), 0
    for n, (name, endpoint, path, query, asked, twin) in enumerate(islice(tries(book, login, chance), count)):
        client = clients[n % 5 == 4]
        answer = answered(client, endpoint, path, query)
        seen += answer[0] == 200
        assert answer[0] < 500, (name, path, query, answer)
        if twin is not None:
            nothing = answered(client, endpoint, twin[0])
            # An id may be a word of the page, too: «head» is also a role.
            assert without(answer, asked + twin[1]) == without(nothing, asked + twin[1]), (name, path)
        listed = {one for one in theirs if one in answer[3] and not any(one[1:-1] in each for each in asked)}
        assert not listed, (name, path, query, listed)
    # Nor was anything done.
    assert events(book).height == before
    assert seen > count / 60
