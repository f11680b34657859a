"""Erasing what a book keeps of persons beside its writs, once their proceedings are over (`book erase`).

Names of debtors and creditors, and the salt of their row, become commitments that nobody can open: what else went into
them is thrown away. The rows stay, and the event of the erasure holds the digests that they have from now on, event by
event; the audit goes by these. Before, each of the rows is held to what its own event said of it, so that an erasure
cannot hide a change.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book import canon, desk
from tengbol.book.acts import act, events
from tengbol.book.audit import of_table
from tengbol.book.event_chain import said_of
from tengbol.book.naming import ERASED, IS_ERASED
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: States in which nothing is to be done with a writ any more.
_OVER: Final = ("closed", "withdrawn", "annulled")
_NAMES: Final = ("debtor_name", "creditor_name")
_ERASED: Final = (*_NAMES, "salt")


def erase(store: Store, hand: Hand, before: dt.date, *, quiet: bool = False) -> int:
    """Erase the names of writs that were over before a day; returns of how many writs.

    With them go, of what the service keeps, the contents of acts that were decided before that day, and names and
    identities of accounts closed before it. quiet: whether no event says so where there is no name to erase.

    Raises `UnusableInputError` without a document, for a day to come, or where one of the rows was changed.
    """
    if not (hand.document or "").strip():
        raise UnusableInputError("An erasure needs --document TEXT: the paper on which it is made, its number and day.")
    if before > hand.clock().date():
        raise UnusableInputError(
            "--before {day} is later than the clock; only what was over is erased, and it cannot be undone: check the "
            "year.",
            day=before,
        )
    if quiet and _over(store, before).is_empty():
        with store.writing():
            _forget(store, before)
        return 0
    with act(store, hand, "names erased") as doing:
        if faults := of_table(store, TABLES["names"], said_of(events(store)))[1]:
            raise UnusableInputError("The names are not those that were written: {fault}", fault=faults[0].phrase)
        rows = _over(store, before)
        erased = rows.with_columns(_commitments(rows, name) for name in _ERASED)
        lined = canon.lines(erased, ["since", *TABLES["names"].columns], TABLES["names"].later)
        erased = erased.with_columns(row_hash=pl.Series(canon.row_hashes("names", lined), dtype=pl.String))
        _replace(store, erased)
        doing.payload |= {"before": before.isoformat(), "erased": {"names": _digests(store, erased)}}
        _forget(store, before)
    return erased["writ_id"].n_unique()


def _over(store: Store, before: dt.date) -> pl.DataFrame:
    """Rows of names that are to be erased: all that were ever written of these writs, and are not erased yet."""
    listed = ", ".join(f'n."{name}"' for name in TABLES["names"].stored)
    states = ", ".join(f"'{state}'" for state in _OVER)
    plain = " OR ".join(f"(n.{name} IS NOT NULL AND NOT ({IS_ERASED.format(f'n.{name}')}))" for name in _NAMES)
    return store.frame(
        f"SELECT {listed} FROM names n JOIN states s ON s.writ_id = n.writ_id AND s.until IS NULL "
        f"WHERE s.state IN ({states}) AND s.at < :before AND ({plain}) ORDER BY n.id",
        TABLES["names"].stored,
        before=f"{before:%Y-%m-%d}",
    )


def _commitments(rows: pl.DataFrame, name: str) -> pl.Series:
    """Of each cell one of its own, which tells nothing of it, nor which of them are alike."""
    plain = rows[name].str.contains(ERASED).not_().fill_null(value=False)
    made = [
        f"#{sha256(secrets.token_bytes(32) + cell.encode()).hexdigest()}" if one else cell
        for cell, one in zip(rows[name].to_list(), plain.to_list(), strict=True)
    ]
    return pl.Series(name, made, dtype=pl.String)


def _replace(store: Store, erased: pl.DataFrame) -> None:
    """Put rows in the place of what they were; the triggers let a name become a commitment, and nothing else."""
    columns = {"id": NUMBER, **dict.fromkeys((*_ERASED, "row_hash"), TEXT)}
    cells = ", ".join(f"{name} TEXT" for name in list(columns)[1:])
    store.execute(f"CREATE TEMPORARY TABLE erased (id BIGINT PRIMARY KEY, {cells})")
    store.insert("erased", columns, erased.select(*columns))
    sets = ", ".join(f"{name} = (SELECT e.{name} FROM erased e WHERE e.id = names.id)" for name in list(columns)[1:])
    store.execute(f"UPDATE names SET {sets} WHERE id IN (SELECT id FROM erased)")
    store.execute("DROP TABLE erased")


def _digests(store: Store, erased: pl.DataFrame) -> dict[str, Any]:
    """By event that wrote or ended any of the rows, what the digest of its rows is now."""
    own, later = TABLES["names"].columns, TABLES["names"].later
    listed = ", ".join(f'"{name}"' for name in own)
    told: dict[str, Any] = {}
    for said, column in (("wrote", "since"), ("ended", "until")):
        seqs = erased[column].drop_nulls().unique().sort().to_list()
        rows = store.frame(
            f"SELECT {listed}, {column} FROM names WHERE {store.among(column, 'seqs')}",
            {**TABLES["names"].types, column: NUMBER},
            seqs=seqs,
        )
        for (seq,), part in rows.sort(column).group_by(column, maintain_order=True):
            lined = canon.lines(part, own, later)
            told.setdefault(said, {})[str(seq)] = {"rows": len(lined), "digest": canon.digest(lined)}
    return told


def _forget(store: Store, day: dt.date) -> None:
    """What the service keeps beside the book, and no hash covers."""
    before = f"{day.isoformat()}T00:00:00"
    gone = {"arguments": "{}", "effect": "{}", "document": None}
    desk.change(store, "proposals", "state <> 'open' AND decided_at < :before", gone, before=before)
    desk.change(store, "accounts", "closed_at < :before", {"name": None, "identity": None}, before=before)
