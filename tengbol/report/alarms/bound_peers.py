"""An enforcer to whom far more is bound than to his peers who hold as many proceedings (¶11, ¶13, ¶14).

Chance: which of the chamber's bundles are bound is shuffled over all of them, bound and free; each bound one follows
one of the proceedings open in its district whose holders were there that day, any of them alike. So whoever holds most
may be bound most, and where most comes most may be bound; but what is tied to one is not measured by what is bound in
his district, where it would be half of it and so hide itself. To be expected is what that chance gives him, or his part
of all proceedings open in the chamber where that is more: a district may be followed more because more is open in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.report.alarms.alarm import RATE, TRIES, Alarm, chance, enforcer, figure, generator, surprise
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
    bundles = bundles_of(record)
    if not bundles["bound"].any():
        return Alarm(NAME, ASKED, Said(mark("Nothing was bound.")), None, rate, pl.DataFrame())
    followed = followed_of(record, inputs, bundles)
    number = int(bundles["bound"].sum())
    expected = followed.expected(number)
    rng = generator(seed, NAME)

    def most(counts: np.ndarray) -> float:
        return float(surprise(counts, expected).max())

    counts = followed.counts(bundles.filter("bound")["enforcer_id"])
    by_chance = chance(
        most(counts), lambda: most(followed.drawn(number, rng)), most(followed.utmost(number)), tries, rate
    )
    cases = (
        pl.DataFrame({"enforcer_id": followed.names, "bound": counts, "expected": expected.round(3)})
        .with_columns(surprise=pl.Series(surprise(counts, expected)))
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
    return Alarm(NAME, ASKED, said, by_chance.p, rate, cases, least=by_chance.least, looks=len(followed.names))


def bundles_of(record: Record) -> pl.DataFrame:
    """All bundles, a row each: `as_of`, `district_id`, `enforcer_id` and whether they were `bound`."""
    return (
        record.assignments.unique(["batch_id", "bundle_id"])
        .join(record.batches.select("batch_id", "as_of"), on="batch_id")
        .with_columns(bound=pl.col("basis").is_in(BOUND_BASES))
        .sort("batch_id", "bundle_id")
    )


@dataclass(frozen=True)
class Followed:
    """Whose proceedings bundles may follow.

    names: of enforcers (J,). steps: (C, J), for each day and district that a bundle came to, the open proceedings of
    those who were there, summed up from the first enforcer on. cell: of each bundle that had any to follow, which (B,).
    """

    names: list[str]
    steps: np.ndarray
    cell: np.ndarray

    def expected(self, number: int) -> np.ndarray:
        """How many of so many bound bundles were to be expected for each enforcer (J,)."""
        held = np.diff(self.steps, axis=1, prepend=0)
        came = np.bincount(self.cell, minlength=len(self.steps))
        by_intake = came @ (held / np.maximum(self.steps[:, -1:], 1.0)) / len(self.cell)
        by_proceedings = held.sum(axis=0) / held.sum()
        return number * np.maximum(by_intake, by_proceedings)

    def drawn(self, number: int, rng: np.random.Generator) -> np.ndarray:
        """So many bundles of all, and whom each follows: how many each enforcer (J,)."""
        cells = rng.permutation(self.cell)[:number]
        at = rng.random(len(cells)) * self.steps[cells, -1]
        first, holders = self._holders
        return np.bincount(holders[first[cells] + at.astype(np.int64)], minlength=len(self.names))

    @cached_property
    def _holders(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each cell, where its proceedings begin (C,), and who holds each of them, cell by cell."""
        held = np.diff(self.steps, axis=1, prepend=0).astype(np.int64)
        names = np.tile(np.arange(len(self.names)), len(held))
        return held.sum(axis=1).cumsum() - held.sum(axis=1), names.repeat(held.ravel())

    def utmost(self, number: int) -> np.ndarray:
        """How many of so many bound bundles could follow each enforcer (J,) at most."""
        came = np.bincount(self.cell, minlength=len(self.steps))
        return np.minimum(number, came @ (np.diff(self.steps, axis=1, prepend=0) > 0))

    def counts(self, enforcers: pl.Series) -> np.ndarray:
        """How often each occurs (J,)."""
        place = {name: number for number, name in enumerate(self.names)}
        return np.bincount([place[name] for name in enforcers], minlength=len(self.names))


def followed_of(record: Record, inputs: Inputs, bundles: pl.DataFrame) -> Followed:
    """Whose proceedings the bundles of a record (`bundles_of`) may follow, by the ledger and by who was there."""
    there = presence(record, inputs)
    names = sorted({*there.enforcers, *bundles.filter("bound")["enforcer_id"]})
    place = {name: number for number, name in enumerate(names)}
    here = np.ones((len(names), len(there.days)), dtype=bool)
    here[[place[name] for name in there.enforcers]] = ~there.away
    column = {day: number for number, day in enumerate(there.days)}
    cell = bundles.select(pl.struct("as_of", "district_id").rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    numbered = bundles.with_columns(_cell=cell)
    held = np.zeros((cell.max() + 1, len(names)))
    for (moment,), part in numbered.unique("_cell").partition_by("as_of", as_dict=True).items():
        open_ = (
            inputs.given("ledger")
            .filter(pl.col("assigned_at") < moment, pl.col("closed_at").is_null() | (pl.col("closed_at") >= moment))
            .sort("assigned_at", "enforcer_id")
            .unique(["case_id", "debtor_id"], keep="last", maintain_order=True)
            .filter(pl.col("enforcer_id").is_in(names))
            .group_by("district_id", "enforcer_id")
            .len()
            .join(part.select("district_id", "_cell"), on="district_id")
        )
        who = np.array([place[name] for name in open_["enforcer_id"]], dtype=np.int64)
        held[open_["_cell"].to_numpy(), who] = open_["len"].to_numpy() * here[who, column[moment.date()]]
    # He who got it could have got it, whatever the ledger kept of it.
    own = numbered.filter("bound")
    at = own["_cell"].to_numpy(), np.array([place[name] for name in own["enforcer_id"]])
    held[at] = np.maximum(held[at], 1.0)
    some = held.sum(axis=1) > 0
    return Followed(names, held.cumsum(axis=1), cell[some[cell]])
