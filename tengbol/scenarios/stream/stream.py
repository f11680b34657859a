"""The stream itself: its days, the chamber's tables over all of them, and what arrives on each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.config import Calendar
from tengbol.model.chamber import Chamber
from tengbol.model.law.calendar import working_days
from tengbol.model.tables import TABLES
from tengbol.scenarios.stream.people import people
from tengbol.scenarios.stream.writs import proceedings, writs

if TYPE_CHECKING:
    from tengbol.scenarios.stream.recipe import Recipe

#: A day's batch is distributed when no more writs arrive.
_TIME: Final = dt.time(18)


@dataclass(frozen=True)
class Stream:
    """Days on which a chamber distributes what has arrived.

    days: working days. chamber: the tables of people over all days, the ledger as it stands before the first; no writs,
    no balances. writs: all that arrives, in that order.
    """

    recipe: Recipe
    days: tuple[dt.date, ...]
    chamber: Chamber
    writs: pl.DataFrame

    def as_of(self, day: dt.date) -> dt.datetime:
        """The moment of the day's batch."""
        return dt.datetime.combine(day, _TIME)

    def arriving(self, day: dt.date) -> pl.DataFrame:
        """Writs that arrive on a day."""
        return self._by_day.get(day, self.writs.clear())

    def batch(self, day: dt.date, *, waiting: pl.DataFrame, ledger: pl.DataFrame, balances: pl.DataFrame) -> Chamber:
        """The tables of a day's batch: what arrives and what waited, with the ledger and balances reached so far."""
        pending = pl.concat([waiting, self.arriving(day)])
        return replace(self.chamber, writs=pending, ledger=ledger, balances=balances)

    def opened(self, day: dt.date, assigned: pl.DataFrame) -> pl.DataFrame:
        """The ledger's new rows: proceedings that later writs may follow, of those `assigned` on a day.

        assigned: `writ_id`, `category`, `enforcer_id`. Only debtors of the opening ledger are followed again, so all
        other proceedings are left out: they would bind nothing.
        """
        return (
            self._followed.join(assigned.select("writ_id", "category", "enforcer_id"), on="writ_id")
            .sort("writ_id")
            .with_columns(
                assigned_at=pl.lit(self.as_of(day), dtype=pl.Datetime("us")),
                closed_at=pl.lit(None, dtype=pl.Datetime("us")),
            )
            .select(TABLES["ledger"].columns)
        )

    @cached_property
    def _by_day(self) -> dict[dt.date, pl.DataFrame]:
        parts = self.writs.with_columns(_day=pl.col("received_at").dt.date()).partition_by(
            "_day", as_dict=True, include_key=False, maintain_order=True
        )
        return {key[0]: part for key, part in parts.items() if isinstance(key[0], dt.date)}

    @cached_property
    def _followed(self) -> pl.DataFrame:
        return self.writs.join(self.chamber.ledger, on="debtor_id", how="semi").select(
            "writ_id", "case_id", "debtor_id", district_id="debtor_district_id"
        )


def draw(recipe: Recipe, calendar: Calendar | None = None) -> Stream:
    """Draw the stream of a recipe, over the working days of Kazakhstan."""
    days = working_days(recipe.first, recipe.last, calendar or Calendar())
    everybody = people(recipe)
    ledger = proceedings(recipe, everybody)
    chamber = Chamber(
        districts=everybody.districts,
        enforcers=everybody.enforcers,
        attachments=everybody.attachments,
        absences=everybody.absences,
        writs=TABLES["writs"].empty(),
        recusals=TABLES["recusals"].empty(),
        ledger=ledger,
        balances=TABLES["balances"].empty(),
    )
    return Stream(recipe, tuple(days), chamber, writs(recipe, everybody, days, ledger))
