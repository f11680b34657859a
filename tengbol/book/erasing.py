"""Erasing what a book keeps of persons beside its writs, once their proceedings are over (`book erase`).

Names of debtors and creditors become commitments that nobody can open: their salt is thrown away. The rows stay, and
the event of the erasure holds the digests that they have from now on, event by event; the audit goes by these. Before,
each of the rows is held to what its own event said of it, so that an erasure cannot hide a change.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book import canon, desk
from tengbol.book.acts import act, events
from tengbol.book.audit import of_table, said_of
from tengbol.book.naming import ERASED
from tengbol.book.schema import NUMBER, TABLES, TEXT
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store

#: States in which nothing is to be done with a writ any more.
_OVER: Final = ("closed", "withdrawn", "annulled")
_NAMES: Final = ("debtor_name", "creditor_name")


def erase(store: Store, hand: Hand, before: dt.date) -> int:
    """Erase the names of writs that were over before a day; returns of how many writs.

    With them go, of what the service keeps, the contents of acts that were decided before that day, and names and
    identities of accounts closed before it. Raises `UnusableInputError` without a document, for a day to come, or where
    one of the rows was changed.
    """
    if not (hand.document or "").strip():
        raise UnusableInputError("An erasure needs --document TEXT: the paper on which it is made, its number and day.")
    if before > hand.clock().date():
        raise UnusableInputError(
            "--before {day} is later than the clock; only what was over is erased, and it cannot be undone: check the "
            "year.",
            day=before,
        )
    with act(store, hand, "names erased") as doing:
        if faults := of_table(store, TABLES["names"], said_of(events(store)))[1]:
            raise UnusableInputError("The names are not those that were written: {fault}", fault=faults[0].phrase)
        rows = _over(store, before)
        erased = rows.with_columns(_commitments(rows, name) for name in _NAMES)
        lined = canon.lines(erased, ["since", *TABLES["names"].columns])
        erased = erased.with_columns(row_hash=pl.Series(canon.row_hashes("names", lined), dtype=pl.String))
        _replace(store, erased)
        doing.payload |= {"before": before.isoformat(), "erased": {"names": _digests(store, erased)}}
        _forget(store, f"{before.isoformat()}T00:00:00")
    return erased["writ_id"].n_unique()


def _over(store: Store, before: dt.date) -> pl.DataFrame:
    """Rows of names that are to be erased: all that were ever written of these writs, and are not erased yet."""
    listed = ", ".join(f'n."{name}"' for name in TABLES["names"].stored)
    states = ", ".join(f"'{state}'" for state in _OVER)
    found = store.frame(
        f"SELECT {listed} FROM names n JOIN states s ON s.writ_id = n.writ_id AND s.until IS NULL "
        f"WHERE s.state IN ({states}) AND s.at < :before ORDER BY n.id",
        TABLES["names"].stored,
        before=f"{before:%Y-%m-%d}",
    )
    plain = [pl.col(name).is_not_null() & ~pl.col(name).str.contains(ERASED) for name in _NAMES]
    return found.filter(pl.any_horizontal(plain))


def _commitments(rows: pl.DataFrame, name: str) -> pl.Series:
    """Of each name one of its own, which tells nothing of it, nor which of them are alike."""
    plain = rows[name].str.contains(ERASED).not_().fill_null(value=False)
    made = [
        f"#{sha256(secrets.token_bytes(32) + cell.encode()).hexdigest()}" if one else cell
        for cell, one in zip(rows[name].to_list(), plain.to_list(), strict=True)
    ]
    return pl.Series(name, made, dtype=pl.String)


def _replace(store: Store, erased: pl.DataFrame) -> None:
    """Put rows in the place of what they were; the triggers let a name become a commitment, and nothing else."""
    columns = {"id": NUMBER, **dict.fromkeys((*_NAMES, "row_hash"), TEXT)}
    store.execute("CREATE TEMPORARY TABLE erased (id BIGINT PRIMARY KEY, debtor_name TEXT, creditor_name TEXT, "
                  "row_hash TEXT)")  # fmt: skip
    store.insert("erased", columns, erased.select(*columns))
    sets = ", ".join(
        f"{name} = (SELECT e.{name} FROM erased e WHERE e.id = names.id)" for name in (*_NAMES, "row_hash")
    )
    store.execute(f"UPDATE names SET {sets} WHERE id IN (SELECT id FROM erased)")
    store.execute("DROP TABLE erased")


def _digests(store: Store, erased: pl.DataFrame) -> dict[str, Any]:
    """By event that wrote or ended any of the rows, what the digest of its rows is now."""
    own = TABLES["names"].columns
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
            lined = canon.lines(part, own)
            told.setdefault(said, {})[str(seq)] = {"rows": len(lined), "digest": canon.digest(lined)}
    return told


def _forget(store: Store, before: str) -> None:
    """What the service keeps beside the book, and no hash covers."""
    gone = {"arguments": "{}", "effect": "{}", "document": None}
    desk.change(store, "proposals", "state <> 'open' AND decided_at < :before", gone, before=before)
    desk.change(store, "accounts", "closed_at < :before", {"name": None, "identity": None}, before=before)
