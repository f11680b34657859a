"""Who is let in: the first administrator, sessions, tokens, one-time codes, and nobody by a forged request."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import subprocess
import sys
import time
from contextlib import closing
from shutil import copy

import httpx
import pyotp
import pytest
from served import PASSWORD, anybody, code, people, peopled, served, session, system

from tengbol.asked import local_now
from tengbol.book import desk
from tengbol.book.access import connect
from tengbol.book.acts import Hand, events
from tengbol.book.schema import VERSION
from tengbol.errors import BusyError, UnusableInputError
from tengbol.service import passwords
from tengbol.service.accounts import first_administrator, open_account, reset_password, set_password, signed_in
from tengbol.service.app import application
from tengbol.service.serving import checked, serve
from tengbol.service.settings import Settings
from tengbol.service.watch import HEADERS

API = "/api/v1"
#: The one script of a page, of our own; whoever has none loses nothing.
OWN = '<script src="/static/console.js" defer>'


@pytest.fixture(scope="module")
def book(tmp_path_factory, empty_book):
    path = tmp_path_factory.mktemp("door") / "chamber.book"
    copy(empty_book, path)
    return path


@pytest.fixture(scope="module")
def server(book):
    with served(str(book)) as under_way:
        yield under_way


@pytest.fixture(scope="module")
def store(server, book):
    opened = connect(f"sqlite:///{book}")
    with opened.writing():
        columns = "district_id, name, chamber_id, since, row_hash"
        opened.execute(f"INSERT INTO districts ({columns}) VALUES ('D1', 'D', 'C1', 1, '')")
        columns = "enforcer_id, name, district_id, licensed_from, since, row_hash"
        opened.execute(f"INSERT INTO enforcers ({columns}) VALUES ('E1', 'E', 'D1', '2020-01-01', 1, '')")
    people(opened)
    return opened


def sign_in(server, login, password=PASSWORD, **more):
    client = anybody(server)
    return client, client.post(f"{API}/sessions", json={"login": login, "password": password, **more})


def test_the_first_administrator_is_told_once_and_sets_a_password_of_his_own(server, book):
    [told] = [line for line in server.said if "administrator" in line]
    password = told.rpartition(" ")[2]
    client, response = sign_in(server, "admin", password)
    assert response.status_code == 201 and response.json()["password_is_given"]
    client.headers["X-CSRF-Token"] = response.json()["csrf"]
    assert code(client.get(f"{API}/accounts")) == "password_is_given"
    weak = client.put(f"{API}/me/password", json={"old": password, "new": "admin admin 12345"})
    assert code(weak) == "refused"
    assert client.put(f"{API}/me/password", json={"old": password, "new": PASSWORD}).status_code == 204
    assert [row["login"] for row in client.get(f"{API}/accounts").json()][:1] == ["admin"]
    assert not [line for line in book.read_bytes().splitlines() if PASSWORD.encode() in line]


def days_ago(days):
    """Somebody at work so many days ago."""
    return Hand("test", clock=lambda: local_now() - dt.timedelta(days=days))


def test_a_password_that_was_given_ends_unless_it_is_changed(server, store):
    young, old, own = (open_account(store, days_ago(days), f"new{days}", "clerk") for days in (6, 8, 9))
    assert sign_in(server, "new6", young)[1].status_code == 201
    told = sign_in(server, "new8", old)[1]
    assert code(told) == "refused" and "7 days" in told.json()["detail"]
    # Only to who knows it.
    assert code(sign_in(server, "new8", PASSWORD)[1]) == "wrong_credentials"
    page = anybody(server).post("/login?lang=ru", data={"login": "new8", "password": old})
    assert page.status_code == 422 and "попросите администратора" in page.text
    again = reset_password(store, Hand("test"), "new8")
    assert sign_in(server, "new8", again)[1].status_code == 201
    assert set_password(store, days_ago(9), "new9", own, PASSWORD, "")
    assert sign_in(server, "new9")[1].status_code == 201


def test_a_first_administrator_who_never_came_is_given_a_new_password(tmp_path, empty_book):
    copy(empty_book, tmp_path / "book")
    with closing(connect(f"sqlite:///{tmp_path / 'book'}")) as store:
        login, password = first_administrator(store, days_ago(8))
        renewed = first_administrator(store, Hand("test"))
        assert renewed is not None and renewed[0] == login and renewed[1] != password
        assert signed_in(store, login, password, None) is None
        assert signed_in(store, *renewed, None) is not None
        assert first_administrator(store, Hand("test")) is None, "it holds still"


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(server, store):
    _, response = sign_in(server, "clerk")
    given = response.headers["set-cookie"].lower()
    assert "httponly" in given and "samesite=strict" in given and "path=/" in given
    kept = desk.found(store, "sessions", "login = 'clerk'")
    assert kept and all(row["digest"] not in given for row in kept)


def test_a_new_password_ends_the_other_sessions(server, store):
    one, other = (session(server, store, "commission") for _ in range(2))
    asked = {"old": PASSWORD, "new": "another long password"}
    assert one.put(f"{API}/me/password", json=asked).status_code == 204
    assert one.get(f"{API}/me").status_code == 200
    assert code(other.get(f"{API}/me")) == "not_signed_in"


def test_a_password_has_12_to_256_characters_of_any_script():
    for password in ("correct horse", "құпиясөз ұзын", "🔑🐎 🔋📎 1 2 3 4 5", "abcdefgh" * 8, "abcdefgh" * 32):
        passwords.refuse_weak(password, "aigul")
        assert passwords.fits(passwords.hashed(password), password)
        assert not passwords.fits(passwords.hashed(password), password[:-1]), "nothing is cut off"
    for password in ("elevenchars", "abcdefgh" * 32 + "i", "ababababababab", "my login is aigul"):
        with pytest.raises(UnusableInputError, match="12 to 256"):
            passwords.refuse_weak(password, "aigul")


def test_a_chambers_passwords_cost_whoever_guesses_what_rfc_9106_asks():
    """In a Python of its own, for these tests keep theirs cheaply."""
    kept = "from tengbol.service.passwords import hashed; print(hashed('correct horse battery'))"
    done = subprocess.run([sys.executable, "-c", kept], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("path", ["/login", "/nothing", "/healthz", "/static/service.css", f"{API}/openapi.json"])
def test_every_answer_has_the_headers_that_keep_pages_safe(server, path):
    headers = anybody(server).get(path).headers
    kept = {
        name: text for name, text in HEADERS.items() if not (name == "cache-control" and path.startswith("/static"))
    }
    assert {name: headers.get(name) for name in kept} == kept
    assert headers["content-type"] and "server" not in headers and "access-control-allow-origin" not in headers


def test_under_tls_every_answer_lets_no_browser_come_back_without():
    async def answered() -> str | None:
        settings = Settings("sqlite:///none", public_url="https://chamber.example.kz")
        transport = httpx.ASGITransport(application(settings))
        async with httpx.AsyncClient(transport=transport, base_url="https://chamber.example.kz") as client:
            return (await client.get("/healthz")).headers.get("strict-transport-security")

    assert asyncio.run(answered()) == "max-age=31536000; includeSubDomains"


def test_a_write_of_a_session_needs_its_token_and_an_origin_of_ours(server, store):
    client = session(server, store, "clerk")
    assert client.delete(f"{API}/sessions/current", headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.delete(f"{API}/sessions/current", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert code(client.delete(f"{API}/sessions/current", headers={"X-CSRF-Token": "x"})) == "forged"
    assert client.delete(f"{API}/sessions/current").status_code == 204
    assert code(client.get(f"{API}/me")) == "not_signed_in"


def test_signing_in_is_refused_as_the_document_says(server, store):
    told = anybody(server).get(f"{API}/openapi.json").json()["paths"][f"{API}/sessions"]["post"]["responses"]
    wrong = sign_in(server, "clerk", "wrong")[1]
    asked = {"login": "clerk", "password": PASSWORD}
    foreign = anybody(server).post(f"{API}/sessions", json=asked, headers={"Origin": "https://evil.example"})
    assert (code(wrong), code(foreign)) == ("wrong_credentials", "forged")
    assert {str(wrong.status_code), str(foreign.status_code)} <= set(told)


def test_one_time_codes_are_asked_for_and_each_serves_once(server, store):
    client = session(server, store, "auditor")
    key = client.post(f"{API}/me/totp").json()["key"]
    totp = pyotp.TOTP(key)
    now = time.time()
    wrong = client.put(f"{API}/me/totp", json={"key": key, "code": "000000", "password": "wrong"})
    assert code(wrong) == "wrong_credentials"
    confirmed = client.put(f"{API}/me/totp", json={"key": key, "code": totp.at(now), "password": PASSWORD})
    assert confirmed.status_code == 204
    assert code(sign_in(server, "auditor")[1]) == "wrong_credentials"
    # Half a minute may end at any moment, so the next one's number comes next: it serves now and after.
    assert sign_in(server, "auditor", code=totp.at(now + 30))[1].status_code == 201
    assert code(sign_in(server, "auditor", code=totp.at(now + 30))[1]) == "wrong_credentials"


def test_a_login_rests_after_five_failures_and_says_for_how_long(server, store):
    desk.change(store, "accounts", "login = 'controller'", {"failures": 4})
    assert code(sign_in(server, "controller", "wrong")[1]) == "wrong_credentials"
    _, response = sign_in(server, "controller")
    assert code(response) == "too_many" and 0 < int(response.headers["retry-after"]) <= 61
    desk.change(store, "accounts", "login = 'controller'", {"locked_until": desk.moment(-1)})
    assert sign_in(server, "controller")[1].status_code == 201
    assert desk.one(store, "accounts", "login = 'controller'")["failures"] == 0


def test_an_account_is_opened_once_by_an_event_and_closed_with_all_it_has(server, store):
    admin = session(server, store, "administrator")
    asked = {"login": "aigul", "role": "clerk"}
    first = admin.post(f"{API}/accounts", json=asked, headers={"Idempotency-Key": "one"})
    again = admin.post(f"{API}/accounts", json=asked, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-replayed"] == "true" and "password" not in again.json()
    other = admin.post(f"{API}/accounts", json={**asked, "role": "head"}, headers={"Idempotency-Key": "one"})
    assert code(other) == "key_reused"
    assert code(admin.post(f"{API}/accounts", json=asked)) == "refused"
    [event] = events(store, "what = 'account opened' AND subject = 'aigul'").rows(named=True)
    assert event["who"] == "administrator" and first.json()["password"] not in event["payload"]
    client, response = sign_in(server, "aigul", first.json()["password"])
    assert response.status_code == 201
    assert admin.delete(f"{API}/accounts/aigul").status_code == 200
    assert code(client.get(f"{API}/me")) == "not_signed_in"
    assert code(sign_in(server, "aigul", first.json()["password"])[1]) == "wrong_credentials"


def test_a_token_does_what_its_scopes_say_until_it_is_revoked(server, store):
    admin = session(server, store, "administrator")
    asked = {"name": "court system", "scopes": ["me.read"], "days": 3}
    given = admin.post(f"{API}/accounts/integration/tokens", json=asked).json()
    assert code(admin.post(f"{API}/accounts/integration/tokens", json={**asked, "scopes": ["accounts.read"]}))
    client = anybody(server)
    client.headers["Authorization"] = f"Bearer {given['token']}"
    assert client.get(f"{API}/me").json()["scopes"] == ["me.read"]
    assert code(client.get("/metrics")) == "not_allowed"
    assert system(server, store, "integration", "metrics.read").get("/metrics").status_code == 200
    assert [row["token_id"] for row in admin.get(f"{API}/tokens").json()].count(given["token_id"]) == 1
    assert admin.delete(f"{API}/tokens/{given['token_id']}").status_code == 200
    assert code(client.get(f"{API}/me")) == "not_signed_in"


def test_the_last_administrator_stays(server, store):
    admin = session(server, store, "administrator")
    assert admin.delete(f"{API}/accounts/admin").status_code == 200
    assert code(admin.delete(f"{API}/accounts/administrator")) == "refused"
    assert code(admin.patch(f"{API}/accounts/administrator", json={"role": "clerk"})) == "refused"


def test_pages_are_signed_in_to_and_left_without_scripts_in_three_languages(server, store):
    client = anybody(server)
    assert client.get("/", headers={"Accept": "text/html"}).headers["location"] == "/login"
    door = client.get("/login?lang=ru")
    assert 'lang="ru"' in door.text and "Вход" in door.text and re.findall("<script[^>]*>", door.text) == [OWN]
    assert "script-src 'self'" in door.headers["content-security-policy"]
    wrong = client.post("/login", data={"login": "head", "password": "wrong"})
    assert wrong.status_code == 401 and "Логин, пароль или код неверны." in wrong.text
    inside = client.post("/login", data={"login": "head", "password": PASSWORD}, follow_redirects=True)
    assert "Председатель палаты" in inside.text
    csrf = inside.text.partition('name="csrf" value="')[2].partition('"')[0]
    assert client.post("/logout", data={"csrf": "x"}).status_code == 403
    assert client.post("/logout", data={"csrf": csrf}).headers["location"] == "/login"
    assert client.get("/").status_code == 401


def test_what_is_asked_wrongly_is_told_by_a_code_and_nothing_of_it_is_logged(server, store):
    client = anybody(server)
    assert code(client.get(f"{API}/nothing/880101300123")) == "not_found"
    assert code(client.put(f"{API}/sessions")) == "wrong_method"
    assert (
        code(client.post(f"{API}/sessions", content="{", headers={"Content-Type": "application/json"})) == "malformed"
    )
    response = client.post(f"{API}/sessions", json={"login": "clerk", "password": 5, "more": "880101300123"})
    assert code(response) == "invalid" and "880101300123" not in response.text
    big = client.post(f"{API}/sessions", content=iter([b"x" * (1 << 20)] * 65))
    assert code(big) == "too_large"
    assert all(json.loads(line)["what"] for line in server.logged)
    assert not [line for line in server.logged if "880101300123" in line or "clerk" in line.partition('"role"')[0]]


def test_a_book_in_a_file_has_one_server_and_a_check_says_so(server, store):
    settings = Settings(store.url, port=0)
    with pytest.raises(BusyError, match="serves this book already"):
        serve(settings, print)
    with pytest.raises(BusyError, match="serves this book already"):
        checked(settings)
    with pytest.raises(UnusableInputError, match="--public-url"):
        checked(Settings(store.url, host="0.0.0.0", port=0))
    with pytest.raises(UnusableInputError, match="nobody can be served there"):
        checked(Settings(store.url, port=int(server.address.rpartition(":")[2])))


def test_a_check_of_a_book_that_nobody_serves_changes_nothing(tmp_path):
    free = peopled(tmp_path)
    there, before = sorted(tmp_path.iterdir()), events(free).height
    assert checked(Settings(free.url, port=0))[0].endswith(VERSION)
    assert events(free).height == before and sorted(tmp_path.iterdir()) == there
