"""Many departures side by side in one batch: each in a world of its own, with ids that no other world has.

A batch falls apart into districts that share somebody. So of each world only those districts are taken that whoever
leaves serves, or where he holds something, with all that these share people with; the rest goes on as in the base.
Frames in, frames out: no departure costs a batch of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.chamber import Chamber
from tengbol.model.law import availability, pools
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

#: What of a table is an id, in whatever column.
IDS: Final = (
    "writ_id", "case_id", "debtor_id", "creditor_id", "party_id", "enforcer_id", "previous_enforcer_id", "district_id",
    "debtor_district_id",
)  # fmt: skip


@dataclass(frozen=True)
class Worlds:
    """chamber: all worlds, as yet without a departure. leaving: `world`, `enforcer_id` (of the base), `on`."""

    chamber: Chamber
    leaving: pl.DataFrame

    def departures(self) -> pl.DataFrame:
        """As of `Plan`, of all worlds."""
        return self.leaving.select(_own("enforcer_id"), "on", kept=pl.lit(None, dtype=pl.String))


def beside(chamber: Chamber, leaving: Mapping[int, tuple[str, ...]], day: dt.date) -> Worlds:
    """The worlds of those who leave on `day`, by number."""
    gone = pl.DataFrame(
        [(world, who, day) for world, people in leaving.items() for who in people],
        schema={"world": pl.Int64, "enforcer_id": pl.String, "on": pl.Date},
        orient="row",
    )
    places = _concerned(chamber, gone, day)
    people = chamber.enforcers.join(places, on="district_id").select("world", "enforcer_id")
    writs = chamber.writs.join(places, left_on="debtor_district_id", right_on="district_id")
    both = people.join(chamber.attachments, on="enforcer_id").join(places, on=["world", "district_id"], how="semi")
    tables = {
        "districts": chamber.districts.join(places, on="district_id"),
        "enforcers": chamber.enforcers.join(people, on="enforcer_id"),
        "attachments": both,
        "absences": chamber.absences.join(people, on="enforcer_id"),
        "writs": writs,
        "recusals": chamber.recusals.join(people, on="enforcer_id"),
        "ledger": _asked(chamber.ledger, writs, gone, places, people),
        "balances": chamber.balances.join(people, on="enforcer_id"),
    }
    made = {}
    for name in TABLES:
        columns = getattr(chamber, name).columns
        own = tables[name].sort("world", *(column for column in columns if column in IDS), maintain_order=True)
        made[name] = own.select(_own(column) if column in IDS else column for column in columns)
    return Worlds(Chamber(**made), gone)


def _asked(
    ledger: pl.DataFrame, writs: pl.DataFrame, gone: pl.DataFrame, places: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Of each world's proceedings those that return, those against a debtor of one of these or of a writ of the world,
    and those writs' own: the law asks for no other, and all that are open in a region are thousands for each world.
    """
    here = ledger.filter(pl.col("closed_at").is_null())
    theirs = here.join(gone.select("world", "enforcer_id"), on="enforcer_id")
    debtors = pl.concat([theirs.select("world", "debtor_id"), writs.select("world", "debtor_id")]).unique()
    told = pl.concat([here.join(debtors, on="debtor_id"), here.join(writs.select("world", "writ_id"), on="writ_id")])
    inside = [
        told.join(places, on=["world", "district_id"], how="semi"),
        told.join(people, on=["world", "enforcer_id"], how="semi"),
    ]
    return pl.concat([theirs, *inside]).unique()


def by_world(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `world`, and give every id back what it was in the base."""
    ids = [column for column in frame.columns if column in IDS]
    world = pl.col(ids[0]).str.extract(r"^(\d+) ").cast(pl.Int64)
    return frame.with_columns(world=world).with_columns(pl.col(ids).str.replace(r"^\d+ ", ""))


def _own(column: str) -> pl.Expr:
    """An id in its world; of nothing, nothing."""
    return pl.format("{} {}", "world", column).alias(column)


def _concerned(chamber: Chamber, gone: pl.DataFrame, day: dt.date) -> pl.DataFrame:
    """`world`, `district_id`: where a departure may change who gets what."""
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    serving = pools.serving(everyone, chamber.attachments, day).select("district_id", "enforcer_id")
    homes = chamber.enforcers.select("district_id", "enforcer_id")
    shared = pl.concat([serving, homes]).unique()
    held = chamber.ledger.filter(pl.col("closed_at").is_null()).select("district_id", "enforcer_id")
    part = _parts(shared, chamber.districts["district_id"].to_list())
    of = gone.join(pl.concat([shared, held]).unique(), on="enforcer_id").join(part, on="district_id")
    return of.select("world", "part").unique().join(part, on="part").select("world", "district_id")


def _parts(shared: pl.DataFrame, districts: list[str]) -> pl.DataFrame:
    """`district_id`, `part`: districts that share somebody, directly or through others, are of one part."""
    part = {name: name for name in districts}

    def root(name: str) -> str:
        while part[name] != name:
            part[name] = part[part[name]]
            name = part[name]
        return name

    known = shared.filter(pl.col("district_id").is_in(districts)).group_by("enforcer_id").agg("district_id")
    for served in known["district_id"].to_list():
        first = root(min(served))
        for name in served:
            part[root(name)] = first
    rows = [(name, root(name)) for name in districts]
    return pl.DataFrame(rows, schema={"district_id": pl.String, "part": pl.String}, orient="row")
