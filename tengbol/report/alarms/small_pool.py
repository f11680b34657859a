"""A pool that shrank, down to one, just when a valuable writ came (¶9): as when the lot is to have no choice.

Chance: whose absences are whose is shuffled over the chamber, and which writ is worth how much over all writs. So a
pool that is always of one is no surprise, nor a valuable writ by itself; both together on one day are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, district, enforcer, figure, generator, rarity
from tengbol.report.alarms.presence import places_of, presence
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "small_pool"
TITLE = mark("A pool that shrank before a valuable writ")
ASKED = mark("Did pools shrink just when valuable writs came?")
NEEDS = ("absences",)


def small_pool(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the writ whose worth and whose pool's emptiness are together least likely."""
    there = presence(record, inputs)
    writs = (
        record.assignments.join(record.batches.select("batch_id", "as_of"), on="batch_id")
        .filter(pl.col("amount").is_not_null() & ~pl.col("basis").is_in(BOUND_BASES))
        .filter(pl.col("district_id").is_in(list(there.districts)))
        .with_columns(day=pl.col("as_of").dt.date())
        .sort("batch_id", "writ_id")
    )
    alone = figure(record.assignments.filter(pl.col("pool_size") == 1).height)
    if writs.is_empty():
        said = Said(mark("No writ over a sum was free. Writs distributed in a pool of one: {alone}."), {"alone": alone})
        return Alarm(NAME, ASKED, said, None, rate, writs.select("writ_id"))
    where = places_of(writs["district_id"], there.districts)
    when = np.searchsorted(np.array(there.days, dtype="datetime64[D]"), writs["day"].to_numpy())
    worth = rarity(writs["amount"].to_numpy())
    rng = generator(seed, NAME)

    def score(away: np.ndarray, values: np.ndarray) -> np.ndarray:
        return there.crowds(away)[1][where, when] * values

    found = score(there.away, worth)
    by_chance = chance(
        float(found.max()),
        lambda: float(score(rng.permutation(there.away, axis=0), rng.permutation(worth)).max()),
        float(there.fullest()[where, when].max() * worth.max()),
        tries,
        rate,
        seldom=there.seldom(*np.unique([where, when], axis=1)),
    )
    order = np.argsort(-found, kind="stable")[:20]
    cases = writs[order].select("batch_id", "day", "writ_id", "district_id", "pool_size", "amount", "enforcer_id")
    first = cases.row(0, named=True)
    said = Said(
        mark(
            "{day}, {district}: a writ over {amount} tenge went to {who}; enforcers in its pool: {pool}. "
            "Writs distributed in a pool of one: {alone}."
        ),
        {
            "day": first["day"],
            "district": district(first["district_id"]),
            "amount": figure(first["amount"], "tenge"),
            "who": enforcer(first["enforcer_id"]),
            "pool": figure(first["pool_size"]),
            "alone": alone,
        },
    )
    return Alarm(NAME, ASKED, said, by_chance.p, rate, cases, least=by_chance.least, looks=len(writs))
