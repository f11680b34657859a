"""A real server in a second process, accounts of every role, and clients that speak to it as a browser or a system."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
from books import home, opened
from forked import command
from small import writ

from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.service import passwords, sessions
from tengbol.service.accounts import open_account
from tengbol.service.roles import ENFORCER, INTEGRATION, ROLES, scopes_of
from tengbol.service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from tengbol.book.store import Store

PASSWORD = "correct horse battery"


class Served:
    """A server under way, its lines on stdout and stderr; `start` again after it was killed."""

    def __init__(self, url: str, *options: str, **environment: str) -> None:
        self.start(url, *options, **environment)

    def start(self, url: str, *options: str, **environment: str) -> None:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        words = ("serve", "--book", url, "--port", "0", *options)
        self.process = command(*words, env={**os.environ, **environment}, **pipes)
        self.said: list[str] = []
        self.logged: list[str] = []
        ready = threading.Event()
        for stream, lines in ((self.process.stdout, self.said), (self.process.stderr, self.logged)):
            threading.Thread(target=self._read, args=(stream, lines, ready), daemon=True).start()
        assert ready.wait(60), self.logged
        assert self.process.poll() is None, self.logged
        self.address = next(line.split()[2].rstrip(";") for line in self.said if line.startswith("Serving"))

    @staticmethod
    def _read(stream: Any, lines: list[str], ready: threading.Event) -> None:
        for line in stream:
            lines.append(line.rstrip("\n"))
            if line.startswith("Serving"):
                ready.set()
        ready.set()

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


@contextmanager
def served(url: str, *options: str) -> Iterator[Served]:
    server = Served(url, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def people(store: Store, *, enforcer: str = "E1", **more: str) -> None:
    """An account of every role, named by it; of an enforcer. more: further logins, with their roles."""
    kept = passwords.hashed(PASSWORD)
    hand = Hand("test")
    for login, role in {**{role: role for role in ROLES}, **more}.items():
        open_account(store, hand, login, role, enforcer_id=enforcer if role == ENFORCER else None)
        if role != INTEGRATION:
            desk.change(store, "accounts", "login = :login", {"password": kept, "given": 0}, login=login)


def chambered(request: pytest.FixtureRequest, folder: Path, writs: int, **more: str) -> Store:
    """A small chamber's book of so many writs, in the store that a fixture's parameter names, with its accounts.

    more: further logins, with their roles.
    """
    postgresql = request.param == "postgresql"
    url = request.getfixturevalue("postgresql").new() if postgresql else f"sqlite:///{folder / 'chamber.book'}"
    store = opened(url, folder, home(writs=[writ(f"W{n}") for n in range(writs)]))
    people(store, **more)
    return store


def peopled(folder: Path) -> Store:
    """A small chamber's book in this folder, with an account of every role."""
    store = opened(f"sqlite:///{folder / 'chamber.book'}", folder, home())
    people(store)
    return store


def session(server: Served, store: Store, login: str) -> httpx.Client:
    """A browser in which somebody has signed in; every write has a name of its own."""
    row = desk.one(store, "accounts", "login = :login", login=login)
    assert row is not None
    settings = Settings(store.url)
    secret, csrf = sessions.open_session(store, row, settings)
    return _client(server, headers={"X-CSRF-Token": csrf}, cookies={settings.cookie: secret})


def system(server: Served, store: Store, login: str, *scopes: str) -> httpx.Client:
    """A system with a token of an account for these scopes, or all that its role has."""
    row = desk.one(store, "accounts", "login = :login", login=login)
    assert row is not None
    _, token = sessions.give_token(
        store, Hand("test"), login, "test", list(scopes) or sorted(scopes_of(row["role"])), 1
    )
    return _client(server, headers={"Authorization": f"Bearer {token}"})


def anybody(server: Served) -> httpx.Client:
    return _client(server)


def _client(server: Served, **more: Any) -> httpx.Client:
    def named(request: httpx.Request) -> None:
        request.headers.setdefault("Idempotency-Key", secrets.token_hex(8))

    return httpx.Client(base_url=server.address, timeout=60, event_hooks={"request": [named]}, **more)


def code(response: httpx.Response) -> str | None:
    """The code of a problem, or None."""
    if response.headers.get("content-type") != "application/problem+json":
        return None
    told = response.json()
    assert told["status"] == response.status_code and told["type"].endswith(told["code"])
    return told["code"]
