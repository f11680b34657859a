"""What a batch is made from: of the chamber's tables all that can bear on the writs that are to be distributed.

Read from the rows that hold, or for a past batch from those that held before its event. Of the proceedings those
against the writs' debtors, of the people those who serve the districts; so it is little, however long the book is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.book.kept import held, holding, own, selected, typed
from tengbol.book.schema import CONTRACT, TABLES
from tengbol.model.chamber import Chamber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tengbol.book.store import Store

#: The contract's tables in, cells as stored, in the order of their lines.
Tables = dict[str, pl.DataFrame]


def chamber_of(tables: Tables) -> Chamber:
    """The same as the model has it."""
    return Chamber(**{name: typed(tables[name], name) for name in CONTRACT})


def pending(store: Store, condition: str, **values: object) -> pl.DataFrame:
    """Writs that wait now; `w` is the writ, `d` its district."""
    return store.frame(
        f"SELECT {selected('writs', 'w')} FROM states s "
        f"JOIN writs w ON w.writ_id = s.writ_id AND {holding('w')} "
        f"JOIN districts d ON d.district_id = w.debtor_district_id AND {holding('d')} "
        f"WHERE {holding('s')} AND s.state = 'pending' AND {condition}",
        {"id": pl.Int64(), **TABLES["writs"].types, "since": pl.Int64()},
        **values,
    )


def of_chamber(store: Store, chamber_id: str) -> Tables:
    """Everything that waits in a chamber, with everybody who serves its districts."""
    writs = pending(store, "d.chamber_id = :chamber_id", chamber_id=chamber_id)
    return gather(store, writs, districts_of(store, chamber_id), ())


def districts_of(store: Store, chamber_id: str, seq: int | None = None) -> list[str]:
    """Ids of a chamber's districts."""
    rows = held(store, "districts", "t.chamber_id = :chamber_id", seq=seq, chamber_id=chamber_id)
    return rows["district_id"].to_list()


def gather(
    store: Store, writs: pl.DataFrame, places: list[str], people: Iterable[str], *, seq: int | None = None
) -> Tables:
    """Tables for these writs: whoever serves one of `places`, and `people` besides; now, or after event `seq`."""
    tables = {**around(store, writs, places, people, seq=seq), "writs": writs}
    return {name: own(tables[name], name) for name in CONTRACT}


def around(
    store: Store, writs: pl.DataFrame, places: list[str], people: Iterable[str], *, seq: int | None = None
) -> Tables:
    """The same without the writs, of which `writ_id`, `debtor_id`, `creditor_id` are asked; rows as `kept.held`."""

    def rows(table: str, column: str, ids: Iterable[str], also: str = "1 = 1", *, many: bool = False) -> pl.DataFrame:
        among = f"{also} AND {store.among(f't.{column}', 'ids')}"
        return held(store, table, among, seq=seq, many=many, ids=sorted(set(ids)))

    attachments = rows("attachments", "district_id", places)
    named = sorted({*attachments["enforcer_id"], *people})
    enforcers = held(
        store,
        "enforcers",
        f"({store.among('t.district_id', 'places')} OR {store.among('t.enforcer_id', 'named')})",
        seq=seq,
        places=places,
        named=named,
    )
    everybody = enforcers["enforcer_id"].to_list()
    # Against a bank or a state body thousands are open.
    ledger = rows("ledger", "debtor_id", writs["debtor_id"], "t.closed_at IS NULL", many=True)
    return {
        "districts": rows("districts", "district_id", [*places, *enforcers["district_id"], *ledger["district_id"]]),
        "enforcers": enforcers,
        "attachments": attachments,
        "absences": rows("absences", "enforcer_id", everybody),
        "recusals": held(
            store,
            "recusals",
            f"({store.among('t.writ_id', 'ids')} OR {store.among('t.party_id', 'parties')})",
            seq=seq,
            ids=writs["writ_id"].unique().sort().to_list(),
            parties=pl.concat([writs["debtor_id"], writs["creditor_id"]]).unique().sort().to_list(),
        ),
        "ledger": ledger,
        "balances": rows("balances", "enforcer_id", everybody),
    }
