"""`book assign`: one writ to be executed at once (¶7), distributed now, by the same rules, balances and lot.

Only what bears on it is read: whoever serves its district, what is held against its debtor, and the writs that must go
with it (¶13, ¶14). Only `immediate` writs may go this way, or somebody could choose in which order writs are drawn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.accepting import accept_lost
from tengbol.book.aside import TRIAL, FaultError, found_among, set_aside
from tengbol.book.batches import Made, make
from tengbol.book.committing import Draft
from tengbol.book.drawing import Public
from tengbol.book.gathering import Tables, gather, pending
from tengbol.book.kept import held, holding
from tengbol.book.moments import running
from tengbol.book.opening import key_of, secret_of
from tengbol.book.reckoner import Reckoner
from tengbol.book.status import chamber, last_seq
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase
from tengbol.ruling import turn_of

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store
    from tengbol.ruling import Ruled

_TRIES = 5


def assign(
    store: Store,
    hand: Hand,
    writ_id: str,
    *,
    as_of: dt.datetime | None = None,
    config: Config | None = None,
    wait: float = 0.0,
) -> Made:
    """Distribute an immediate writ, and those that must go with it, as of now, or on a document as of earlier.

    as_of: the chamber's local time (`moments.running`). wait: seconds to wait for a batch under way, which may then
    have distributed it. Raises `UnusableInputError`.
    """
    accept_lost(store, hand, None)
    name, place = _waiting(store, writ_id)

    def read() -> Tables:
        around = _around(store, writ_id, name, place)
        return _bundle(store, writ_id, name, place, around, reckoned.ruled(around, TRIAL))

    aside: dict[str, str] = {}
    beside: Tables = {}
    seen = 0
    with store.alone(name, wait):
        run = running(store, hand, as_of, chamber(store, name))
        reckoned = Reckoner(run.as_of, config or Config(), key_of(store))
        for _ in range(_TRIES):
            try:
                with store.reading():
                    _waiting(store, writ_id)
                    last, seen = chamber(store, name), last_seq(store)
                    beside = _around(store, writ_id, name, place)
                    ruled = reckoned.ruled(beside, TRIAL)
                    tables = _bundle(store, writ_id, name, place, beside, ruled)
                turn = turn_of(secret_of(store, name, last["number"] + 1), "")
                # Where nothing else is around, what the rules make of it is known but for the order of the lot.
                ruled = reckoned.turned(ruled, turn) if tables is beside else reckoned.ruled(tables, turn)
                draft = Draft(name, "urgent writ", run, tables, seen, Public(), read, ruled, last)
                made = make(store, hand, draft, reckoned.drawn)
            except FaultError as fault:
                found = set_aside(store, hand, name, found_among(beside, reckoned.trial, fault), seen)
                aside |= found
                if writ_id in found:
                    raise UnusableInputError(
                        "Writ {writ_id} cannot be distributed and is set aside: {found}. Correct its row and import "
                        "it again.",
                        writ_id=writ_id,
                        found=found[writ_id],
                    ) from fault
                continue
            if made is not None:
                return replace(made, aside=aside)
    raise UnusableInputError(
        "Writ {writ_id}: the book changed {tries} times meanwhile; try again.", writ_id=writ_id, tries=_TRIES
    )


def _waiting(store: Store, writ_id: str) -> tuple[str, str]:
    """Chamber and district of an immediate writ that waits."""
    found = store.frame(
        "SELECT s.state, w.immediate, w.debtor_district_id, d.chamber_id FROM states s "
        "JOIN writs w ON w.writ_id = s.writ_id AND w.until IS NULL "
        "JOIN districts d ON d.district_id = w.debtor_district_id AND d.until IS NULL "
        "WHERE s.until IS NULL AND s.writ_id = :writ_id",
        dict.fromkeys(("state", "immediate", "district_id", "chamber_id"), pl.String()),
        writ_id=writ_id,
    )
    if found.is_empty():
        raise UnusableInputError(
            "Writ {writ_id} is not in the book; import it first, or check its id.", writ_id=writ_id
        )
    state, immediate, place, chamber_id = found.row(0)
    if state != "pending":
        holder = held(store, "ledger", "t.writ_id = :id AND t.closed_at IS NULL", id=writ_id)["enforcer_id"].to_list()
        has = Phrase("; {holder} has it", holder=holder[0]) if holder else ""
        raise UnusableInputError(
            "Writ {writ_id} does not wait to be distributed: it is {state}{has}.", writ_id=writ_id, state=state, has=has
        )
    if immediate != "true":
        raise UnusableInputError(
            "Writ {writ_id} is not marked immediate (¶7); it goes with the next batch (`tengbol book batch`).",
            writ_id=writ_id,
        )
    return chamber_id, place


def _around(store: Store, writ_id: str, chamber_id: str, place: str) -> Tables:
    """The writ and all that waits against its debtor in its district, with what bears on them."""
    writs = pending(
        store,
        "w.debtor_district_id = :place AND "
        "w.debtor_id = (SELECT x.debtor_id FROM writs x WHERE x.writ_id = :writ_id AND x.until IS NULL)",
        place=place,
        writ_id=writ_id,
    )
    return gather(store, writs, [place], people_around(store, writs, chamber_id))


def _bundle(store: Store, writ_id: str, chamber_id: str, place: str, around: Tables, ruled: Ruled) -> Tables:
    """What bears on the writ's bundle, of the writs around it and what the rules make of these; the same tables where
    all of them are of the bundle.

    Raises `UnusableInputError` where the writ cannot be distributed.
    """
    todo = ruled.todo
    own = todo.writs.filter(pl.col("writ_id") == writ_id)
    if own.is_empty():
        code = todo.unassigned.filter(pl.col("writ_id") == writ_id)["code"][0]
        raise UnusableInputError(
            "Writ {writ_id} cannot be distributed now: {code}; it goes on waiting.", writ_id=writ_id, code=code
        )
    together = todo.writs.filter(pl.col("bundle_id") == own["bundle_id"][0])["writ_id"]
    if together.len() == around["writs"].height:
        return around
    bundle = around["writs"].filter(pl.col("writ_id").is_in(together.implode()))
    return gather(store, bundle, [place], people_around(store, bundle, chamber_id))


def people_around(store: Store, writs: pl.DataFrame, chamber_id: str, seq: int | None = None) -> list[str]:
    """The chamber's own enforcers who hold proceedings against the writs' debtors, and whoever returned one.

    They may serve another district; an explanation then says so.
    """
    holders = held(
        store,
        "ledger",
        f"t.closed_at IS NULL AND {store.among('t.debtor_id', 'ids')}",
        seq=seq,
        ids=writs["debtor_id"].unique().sort().to_list(),
    )["enforcer_id"]
    return store.frame(
        "SELECT e.enforcer_id FROM enforcers e "
        f"JOIN districts d ON d.district_id = e.district_id AND {holding('d', seq)} AND d.chamber_id = :chamber_id "
        f"WHERE {holding('e', seq)} AND {store.among('e.enforcer_id', 'ids')}",
        {"enforcer_id": pl.String()},
        chamber_id=chamber_id,
        ids=sorted({*holders, *writs["previous_enforcer_id"].drop_nulls()}),
    )["enforcer_id"].to_list()
