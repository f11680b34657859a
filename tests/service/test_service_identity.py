"""Signing in by an identity provider: a real one in a process of its own, and browsers that go there and back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from served import PASSWORD, peopled, served, session

from tengbol.book import desk
from tengbol.book.acts import Hand, events
from tengbol.errors import UnusableInputError
from tengbol.service.accounts import change_account, open_account, reset_password, signed_in
from tengbol.service.identity import provider_from
from tengbol.service.roles import ADMINISTRATOR, CLERK, HEAD, INTEGRATION


@pytest.fixture(scope="module")
def issuer():
    command = [sys.executable, str(Path(__file__).parents[1] / "support" / "provider.py")]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def place(issuer, tmp_path_factory):
    """A book, and settings without what the provider gives a client that it knows."""
    folder = tmp_path_factory.mktemp("identity")
    store = peopled(folder)
    for claim in ("sub", "email"):
        (folder / f"{claim}.toml").write_text(
            f'issuer = "{issuer}"\nclient_id = "?"\nsecret_file = "secret"\nclaim = "{claim}"\nname = "Chamber ID"\n'
        )
    yield folder, store
    store.close()


class Away:
    """A server that sends people to the provider; port: kept, for the provider knows the address of return."""

    def __init__(self, issuer, folder, claim):
        self.port = "18211" if claim == "sub" else "18212"
        self.back = f"http://127.0.0.1:{self.port}/login/identified"
        made = httpx.post(f"{issuer}/oauth2/clients", json={"redirect_uris": [self.back]}).json()
        (folder / "secret").write_text(made["client_secret"])
        (folder / "secret").chmod(0o600)
        self.file = folder / f"{claim}.toml"
        text = re.sub('client_id = ".*"', f'client_id = "{made["client_id"]}"', self.file.read_text())
        self.file.write_text(text)
        self.options = ("--port", self.port, "--identity", str(self.file))


@pytest.fixture(scope="module", params=["sub"])
def going(request, issuer, place):
    """A server that sends people to the provider, and its book."""
    folder, store = place
    away = Away(issuer, folder, request.param)
    with served(store.url, *away.options) as server:
        assert server.address.endswith(away.port)
        yield server, store


def to(browser, address):
    """The provider's address to which a browser is sent."""
    sent = browser.get(f"{address}/login/identity")
    assert sent.status_code == 303, sent.text
    return sent.headers["location"]


def back(url, who):
    """Where the provider sends back who signs in there as somebody."""
    answer = httpx.post(url, data={"sub": who})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def signed(browser, server, who):
    return browser.get(back(to(browser, server.address), who))


def me(browser, server):
    return browser.get(f"{server.address}/api/v1/me").json()


def test_who_has_an_identity_signs_in_by_the_provider_and_by_no_password(going):
    server, store = going
    change_account(store, Hand("test"), "clerk", {"identity": "s-1"})
    assert signed_in(store, "clerk", PASSWORD, None) is None
    with httpx.Client() as browser:
        assert "Chamber ID" in browser.get(f"{server.address}/login?lang=en").text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(to(browser, server.address)).query).items()}
        assert asked["code_challenge_method"] == "S256" and len(asked["nonce"]) > 40 and len(asked["state"]) > 40
        page = signed(browser, server, "s-1")
        assert page.status_code == 200 and "Chamber ID" in page.text
        assert "samesite=strict" in page.headers["set-cookie"].lower()
        assert me(browser, server)["login"] == "clerk" and not me(browser, server)["password_is_given"]
        assert browser.get(f"{server.address}/writs").status_code == 200
    with pytest.raises(UnusableInputError, match="has no password"):
        reset_password(store, Hand("test"), "clerk")
    # Not even of what identity it is, is anything in an event.
    assert "s-1" not in "".join(events(store)["payload"]) and '"identity":true' in events(store)["payload"][-1]
    change_account(store, Hand("test"), "clerk", {"identity": None})
    assert signed_in(store, "clerk", PASSWORD, None) is None
    assert reset_password(store, Hand("test"), "clerk")


@pytest.mark.parametrize("going", ["email"], indirect=True, scope="module")
def test_an_account_is_matched_by_an_address_that_the_provider_has_confirmed_and_by_no_other(going):
    server, store = going
    open_account(store, Hand("test"), "aigul", CLERK, identity="aigul@chamber.example")
    open_account(store, Hand("test"), "serik", HEAD, identity="serik@chamber.example")
    with httpx.Client() as browser:
        assert signed(browser, server, "s-1").status_code == 200
        assert me(browser, server)["login"] == "aigul"
    for who in ("s-2", "s-3"):
        with httpx.Client() as browser:
            assert signed(browser, server, who).status_code == 401
            assert "login" not in me(browser, server)


