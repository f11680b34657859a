"""A server over the example to practise on, and what a browser without scripts does with its pages."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from browser import audited, missing_glyphs
from served import served

from tengbol.book import desk
from tengbol.book.access import connect
from tengbol.book.kept import held
from tengbol.service.roles import ENDPOINTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import httpx
    from playwright.sync_api import Browser
    from served import Served

    from tengbol.book.store import Store


@dataclass(frozen=True)
class Place:
    """password: of every login. enforcer: whose account the example has."""

    server: Served
    store: Store
    password: str
    enforcer: str


@contextmanager
def practising(folder: Path) -> Iterator[Place]:
    url = f"sqlite:///{folder / 'example.book'}"
    with served(url, "--example") as server:
        told = next(line for line in server.said if line.startswith("To practise"))
        store = connect(url)
        row = desk.one(store, "accounts", "login = 'enforcer'")
        assert row is not None
        yield Place(server, store, told.rpartition(": ")[2], row["enforcer_id"])


def _ids(place: Place) -> dict[str, str]:
    """What may stand in an address: of things that are there."""
    store = place.store
    row = held(store, "assignments", "t.enforcer_id = :id", id=place.enforcer).row(0, named=True)
    return {"writ_id": row["writ_id"], "batch_id": row["batch_id"], "enforcer_id": place.enforcer}


def pages(place: Place) -> Iterator[tuple[str, str, Collection[str]]]:
    """Every page that is read, with its address; what is asked for first is not there yet, nor an identity provider."""
    known = _ids(place)
    for name, endpoint in ENDPOINTS.items():
        path = endpoint.path.replace(":path", "")
        lacks = set(re.findall(r"\{(\w+)\}", path)) - set(known)
        if (
            name.startswith("page.")
            and endpoint.method == "GET"
            and not lacks
            and not path.startswith(("/static/", "/login/"))
        ):
            yield name, path.format(**known), endpoint.roles


def day_of(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    """Fields of a form of ours, with the names that pages put into it."""
    return {"csrf": client.headers["X-CSRF-Token"], "once": secrets.token_hex(8), **fields}


def field(page: str, name: str) -> str:
    """What stands in the first hidden field of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, page[:500]
    return found[1]


def worker_done(client: httpx.Client, address: str) -> str:
    """The page of a job once it is over."""
    until = time.monotonic() + 60
    while True:
        page = client.get(address, headers={"accept": "text/html", "accept-language": "en"})
        if page.status_code == 200 and "refresh" not in page.headers:
            return page.text
        assert time.monotonic() < until, page.text[-2000:]
        time.sleep(0.2)


LOOKS: dict[str, Any] = {
    "ru": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "kk": {"color_scheme": "dark", "viewport": {"width": 390, "height": 800}},
}


#: Doors that were looked through, by address and language: whoever comes sees the same.
_DOORS: set[tuple[str, str]] = set()


class Person:
    """Somebody at a browser: each page that he comes to is looked through once."""

    def __init__(self, address: str, where: Browser, language: str, login: str, password: str, **look: Any) -> None:
        self.address, self.language = address, language
        self.said: list[str] = []
        self.asked: list[str] = []
        self.seen: set[str] = set()
        self.page = where.new_context(locale="ru-RU", **(look or LOOKS[language])).new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{address}/login?lang={language}")
        if (address, language) not in _DOORS:
            _DOORS.add((address, language))
            self.sound("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{address}/")

    def sound(self, name: str) -> None:
        """Look a page through, the first time that it is come to."""
        if name in self.seen:
            return
        self.seen.add(name)
        page = self.page
        assert page.evaluate("document.documentElement.lang") == self.language
        assert audited(page) == [], name
        assert missing_glyphs(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    def goes(self, path: str, name: str | None = None) -> None:
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None and response.status == 200, path
        self.sound(name or path)

    def presses(self, selector: str) -> None:
        """Press something that leads to another page."""
        with self.page.expect_navigation():
            self.page.click(selector)

    def over(self) -> None:
        """Wait until a job is over."""
        page = self.page
        page.wait_for_selector("main:not(:has(progress))", timeout=60_000)
        # What came of it is told a moment after.
        page.wait_for_selector("a[href^='/batches/'], a[href='/batches'].first", timeout=60_000)

    def ends(self) -> None:
        assert self.said == []
        assert all(url.startswith(self.address) for url in self.asked)
