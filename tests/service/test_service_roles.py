"""Every role at every address: let in or not by the one table, by a session and by a token; and nobody without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from served import anybody, code, peopled, served, session, system

from tengbol.service.api import ROUTERS
from tengbol.service.app import application, document_of
from tengbol.service.door import SAFE
from tengbol.service.pages import ROUTERS as PAGES
from tengbol.service.problems import CODES
from tengbol.service.roles import ANYBODY, ENDPOINTS, ROLES
from tengbol.service.settings import Settings

#: What ends the session that asks for it.
_ENDS = {"sessions.close", "page.sign_out", "accounts.sign_out"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return peopled(tmp_path_factory.mktemp("roles"))


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


def address(path):
    """With names that nothing has."""
    return re.sub(r"\{\w+\}", "999999", path)


def asked(client, endpoint):
    body = {} if endpoint.method in SAFE else {"json": {}}
    return client.request(endpoint.method, address(endpoint.path), **body)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_where_the_table_says_so_and_nowhere_else(role, server, book):
    client = session(server, book, role)
    wrong = {}
    for name, endpoint in ENDPOINTS.items():
        if endpoint.roles == ANYBODY:
            continue
        response = asked(client, endpoint)
        refused = response.status_code == 403 and code(response) != "forged"
        if refused == (role in endpoint.roles) or response.status_code in (401, 500):
            wrong[name] = response.status_code
        if name in _ENDS:
            client = session(server, book, role)
    assert not wrong


@pytest.mark.parametrize(
    "role",
    [
        role if role in ("clerk", "integration") else pytest.param(role, marks=pytest.mark.soak)
        for role in sorted(ROLES)
    ],
)
def test_a_token_of_one_scope_is_let_in_for_nothing_else(role, server, book):
    client = system(server, book, role, "me.read")
    let_in = {
        name
        for name, endpoint in ENDPOINTS.items()
        if endpoint.roles != ANYBODY and asked(client, endpoint).status_code != 403
    }
    assert let_in == {"me.read"}


def test_nobody_is_let_in_who_has_not_signed_in(server):
    client = anybody(server)
    for endpoint in ENDPOINTS.values():
        if endpoint.roles != ANYBODY:
            assert asked(client, endpoint).status_code == 401, endpoint
            broken = client.request(endpoint.method, address(endpoint.path), headers={"Authorization": "Bearer x_y_z"})
            assert broken.status_code == 401, endpoint


def test_every_address_stands_in_the_table_and_everything_in_it_has_an_address():
    app = application(Settings("sqlite:///none"))
    there = {
        (getattr(route, "name", None), method, getattr(route, "path", None))
        for router in (app, *PAGES, *ROUTERS)
        for route in router.routes
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD"
    }
    assert there == {(name, endpoint.method, endpoint.path) for name, endpoint in ENDPOINTS.items()}


def test_the_page_of_the_service_names_every_role_and_every_code():
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", page))
    assert set(CODES) <= named and set(ROLES) <= named


def test_the_document_has_an_example_of_a_key_for_every_write_and_what_is_answered_to_one_that_is_known():
    document = document_of(application(Settings("sqlite:///none")))
    for endpoint in ENDPOINTS.values():
        path = endpoint.path.replace(":path", "")
        told = document["paths"].get(path, {}).get(endpoint.method.lower())
        if told is None:
            assert not endpoint.path.startswith("/api/v1/") or endpoint.path.endswith("openapi.json")
            continue
        named = [one for one in told.get("parameters", ()) if one["name"] == "idempotency-key"]
        assert [one["required"] for one in named] == [True] * endpoint.once, endpoint
    given = document["paths"]["/api/v1/accounts"]["post"]["responses"]["201"]["content"]["application/json"]["schema"]
    assert {"$ref": "#/components/schemas/Done"} in given["anyOf"]


def scopes():
    """The lines of the table of scopes, in the order of the table of addresses."""
    told = {}
    for endpoint in ENDPOINTS.values():
        if endpoint.scope is not None:
            place = f"`{endpoint.method} {endpoint.path.removeprefix('/api/v1').replace(':path', '')}`"
            told.setdefault((endpoint.scope, tuple(sorted(endpoint.roles))), []).append(place)
    return [
        f"| `{scope}` | {' '.join(places)} | {'every role' if set(roles) == set(ROLES) else ', '.join(roles)} |"
        for (scope, roles), places in told.items()
    ]


def test_the_docs_say_which_scope_opens_what_to_whom():
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    _, _, table = page.partition("| scope | operations | roles |\n|---|---|---|\n")
    assert table.partition("\n\n")[0].splitlines() == scopes()


def test_the_docs_name_every_write_that_needs_no_key():
    without = {name for name, one in ENDPOINTS.items() if one.path.startswith("/api/") and one.method not in SAFE}
    without = {ENDPOINTS[name].path for name in without if not ENDPOINTS[name].once}
    assert all(path.startswith(("/api/v1/sessions", "/api/v1/me/")) for path in without), without
