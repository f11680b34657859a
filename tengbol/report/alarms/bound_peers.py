"""An enforcer to whom far more is bound than to his peers who hold as many proceedings (¶11, ¶13, ¶14).

Chance: each bound bundle follows one of the proceedings that are open in the chamber and whose holders were there that
day, any of them alike. So whoever holds most may be bound most. The whole chamber is the measure and not the district,
where what is tied to one would be half of all that is bound and so hide itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, enforcer, figure, generator
from tengbol.report.alarms.presence import presence
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from tengbol.report.alarms.alarm import Inputs
    from tengbol.report.record import Record

NAME = "bound_peers"
TITLE = mark("Bound far above peers")
ASKED = mark("Was more bound to one enforcer than to peers who hold as many proceedings?")
NEEDS = ("absences", "ledger")


def bound_peers(record: Record, inputs: Inputs, *, rate: float = RATE, tries: int = TRIES, seed: int = 0) -> Alarm:
    """Look for the enforcer with the most surprising number of bound bundles."""
    bundles = (
        record.assignments.filter(pl.col("basis").is_in(BOUND_BASES))
        .unique(["batch_id", "bundle_id"])
        .join(record.batches.select("batch_id", "as_of"), on="batch_id")
        .sort("batch_id", "bundle_id")
    )
    if bundles.is_empty():
        return Alarm(NAME, ASKED, Said(mark("Nothing was bound.")), None, rate, pl.DataFrame())
    chances, names = _chances(record, inputs, bundles)
    got = np.array([names.index(name) for name in bundles["enforcer_id"]], dtype=np.int64)
    expected = chances.sum(axis=0)
    steps = chances.cumsum(axis=1)
    rng = generator(seed, NAME)

    def most(counts: np.ndarray) -> float:
        return float(_surprise(counts, expected, len(bundles)).max())

    def draw() -> float:
        drawn = (steps < rng.random(len(bundles))[:, None] * steps[:, -1:]).sum(axis=1)
        return most(np.bincount(drawn, minlength=len(names)))

    counts = np.bincount(got, minlength=len(names))
    p = chance(most(counts), draw, tries)
    cases = (
        pl.DataFrame({"enforcer_id": names, "bound": counts, "expected": expected.round(3)})
        .with_columns(surprise=pl.Series(_surprise(counts, expected, len(bundles))))
        .sort("surprise", "enforcer_id", descending=[True, False])
        .head(20)
    )
    first = cases.row(0, named=True)
    said = Said(
        mark("Bound to {who}: {bound} bundles; by the proceedings open around him {expected} were to be expected."),
        {
            "who": enforcer(first["enforcer_id"]),
            "bound": figure(first["bound"]),
            "expected": figure(first["expected"], "writs"),
        },
    )
    return Alarm(NAME, ASKED, said, p, rate, cases)


def _surprise(counts: np.ndarray, expected: np.ndarray, bundles: int) -> np.ndarray:
    """−log of the chance that so many of all bundles, or more, fall on one: a binomial tail; 0 where none did."""
    from scipy.special import betainc

    tail = np.where(counts > 0, betainc(np.maximum(counts, 1), bundles - counts + 1, expected / bundles), 1.0)
    return -np.log(np.maximum(tail, 1e-300))


def _chances(record: Record, inputs: Inputs, bundles: pl.DataFrame) -> tuple[np.ndarray, list[str]]:
    """(B, J): how likely each bundle was to be bound to each enforcer, by open proceedings of those who were there."""
    there = presence(record, inputs)
    names = sorted({*there.enforcers, *bundles["enforcer_id"]})
    place = {name: number for number, name in enumerate(names)}
    here = np.ones((len(names), len(there.days)), dtype=bool)
    here[[place[name] for name in there.enforcers]] = ~there.away
    column = {day: number for number, day in enumerate(there.days)}
    out = np.zeros((len(bundles), len(names)))
    for (moment,), part in bundles.with_row_index("row").partition_by("as_of", as_dict=True).items():
        open_ = (
            inputs.given("ledger")
            .filter(
                (pl.col("assigned_at") < moment) & (pl.col("closed_at").is_null() | (pl.col("closed_at") >= moment))
            )
            .sort("assigned_at", "enforcer_id")
            .unique(["case_id", "debtor_id"], keep="last", maintain_order=True)
            .filter(pl.col("enforcer_id").is_in(names))["enforcer_id"]
        )
        held = np.bincount([place[name] for name in open_], minlength=len(names))
        out[part["row"].to_numpy()] = held * here[:, column[moment.date()]]
    # He who got it could have got it, whatever the ledger kept of it.
    own = [place[name] for name in bundles["enforcer_id"]]
    out[np.arange(len(bundles)), own] = np.maximum(out[np.arange(len(bundles)), own], 1.0)
    return out / out.sum(axis=1, keepdims=True), names
