"""Each write is done once, however often it is asked for under one Idempotency-Key, also when a server was killed.

The key is kept in the very transaction of the act, so either both stand or none; the answer is kept after it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse

from tengbol.book import desk
from tengbol.book.acts import Hand
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from tengbol.book.store import Store
    from tengbol.service.door import Call

#: How long a key is known, in seconds.
KEPT: Final = 7 * 86400.0
REPLAYED: Final = {"Idempotency-Replayed": "true"}


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
    with call.store() as store:
        before = _known(store, call)
        if before is not None:
            return before

        def witness(event: Mapping[str, Any]) -> None:
            if whats is None or event.get("what") in whats:
                if guard is not None:
                    guard(store, event)
                _keep(store, call, event.get("seq"))

        hand = Hand(call.who.login, document, witness=witness)
        try:
            status, told = work(store, hand)
        except Exception:
            # Somebody may have asked the same at the same moment.
            again = _known(store, call)
            if again is not None:
                return again
            raise
        answer = None if secret else json.dumps(told, ensure_ascii=False)
        cells = {"status": status, "answer": answer}
        mine = {"login": call.who.login, "once": call.key}
        if not desk.change(store, "requests", "login = :login AND once = :once", cells, **mine):
            with store.writing():
                _keep(store, call, None)
            desk.change(store, "requests", "login = :login AND once = :once", cells, **mine)
    return JSONResponse(told, status)


def _keep(store: Store, call: Call, event: int | None) -> None:
    store.execute(
        "DELETE FROM requests WHERE login = :login AND at < :old", login=call.who.login, old=desk.moment(-KEPT)
    )
    if desk.one(store, "requests", "login = :login AND once = :once", login=call.who.login, once=call.key):
        # Of an act of several events the first has been noted.
        return
    desk.put(store, "requests", login=call.who.login, once=call.key, digest=call.digest, at=desk.moment(), event=event)


def _known(store: Store, call: Call) -> JSONResponse | None:
    """What was answered before under this key."""
    row = desk.one(store, "requests", "login = :login AND once = :once", login=call.who.login, once=call.key)
    if row is None:
        return None
    if row["digest"] != call.digest:
        raise ProblemError("key_reused")
    if row["answer"] is not None:
        return JSONResponse(json.loads(row["answer"]), row["status"], REPLAYED)
    # Done, and the answer was not kept: it was shown once, or the server was killed before.
    return JSONResponse({"event": row["event"]}, row["status"] or 200, REPLAYED)
