"""Around every request: limits on its size, headers that keep pages safe, a line in the log, numbers for Prometheus.

A line has the address's template and not the address, and no login: what it is for is told without any person. Who
opened what is kept by the book itself, as events.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import Request

from tengbol.service.problems import ProblemError, answer, too_large, words_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tengbol.service.settings import Settings

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    # With no-referrer a browser would not say either that a form is of ours.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_TLS: Final = {"strict-transport-security": "max-age=31536000; includeSubDomains"}


#: Requests that may be under way or in line at a time; one more is told at once to try again.
_MOST: Final = 256


class Numbers:
    """What is counted: of one server, so that tests may have several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("endpoint", "method", "status")
        self.requests = Counter("tengbol_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "tengbol_request_seconds", "Seconds to an answer's end", ("endpoint",), registry=self.registry
        )
        self.running = Gauge("tengbol_requests_running", "Requests being answered", registry=self.registry)
        self.jobs = Gauge("tengbol_jobs", "Batches asked for, by state", ("state",), registry=self.registry)
        self.deliveries = Gauge(
            "tengbol_deliveries", "Webhooks' deliveries, by state", ("state",), registry=self.registry
        )


class Watch:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings, numbers: Numbers) -> None:
        self.app, self.settings, self.numbers, self.running = app, settings, numbers, 0
        self.headers = [
            (name.encode(), value.encode()) for name, value in {**HEADERS, **(_TLS if settings.secure else {})}.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, seen, status, name, started = time.perf_counter(), 0, 500, secrets.token_hex(8), False
        scope.setdefault("state", {})["request_id"] = name
        # No text of PostgreSQL holds it, so nothing is called so; asked for, it would be a fault there.
        scope["path"] = scope["path"].replace("\0", "\ufffd")
        scope["query_string"] = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        # HEAD is answered wherever GET is, with its headers alone.
        bare = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET"} if bare else scope
        announced = dict(scope["headers"]).get(b"content-length", b"0")

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.settings.most_bytes:
                raise too_large(self.settings)
            return message

        async def dressed(message: Message) -> None:
            nonlocal status, started
            if bare and started:
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {key for key, _ in message["headers"]}
                started = True
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self.headers if pair[0] not in own),
                    (b"x-request-id", name.encode()),
                ]
            await send(message)
            if bare:
                await send({"type": "http.response.body", "body": b""})

        self.numbers.running.inc()
        self.running += 1
        try:
            if self.running > _MOST:
                await answer(words_of(Request(scope)), ProblemError("busy"))(scope, receive, dressed)
            elif announced.isdigit() and int(announced) > self.settings.most_bytes:
                await answer(words_of(Request(scope)), too_large(self.settings))(scope, receive, dressed)
            else:
                await self.app(asked, bounded, dressed)
        except asyncio.CancelledError:
            # The server ends, and this request was still at work.
            if not started:
                await answer(words_of(Request(scope)), ProblemError("busy"))(scope, receive, dressed)
        except Exception as error:
            # Its words may hold what was sent, so they are not logged; and a broken answer cannot be begun anew.
            log("fault", id=name, kind=type(error).__name__, where=_where(error))
            if "TENGBOL_DEBUG" in os.environ:
                traceback.print_exc()
            if not started:
                await answer(words_of(Request(scope)), ProblemError("fault", request=name))(scope, receive, dressed)
        finally:
            self.numbers.running.dec()
            self.running -= 1
            self._note(asked, scope["method"], status, time.perf_counter() - began)

    def _note(self, scope: Scope, given: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "name", None) or "none"
        method = given if given in _METHODS else "other"
        self.numbers.requests.labels(route, method, str(status)).inc()
        self.numbers.seconds.labels(route).observe(seconds)
        state = scope["state"]
        log(
            "request",
            id=state["request_id"],
            endpoint=route,
            method=method,
            status=status,
            ms=round(seconds * 1000, 1),
            role=state.get("role"),
        )


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _where(error: Exception) -> str:
    """Module and line where it was raised."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return "" if place is None else f"{place.tb_frame.f_globals.get('__name__', '')}:{place.tb_lineno}"


def log(what: str, **told: Any) -> None:
    """A line of JSON on stderr, for journald or whatever gathers it."""
    line = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "what": what, **told}
    # In one piece: server and worker write to the same place.
    sys.stderr.write(f"{json.dumps(line, ensure_ascii=False)}\n")
    sys.stderr.flush()
