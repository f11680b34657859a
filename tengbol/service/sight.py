"""What of the book is somebody's to see: an enforcer's own writs, an account's own chamber.

The same conditions stand in every query, so that an id that is guessed finds no more than a list shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.book.duties import Whose
from tengbol.book.kept import held
from tengbol.service.problems import ONE_CHAMBER, ProblemError
from tengbol.service.roles import ENFORCER

if TYPE_CHECKING:
    from tengbol.book.store import Store
    from tengbol.service.sessions import Caller
    from tengbol.service.verbs import Verb

#: Of a writ what is no person's, as it is listed.
WRIT: Final = (
    *("received_at", "form", "issued_by", "issued_on", "claim", "creditor_kind", "debtor_district_id"),
    *("immediate", "state_interest", "signature", "original_attached", "origin", "previous_enforcer_id"),
)
#: What is opened by an act of its own.
PERSONAL: Final = ("number", "subject", "amount", "creditor_id", "debtor_id", "case_id")
#: What is known of a writ that came with a fault.
_KNOWN: Final = ("received_at", "immediate")
_FLAGS: Final = ("immediate", "state_interest", "original_attached")


def of_writs(who: Caller) -> tuple[str, dict[str, Any]]:
    """SQL that says whether a writ is his to see, and its values: `s` its state, `w` its row, `l` its proceeding."""
    condition, values = of_chamber(who.chamber_id)
    if who.role == ENFORCER:
        condition, values = f"{condition} AND l.enforcer_id = :mine", {**values, "mine": who.enforcer_id}
    return condition, values


def of_assignments(who: Caller) -> tuple[str, dict[str, Any]]:
    """SQL that says whether an assignment `t` is his to see, and its values: an enforcer's of the writs that he has."""
    if who.role != ENFORCER:
        return "1 = 1", {}
    has = (
        "EXISTS (SELECT 1 FROM ledger l WHERE l.writ_id = t.writ_id AND l.until IS NULL AND l.closed_at IS NULL "
        "AND l.enforcer_id = :mine)"
    )
    return f"t.enforcer_id = :mine AND {has}", {"mine": who.enforcer_id}


def of_chamber(chamber_id: str | None) -> tuple[str, dict[str, Any]]:
    """SQL that says whether a writ `w` is of a chamber, or of any where none is named; and its values."""
    if chamber_id is None:
        return "1 = 1", {}
    condition = (
        "EXISTS (SELECT 1 FROM districts d WHERE d.district_id = w.debtor_district_id AND d.until IS NULL "
        "AND d.chamber_id = :chamber)"
    )
    return condition, {"chamber": chamber_id}


def whose(who: Caller) -> Whose:
    """Whose writs are his to see, for what is due."""
    return Whose(who.enforcer_id or "" if who.role == ENFORCER else None, who.chamber_id)


_WRIT_OF: Final = "JOIN writs w ON w.writ_id = s.writ_id AND w.until IS NULL "
_PROCEEDING_OF: Final = "JOIN ledger l ON l.writ_id = s.writ_id AND l.until IS NULL AND l.closed_at IS NULL "


def count(store: Store, who: Caller, condition: str, most: int, **values: Any) -> int:
    """How many writs are his to see, counted up to `most`."""
    seen, more = of_writs(who)
    # Only what the condition asks for is looked up: there may be a million of them.
    joined = (_WRIT_OF if "w." in seen + condition else "") + (_PROCEEDING_OF if "l." in seen + condition else "")
    found = store.frame(
        f"SELECT count(*) AS n FROM (SELECT 1 AS one FROM states s {joined}"
        f"WHERE s.until IS NULL AND s.state <> 'incomplete' AND {seen} AND {condition} LIMIT {int(most)}) t",
        {"n": pl.Int64()},
        **more,
        **values,
    )
    return found["n"][0]


#: A writ that came with a fault has no row of its own yet (`book.incomplete`).
_FAULTY_TOO: Final = (
    "LEFT JOIN writs w ON w.writ_id = s.writ_id AND w.until IS NULL "
    "LEFT JOIN incomplete i ON i.writ_id = s.writ_id AND i.until IS NULL "
)


