"""Absences that cluster: many of one district away on one day, as when a pool is to be emptied (¶9, ¶18).

Chance: whose absences are whose is shuffled over the whole chamber. Each keeps his days, every day keeps how many are
away, so leave in summer and holidays change nothing; only that they are of one district is left to chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, district, figure, generator
from tengbol.report.alarms.presence import presence
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "absences"
TITLE = mark("Absences that cluster")
ASKED = mark("Were more enforcers of one district away on one day than absences that know nothing of each other give?")
NEEDS = ("absences",)


def absences(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the district and day whose absences are least likely."""
    there = presence(record, inputs)
    count, surprising = there.crowds(there.away)
    if not count.any() or len(there.enforcers) < 2:
        return Alarm(NAME, ASKED, Said(mark("Nobody was away.")), None, rate, _cases(there, count, surprising))
    rng = generator(seed, NAME)
    by_chance = chance(
        float(surprising.max()),
        lambda: float(there.crowds(rng.permutation(there.away, axis=0))[1].max()),
        float(there.fullest().max()),
        tries,
        rate,
        seldom=there.seldom(*np.indices(surprising.shape).reshape(2, -1)),
    )
    cases = _cases(there, count, surprising)
    first = cases.row(0, named=True)
    said = Said(
        mark("{day}, {district}: {away} of {enforcers} enforcers were away."),
        {
            "day": first["day"],
            "district": district(first["district_id"]),
            "away": figure(first["away"]),
            "enforcers": figure(first["enforcers"]),
        },
    )
    return Alarm(NAME, ASKED, said, by_chance.p, rate, cases, least=by_chance.least, looks=surprising.size)


def _cases(there, count: np.ndarray, surprising: np.ndarray) -> pl.DataFrame:
    size = np.bincount(there.home, minlength=len(there.districts))
    place, day = np.unravel_index(np.argsort(-surprising, axis=None, kind="stable")[:20], surprising.shape)
    return pl.DataFrame(
        {
            "district_id": [there.districts[number] for number in place],
            "day": [there.days[number] for number in day],
            "away": count[place, day].astype(np.int64),
            "enforcers": size[place],
        },
        schema={"district_id": pl.String, "day": pl.Date, "away": pl.Int64, "enforcers": pl.Int64},
    ).filter(pl.col("away") > 0)
