"""What the law does not stop but somebody should look at: late terms (¶7), strangers (¶3), one case of two (¶14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.law import calendar

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.config import Calendar
    from tengbol.model.chamber import Chamber
    from tengbol.model.law.docket import Docket

#: Codes of writs whose term goes on while they wait; the others are not for private enforcers, or not here yet.
_WAITING: Final = ("signature_not_valid", "original_missing", "mci_unknown", "no_eligible_enforcer", "waits_for_holder")

#: What is asked here of a chamber's writs; of its ledger only the ids.
ASKED: Final = ("writ_id", "issued_by", "case_id", "origin", "previous_enforcer_id")


@dataclass(frozen=True)
class Noticed:
    """late, late_waiting: writs distributed, and waiting, after the day by which they were to be distributed.

    strangers: writs to be redistributed from somebody whom neither `enforcers` nor a row of theirs in `ledger` knows.
    unrecorded: writs bound to who is said to have returned or forwarded them, of which `ledger` has no row (¶11).
    courts: case numbers under which documents of several issuers stay together, with those documents.
    """

    late: int = 0
    late_waiting: int = 0
    strangers: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()
    courts: tuple[tuple[str, tuple[str, ...]], ...] = ()


def noticed(chamber: Chamber, todo: Docket, assignments: pl.DataFrame, working: Calendar, day: dt.date) -> Noticed:
    """What there is to notice in a batch of `day`. assignments: row by row those of the docket `todo`."""
    waiting = todo.unassigned.filter(pl.col("code").is_in(_WAITING))
    return Noticed(
        late=int((assignments["distribute_by"] < day).sum()),
        late_waiting=int((calendar.terms(waiting, working) < day).sum()),
        strangers=_strangers(chamber),
        unrecorded=_unrecorded(chamber, assignments),
        courts=_courts(chamber.writs, todo),
    )


def _strangers(chamber: Chamber) -> tuple[str, ...]:
    from_nobody = (
        chamber.writs.filter(pl.col("origin") == "redistributed")
        .join(chamber.enforcers, left_on="previous_enforcer_id", right_on="enforcer_id", how="anti")
        .join(chamber.ledger, on="writ_id", how="anti")
    )
    return tuple(from_nobody["writ_id"].sort())


def _unrecorded(chamber: Chamber, assignments: pl.DataFrame) -> tuple[str, ...]:
    on_a_word = assignments.filter(pl.col("basis") == "returned").join(
        chamber.writs.filter(pl.col("origin").is_in(["returned", "forwarded"])), on="writ_id", how="semi"
    )
    return tuple(on_a_word.join(chamber.ledger, on="writ_id", how="anti")["writ_id"].sort())


def _courts(writs: pl.DataFrame, todo: Docket) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Whether one number of a case is that of two courts nobody can tell; spelling alone makes no other issuer."""
    issuer = pl.col("issued_by").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    together = todo.writs.select("writ_id", "bundle_id", "row").filter(
        (todo.bundles["writs"] > 1).gather(todo.writs["bundle"])
    )
    several = (
        together.hstack(writs.select("case_id", "issued_by")[together["row"]])
        .filter(pl.col("case_id").is_not_null())
        # Few are written in two ways, and only of these anybody asks whether spelling alone sets them apart.
        .filter(pl.col("issued_by").n_unique().over("bundle_id", "case_id") > 1)
        .group_by("bundle_id", "case_id")
        .agg("writ_id", issuers=issuer.n_unique())
        .filter(pl.col("issuers") > 1)
        .sort("bundle_id", "case_id")
    )
    return tuple((case_id, tuple(sorted(ids))) for case_id, ids in several.select("case_id", "writ_id").iter_rows())
