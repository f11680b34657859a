"""Each write is done once, however often it is asked for under one Idempotency-Key, also when a server was killed.

The key is kept before the work begins, under the lease of who begins it: whoever sends the same meanwhile waits for the
answer. A lease that nobody renews, for its server was killed, is taken over. That the work is done is noted in the very
transaction of the act, so either both stand or none; the answer is kept after it.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse

from tengbol.book import desk
from tengbol.book.access import open_book
from tengbol.book.acts import Hand
from tengbol.errors import BusyError, UnusableInputError
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from tengbol.book.store import Store
    from tengbol.service.door import Call

#: How long a key is known, in seconds.
KEPT: Final = 7 * 86400.0
REPLAYED: Final = {"Idempotency-Replayed": "true"}
#: The status of a request that is at work, and has done nothing yet.
_UNDER_WAY: Final = 102
#: Seconds between two renewals of a lease, and after which one that was not renewed is over.
_BEAT, SILENT = 3.0, 12.0
#: Seconds for which a repeat waits for the answer to the first, between its looks, and until it may be sent again.
_PATIENCE, _EVERY, _RETRY = 10.0, 0.05, 2
_KEY: Final = "login = :login AND once = :once"
_MINE: Final = f"{_KEY} AND answer = :owner"


def once(
    call: Call,
    work: Callable[[Store, Hand], tuple[int, Any]],
    *,
    document: str | None = None,
    whats: Collection[str] | None = None,
    secret: bool = False,
    guard: Callable[[Store, Mapping[str, Any]], None] | None = None,
) -> JSONResponse:
    """Do some work as the one who asks, once; `work` returns the status and the answer.

    whats: which of the work's events stands for it, where it leaves several. secret: whether the answer holds what is
    shown once, and so is not kept. guard: looks at the book within the transaction, and may take the act back.
    """
    lease = _Lease(call, secrets.token_hex(8))
    before = lease.taken()
    if before is not None:
        return before

    try:
        with lease.renewed(), call.store() as store:

            def witness(event: Mapping[str, Any]) -> None:
                if whats is None or event.get("what") in whats:
                    if guard is not None:
                        guard(store, event)
                    lease.note(store, event)

            status, told = work(store, Hand(call.who.login, document, witness=witness))
            lease.answered(store, status, None if secret else told)
    except Exception:
        done = lease.given_up()
        if done is not None:
            return done
        raise
    return JSONResponse(told, status)


@dataclass(frozen=True)
class _Lease:
    """Who is at the work of a request. owner: drawn for it; stands in place of the answer until there is one."""

    call: Call
    owner: str

    @property
    def _values(self) -> dict[str, str | None]:
        return {"login": self.call.who.login, "once": self.call.key}

    def taken(self) -> JSONResponse | None:
        """Take the lease; or, where another has it, wait for what is answered to him. Raises `ProblemError`."""
        until = time.monotonic() + _PATIENCE
        while True:
            with self.call.store() as store:
                if self._take(store):
                    return None
                known = self._known(store)
            if known is not None:
                return known
            if time.monotonic() >= until:
                raise ProblemError("busy", headers={"Retry-After": str(_RETRY)})
            # Without a connection to the book: the first may need it.
            time.sleep(_EVERY)

    def _take(self, store: Store) -> bool:
        row = desk.one(store, "requests", _KEY, **self._values)
        values = {**self._values, "owner": self.owner, "now": desk.moment(), "digest": self.call.digest}
        if row is None:
            old = desk.moment(-KEPT)
            store.execute("DELETE FROM requests WHERE login = :login AND at < :old", login=values["login"], old=old)
            return bool(
                store.execute(
                    "INSERT INTO requests (login, once, digest, at, status, answer) "
                    f"VALUES (:login, :once, :digest, :now, {_UNDER_WAY}, :owner) ON CONFLICT DO NOTHING",
                    **values,
                )
            )
        return bool(
            store.execute(
                f"UPDATE requests SET answer = :owner, at = :now WHERE {_KEY} AND digest = :digest "
                f"AND status = {_UNDER_WAY} AND at < :silent",
                **values,
                silent=desk.moment(-SILENT),
            )
        )

    def _known(self, store: Store) -> JSONResponse | None:
        """What was answered before under this key; None where nothing was, or not yet. Raises `ProblemError`."""
        row = desk.one(store, "requests", _KEY, **self._values)
        if row is None:
            return None
        if row["digest"] != self.call.digest:
            raise ProblemError("key_reused")
        if row["status"] == _UNDER_WAY:
            return None
        if row["status"] is None:
            if row["answer"] is not None and row["at"] >= desk.moment(-SILENT):
                return None
            # Done by a server that was killed before it could keep the answer.
            return JSONResponse({"event": row["event"]}, 200, REPLAYED)
        # An answer that was not kept was shown once.
        told = {"event": row["event"]} if row["answer"] is None else json.loads(row["answer"])
        return JSONResponse(told, row["status"], REPLAYED)

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease as long as the work goes on."""
        over = threading.Event()

        def beat() -> None:
            # Most requests are over before.
            while not over.wait(_BEAT):
                with suppress(UnusableInputError), closing(open_book(self.call.pool.url)) as store:
                    while not over.wait(_BEAT):
                        desk.change(store, "requests", _MINE, {"at": desk.moment()}, **self._values, owner=self.owner)

        threading.Thread(target=beat, daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def note(self, store: Store, event: Mapping[str, Any]) -> None:
        """Note, in its transaction, by which event the work is done; and the answer, where the event has it.

        Raises `BusyError` where another has taken the lease over: the act is then his.
        """
        cells: dict[str, Any] = {"event": event.get("seq"), "status": None}
        if "answered" in event:
            status, told = event["answered"]
            cells |= {"status": status, "answer": json.dumps(told, ensure_ascii=False)}
        begun = f"{_MINE} AND status = {_UNDER_WAY}"
        if desk.change(store, "requests", begun, cells, **self._values, owner=self.owner):
            return
        # Of an act of several events the first has been noted.
        if not desk.one(store, "requests", _MINE, **self._values, owner=self.owner):
            raise BusyError("The service is busy; try again.")

    def answered(self, store: Store, status: int, told: Any | None) -> None:
        """Keep the answer."""
        answer = None if told is None else json.dumps(told, ensure_ascii=False)
        cells = {"status": status, "answer": answer}
        desk.change(store, "requests", _MINE, cells, **self._values, owner=self.owner)

    def given_up(self) -> JSONResponse | None:
        """After work that failed: forget the key; or what is answered where the act itself was done before."""
        mine = {**self._values, "owner": self.owner}
        # Where the book cannot be reached now, the lease is over by itself.
        with suppress(UnusableInputError), self.call.store() as store:
            if store.execute(f"DELETE FROM requests WHERE {_MINE} AND status = {_UNDER_WAY}", **mine):
                return None
            desk.change(store, "requests", f"{_MINE} AND status IS NULL", {"answer": None}, **mine)
            return self._known(store)
        return None
