"""What an act would do: it is done, its rows are read, and all of it is taken back before it is kept.

So what is shown is what the act does, told by the rows and not by sentences of another language. Nothing is drawn in an
act, so nothing of a lot to come can be seen.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.performing import AloneError
from tengbol.book.schema import TABLES
from tengbol.model.law.balances import WRIT
from tengbol.service.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.service.asked import Asked

#: In whose name an act is only tried; no login looks like it.
_SOMEBODY: Final = "(to be confirmed)"
#: Tables whose rows are counted, not listed.
_COUNTED: Final = ("absences", "attachments", "enforcers", "recusals", "centres", "districts", "writs")
#: Writs that are listed.
LISTED: Final = 30


class _TriedError(Exception):
    """The act is taken back."""


@dataclass(frozen=True)
class Shown:
    """moves: `writ_id`, `before`, `after`, `enforcer_id` of the first writs whose state would change. moved: how many.

    balances: `enforcer_id`, `category`, `received`, `share` (writs) that would change. rows: by table, how many would
    begin and how many would end. second: whether another login has to confirm it.
    """

    moves: list[dict[str, Any]] = field(default_factory=list)
    moved: int = 0
    balances: list[dict[str, Any]] = field(default_factory=list)
    rows: list[tuple[str, int, int]] = field(default_factory=list)
    second: bool = False

    @property
    def nothing(self) -> bool:
        """Whether no row would change but the event."""
        return not (self.moved or self.balances or self.rows)


def shown(store: Store, hand: Hand, verb: str, asked: Asked) -> Shown:
    """What it would do now. Raises `UnusableInputError` where the book refuses it."""
    try:
        return _tried(store, replace(hand, second=None), verb, asked)
    except AloneError:
        return replace(_tried(store, replace(hand, second=_SOMEBODY), verb, asked), second=True)


def _tried(store: Store, hand: Hand, verb: str, asked: Asked) -> Shown:
    found: list[Shown] = []

    def witness(event: Mapping[str, Any]) -> None:
        found.append(_read(store, int(event["seq"])))
        raise _TriedError

    with suppress(_TriedError):
        VERBS[verb].run(store, replace(hand, witness=witness), asked, False)
    return found[0] if found else Shown()


def _read(store: Store, seq: int) -> Shown:
    """What event `seq` wrote and ended, within its transaction."""
    names = ("writ_id", "before", "after", "enforcer_id")
    moves = store.frame(
        "SELECT n.writ_id, o.state, n.state AS after_state, l.enforcer_id FROM states n "
        f"LEFT JOIN states o ON o.writ_id = n.writ_id AND o.until = {seq} "
        "LEFT JOIN ledger l ON l.writ_id = n.writ_id AND "
        f"(l.until = {seq} OR (l.until IS NULL AND l.since < {seq})) AND l.closed_at IS NULL "
        f"WHERE n.since = {seq} ORDER BY n.writ_id",
        dict.fromkeys(names, pl.String()),
    )
    rows = []
    for table in _COUNTED:
        new, ended = (
            store.frame(f'SELECT count(*) AS n FROM "{table}" WHERE {column} = {seq}', {"n": pl.Int64()})["n"][0]
            for column in ("since", "until")
        )
        rows += [(table, new, ended)] if new or ended else []
    return Shown(moves.head(LISTED).rows(named=True), moves.height, _balances(store, seq), rows)


def _balances(store: Store, seq: int) -> list[dict[str, Any]]:
    """By how much received and share change."""
    columns = ("enforcer_id", "category", "received", "share")
    types = {**{name: TABLES["balances"].types[name] for name in columns}}
    listed = ", ".join(columns)
    new, old = (
        store.frame(f"SELECT {listed} FROM balances WHERE {column} = {seq}", types).select(
            *columns[:2],
            pl.col("received"),
            pl.col("share").str.replace(".", "", literal=True).cast(pl.Int64),
        )
        for column in ("since", "until")
    )
    both = new.join(old, on=columns[:2], how="left", suffix="_old").with_columns(
        received=pl.col("received") - pl.col("received_old").fill_null(0),
        share=(pl.col("share") - pl.col("share_old").fill_null(0)) / WRIT,
    )
    return both.select(columns).sort("enforcer_id", "category").rows(named=True)
