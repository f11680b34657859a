"""Who was there on which day: the one table behind the alarms about absences and shrunken pools (¶9, ¶18)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.report.alarms.utmost import NEARLY, of_drawn

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record


@dataclass(frozen=True)
class Presence:
    """Enforcers by days of batches.

    enforcers: ids (J,). districts: ids (D,), of the districts where someone is registered. home: district of each
    enforcer (J,). days: (T,). away: (J, T), whether he could get nothing that day. Whoever was licensed on none of the
    days is left out; not whoever was away on all, for of one day's batch that would be everyone who was away.
    """

    enforcers: list[str]
    districts: list[str]
    home: np.ndarray
    days: list[object]
    away: np.ndarray

    def crowds(self, away: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How many of each district (D, T) are away, and how unlikely that is: −log of a binomial tail.

        away: (J, T), as many away on each day as there were. The chance of being away is that day's over the whole
        chamber, so a season in which all go is no surprise.
        """
        count = (self._residents @ away).astype(np.int64)
        districts, days = count.shape
        return count, self._surprises[np.arange(districts)[:, None], np.arange(days), count]

    def fullest(self) -> np.ndarray:
        """(D, T) how unlikely it were that all who are away on a day, or the whole of a district, were of it."""
        away = self.away.sum(axis=0)
        return self._surprise(np.minimum(self._size, away), self._size, away)

    def seldom(self, where: np.ndarray, when: np.ndarray) -> float:
        """How often absences whose owners are left to chance are the fullest of these districts and days, at most."""
        cells = self._surprises[where, when]
        reached = cells >= self.fullest()[where, when].max() * NEARLY
        away = self.away.sum(axis=0)[when]
        count = np.where(reached.any(axis=1), reached.argmax(axis=1), len(self.away) + 1)
        return float(of_drawn(self._size[where, 0], count, away, len(self.away)).sum())

    @property
    def _size(self) -> np.ndarray:
        return np.bincount(self.home, minlength=len(self.districts))[:, None]

    @cached_property
    def _residents(self) -> np.ndarray:
        """(D, J) 1 where the enforcer is of the district."""
        return (np.arange(len(self.districts))[:, None] == self.home).astype(np.float64)

    @cached_property
    def _surprises(self) -> np.ndarray:
        """(D, T, N) how unlikely each number of a district away on a day is, up to the size of the largest."""
        numbers = np.arange(self._size.max(initial=0) + 1)
        count = np.minimum(numbers, self._size[:, :, None])
        return self._surprise(count, self._size[:, :, None], self.away.sum(axis=0)[:, None])

    def _surprise(self, count: np.ndarray, size: np.ndarray, away: np.ndarray) -> np.ndarray:
        from scipy.special import betainc

        # Half a case more: a day on which nobody else is away must not make one absence impossible.
        each = (away + 0.5) / (len(self.away) + 1)
        tail = np.where(count > 0, betainc(np.maximum(count, 1), size - count + 1, each[None]), 1.0)
        return -np.log(np.maximum(tail, 1e-300))


def presence(record: Record, inputs: Inputs) -> Presence:
    """Tell who was away on each day with a batch."""
    days = sorted(set(record.batches["as_of"].dt.date()))
    people = record.enforcers.sort("enforcer_id")
    grid = people.join(pl.DataFrame({"day": days}, schema={"day": pl.Date}), how="cross")
    licensed = (pl.col("licensed_from") <= pl.col("day")) & (
        pl.col("licensed_to").is_null() | (pl.col("licensed_to") >= pl.col("day"))
    )
    absent = (
        inputs.given("absences")
        .select("enforcer_id", "start", "end")
        .join(pl.DataFrame({"day": days}, schema={"day": pl.Date}), how="cross")
        .filter((pl.col("start") <= pl.col("day")) & (pl.col("end").is_null() | (pl.col("end") >= pl.col("day"))))
        .select("enforcer_id", "day")
        .unique()
        .with_columns(absent=pl.lit(True))
    )
    table = grid.join(absent, on=["enforcer_id", "day"], how="left", maintain_order="left").with_columns(
        away=~licensed | pl.col("absent").fill_null(False)
    )
    shape = len(people), len(days)
    away, serving = (table.select(one).to_series().to_numpy().reshape(shape) for one in ("away", licensed))
    kept: np.ndarray = np.logical_or.reduce(serving, axis=1)
    home = people["district_id"].filter(pl.Series(kept))
    districts = home.unique().sort()
    return Presence(
        people["enforcer_id"].filter(pl.Series(kept)).to_list(),
        districts.to_list(),
        places_of(home, districts.to_list()),
        days,
        away[kept],
    )


def places_of(names: pl.Series, among: list[str]) -> np.ndarray:
    """Where each name stands in a list without repetitions, −1 where it does not."""
    return names.cast(pl.Enum(among), strict=False).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
