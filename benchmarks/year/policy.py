"""What every policy is asked and answers, and how those that take bundles one by one walk through a day.

All policies keep the same rules: categories, pools, bundles, bindings come from `tengbol.model`; only the choice within
a pool is a policy's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
import polars as pl

from tengbol.config import Config
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import availability, balances, law_of
from tengbol.model.law.docket import Docket, docket

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tengbol.model.chamber import Chamber

#: What is kept of an assignment.
ASSIGNED: Final = ("writ_id", "enforcer_id", "category", "basis", "bundle_id", "pool_size")


@dataclass(frozen=True)
class Outcome:
    """One day's answer.

    assignments: `writ_id`, `enforcer_id`, `category`, `basis`, `bundle_id`, `pool_size`. unassigned: `writ_id`, `code`.
    balances: the contract's, closing. proven: whether the first objective is proven; null for who proves nothing.
    """

    assignments: pl.DataFrame
    unassigned: pl.DataFrame
    balances: pl.DataFrame
    proven: bool | None = None


@dataclass(frozen=True)
class Bundle:
    """What a policy sees of a bundle: where it is from, its most frequent category, writs of each category."""

    district: str
    category: str
    counts: dict[str, int]


@dataclass
class OneByOne(ABC):
    """A policy that takes bundles one by one, in the order of their first writs."""

    name: ClassVar[str]

    def __call__(self, chamber: Chamber, as_of: dt.datetime, seed: str) -> Outcome:
        """Distribute a day."""
        rng = np.random.Generator(np.random.PCG64(int(seed, 16)))
        todo = docket(chamber, as_of=as_of, law=law_of(Config()))
        self.begin(todo.everyone)
        members = dict(todo.members.group_by("pool").agg(pl.col("enforcer_id").sort()).rows())
        taken = []
        for row in todo.bundles.sort("bundle_id").iter_rows(named=True):
            counts = {name: row[name] for name in CATEGORIES if row[name]}
            bundle = Bundle(row["district_id"], max(counts, key=lambda name: counts[name]), counts)
            who = row["bound_to"] or self.choose(bundle, members[row["pool"]], rng)
            self.took(bundle, who)
            taken.append(who)
        decided = todo.bundles.sort("bundle_id").select(
            "bundle_id", "basis", "pool_size", enforcer_id=pl.Series(taken, dtype=pl.String)
        )
        given = todo.writs.join(decided, on="bundle_id").sort("writ_id").select(ASSIGNED)
        given = given.with_columns(pl.col("category").cast(pl.String))
        return Outcome(given, todo.unassigned.select("writ_id", "code"), _closing(chamber, as_of, todo, given))

    def begin(self, everyone: pl.DataFrame) -> None:  # noqa: B027  most have nothing to do
        """Take note of who is there: `enforcer_id`, `away` (null when available)."""

    @abstractmethod
    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Name the member of the pool who gets a free bundle."""

    def took(self, bundle: Bundle, who: str) -> None:  # noqa: B027  most have nothing to do
        """Take note of who got a bundle, free or bound."""


def _closing(chamber: Chamber, as_of: dt.datetime, todo: Docket, given: pl.DataFrame) -> pl.DataFrame:
    """The contract's closing balances, of everyone licensed."""
    shared = todo.writs.join(todo.bundles.select("bundle_id", "pool"), on="bundle_id")
    due = balances.added(balances.opening(chamber.enforcers, chamber.balances), balances.accrued(shared, todo.members))
    return (
        balances.added(due, balances.counted(given))
        .join(availability.licensed(chamber.enforcers, as_of.date()), on="enforcer_id", how="semi")
        .with_columns(
            pl.col("category").cast(pl.String),
            share=(pl.col("share").cast(pl.Decimal(38, 9)) / pl.lit(balances.WRIT).cast(pl.Decimal(38, 0))).cast(
                pl.Decimal(38, 9)
            ),
        )
        .sort("enforcer_id", pl.col("category").cast(balances.CATEGORY))
    )
