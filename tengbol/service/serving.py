"""Starting a server: its book, its first administrator, the one server of a book in a file, and an end in order."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.book.access import open_book
from tengbol.book.acts import Hand
from tengbol.book.opening import init
from tengbol.book.store import shown, store_version, url_from
from tengbol.errors import BusyError, UnusableInputError
from tengbol.io.locking import locked
from tengbol.service.accounts import first_administrator
from tengbol.service.foreman import Foreman
from tengbol.service.watch import log

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.service.settings import Settings

#: Seconds in which requests under way may end by themselves; then they are interrupted, and told to try again.
_GRACE: Final = 3
#: Whose hand opens a book and its first account.
_HAND = Hand("tengbol serve")


def prepared(settings: Settings) -> tuple[Settings, tuple[str, str] | None]:
    """The settings with the book's whole URL, and login and password of its first administrator where it is new."""
    settings.refuse_open()
    settings = replace(settings, url=url_from(settings.url))
    store, _ = init(settings.url, _HAND)
    try:
        return settings, first_administrator(store, _HAND)
    finally:
        store.close()


def practised(settings: Settings) -> tuple[Settings, str]:
    """The same with an example to practise on, made where there is none; and its accounts' password, drawn anew."""
    from tengbol.book.example import marked_example
    from tengbol.service.practice import practise, renewed

    settings.refuse_open()
    settings = replace(settings, url=url_from(settings.url))
    store, new = init(settings.url, _HAND)
    try:
        if not new and marked_example(store):
            return settings, renewed(store)
        return settings, practise(store)
    finally:
        store.close()


def checked(settings: Settings) -> list[str]:
    """Look whether a server could start, changing nothing; returns what was looked at. Raises `UnusableInputError`."""
    settings.refuse_open()
    url = url_from(settings.url)
    store = open_book(url)
    version = store_version(store)
    store.close()
    with _bound(settings):
        pass
    if url.startswith("sqlite:///") and _lock_of(path := Path(url.removeprefix("sqlite:///"))).exists():
        with _alone(path):
            pass
    from tengbol.service.app import application

    application(replace(settings, url=url))
    return [f"{shown(url)}: {version}", f"{settings.host}:{settings.port}"]


def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until told to end. ready: is told the address once it answers. Raises `UnusableInputError`."""
    import uvicorn

    from tengbol.service.app import application

    with ExitStack() as held:
        if settings.url.startswith("sqlite:///"):
            held.enter_context(_alone(Path(settings.url.removeprefix("sqlite:///"))))
        listening = held.enter_context(_bound(settings))
        host, port = listening.getsockname()[:2]

        foreman = Foreman(settings.url, settings.patience)
        held.callback(foreman.stop)

        class Server(uvicorn.Server):
            """Says when it answers."""

            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    log("started", port=port, process=os.getpid())
                    ready(settings.public_url or f"http://{host}:{port}")

        config = uvicorn.Config(
            application(settings, foreman),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            timeout_graceful_shutdown=_GRACE,
            lifespan="on",
        )
        Server(config).run([listening])
        log("stopped", port=port)


def _alone(path: Path):
    """Hold a book in a file: its batches know no other server's."""

    def busy(holder: str) -> BusyError:
        return BusyError(
            "{path}: {holder} serves this book already, and a book in a file has one server; several can serve one in "
            "PostgreSQL.",
            path=path,
            holder=holder,
        )

    return locked(_lock_of(path), busy)


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.serve.lock")


def _bound(settings: Settings) -> socket.socket:
    """The socket that it listens on. Raises `UnusableInputError` where the address is taken or not this machine's."""
    try:
        # With its protocol: by that asyncio knows that no answer is to wait for the client's word of its first part.
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except (OSError, OverflowError) as error:
        raise UnusableInputError(
            "--host {host} --port {port}: nobody can be served there ({reason}); choose another.",
            host=settings.host,
            port=str(settings.port),
            reason=getattr(error, "strerror", None) or error,
        ) from error
    return listening
