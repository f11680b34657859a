"""Manual acts by one person that all concern one enforcer, or one district on one day.

Chance: who did which act is shuffled over all acts. So whoever does most of the chamber's work is no surprise; that one
person's acts fall on one enforcer is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.report.alarms.alarm import (
    RATE,
    TRIES,
    Alarm,
    chance,
    district,
    enforcer,
    figure,
    generator,
    surprise,
    unjudged,
)
from tengbol.report.tables import OF_ITSELF
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "manual"
TITLE = mark("Acts by hand of one person")
ASKED = mark("Do one person’s acts by hand fall on one enforcer, or on one district and day, more than other people’s?")
NEEDS = ()
#: What acts may fall together on: one subject, or a district (of a subject without one, the subject) on one day.
_TOGETHER = (("subject",), ("_place", "day"))


def manual(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the person whose acts fall together most surprisingly."""
    if record.events.is_empty():
        return Alarm(NAME, ASKED, unjudged(["events"]), None, rate, pl.DataFrame(), ("events",))
    acts = (
        record.events.filter(pl.col("who").is_not_null() & ~pl.col("what").is_in(OF_ITSELF))
        .join(record.enforcers.select(subject="enforcer_id", district_id="district_id"), on="subject", how="left")
        .with_columns(day=pl.col("at").dt.date(), _place=pl.coalesce("district_id", "subject"))
        .sort("at", "what", "subject", "who", "document")
    )
    if acts["who"].n_unique() < 2:
        said = Said(
            mark("Acts by hand: {acts}, by one person or none; there is nobody to compare with."),
            {"acts": figure(len(acts))},
        )
        return Alarm(NAME, ASKED, said, None, rate, acts.clear().select("who"))
    who = _numbers(acts, "who")
    groups = [_numbers(acts, *columns) for columns in _TOGETHER]
    rng = generator(seed, NAME)

    def most(people: np.ndarray) -> float:
        return max(float(_surprises(people, group).max()) for group in groups)

    by_chance = chance(
        most(who), lambda: most(rng.permutation(who)), max(_utmost(who, group) for group in groups), tries, rate
    )
    cases = pl.concat(
        [
            _cases(acts.with_columns(_surprise=_surprises(who, group)[who, group]), columns)
            for columns, group in zip(_TOGETHER, groups, strict=True)
        ],
        how="diagonal",
    ).sort("surprise", "who", "subject", "_place", "day", descending=[True, *[False] * 4], nulls_last=True)
    by = acts.group_by("who").len().sort("len", "who", descending=[True, False]).row(0)
    said = _said(record, cases.row(0, named=True), len(acts), by)
    looks = len(cases)
    return Alarm(NAME, ASKED, said, by_chance.p, rate, cases.head(20), least=by_chance.least, looks=looks)


def _said(record: Record, first: dict, acts: int, by: tuple[str, int]) -> Said:
    values = {
        "acts": figure(acts),
        "most": by[0],
        "own": figure(by[1]),
        "who": first["who"],
        "number": figure(first["acts"]),
    }
    if first["day"] is None:
        sentence = mark(
            "Acts by hand: {acts}; most of them by {most}: {own}. Acts of {who} that all concern {subject}: {number}."
        )
        return Said(sentence, {**values, "subject": enforcer(first["subject"] or "–")})
    sentence = mark("Acts by hand: {acts}; most of them by {most}: {own}. Acts of {who} on {day} on {place}: {number}.")
    place = first["_place"] or "–"
    known = place in set(record.districts["district_id"])
    return Said(sentence, {**values, "day": first["day"], "place": district(place) if known else enforcer(place)})


def _numbers(acts: pl.DataFrame, *columns: str) -> np.ndarray:
    """A whole number for each combination of cells, from 0; null is a cell like any other."""
    return acts.select(pl.struct(columns).rank("dense")).to_series().to_numpy().astype(np.int64) - 1


def _surprises(who: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Of each pair of person and group: how surprising its number of acts is, by the totals of both."""
    table = np.zeros((who.max() + 1, group.max() + 1))
    np.add.at(table, (who, group), 1)
    return surprise(table, table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / len(who))


def _utmost(who: np.ndarray, group: np.ndarray) -> float:
    """How surprising it were if all acts of a person, or all of a group, fell together; the most of all pairs."""
    acts, size = np.bincount(who)[:, None], np.bincount(group)[None, :]
    return float(surprise(np.minimum(acts, size), acts * size / len(who)).max())


def _cases(acts: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return acts.group_by("who", *columns).agg(
        acts=pl.len().cast(pl.Int64),
        district_id=pl.col("district_id").first(),
        kinds=pl.col("what").unique().sort().str.join(" "),
        documents=pl.col("document").n_unique().cast(pl.Int64),
        surprise=pl.col("_surprise").first(),
    )
