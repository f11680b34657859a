"""What the service keeps beside the book, in the same store: accounts, sessions, tokens, and what is under way.

These rows may change and go, unlike the book's own: that an account was opened, or a token given, is an event; when
somebody was last seen is none. Passwords and tokens are kept as hashes alone. Moments are the chamber's local
time, to the second, as text: as in the book, so that whoever reads both need not ask which is which.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.asked import local_now
from tengbol.book.schema import NUMBER, TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

_NUMBERS: Final = frozenset({"totp_last", "failures", "given", "event", "status", "tries", "done", "total", "number"})


def _table(columns: str) -> dict[str, pl.DataType]:
    return {name: NUMBER if name in _NUMBERS else TEXT for name in columns.split()}


#: Columns of each table, its key first. `_key` columns of the migration are the first, and of `requests` two.
DESK: Final[Mapping[str, dict[str, pl.DataType]]] = {
    # given: 1 while the password is one that somebody else has set. totp_last: the last time step that was used.
    "accounts": _table(
        "login name role chamber_id enforcer_id password given totp totp_last failures locked_until made_at closed_at "
        "identity"
    ),
    "sessions": _table("digest login csrf made_at seen_at ends_at"),
    # Sign-ins by the identity provider that have not come back.
    "identities": _table("digest nonce verifier ends_at"),
    "tokens": _table("token_id digest login name scopes made_at ends_at ended_at"),
    # What was asked under an idempotency key, and what was answered. status: 102 while it is at work, null where it is
    # done and not answered yet; until then `answer` is who is at it, and `at` when he said so last.
    "requests": _table("login once digest at event status answer"),
    # Acts that move a writ, until another login confirms them.
    "proposals": _table(
        "proposal_id verb subject arguments document asked_by asked_at effect state decided_by decided_at event"
    ),
    "jobs": _table(
        "job_id chamber_id kind arguments asked_by asked_at state owner beat_at done total event batch_id number told"
    ),
    "hooks": _table("hook_id url secret kinds made_by made_at ended_at event"),
    "deliveries": _table("delivery_id hook_id event state tries next_at status told"),
}
#: What a backup of a database has besides the book: nobody is left signed in, and nothing under way goes on twice.
KEPT: Final = ("accounts", "tokens", "hooks")


def moment(after: float = 0.0) -> str:
    """Now, or so many seconds after, as these tables keep it."""
    return (local_now() + dt.timedelta(seconds=after)).replace(microsecond=0).isoformat()


def put(store: Store, table: str, **cells: Any) -> None:
    """Add a row; what is not given is missing."""
    types = DESK[table]
    store.insert(table, types, pl.DataFrame([{**dict.fromkeys(types), **cells}], schema=types))


def found(
    store: Store, table: str, condition: str, *, order: str | None = None, most: int | None = None, **values: Any
) -> list[dict[str, Any]]:
    """Rows for which a condition holds, ordered by their key if no other order is named; the first `most` of them."""
    types = DESK[table]
    names = ", ".join(f'"{name}"' for name in types)
    order = order or ", ".join(list(types)[:2])
    limit = "" if most is None else f" LIMIT {int(most)}"
    return store.frame(f"SELECT {names} FROM {table} WHERE {condition} ORDER BY {order}{limit}", types, **values).rows(
        named=True
    )


def count(store: Store, table: str, condition: str, **values: Any) -> int:
    """How many rows there are for which a condition holds."""
    return store.frame(f"SELECT count(*) AS n FROM {table} WHERE {condition}", {"n": NUMBER}, **values)["n"][0]


def one(store: Store, table: str, condition: str, **values: Any) -> dict[str, Any] | None:
    """The first of them, or None."""
    rows = found(store, table, condition, most=1, **values)
    return rows[0] if rows else None


def has_accounts(store: Store) -> bool:
    """Whether whoever acts has to sign in: the book has an account that is open."""
    return one(store, "accounts", "closed_at IS NULL") is not None


def unsigned(store: Store, hand: Hand) -> Hand:
    """Whose hand it is where nobody signs in: in a book with accounts in brackets, in which no login stands."""
    return replace(hand, who=f"({hand.who})") if has_accounts(store) else hand


def change(store: Store, table: str, condition: str, cells: Mapping[str, Any], **values: Any) -> int:
    """Set cells of the rows for which a condition holds; returns how many there were."""
    sets = ", ".join(f"{name} = :new_{name}" for name in cells)
    return store.execute(
        f"UPDATE {table} SET {sets} WHERE {condition}",
        **{f"new_{name}": value for name, value in cells.items()},
        **values,
    )
