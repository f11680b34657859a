"""What the forms of one batch are made of: its writs with all that stands in them, its enforcers, and what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.config import config_of
from tengbol.errors import UnusableInputError
from tengbol.model.alphabet import by_alphabet
from tengbol.model.kinds import DAY
from tengbol.outcome import terms
from tengbol.report.folders import read_result
from tengbol.report.public.names import public_writs

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tengbol.io.grid import Place
    from tengbol.io.read import Reading


#: What became of a writ after its batch: its state, since which day, and by which batch whose it is, if anybody's.
BECAME: Final = {
    **dict.fromkeys(("writ_id", "became"), pl.String()),
    **{"became_on": pl.Date(), "became_whose": pl.String(), "became_by": pl.String()},
}


@dataclass(frozen=True)
class Day:
    """One batch of one chamber.

    given: writs distributed, the columns of `writs` and `assignments`, with `public_id` (null without a key),
    `debtor_name` and `creditor_name` (null where the input has none), `district` (of the debtor), and `BECAME` (null
    where it is as the batch left it). waiting: the columns of `writs`, `code`, `explanation`, `distribute_by` (¶7), and
    `BECAME`.
    refused: faults of rows of `writs` that could not be used, a line for each, with `_NAMED` of the row as text.
    place: where the cells of `writs` are.
    enforcers: all of the input, with `district`, its `chamber_id` and `centre` (whether his office is in a city of
    republican significance or a regional centre; null where nobody has said).
    facts: the manifest. example: whether the batch is of a book to practise on.
    """

    batch_id: str
    chamber_id: str
    as_of: dt.datetime
    given: pl.DataFrame
    waiting: pl.DataFrame
    refused: pl.DataFrame
    enforcers: pl.DataFrame
    facts: dict[str, Any]
    place: Place | None = None
    example: bool = False

    def of_enforcer(self, enforcer_id: str) -> dict[str, Any]:
        """His row of `enforcers`; of somebody whom no row knows, his id."""
        found = self.enforcers.filter(pl.col("enforcer_id") == enforcer_id)
        if found.is_empty():
            return {"enforcer_id": enforcer_id, "name": enforcer_id, "district": None, "centre": None}
        return found.row(0, named=True)


def of_folders(
    result: Path,
    source: Path,
    *,
    key: str | None = None,
    chamber_id: str | None = None,
    centres: Collection[str] = (),
    became: pl.DataFrame | None = None,
) -> Day:
    """The day of a result folder with the input it was made of.

    key: the chamber's, hex, by which its writs are published. chamber_id: which one, where the input has several.
    centres: districts that are cities of republican significance or regional centres (¶8); none given, nobody has said.
    became: `BECAME` of writs that are no longer as the batch left them, where that is known.
    Raises `UnusableInputError` where the input is not the result's, or it is not told which chamber is meant.
    """
    manifest, tables, reading = read_result(source, result)
    chamber = reading.chamber
    by = terms(chamber, config_of(manifest["config"]))
    places = chamber.districts.select("district_id", district="name", chamber_id="chamber_id")
    named = chamber.writs.join(reading.beside, on="writ_id", how="left", maintain_order="left")
    writs = named.join(places, left_on="debtor_district_id", right_on="district_id", how="left", maintain_order="left")
    ids = writs["writ_id"].to_list()
    public = pl.Series("public_id", [None] * len(ids) if key is None else public_writs(key, ids), dtype=pl.String)
    since = pl.DataFrame(schema=BECAME) if became is None else became
    writs = writs.with_columns(public).join(since, on="writ_id", how="left", maintain_order="left")
    day = Day(
        batch_id=manifest["batch_id"],
        chamber_id=_chamber(chamber.districts, chamber_id),
        as_of=dt.datetime.fromisoformat(manifest["as_of"]),
        given=writs.join(tables["assignments"], on="writ_id"),
        waiting=writs.join(tables["unassigned"], on="writ_id").join(by, on="writ_id"),
        refused=_refused(reading),
        enforcers=chamber.enforcers.join(places, on="district_id", how="left").with_columns(
            centre=pl.col("district_id").is_in(list(centres)) if centres else pl.lit(None, dtype=pl.Boolean)
        ),
        facts=manifest,
        place=reading.places.get("writs"),
    )
    return _in_order(_of_chamber(day))


def _refused(reading: Reading) -> pl.DataFrame:
    """Faults of rows of `writs`, with what else the row says of its writ, as text."""
    faults = reading.faults.filter(pl.col("table") == "writs")
    named = reading.unread.get("writs", pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(_NAMED, pl.String)}))
    day = DAY.read(pl.col("issued_on")).dt.to_string("%d.%m.%Y")
    told = named.select("row", *_NAMED).with_columns(issued_on=pl.coalesce(day, "issued_on"))
    return faults.join(told, on="row", how="left", maintain_order="left")


#: What tells a refused row's writ to whoever has its paper.
_NAMED: Final = ("number", "issued_on", "writ_id")


def _chamber(districts: pl.DataFrame, asked: str | None) -> str:
    known = districts["chamber_id"].unique().sort().to_list()
    if asked is None and len(known) == 1:
        return known[0]
    if asked is None or asked not in known:
        names = ", ".join(known)
        if asked is None:
            raise UnusableInputError("--chamber is needed: the input holds {known}.", known=names)
        raise UnusableInputError("--chamber '{asked}' is not in the input: it holds {known}.", asked=asked, known=names)
    return asked


def _of_chamber(day: Day) -> Day:
    own = pl.col("chamber_id") == day.chamber_id
    return replace(day, given=day.given.filter(own), waiting=day.waiting.filter(own))


def _in_order(day: Day) -> Day:
    """As they came, whatever the order of the input's rows."""
    order = ["received_at", "writ_id"]
    return replace(
        day,
        given=day.given.sort(order),
        waiting=day.waiting.sort(order),
        refused=day.refused.sort("row", "column", "message", maintain_order=True),
        enforcers=day.enforcers.sort(by_alphabet("name"), "enforcer_id"),
    )