def test_an_identity_gives_nobody_an_account(going):
    server, store = going
    before = desk.found(store, "accounts", "1 = 1")
    with httpx.Client() as browser:
        refused = signed(browser, server, "s-3")
        assert refused.status_code == 401 and "login" not in me(browser, server)
    assert desk.found(store, "accounts", "1 = 1") == before
    assert any('"why": "no account"' in line for line in server.logged)
    assert not any("s-3" in line for line in server.logged)


def test_a_way_back_serves_once_in_its_browser_with_its_nonce_and_its_verifier(going):
    server, store = going
    change_account(store, Hand("test"), "head", {"identity": "s-1"})

    def refused(browser, place):
        answer = browser.get(place)
        return answer.status_code == 401 and "login" not in me(browser, server)

    with httpx.Client() as one, httpx.Client() as other:
        way = back(to(one, server.address), "s-1")
        assert refused(other, way), "another browser"
        to(other, server.address)
        assert refused(other, way), "another browser, with a state of its own"
        assert one.get(way).status_code == 200
    with httpx.Client() as one:
        way = back(to(one, server.address), "s-1")
        kept = dict(one.cookies)
        assert one.get(way).status_code == 200
        with httpx.Client(cookies=kept) as thief:
            assert refused(thief, way), "a second time"
    for column in ("nonce", "verifier"):
        with httpx.Client() as one:
            way = back(to(one, server.address), "s-1")
            desk.change(store, "identities", "1 = 1", {column: "x" * 64})
            assert refused(one, way), column
    with httpx.Client() as one:
        way = back(to(one, server.address), "s-1")
        desk.change(store, "identities", "1 = 1", {"ends_at": "2020-01-01T00:00:00"})
        assert refused(one, way), "too late"
    with httpx.Client() as one:
        url = to(one, server.address)
        denied = httpx.post(url, data={"action": "deny"}).headers["location"]
        assert refused(one, denied), "denied there"


def test_an_identity_is_of_one_account_of_a_person_and_the_last_administrator_keeps_a_password(place):
    _, store = place
    open_account(store, Hand("test"), "one", CLERK, identity="only")
    for login, role in (("two", CLERK), ("three", INTEGRATION)):
        with pytest.raises(UnusableInputError, match="identity"):
            open_account(store, Hand("test"), login, role, identity="only")
    with pytest.raises(UnusableInputError, match="last administrator"):
        change_account(store, Hand("test"), "administrator", {"identity": "boss"})
    open_account(store, Hand("test"), "second", ADMINISTRATOR)
    change_account(store, Hand("test"), "administrator", {"identity": "boss"})
    change_account(store, Hand("test"), "administrator", {"identity": None})


def test_the_administrator_gives_an_identity_by_a_page_and_by_the_api(going):
    server, store = going
    admin = session(server, store, "administrator")
    made = admin.post("/api/v1/accounts", json={"login": "by.api", "role": "clerk", "identity": "api@x.example"}).json()
    assert made["password"] is None
    csrf = admin.headers["X-CSRF-Token"]
    form = {"login": "by.page", "role": "clerk", "identity": "Page@x.example", "csrf": csrf, "once": "1" * 16}
    assert admin.post("/accounts", data=form).status_code == 200
    rows = {row["login"]: row["identity"] for row in desk.found(store, "accounts", "identity IS NOT NULL")}
    assert (rows["by.api"], rows["by.page"]) == ("api@x.example", "page@x.example")
    listed = {row["login"]: row["by_identity"] for row in admin.get("/api/v1/accounts").json()}
    assert listed["by.api"] and not listed["clerk"]


@pytest.mark.parametrize(
    "change",
    [
        ("issuer = ", "publisher = "),
        ('claim = "sub"', 'claim = "name"'),
        ("http://127.0.0.1", "http://id.example"),
        ('"secret"', '"missing"'),
        ('"secret"', '"open"'),
    ],
)
def test_settings_that_would_let_in_somebody_else_are_refused(change, issuer, place, tmp_path):
    folder, _ = place
    Away(issuer, folder, "sub")
    (tmp_path / "secret").write_text("s")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "open").write_text("s")
    (tmp_path / "open").chmod(0o644)
    text = (folder / "sub.toml").read_text()
    (tmp_path / "good.toml").write_text(text)
    assert provider_from(tmp_path / "good.toml").claim == "sub"
    assert change[0] in text
    (tmp_path / "bad.toml").write_text(text.replace(*change))
    with pytest.raises(UnusableInputError):
        provider_from(tmp_path / "bad.toml")
