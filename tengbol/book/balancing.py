"""`book balance`: what somebody has received and is due, set by an act with a document, once the book reckons itself.

Balances of another chamber, or by a court's order, are what the paper says. After an absence recorded by mistake, and
taken back after batches, only the share grows, and by no more than the parts that he would have had (`lost`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.book.acts import events, payload
from tengbol.book.kept import held, own, typed
from tengbol.book.performing import Effect, one_of, performed, refuse_alone
from tengbol.book.schema import TABLES
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import shares
from tengbol.model.law.shares import WRIT
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from decimal import Decimal

    from tengbol.book.acts import Act, Hand
    from tengbol.book.store import Store

MISTAKEN: Final = "mistaken_absence"
REASONS: Final = ("brought_along", "court_order", MISTAKEN)
#: More writs than this nobody has received in a year; more is a mistake (`docs/limits.md`).
_MOST: Final = 1_000_000


def balance(
    store: Store,
    hand: Hand,
    enforcer_id: str,
    category: str,
    *,
    received: int | None,
    share: Decimal,
    reason: str,
    dry_run: bool = False,
) -> Effect:
    """Set received (none: as it is) and share of an enforcer in a category; the next batch opens with them."""
    one_of("--reason", reason, REASONS)
    one_of("CATEGORY", category, CATEGORIES)
    parts = int(share * WRIT)
    if parts != share * WRIT or not 0 <= parts <= _MOST * WRIT or not 0 <= (received or 0) <= _MOST:
        raise UnusableInputError("--received and --share are from 0 to 1,000,000 writs, a share to nine places.")

    def work(doing: Act) -> Effect:
        if held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id).is_empty():
            raise UnusableInputError(
                "Enforcer '{enforcer_id}' is not in the book; check the id.", enforcer_id=enforcer_id
            )
        refuse_alone(hand)
        row = held(
            store, "balances", "t.enforcer_id = :id AND t.category = :category", id=enforcer_id, category=category
        )
        had = row["received"][0] if row.height else 0
        was = int(row["share"][0].replace(".", "")) if row.height else 0
        got = had if received is None else received
        if reason == MISTAKEN and (got != had or not was < parts <= was + lost(store, enforcer_id, category)):
            most = lost(store, enforcer_id, category) / WRIT
            raise UnusableInputError(
                "An absence recorded by mistake cost {enforcer_id} at most {most} of a share in {category}, and "
                "nothing of what he received; the share may grow by no more.",
                enforcer_id=enforcer_id,
                most=f"{most:.9f}",
                category=category,
            )
        if (got, parts) == (had, was):
            raise UnusableInputError(
                "{enforcer_id} has this balance in {category} already.", enforcer_id=enforcer_id, category=category
            )
        doing.end("balances", row)
        cell = {"enforcer_id": enforcer_id, "category": category, "received": got}
        stored = {**cell, "share": f"{parts // WRIT}.{parts % WRIT:09d}"}
        doing.write("balances", pl.DataFrame([stored], schema=TABLES["balances"].types))
        doing.payload["balance"] = {**stored, "before": {"received": had, "share": f"{was // WRIT}.{was % WRIT:09d}"}}
        moved = {"enforcer_id": enforcer_id, "category": category, "received": got - had, "share": parts - was}
        told = {"enforcer_id": enforcer_id, "category": category}
        said = Phrase("The balance of {enforcer_id} in {category} is set by the act.", **told)
        return Effect((said,), pl.DataFrame([moved]))

    return performed(store, hand, "balance", enforcer_id, work, reason=reason, dry_run=dry_run)


def lost(store: Store, enforcer_id: str, category: str) -> int:
    """Billionths of a share that absences taken back cost him, less what acts gave him for it since.

    In each batch of such a day, of each writ of his district whose pool was of those registered there, the part he
    would have had as one more of them (`shares.parted`); not where he is recused, or away by another absence that
    stands.
    """
    taken_back = events(store, "what = 'revoke'")["seq"].to_list()
    spans = store.frame(
        'SELECT start, "end", until FROM absences WHERE enforcer_id = :id AND until IS NOT NULL',
        {"start": pl.String(), "end": pl.String(), "until": pl.Int64()},
        id=enforcer_id,
    ).filter(pl.col("until").is_in(taken_back))
    given = store.frame(
        "SELECT a.pool_id, substr(b.as_of, 1, 10) AS day, a.since FROM assignments a "
        "JOIN batches b ON b.batch_id = a.batch_id "
        "JOIN enforcers e ON e.enforcer_id = :id AND e.since < a.since AND (e.until IS NULL OR e.until >= a.since) "
        "AND e.district_id = a.district_id WHERE a.category = :category AND a.basis <> 'attached' "
        "AND NOT EXISTS (SELECT 1 FROM pools p WHERE p.pool_id = a.pool_id AND p.enforcer_id = :id) "
        "AND NOT EXISTS (SELECT 1 FROM recusals r JOIN writs w ON w.writ_id = a.writ_id WHERE r.enforcer_id = :id "
        "AND (r.writ_id = a.writ_id OR r.party_id = w.debtor_id OR r.party_id = w.creditor_id)) "
        "AND NOT EXISTS (SELECT 1 FROM absences o WHERE o.enforcer_id = :id AND o.until IS NULL "
        'AND o.start <= substr(b.as_of, 1, 10) AND (o."end" IS NULL OR o."end" >= substr(b.as_of, 1, 10)))',
        {"pool_id": pl.String(), "day": pl.String(), "since": pl.Int64()},
        id=enforcer_id,
        category=category,
    )
    away = pl.any_horizontal(
        pl.lit(False),
        *(
            (pl.col("day") >= start)
            & (pl.col("since") < until)
            & (pl.lit(end is None) | (pl.col("day") <= (end or "")))
            for start, end, until in spans.rows()
        ),
    )
    missed = given.filter(away)
    his = missed.select("pool_id", enforcer_id=pl.lit(enforcer_id)).unique()
    others = held(store, "pools", store.among("t.pool_id", "ids"), ids=his["pool_id"].sort().to_list())
    members = pl.concat([others.select(his.columns), his]).rename({"pool_id": "pool"})
    people = typed(own(held(store, "enforcers"), "enforcers"), "enforcers")
    cost = 0
    for day in missed["day"].unique().sort():
        parts = shares.parted(members, people, dt.date.fromisoformat(day)).filter(enforcer_id=enforcer_id)
        cost += int(missed.filter(day=day).join(parts, left_on="pool_id", right_on="pool")["part"].sum())
    return cost - sum(_given(payload(row), category) for row in _mended(store, enforcer_id))


def _mended(store: Store, enforcer_id: str) -> list[dict]:
    return list(events(store, "what = 'balance' AND subject = :id", id=enforcer_id).iter_rows(named=True))


def _given(said: dict, category: str) -> int:
    """What an act for a mistaken absence gave in a category."""
    told = said["balance"]
    if said["reason"] != MISTAKEN or told["category"] != category:
        return 0
    return int(told["share"].replace(".", "")) - int(told["before"]["share"].replace(".", ""))
