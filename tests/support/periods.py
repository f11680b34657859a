"""A record of some days of a small region, with what makes reports interesting: absences, bundles, bound writs."""

from __future__ import annotations

import datetime as dt
from functools import cache

import polars as pl

from tengbol.batch import distribute
from tengbol.model.tables import TABLES
from tengbol.report.alarmed import Alarmed
from tengbol.report.alarms import Inputs
from tengbol.report.alarms.looks import looks
from tengbol.report.content import document
from tengbol.report.findings import TABLE, Findings
from tengbol.report.page import page, pictures
from tengbol.report.record import Record, joined, of_distribution
from tengbol.report.tables import tables
from tengbol.report.words import Words
from tengbol.scenarios.stream import Recipe, draw

RECIPE = Recipe(
    first=dt.date(2026, 11, 2),
    last=dt.date(2026, 11, 10),
    enforcers=14,
    districts=3,
    joining=1,
    leaving=1,
    absences=12.0,
    writs_a_day=40.0,
    bundled=0.2,
    followed=0.2,
)


def distributed(recipe: Recipe) -> tuple[Record, ...]:
    """A record for each day of a recipe, each day's balances those that the day before left."""
    return lived(recipe)[0]


def lived(recipe: Recipe) -> tuple[tuple[Record, ...], Inputs]:
    """The same with what alarms look at beside it."""
    stream = draw(recipe)
    waiting, ledger = stream.writs.clear(), stream.chamber.ledger
    balances = TABLES["balances"].empty()
    parts = []
    for number, day in enumerate(stream.days, 1):
        chamber = stream.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        made = distribute(chamber, as_of=stream.as_of(day), seed=f"{number:02x}")
        parts.append(of_distribution(chamber, made, batch_id=f"batch {number}", number=number))
        waiting = chamber.writs.join(made.unassigned, on="writ_id", how="semi", maintain_order="left")
        ledger = pl.concat([ledger, stream.opened(day, made.assignments)])
        balances = made.balances
    return tuple(parts), Inputs(writs=stream.writs, absences=stream.chamber.absences, ledger=ledger)


@cache
def days() -> tuple[Record, ...]:
    """The days of `RECIPE`."""
    return _lived()[0]


@cache
def _lived() -> tuple[tuple[Record, ...], Inputs]:
    return lived(RECIPE)


def inputs() -> Inputs:
    """What alarms look at beside the record of `RECIPE`."""
    return _lived()[1]


@cache
def period() -> Record:
    """All of them as one record."""
    return joined(days())


def laid_out(record: Record, words: Words, beside: Inputs, **how: float):
    """Tables, document, pictures and page of a record, as a report has them; how: what `looks` takes."""
    found = Findings()
    alarms = Alarmed.of(record, looks(record, beside, **how))
    frames = tables(record) | alarms.tables(words)
    told = document(record, frames, found, alarms)
    frames[TABLE] = found.table()
    drawn = pictures(frames, words)
    return frames, told, drawn, page(told, drawn, words)


@cache
def made(language):
    """The same of the period."""
    return laid_out(period(), Words(language), inputs())
