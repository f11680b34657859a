"""Webhooks: each event of the book is told to whoever asked for it, signed (Standard Webhooks), until it was received.

What was told is never more than what happened and to which chamber: receivers read the rest by the API, as they may.
Deliveries are rows of the store, so none is lost with a server; one that failed for two days is dead, and can be told
again by hand.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
import socket
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import polars as pl
from standardwebhooks import Webhook

from tengbol.asked import universal
from tengbol.book import desk
from tengbol.book.status import last_seq
from tengbol.errors import UnusableInputError
from tengbol.service.watch import log

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.pool import Pool
    from tengbol.service.settings import Settings

#: Seconds between two tries, after the first, second, … failure; as Standard Webhooks advises.
RETRIES: Final = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0)
#: Seconds for an answer, between two looks, and after which a delivery whose server was killed is tried again.
_ANSWER, _EVERY, _LOST = 10.0, 1.0, 60.0
#: Seconds for the delivery under way when the server ends.
_LAST: Final = 2.0
#: Events that are told in one go, and deliveries.
_EVENTS, _SENT = 1000, 20
_EVENT: Final = {
    "seq": pl.Int64(),
    **dict.fromkeys(("at", "what", "chamber_id", "subject", "hash"), pl.String()),
}


def drawn_secret() -> str:
    """A new signing secret, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def refuse_url(url: str, settings: Settings) -> None:
    """Raise `UnusableInputError` where a webhook must not go: without TLS, or into the server's own network."""
    parts = urlsplit(url)
    local = settings.local_hooks and _all_addresses(parts.hostname or "", "is_loopback")
    schemes = ("http", "https") if local else ("https",)
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None or parts.fragment:
        raise UnusableInputError("url: an address that begins with https://, without a user or password in it.")
    if not local and not _all_addresses(parts.hostname, "is_global"):
        raise UnusableInputError("url: leads into the server's own network, or nowhere; give a public address.")


def _all_addresses(host: str, kind: str) -> bool:
    """Whether all addresses of a host are of a kind (of `ipaddress`): public, or of this machine alone."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(getattr(ip_address(str(address).partition("%")[0]), kind) for address in found)


def note_events(store: Store) -> None:
    """Make deliveries of the events since the last look."""
    last = last_seq(store)
    behind = desk.found(store, "hooks", "ended_at IS NULL AND event < :last", last=last)
    if not behind:
        return
    with store.writing():
        for hook in desk.found(store, "hooks", "ended_at IS NULL AND event < :last", last=last):
            news = store.frame(
                f"SELECT seq, what FROM events WHERE seq > :after ORDER BY seq LIMIT {_EVENTS}",
                {"seq": pl.Int64(), "what": pl.String()},
                after=hook["event"],
            )
            kinds = json.loads(hook["kinds"])
            wanted = news.filter(pl.col("what").is_in(kinds)) if kinds else news
            rows = wanted.select(
                delivery_id=pl.format("msg_{}_{}", pl.lit(hook["hook_id"]), "seq"),
                hook_id=pl.lit(hook["hook_id"]),
                event="seq",
                state=pl.lit("due"),
                tries=pl.lit(0, dtype=pl.Int64),
                next_at=pl.lit(desk.moment()),
                status=pl.lit(None, dtype=pl.Int64),
                told=pl.lit(None, dtype=pl.String),
            )
            store.insert("deliveries", desk.DESK["deliveries"], rows)
            cells = {"event": news["seq"][-1] if news.height else last}
            desk.change(store, "hooks", "hook_id = :id", cells, id=hook["hook_id"])


def body_of(store: Store, seq: int) -> str:
    """What is told of an event."""
    row = store.frame(f"SELECT {', '.join(_EVENT)} FROM events WHERE seq = :seq", _EVENT, seq=seq).row(0, named=True)
    kind = row["what"].replace(" ", "_").replace(",", "")
    return json.dumps({"type": f"book.{kind}", "timestamp": universal(row["at"]), "data": row}, ensure_ascii=False)


class Courier:
    """Tells in a thread of the server; several servers of one book share the work."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self.pool, self.settings = pool, settings
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is on its way if that takes no longer than a moment; else it is told again, later."""
        self._ending.set()
        self._thread.join(_LAST)

    def _run(self) -> None:
        with httpx.Client(timeout=_ANSWER, follow_redirects=False, trust_env=False) as client:
            while not self._ending.wait(_EVERY):
                try:
                    self._look(client)
                except Exception as error:
                    # The store may be gone for a moment; what is due stays due.
                    log("webhooks wait", kind=type(error).__name__)

    def _look(self, client: httpx.Client) -> None:
        with self.pool.store() as store:
            note_events(store)
            waits = "(state = 'due' OR state = 'sending') AND next_at <= :now"
            due = desk.found(store, "deliveries", waits, most=_SENT, now=desk.moment())
        for row in due:
            if self._ending.is_set():
                return
            with self.pool.store() as store:
                mine = "delivery_id = :id AND next_at = :seen AND state = :state"
                cells = {"state": "sending", "next_at": desk.moment(_LOST)}
                seen = {"seen": row["next_at"], "state": row["state"], "id": row["delivery_id"]}
                if not desk.change(store, "deliveries", mine, cells, **seen):
                    continue
                hook = desk.one(store, "hooks", "hook_id = :id AND ended_at IS NULL", id=row["hook_id"])
                body = body_of(store, row["event"])
            status, told = (None, "the webhook has ended") if hook is None else self._sent(client, hook, row, body)
            with self.pool.store() as store:
                self._note(store, row, status, told, over=hook is None)

    def _sent(
        self, client: httpx.Client, hook: dict[str, Any], row: dict[str, Any], body: str
    ) -> tuple[int | None, str | None]:
        now = dt.datetime.now(dt.UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": row["delivery_id"],
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(hook["secret"]).sign(row["delivery_id"], now, body),
        }
        with suppress(UnusableInputError):
            # Where the name leads may have changed since it was given.
            refuse_url(hook["url"], self.settings)
            try:
                with client.stream("POST", hook["url"], content=body.encode(), headers=headers) as response:
                    return response.status_code, None
            except httpx.HTTPError as error:
                return None, type(error).__name__
        return None, "the address is not allowed any more"

    def _note(self, store: Store, row: dict[str, Any], status: int | None, told: str | None, *, over: bool) -> None:
        tries = row["tries"] + 1
        cells: dict[str, Any] = {"tries": tries, "status": status, "told": told}
        if status is not None and 200 <= status < 300:
            cells["state"] = "delivered"
        elif over or status == 410 or tries > len(RETRIES):
            cells["state"] = "dead"
        else:
            cells |= {"state": "due", "next_at": desk.moment(RETRIES[tries - 1])}
        desk.change(store, "deliveries", "delivery_id = :id AND state = 'sending'", cells, id=row["delivery_id"])
