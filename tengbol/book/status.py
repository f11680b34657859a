"""`book status`: how the book stands, in a few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import head
from tengbol.book.aside import put_aside, told_aside
from tengbol.book.kept import held, holding
from tengbol.book.remembered import remembered
from tengbol.errors import UnusableInputError
from tengbol.phrase import english

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.book.store import Store


_TODAY: Final = 't.start <= :today AND (t."end" IS NULL OR t."end" >= :today)'


@dataclass(frozen=True)
class Status:
    """states: writs in each state. chambers: by chamber its last batch's number, time and link, and the commitment to
    the secret of the next. head: the last event. aside: reason by writ, of those that are set aside.
    """

    states: dict[str, int]
    enforcers: int
    away: int
    open_proceedings: int
    chambers: list[dict[str, Any]]
    head: dict[str, Any]
    aside: dict[str, str]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, spoken: Callable[..., str] = english) -> list[str]:
        """Writs and people, each chamber's last batch, what is set aside, the last event."""
        writs = ", ".join(f"{count} {state}" for state, count in self.states.items()) or spoken("none")
        lines = [
            spoken(
                "Writs: {writs}. Open proceedings: {proceedings}. Enforcers: {enforcers}, of whom {away} away today.",
                writs=writs,
                proceedings=self.open_proceedings,
                enforcers=self.enforcers,
                away=self.away,
            )
        ]
        for chamber in self.chambers:
            last = spoken("no batch yet")
            if chamber["number"]:
                last = spoken(
                    "batch {number} as of {moment}, link {link}",
                    number=chamber["number"],
                    moment=chamber["as_of"],
                    link=chamber["link"],
                )
            lines.append(
                spoken(
                    "{chamber}: {last}; commitment to the next: {commitment}.",
                    chamber=chamber["chamber_id"],
                    last=last,
                    commitment=chamber["commitment"],
                )
            )
        lines += told_aside(self.aside, spoken)
        lines.append(
            spoken(
                "{seq} events; the last, {what} by {who}: {hash}.",
                **{name: self.head[name] for name in ("seq", "what", "who", "hash")},
            )
        )
        return lines


def status(store: Store, today: str) -> Status:
    """Count what the book holds now."""
    with store.reading():
        last = head(store)
        if last is None:
            raise AssertionError("a book has an event")
        return Status(
            dict(states_counted(store)),
            _count(store, "enforcers", holding("t")),
            _count(
                store,
                "absences",
                f'{holding("t")} AND t.start <= :today AND (t."end" IS NULL OR t."end" >= :today)',
                today,
            ),
            open_proceedings(store),
            [chamber(store, name) for name in held(store, "chambers")["chamber_id"].sort()],
            last,
            put_aside(store),
        )


@remembered
def states_counted(store: Store) -> tuple[tuple[str, int], ...]:
    """How many writs are in each state."""
    counted = store.frame(
        f"SELECT state, count(*) AS writs FROM states t WHERE {holding('t')} GROUP BY state ORDER BY state",
        {"state": pl.String(), "writs": pl.Int64()},
    )
    return tuple(counted.rows())


@remembered
def held_by(store: Store) -> dict[str, int]:
    """By enforcer how many proceedings he has open."""
    rows = store.frame(
        f"SELECT enforcer_id, count(*) AS n FROM ledger t WHERE {holding('t')} AND t.closed_at IS NULL "
        "GROUP BY enforcer_id",
        {"enforcer_id": pl.String(), "n": pl.Int64()},
    )
    return dict(rows.rows())


def open_proceedings(store: Store) -> int:
    """How many proceedings are open."""
    return sum(held_by(store).values())


def chamber(store: Store, chamber_id: str) -> dict[str, Any]:
    """`number`, `as_of`, `link`, `batch_id`, `since` of a chamber's last batch (0: none); `commitment` to the next."""
    types = dict.fromkeys(("as_of", "link", "batch_id", "commitment_next"), pl.String())
    found = store.frame(
        "SELECT as_of, link, batch_id, commitment_next, number, since FROM batches "
        "WHERE chamber_id = :chamber_id ORDER BY number DESC LIMIT 1",
        {**types, "number": pl.Int64(), "since": pl.Int64()},
        chamber_id=chamber_id,
    )
    if found.height:
        row = found.row(0, named=True)
        return {"chamber_id": chamber_id, **row, "commitment": row["commitment_next"]}
    first = held(store, "chambers", "t.chamber_id = :chamber_id", chamber_id=chamber_id)
    return {
        "chamber_id": chamber_id,
        "number": 0,
        "as_of": None,
        "link": None,
        "batch_id": None,
        "since": first["since"][0],
        "commitment": first["commitment"][0],
    }


def last_batch_of(store: Store, writ_id: str) -> tuple[int, str]:
    """Number and chamber of the batch that distributed a writ last, or else left it waiting last.

    Raises `UnusableInputError` where no batch has met it.
    """
    types = {"number": pl.Int64(), "chamber_id": pl.String()}
    for table in ("assignments", "unassigned"):
        found = store.frame(
            f"SELECT b.number, b.chamber_id FROM {table} t JOIN batches b ON b.batch_id = t.batch_id "
            "WHERE t.writ_id = :id ORDER BY b.since DESC LIMIT 1",
            types,
            id=writ_id,
        )
        if found.height:
            return found.row(0)
    raise UnusableInputError(
        "Writ {writ}: no batch of this book has met it; `tengbol book due` says what waits.", writ=writ_id
    )


def writs_called(store: Store, asked: str) -> pl.DataFrame:
    """`writ_id`, `number`, `issued_by` of the writ of an id; where there is none, of all, to look for its number."""
    types: dict[str, pl.DataType] = dict.fromkeys(("writ_id", "number", "issued_by"), pl.String())
    one = held(store, "writs", "t.writ_id = :id", id=asked).select(list(types))
    if one.height:
        return one
    return store.frame(f"SELECT t.writ_id, t.number, t.issued_by FROM writs t WHERE {holding('t')}", types)


def last_seq(store: Store) -> int:
    """Number of the last event."""
    last = head(store)
    return last["seq"] if last else 0


def _count(store: Store, table: str, condition: str, today: str | None = None) -> int:
    values = {} if today is None else {"today": today}
    counted = f"SELECT count({'DISTINCT t.enforcer_id' if table == 'absences' else '*'}) AS n FROM {table} t"
    return store.frame(f"{counted} WHERE {condition}", {"n": pl.Int64()}, **values)["n"][0]