def writs(
    store: Store,
    who: Caller,
    condition: str,
    limit: int,
    *,
    order: str = "s.writ_id",
    faulty: bool = False,
    **values: Any,
) -> list[dict[str, Any]]:
    """Writs that are his to see, in the order of their ids if no other is named, with state, holder and version.

    faulty: those too that came with a fault and wait to be completed; `fault` is its code, and of the rest little is
    known.
    """
    seen, more = of_writs(who)
    columns = {
        **dict.fromkeys(("writ_id", "state", "state_at", "batch_id", "enforcer_id", *WRIT), pl.String()),
        "version": pl.Int64(),
    }
    listed = ", ".join(f"coalesce(w.{c}, i.{c})" if faulty and c in _KNOWN else f"w.{c}" for c in WRIT)
    join, there = (_FAULTY_TOO, "(w.writ_id IS NOT NULL OR i.writ_id IS NOT NULL)") if faulty else (_WRIT_OF, "1 = 1")
    if faulty:
        columns["fault"] = pl.String()
    newest = "CASE WHEN w.since > s.since THEN w.since ELSE s.since END"
    proceeding = _PROCEEDING_OF if "l." in seen + condition else f"LEFT {_PROCEEDING_OF}"
    rows = store.frame(
        f"SELECT s.writ_id, s.state, s.at, s.batch_id, l.enforcer_id, {listed}, {newest}{', i.code' if faulty else ''} "
        f"FROM states s {join}{proceeding}"
        f"WHERE s.until IS NULL AND {there} AND {seen} AND {condition} ORDER BY {order} LIMIT {int(limit)}",
        columns,
        **more,
        **values,
    )
    flags = [pl.col(name) == "true" for name in _FLAGS]
    return rows.with_columns(*flags).rows(named=True)


def writ(store: Store, who: Caller, writ_id: str, *, faulty: bool = False) -> dict[str, Any]:
    """One writ. Raises `ProblemError` where there is none, or it is not his to see: nobody is told which."""
    found = writs(store, who, "s.writ_id = :writ_id", 1, faulty=faulty, writ_id=writ_id)
    if not found:
        raise ProblemError("not_found")
    return found[0]


def version_before(store: Store, writ_id: str, seq: int) -> int:
    """A writ's version before event `seq`."""
    found = store.frame(
        "SELECT max(v) AS v FROM (SELECT max(since) AS v FROM states WHERE writ_id = :id AND since < :seq "
        "UNION ALL SELECT max(since) FROM writs WHERE writ_id = :id AND since < :seq) t",
        {"v": pl.Int64()},
        id=writ_id,
        seq=seq,
    )
    return found["v"][0] or 0


def refuse_chamber(who: Caller, chamber_id: str | None) -> str | None:
    """The chamber asked for, or one's own. Raises `ProblemError` where it is another's."""
    if who.chamber_id is None:
        return chamber_id
    if chamber_id not in (None, who.chamber_id):
        raise ProblemError("not_found")
    return who.chamber_id


def refuse_enforcer(store: Store, who: Caller, enforcer_id: str) -> None:
    """Raise `ProblemError` where an enforcer is of another chamber than the account."""
    if who.chamber_id is None:
        return
    rows = held(store, "enforcers", "t.enforcer_id = :id", id=enforcer_id)
    if rows.is_empty():
        return
    place = held(store, "districts", "t.district_id = :id", id=rows["district_id"][0])
    if place.is_empty() or place["chamber_id"][0] != who.chamber_id:
        raise ProblemError("not_found")


def refuse_act(store: Store, who: Caller, verb: Verb, asked: Any) -> None:
    """Raise `ProblemError` where an act is about another chamber than the account's. asked: its fields that say so."""
    if who.chamber_id is None:
        return
    if verb.writ is not None:
        writ(store, who, getattr(asked, verb.writ))
    if verb.enforcer is not None:
        refuse_enforcer(store, who, getattr(asked, verb.enforcer))
    for writ_id in getattr(asked, "writ_ids", ()):
        writ(store, who, writ_id)
    if verb.writ is None and verb.enforcer is None and not hasattr(asked, "writ_ids"):
        # What may be about any chamber is for accounts of all of them.
        raise ProblemError("not_allowed", ONE_CHAMBER)
