"""Manual acts by one person that all concern one enforcer, or one district on one day.

Chance: who did which act is shuffled over all acts. So whoever does most of the chamber's work is no surprise; that one
person's acts fall on one enforcer is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, generator, surprise
from tengbol.report.tables import OF_ITSELF

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "manual"
ASKED = "Do one person's manual acts fall on one enforcer, or on one district and day, more than other people's?"


def manual(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the person whose acts fall together most surprisingly."""
    acts = (
        record.events.filter(pl.col("who").is_not_null() & ~pl.col("what").is_in(OF_ITSELF))
        .join(record.enforcers.select(subject="enforcer_id", district="district_id"), on="subject", how="left")
        .sort("at", "what", "subject", "who")
    )
    if acts["who"].n_unique() < 2:
        said = f"{len(acts)} manual acts, by one person or none: nobody to compare with."
        return Alarm(NAME, ASKED, said, None, rate, acts.clear().select("who"))
    who = acts["who"].rank("dense").to_numpy().astype(np.int64) - 1
    groups = [
        acts["subject"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1,
        acts.select(pl.struct(pl.col("district").fill_null(pl.col("subject")), pl.col("at").dt.date()).rank("dense"))
        .to_series()
        .to_numpy()
        .astype(np.int64)
        - 1,
    ]
    rng = generator(seed, NAME)

    def most(people: np.ndarray) -> float:
        return max(float(_surprises(people, group).max()) for group in groups)

    p = chance(most(who), lambda: most(rng.permutation(who)), tries)
    cases = (
        acts.group_by("who", "subject")
        .agg(acts=pl.len(), kinds=pl.col("what").unique().sort().str.join(" "), documents=pl.col("document").n_unique())
        .sort("acts", "who", "subject", descending=[True, False, False])
        .head(20)
    )
    by = acts.group_by("who").len().sort("len", "who", descending=[True, False]).row(0)
    first = cases.row(0, named=True)
    reason = (
        f"Of {len(acts)} manual acts {by[0]} did {by[1]}; most on one: {first['acts']} by {first['who']} "
        f"on {first['subject']}."
    )
    return Alarm(NAME, ASKED, reason, p, rate, cases)


def _surprises(who: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Of each pair of person and group: how surprising its number of acts is, by the totals of both."""
    table = np.zeros((who.max() + 1, group.max() + 1))
    np.add.at(table, (who, group), 1)
    return surprise(table, table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / len(who))
