"""Tokens, webhooks and one-time codes by the pages: shown once, ended, set up by a picture for an authenticator."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from books import home, opened
from consoles import day_of
from pyotp import TOTP
from served import PASSWORD, anybody, people, peopled, served, session

from tengbol.book import desk
from tengbol.book.acts import events
from tengbol.forms.typeset import drawn
from tengbol.service import passwords

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return peopled(tmp_path_factory.mktemp("systems"))


@pytest.fixture(scope="module")
def server(book):
    with served(book.url) as under_way:
        yield under_way


def test_a_token_is_given_shown_once_used_and_ended(server, book):
    admin = session(server, book, "administrator")
    form = admin.get("/tokens", params={"login": "integration"}, headers=HTML).text
    assert 'value="writs.read"' in form and 'value="accounts.read"' not in form, "what the role may do, and no more"
    for lacks in ({"name": ""}, {"days": "0"}, {"scope": []}, {"scope": ["accounts.read"]}, {"login": "nobody"}):
        given = {"login": "integration", "name": "court", "days": "9", "scope": ["writs.read"], **lacks}
        assert admin.post("/tokens", data=day_of(admin, **given), headers=HTML).status_code == 422, lacks
    given = day_of(admin, login="integration", name="court <b>", days="9", scope=["writs.read", "me.read"])
    page = admin.post("/tokens", data=given, headers=HTML).text
    token = re.search(r"tengbol_[\w-]+", page)
    assert token is not None and "court &lt;b&gt;" in page
    again = admin.post("/tokens", data=given, headers=HTML).text
    assert token[0] not in again and len(desk.found(book, "tokens", "login = 'integration'")) == 1
    system = httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {token[0]}"})
    assert system.get("/api/v1/me").json()["scopes"] == ["me.read", "writs.read"]
    token_id = desk.found(book, "tokens", "login = 'integration'")[0]["token_id"]
    auditor = session(server, book, "auditor")
    assert "Give a token" not in auditor.get("/tokens", headers=HTML).text
    assert auditor.post(f"/tokens/{token_id}", data=day_of(auditor), headers=HTML).status_code == 403
    assert admin.post(f"/tokens/{token_id}", data=day_of(admin), headers=HTML).status_code == 303
    assert system.get("/api/v1/me").status_code == 401
    assert events(book, "what IN ('token given', 'token ended')").height == 2


def test_a_webhook_of_the_servers_own_network_is_refused(server, book):
    admin = session(server, book, "administrator")
    inside = admin.post("/webhooks", data=day_of(admin, url="https://127.0.0.1/hook"), headers=HTML)
    assert inside.status_code == 422 and 'role="alert"' in inside.text
    assert not desk.found(book, "hooks", "ended_at IS NULL")


def test_a_webhook_is_made_and_ended_and_a_dead_delivery_told_again(tmp_path):
    book = opened(f"sqlite:///{tmp_path / 'chamber.book'}", tmp_path, home())
    people(book)
    # To try them, webhooks may go to this machine; nobody listens there.
    url = "http://127.0.0.1:9/h"
    with served(book.url, "--local-hooks") as server:
        _made_ended_and_told_again(session(server, book, "administrator"), book, url)


def _made_ended_and_told_again(admin, book, url):
    made = admin.post("/webhooks", data=day_of(admin, url=url, kind=["batch"]), headers=HTML)
    secret = re.search(r"whsec_[\w+/=]+", made.text)
    assert made.status_code == 200 and secret is not None
    assert secret[0] not in admin.get("/webhooks", headers=HTML).text
    hook = desk.found(book, "hooks", "ended_at IS NULL")[0]
    assert (hook["url"], hook["kinds"]) == (url, '["batch"]')
    delivery = f"msg_{hook['hook_id']}_1"
    desk.put(book, "deliveries", delivery_id=delivery, hook_id=hook["hook_id"], event=1, state="dead", tries=9,
             next_at=desk.moment(), told="ConnectError")  # fmt: skip
    page = admin.get("/webhooks", headers=HTML).text
    assert "What could not be told: 1" in page and "ConnectError" in page
    assert admin.post(f"/webhooks/{hook['hook_id']}", data=day_of(admin), headers=HTML).status_code == 303
    assert admin.post(f"/deliveries/{delivery}", data=day_of(admin), headers=HTML).status_code == 303
    row = desk.one(book, "deliveries", "delivery_id = :id", id=delivery)
    assert row is not None and row["state"] != "dead"
    twice = admin.post(f"/webhooks/{hook['hook_id']}", data=day_of(admin), headers=HTML)
    assert "there is no such webhook" in admin.get(twice.headers["location"], headers=HTML).text


def test_one_time_codes_are_set_up_confirmed_asked_for_and_recovered(server, book):
    clerk = session(server, book, "clerk")
    page = clerk.get("/codes", headers=HTML).text
    key = re.search(r'name="key" value="(\w{32})"', page)
    assert key is not None
    uri = passwords.totp_uri(key[1], "clerk")
    path = re.search(r"<path[^>]*>", drawn(uri))
    assert path is not None and path[0] in page and 'viewBox="0 0' in page
    code = TOTP(key[1]).now()
    wrong = clerk.post("/codes", data=day_of(clerk, key=key[1], code=code, password="not it"), headers=HTML)
    assert wrong.status_code == 422 and key[1] in wrong.text, "the picture that was read still counts"
    assert desk.one(book, "accounts", "login = 'clerk' AND totp IS NULL") is not None
    right = clerk.post("/codes", data=day_of(clerk, key=key[1], code=code, password=PASSWORD), headers=HTML)
    assert right.status_code == 303
    assert "Setting them up again" in clerk.get("/codes", headers=HTML).text
    admin = session(server, book, "administrator")
    assert "set up" in admin.get("/accounts", headers=HTML).text
    somebody = anybody(server)
    asked = {"login": "clerk", "password": PASSWORD}
    assert somebody.post("/login", data=asked, headers=HTML).status_code == 401
    soon = TOTP(key[1]).at(time.time() + 30)
    assert somebody.post("/login", data={**asked, "code": soon}, headers=HTML).status_code == 303
    # The phone is lost: an administrator gives a new password, which ends the codes.
    given = admin.post("/accounts/clerk", data=day_of(admin, what="password"), headers=HTML).text
    password = re.search(r'<b class="mono">([^<]+)</b>', given)
    assert password is not None
    assert anybody(server).post("/login", data={**asked, "password": password[1]}, headers=HTML).status_code == 303
