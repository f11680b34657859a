"""Why somebody was left out, and what kept a writ back, derived a second time (¶3, ¶9 to ¶14, ¶17, ¶18).

`Reasons` is asked by whoever binds bundles, and by the checks of the tables `left_out` and `waiting` of a result of
format 2.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.verify.law import spelt
from tengbol.verify.placing import among

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tengbol.model.chamber import Chamber
    from tengbol.verify.bundles import Asked, Derived
    from tengbol.verify.law import Roster
    from tengbol.verify.manifest import Manifest

#: Reasons of absences; of several the first is told.
_ORDER: Final = (
    *("licence_suspended", "licence_terminated", "licence_revoked", "expelled", "long_absence", "transferred"),
    *("leave", "study_leave", "sickness", "business_trip", "chamber_office", "unread"),
)


def pool_id(members: frozenset[str]) -> str:
    """The first 16 hex digits of the SHA-256 of its members' ids, a line each, in order."""
    return sha256("\n".join(sorted(members)).encode()).hexdigest()[:16]


class Reasons:
    """What the input says of who is away on the batch day, and who serves where, away or not.

    held: enforcers held out for an absence that cannot be read.
    """

    def __init__(self, chamber: Chamber, roster: Roster, day: date, held: frozenset[str]) -> None:
        self.roster = roster
        reasons: dict[str, list[str]] = {who: ["unread"] for who in held}
        for who, reason, start, end in chamber.absences.select("enforcer_id", "reason", "start", "end").iter_rows():
            if start <= day and (end is None or day <= end):
                reasons.setdefault(who, []).append(reason)
        self.away = {who: min(named, key=_ORDER.index) for who, named in reasons.items() if who in roster.home}
        self.away |= {who: "not_licensed" for who in roster.home if who not in roster.licensed}
        self.registered: dict[str, set[str]] = {}
        for who, district_id in roster.home.items():
            self.registered.setdefault(district_id, set()).add(who)
        self.attached: dict[str, set[str]] = {}
        for district_id, who, start, end in chamber.attachments.select(
            "district_id", "enforcer_id", "valid_from", "valid_to"
        ).iter_rows():
            if start <= day and (end is None or day <= end) and who in roster.home:
                self.attached.setdefault(district_id, set()).add(who)

    def serving(self) -> pl.DataFrame:
        """Every district with whoever is registered in or attached to it."""
        pairs = {
            (district_id, who)
            for by_district in (self.registered, self.attached)
            for district_id, members in by_district.items()
            for who in members
        }
        return pl.DataFrame(sorted(pairs), schema={"district_id": pl.String, "enforcer_id": pl.String}, orient="row")

    def out_of(self, asked: Asked) -> Iterator[tuple[str, str, str, str]]:
        """District, pool, enforcer, reason of whoever is not in a pool and serves its district."""
        serving = set(self.registered.get(asked.district_id, ()))
        if asked.basis == "attached":
            serving |= self.attached.get(asked.district_id, set())
        out = serving - asked.pool
        own = pool_id(asked.pool) if out else ""
        for who in out:
            yield asked.district_id, own, who, self.away.get(who, "recused")

    def away_from(self, district_id: str) -> Iterator[tuple[str, None, str, str]]:
        """The same of a district without anybody, without a pool."""
        serving = self.registered.get(district_id, set()) | self.attached.get(district_id, set())
        return ((district_id, None, who, self.away[who]) for who in serving if who in self.away)


def left_out(derived: Derived) -> set[tuple[str, str | None, str, str]]:
    """District, pool, enforcer, reason; without a pool where nobody could be given a writ of the district."""
    places: list[int] = derived.groups["asked"].unique().to_list()
    asked = (derived.asked[place] for place in places)
    out: set[tuple[str, str | None, str, str]] = {row for one in asked for row in derived.reasons.out_of(one)}
    without = derived.writs.filter(pl.col("code") == "no_eligible_enforcer")["district_id"].unique()
    return out | {row for district_id in without.to_list() for row in derived.reasons.away_from(district_id)}


def waiting(derived: Derived, chamber: Chamber, manifest: Manifest) -> pl.DataFrame:
    """Of each writ that was not distributed its code and what this rests on, in the columns of `waiting`."""
    code, counts = pl.col("code"), pl.col("counts")
    every = spelt(derived.writs.filter(code.is_not_null()))
    held = chamber.ledger.select("writ_id", "enforcer_id", "closed_at")
    held = held.filter(pl.col("closed_at").is_null(), among(held["writ_id"], every["writ_id"]))
    held = held.unique("writ_id", keep="last", maintain_order=True)
    back = pl.DataFrame(
        list(derived.roster.back.items()), schema={"bound_to": pl.String, "back": pl.Date}, orient="row"
    )
    kept = spelt(derived.kept).join(back, on="bound_to", how="left")
    closed = pl.DataFrame(
        list(derived.closed.items()), schema={"district_id": pl.String, "closed": pl.Date}, orient="row"
    )
    limit = pl.lit(None, dtype=pl.Int64)
    for start in sorted(manifest.mci):
        limit = pl.when(counts >= start).then(1000 * manifest.mci[start]).otherwise(limit)
    of_state = code.is_in(["mci_unknown", "state_over_1000_mci"])
    otherwise = manifest.readings.index_day != "received"
    return (
        every.join(held.select("writ_id", open="enforcer_id"), on="writ_id", how="left", maintain_order="left")
        .join(kept.select("group", "bound_to", "basis", "size", "back"), on="group", how="left", maintain_order="left")
        .join(closed, on="district_id", how="left", maintain_order="left")
        .select(
            "writ_id",
            "code",
            "district_id",
            pl.when(code.is_in(["mci_unknown", "received_later"])).then("received_at").alias("received_at"),
            pl.when(code == "signature_not_valid").then("signature").alias("signature"),
            pl.when(code == "state_over_1000_mci").then("amount").alias("amount"),
            pl.when(code == "state_over_1000_mci").then(limit).alias("limit"),
            pl.when(code == "already_distributed")
            .then("open")
            .when(code == "waits_for_holder")
            .then("bound_to")
            .alias("holder"),
            pl.when(code == "waits_for_holder").then("basis").alias("basis"),
            pl.when(code == "waits_for_holder").then("size").cast(pl.Int64).alias("writs"),
            pl.when(code == "no_eligible_enforcer")
            .then("closed")
            .when(code == "waits_for_holder")
            .then("back")
            .alias("last"),
            pl.when(of_state & pl.lit(otherwise)).then(counts).alias("index_day"),
        )
    )
