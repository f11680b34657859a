"""`book correct`: a cell of a writ that was entered wrongly, also after it was distributed (¶6, ¶9, ¶10).

The corrected row goes through the same door as an import. A writ that is held moves only where the rules now say so:
its holder serves the district no more, ¶13 or ¶14 bind it to another, or it is no more for private enforcers. It then
waits for the next batch, and what it brought is taken back; its term is what it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.amending import HELD, open_proceeding, state_of
from tengbol.book.coming_back import move
from tengbol.book.compensation import take_back
from tengbol.book.gathering import chamber_of, gather
from tengbol.book.importing import known_to
from tengbol.book.kept import cells, held
from tengbol.book.moments import happened, refuse_before_receipt
from tengbol.book.performing import Effect, one_of, performed, refuse_alone
from tengbol.book.schema import TABLES
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.law import law_of
from tengbol.model.law.docket import docket
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

REASONS: Final = ("entered_wrongly", "document_corrected")
#: What can be corrected: cells that bear on who may have the writ, and on the persons of it.
CELLS: Final = ("debtor_district_id", "debtor_id", "creditor_id", "amount", "case_id")


def correct(
    store: Store,
    hand: Hand,
    writ_id: str,
    values: Mapping[str, str],
    *,
    reason: str,
    at: dt.datetime | None = None,
    config: Config | None = None,
    dry_run: bool = False,
) -> Effect:
    """Set cells of a writ right, an empty text for none; it moves only where the rules now say so."""
    one_of("--reason", reason, REASONS)
    for name in values:
        one_of("--set", name, CELLS)
    at = happened(at, hand)

    def work(doing: Act) -> Effect:
        state, who = state_of(store, writ_id)
        refuse_before_receipt(store, hand, [writ_id], at)
        before = held(store, "writs", "t.writ_id = :id", id=writ_id)
        row = _read(store, before, values, hand.clock().date())
        changed = [name for name in CELLS if row[name][0] != before[name][0]]
        if not changed:
            raise UnusableInputError(
                "Writ {writ_id} has these cells already; nothing is to be corrected.", writ_id=writ_id
            )
        doing.end("writs", before)
        doing.write("writs", row)
        doing.payload["changed"] = {name: [before[name][0], row[name][0]] for name in changed}
        told = {"writ_id": writ_id, "columns": ", ".join(changed)}
        if state not in HELD:
            if state == "set_aside":
                move(store, doing, [writ_id], "pending", at)
            return Effect((Phrase("{writ_id}: {columns} corrected; it waits.", **told),))
        why = _moves(store, row, who, at, config or Config())
        proceeding = open_proceeding(store, writ_id)
        cells_now = {"debtor_id": row["debtor_id"][0], "case_id": row["case_id"][0]}
        cells_now["district_id"] = row["debtor_district_id"][0]
        doing.end("ledger", proceeding)
        new = proceeding.with_columns(**{name: pl.lit(cell, dtype=pl.String) for name, cell in cells_now.items()})
        closed_at = pl.lit(None if why is None else at.isoformat(), dtype=pl.String)
        if why is None:
            doing.write("ledger", new.with_columns(closed_at=closed_at).select(TABLES["ledger"].columns))
            return Effect((Phrase("{writ_id}: {columns} corrected; it stays with {who}.", who=who, **told),))
        refuse_alone(hand)
        # What is closed is the proceeding as it was.
        doing.write("ledger", proceeding.with_columns(closed_at=closed_at).select(TABLES["ledger"].columns))
        balances = take_back(store, doing, [writ_id], "corrected")
        move(store, doing, [writ_id], "pending", at)
        said = Phrase("{writ_id}: {columns} corrected; {why}, so it waits for the next batch.", why=why, **told)
        return Effect((said,), balances)

    return performed(store, hand, "correct", writ_id, work, reason=reason, dry_run=dry_run)


def _read(store: Store, before: pl.DataFrame, values: Mapping[str, str], day: dt.date) -> pl.DataFrame:
    """The corrected row, as the door of an import reads it on a day."""
    from tengbol.io.read import read
    from tengbol.io.staging import staging

    with staging() as folder:
        row = before.select(TABLES["writs"].columns).with_columns(
            **{name: pl.lit(text or None, dtype=pl.String) for name, text in values.items()}
        )
        row.write_csv(folder / "writs.csv")
        reading = read(folder, known=known_to(store), day=day)
    if reading.rejected.height:
        raise UnusableInputError(
            "Writ {writ_id}: {message}", writ_id=before["writ_id"][0], message=Phrase(reading.rejected["message"][0])
        )
    return cells(reading.chamber.writs, "writs")


def _moves(store: Store, row: pl.DataFrame, who: str | None, at: dt.datetime, config: Config) -> Phrase | None:
    """Why a writ cannot stay with who holds it, by the rules of the day `at`; None where it can."""
    place = row["debtor_district_id"][0]
    tables = gather(store, row.with_columns(id=pl.lit(0), since=pl.lit(0)), [place], [who] if who else [])
    # Its own proceeding is no other one, and is what is to be looked at.
    tables["ledger"] = tables["ledger"].filter(pl.col("writ_id") != row["writ_id"][0])
    found = docket(chamber_of(tables), as_of=at, law=law_of(config))
    serves = found.serving.filter(pl.col("enforcer_id") == who, pl.col("district_id") == place)
    if serves.is_empty():
        return Phrase("{who} does not serve district {place} (¶10)", who=who, place=place)
    codes = found.unassigned["code"].to_list()
    if codes and codes[0] not in ("no_eligible_enforcer", "waits_for_holder"):
        return Phrase("it is now {code}", code=codes[0])
    holders = found.bundles["bound_to"].drop_nulls().to_list()
    if holders and holders[0] != who and found.bundles["basis"][0] in ("alimony_debtor", "same_case"):
        return Phrase("{holder} holds what it belongs to (¶13, ¶14)", holder=holders[0])
    return None
