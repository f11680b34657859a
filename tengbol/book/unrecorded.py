"""Writs that came back from somebody of whom the book has no record (¶11): bound on the word of their row alone.

Such a row chooses the enforcer, so each is told: in the batch's public part, how many; in `due`, until the number and
day of the ruling on its return or forwarding are recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.acts import act
from tengbol.book.kept import held, holding
from tengbol.book.moments import happened
from tengbol.book.recusing import numbered
from tengbol.errors import UnusableInputError
from tengbol.model.codes import BOUND_BASES

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.book.acts import Hand
    from tengbol.book.store import Store


#: SQL: that the book itself had given a proceeding's writ (`l`) to its enforcer.
_GIVEN: Final = "assignments x ON x.writ_id = l.writ_id AND x.enforcer_id = l.enforcer_id"


def on_word(store: Store, condition: str, **values: Any) -> pl.DataFrame:
    """`writ_id`, `enforcer_id` of such assignments (`a` in the condition), by writ, and the `seq` that brought the row.

    What the book knew is what its events had written before the batch that gave the writ.
    """
    found = store.frame(
        "SELECT a.writ_id, a.enforcer_id, w.since FROM assignments a JOIN writs w ON w.writ_id = a.writ_id "
        "AND w.since < a.since AND (w.until IS NULL OR w.until >= a.since) AND w.origin IN ('returned', 'forwarded') "
        "WHERE a.basis = 'returned' AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.writ_id = a.writ_id "
        f"AND l.since < a.since) AND {condition}",
        {"writ_id": pl.String(), "enforcer_id": pl.String(), "seq": pl.Int64()},
        **values,
    )
    return found.sort("writ_id")


def by_hand(store: Store) -> pl.DataFrame:
    """As acts on whoever such a row chose: `seq` of the event that brought the row, `what`, `subject`."""
    return on_word(store, "1 = 1").select("seq", what=pl.lit("bound on a word"), subject="enforcer_id")


def counted(store: Store, batch_id: str) -> int:
    """How many of a batch are so bound."""
    return on_word(store, "a.batch_id = :batch_id", batch_id=batch_id).height


def on_imports(store: Store, batch_id: str) -> int:
    """How many bound writs of a batch rest on records that imports brought: none of the book's own, and no mere word.

    The book's own are proceedings of writs that it had given to that enforcer before: of ¶11 in the bundle's writs,
    of ¶13 and ¶14 against its debtor.
    """
    text = pl.String()
    bound = store.frame(
        "SELECT a.writ_id, a.bundle_id, a.enforcer_id, a.since FROM assignments a "
        "JOIN writs w ON w.writ_id = a.writ_id "
        "AND w.since < a.since AND (w.until IS NULL OR w.until >= a.since) "
        f"WHERE a.batch_id = :batch_id AND a.basis IN {BOUND_BASES} AND NOT EXISTS (SELECT 1 FROM ledger l "
        f"JOIN {_GIVEN} AND x.since < a.since WHERE a.basis <> 'returned' AND l.debtor_id = w.debtor_id "
        "AND l.enforcer_id = a.enforcer_id AND l.since < a.since)",
        {"writ_id": text, "bundle_id": text, "enforcer_id": text, "since": pl.Int64()},
        batch_id=batch_id,
    )
    # Bundles by themselves: to ask of each writ for those of its bundle would go through the whole batch for each.
    of_bundles = store.frame(
        "SELECT y.bundle_id, l.enforcer_id, CASE WHEN l.since > x.since THEN l.since ELSE x.since END AS known "
        f"FROM assignments y JOIN ledger l ON l.writ_id = y.writ_id JOIN {_GIVEN} "
        f"WHERE y.batch_id = :batch_id AND {store.among('y.bundle_id', 'bundles')}",
        {"bundle_id": text, "enforcer_id": text, "known": pl.Int64()},
        batch_id=batch_id,
        bundles=bound["bundle_id"].unique().sort().to_list(),
    )
    first = of_bundles.group_by("bundle_id", "enforcer_id").agg(pl.col("known").min())
    rests = bound.join(first, on=["bundle_id", "enforcer_id"], how="left")
    found = rests.filter(pl.col("known").is_null() | (pl.col("known") >= pl.col("since")))
    said = on_word(store, "a.batch_id = :batch_id", batch_id=batch_id)["writ_id"]
    worded = pl.col("writ_id").is_in(said.implode()).any().over("bundle_id")
    return found.filter(~worded).height


def without_ruling(store: Store, most: int | None = None) -> list[tuple[str, str]]:
    """Writ and holder of those that are held now, no ruling on whose return is recorded; the first of them."""
    now = on_word(
        store,
        f"EXISTS (SELECT 1 FROM states s WHERE s.writ_id = a.writ_id AND s.batch_id = a.batch_id AND {holding('s')} "
        "AND s.state NOT IN ('closed', 'withdrawn', 'annulled')) "
        "AND NOT EXISTS (SELECT 1 FROM events v WHERE v.what = 'ruling' AND v.subject = a.writ_id)"
        + ("" if most is None else f" ORDER BY a.writ_id LIMIT {int(most)}"),
    )
    return now.select("writ_id", "enforcer_id").rows()


def ruling(store: Store, hand: Hand, writ_id: str, *, at: dt.datetime | None = None) -> None:
    """Record the ruling on a writ's return or forwarding: the hand's document. Raises `UnusableInputError`."""
    numbered("--document", hand.document or "")
    at = happened(at, hand)
    with act(store, hand, "ruling", subject=writ_id) as doing:
        writ = held(store, "writs", "t.writ_id = :id", id=writ_id)
        if writ.is_empty() or writ["origin"][0] not in ("returned", "forwarded"):
            raise UnusableInputError(
                "Writ '{writ}' is not in the book as one that was returned or forwarded; check its id.", writ=writ_id
            )
        doing.payload |= {"at": at.isoformat(), "previous_enforcer_id": writ["previous_enforcer_id"][0]}
