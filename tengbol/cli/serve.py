"""`tengbol serve`: the book by HTTP, for people and systems (`docs/service.md`)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path  # noqa: TC003 (typer reads it at run time)
from typing import Annotated

import typer

from tengbol.cli import machine
from tengbol.cli.answers import Ready, Serving
from tengbol.cli.book import Book  # noqa: TC001 (typer reads it at run time)
from tengbol.cli.language import tell
from tengbol.cli.say import put
from tengbol.errors import UnusableInputError

#: The book of who names none.
_BOOK = "chamber.book"
#: The one to practise on.
_EXAMPLE = "example.book"


def serve_command(
    book: Book = None,
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on; any other than this machine needs TLS."),
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="Port to listen on; 0: any free port.")
    ] = 8211,
    public_url: Annotated[
        str | None,
        typer.Option(
            "--public-url", metavar="URL", help="Address at which people reach the service, through a proxy with TLS."
        ),
    ] = None,
    patience: Annotated[
        float,
        typer.Option(
            "--patience",
            metavar="SECONDS",
            min=0.0,
            help="How long to wait for a running batch when the service stops.",
        ),
    ] = 60.0,
    local_hooks: Annotated[
        bool, typer.Option("--local-hooks", help="Allow webhooks to this machine and without TLS, for testing.")
    ] = False,
    identity: Annotated[
        Path | None,
        typer.Option("--identity", metavar="FILE.toml", help="Identity provider (OpenID Connect) for signing in."),
    ] = None,
    example: Annotated[
        bool,
        typer.Option("--example", help="Serve a book with a generated chamber, for practice; it cannot be published."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only check whether the service could start; change nothing.")
    ] = False,
) -> None:
    """Run the web service for a book: pages for people, an API for systems."""
    import os

    if missing := [name for name in ("fastapi", "uvicorn", "argon2", "pyotp", "authlib") if find_spec(name) is None]:
        raise UnusableInputError(
            "The service needs more than is installed ({missing}): pip install 'tengbol[serve]'",
            missing=", ".join(missing),
        )
    from tengbol.service.accounts import GIVEN_DAYS
    from tengbol.service.identity import provider_from
    from tengbol.service.serving import checked, practised, prepared, serve
    from tengbol.service.settings import Settings

    settings = Settings(
        book or (_EXAMPLE if example else os.environ.get("TENGBOL_BOOK") or _BOOK),
        host,
        port,
        public_url,
        patience=patience,
        local_hooks=local_hooks,
        provider=None if identity is None else provider_from(identity),
    )
    if check:
        found = checked(settings)
        for line in found:
            tell("ready: {what}", what=line)
        machine.answer(lambda: Ready(ready=found))
        return
    if example:
        settings, password = practised(settings)
        logins = ["clerk", "clerk2", "head", "commission", "enforcer", "controller", "auditor", "admin"]
        tell("To practise: logins {logins}; password of all, shown this once: {password}", logins=", ".join(logins),
             password=password)  # fmt: skip
        serve(settings, lambda address: _serving(address, logins, password))
        return
    settings, first = prepared(settings)
    if first is not None:
        tell("The first administrator, shown this once, to be changed within {days} days: login {login}, password "
             "{password}", login=first[0], password=first[1], days=GIVEN_DAYS)  # fmt: skip
    serve(settings, lambda address: _serving(address, [first[0]] if first else [], first[1] if first else None))


def _serving(address: str, logins: list[str], password: str | None) -> None:
    """Say where it answers; to a program at once, for the command goes on."""
    tell("Serving at {address}; Ctrl+C ends it.", address=address)
    machine.answer(lambda: Serving(address=address, logins=logins, password=password))
    if machine.listening() and machine.first():
        put(machine.answered())
