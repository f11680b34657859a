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
from tengbol.report.alarms.presence import places_of, presence
from tengbol.report.alarms.utmost import NEARLY, least_counts, of_mean
from tengbol.report.words import Said, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    utmost = followed.utmost(number)
    by_chance = chance(
        most(counts),
        lambda: most(followed.drawn(number, rng)),
        most(utmost),
        tries,
        rate,
        seldom=_seldom(followed.by_intake(number), expected, utmost, most(utmost)),
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
        by_proceedings = self._held.sum(axis=0) / self._held.sum()
        return np.maximum(self.by_intake(number), number * by_proceedings)

    def by_intake(self, number: int) -> np.ndarray:
        """How many of so many bound bundles chance (`drawn`) gives each enforcer in the mean (J,)."""
        return number * (self._came @ (self._held / np.maximum(self.steps[:, -1:], 1.0)) / len(self.cell))

    def drawn(self, number: int, rng: np.random.Generator) -> np.ndarray:
        """So many bundles of all, and whom each follows: how many each enforcer (J,)."""
        cells = rng.permutation(self.cell)[:number]
        at = rng.random(len(cells)) * self.steps[cells, -1]
        first, holders = self._holders
        return np.bincount(holders[first[cells] + at.astype(np.int64)], minlength=len(self.names))

    @cached_property
    def _held(self) -> np.ndarray:
        """Of each cell how many proceedings each enforcer has open (C, J)."""
        return np.diff(self.steps, axis=1, prepend=0)

    @cached_property
    def _came(self) -> np.ndarray:
        """How many bundles came to each cell (C,)."""
        return np.bincount(self.cell, minlength=len(self.steps))

    @cached_property
    def _holders(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each cell, where its proceedings begin (C,), and who holds each of them, cell by cell."""
        held = self._held.astype(np.int64)
        names = np.tile(np.arange(len(self.names)), len(held))
        return held.sum(axis=1).cumsum() - held.sum(axis=1), names.repeat(held.ravel())

    def utmost(self, number: int) -> np.ndarray:
        """How many of so many bound bundles could follow each enforcer (J,) at most."""
        return np.minimum(number, self._came @ (self._held > 0))

    def counts(self, enforcers: pl.Series) -> np.ndarray:
        """How often each occurs (J,)."""
        return np.bincount(places_of(enforcers, self.names), minlength=len(self.names))


def _seldom(mean: np.ndarray, expected: np.ndarray, utmost: np.ndarray, most: float) -> float:
    """How often chance binds so many to anyone that nothing were more surprising, at most; mean: `by_intake`."""
    count = least_counts(lambda counts: surprise(counts, expected), 1, utmost, most * NEARLY)
    return float(np.where(count <= utmost, of_mean(mean, count), 0.0).sum())


def followed_of(record: Record, inputs: Inputs, bundles: pl.DataFrame) -> Followed:
    """Whose proceedings the bundles of a record (`bundles_of`) may follow, by the ledger and by who was there."""
    there = presence(record, inputs)
    names = sorted({*there.enforcers, *bundles.filter("bound")["enforcer_id"]})
    here = np.ones((len(names), len(there.days)), dtype=bool)
    here[places_of(pl.Series(there.enforcers, dtype=pl.String), names)] = ~there.away
    cell = bundles.select(pl.struct("as_of", "district_id").rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    numbered = bundles.select("as_of", "district_id", "enforcer_id", "bound", _cell=cell)
    each = numbered.unique("_cell").sort("_cell")
    districts = each["district_id"].drop_nulls().unique().sort().to_list()
    district = places_of(each["district_id"], districts)
    column = {day: number for number, day in enumerate(there.days)}
    held = np.zeros((len(each), len(names)))
    moments = each["as_of"].unique().sort()
    for moment, held_then in zip(moments, _open_at(inputs.given("ledger"), moments, districts, names), strict=True):
        cells = np.flatnonzero((each["as_of"] == moment).to_numpy() & (district >= 0))
        held[cells] = held_then[district[cells]] * here[:, column[moment.date()]]
    # He who got it could have got it, whatever the ledger kept of it.
    own = numbered.filter("bound")
    at = own["_cell"].to_numpy(), places_of(own["enforcer_id"], names)
    held[at] = np.maximum(held[at], 1.0)
    some = held.sum(axis=1) > 0
    return Followed(names, held.cumsum(axis=1), cell[some[cell]])


def _open_at(ledger: pl.DataFrame, moments: pl.Series, districts: list[str], names: list[str]) -> Iterator[np.ndarray]:
    """Of each moment the proceedings open then in each district with each enforcer (D, J), a case once, with its last.

    Those of other districts and enforcers are left out.
    """
    rows = ledger.sort("assigned_at", "enforcer_id", maintain_order=True)
    case = rows.select(pl.struct("case_id", "debtor_id").rank("dense") - 1).to_series().to_numpy().astype(np.int64)
    began, ended = rows["assigned_at"].to_numpy(), rows["closed_at"].to_numpy()
    where, who = places_of(rows["district_id"], districts), places_of(rows["enforcer_id"], names)
    for moment in moments.to_numpy():
        last = np.full(int(case.max(initial=-1)) + 1, -1)
        open_ = np.flatnonzero((began < moment) & (np.isnat(ended) | (ended >= moment)))
        last[case[open_]] = open_  # of rows of one case, the last
        last = last[last >= 0]
        last = last[(where[last] >= 0) & (who[last] >= 0)]
        counts = np.bincount(where[last] * len(names) + who[last], minlength=len(districts) * len(names))
        yield counts.reshape(len(districts), len(names))
