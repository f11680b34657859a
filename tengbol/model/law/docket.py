"""What the rules make of a chamber's tables on one day: which writs, in which bundles, among whom, bound to whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES, FORMS, OFFICE, ORIGINS
from tengbol.model.in_order import in_order
from tengbol.model.law import availability, balances, binding, bundles, category, pools, shares

if TYPE_CHECKING:
    import datetime as dt

    from tengbol.model.chamber import Chamber
    from tengbol.model.law import Law


@dataclass(frozen=True)
class Docket:
    """One batch, ready to be decided.

    writs: `writ_id`, `category` (an `Enum`), `bundle_id`, `bundle` (its row in `bundles`), `row` (its own among the
    chamber's writs), `received_at`, `form` (an `Enum`), `immediate`: those to be assigned, by id.
    unassigned: `writ_id`, `code` and what the explanation needs.
    bundles: `bundle_id`, `district_id`, `pool`, `pool_size`, `basis`, `bound_to` (null when free), `writs`, and the
    count of writs in each category, a column each; by id.
    pools, members, recused: `pools.pools`; members with their `part` (`shares.parted`). everyone:
    `availability.standing_of_everyone`. serving: `pools.serving`.
    tests: `binding.in_turn`. unindexed: claims of the state of years whose MCI is not known. unturned: the same before
    the order of the lot decided between claims that the law leaves equal; None where there are none.
    """

    writs: pl.DataFrame
    unassigned: pl.DataFrame
    bundles: pl.DataFrame
    pools: pl.DataFrame
    members: pl.DataFrame
    recused: pl.DataFrame
    everyone: pl.DataFrame
    serving: pl.DataFrame
    tests: pl.DataFrame
    unindexed: tuple[category.Unindexed, ...] = ()
    unturned: Unturned | None = field(default=None, repr=False, compare=False)

    @cached_property
    def lost(self) -> pl.DataFrame:
        """Claims that fell away, `binding.lost`."""
        return binding.lost(self.tests)


#: What the rules need of a writ that is to be distributed.
_ASKED: Final = (
    *("writ_id", "received_at", "form", "debtor_id", "creditor_id", "debtor_district_id", "case_id", "immediate"),
    *("origin", "previous_enforcer_id", "category", "row"),
)
#: What is asked of it once it is known who has a claim on it.
_ON: Final = ("writ_id", "category", "bundle_id", "bundle", "received_at", "form", "immediate", "row")
#: What the sentences of those left unassigned need besides.
_WAITING: Final = ("debtor_district_id", "amount", "signature", "mci", "index_day")
#: Words of which there are few take a byte in each copy, where a text takes sixteen.
_FEW: Final = {"form": pl.Enum(FORMS), "origin": pl.Enum(ORIGINS), "category": balances.CATEGORY}


def docket(chamber: Chamber, *, as_of: dt.datetime, law: Law, turn: pl.Series | None = None) -> Docket:
    """Apply the rules of `law` to a chamber's tables at the moment `as_of` (the chamber's local time).

    turn: ids of the chamber's enforcers in the order of the lot (`lot.turn`), for claims that the law leaves equal; who
    only asks which writs are to be distributed needs none.
    """
    before = _unturned(chamber, as_of, law)
    return before.decided(before.rest["everyone"]["enforcer_id"] if turn is None else turn)


def _unturned(chamber: Chamber, as_of: dt.datetime, law: Law) -> Unturned:
    day = as_of.date()
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    serving = pools.serving(everyone, chamber.attachments, day)
    numbered = chamber.writs.with_columns(category.category(day), row=pl.int_range(pl.len(), dtype=pl.UInt32))
    indexed = category.with_mci(numbered, law, day)
    opened = category.opened(chamber.writs, chamber.ledger)
    writs = category.with_holder(indexed, opened).select(
        *(pl.col(name).cast(_FEW[name]) if name in _FEW else name for name in dict.fromkeys((*_ASKED, *_WAITING))),
        "holder",
        category.unassigned_code(as_of),
    )
    if law.index_day == "received":  # The moment of receipt says it.
        writs = writs.with_columns(index_day=pl.lit(None, dtype=pl.Date))
    # In the order of ids once and for all: whatever follows keeps it.
    by_id = in_order(writs["writ_id"])
    ready, grouped = _grouped(writs.select(_ASKED)[by_id.filter(writs["code"].is_null().gather(by_id))], law)
    recused = pools.recused(ready, chamber.recusals, day)
    all_bundles = pools.with_recused(grouped, recused, serving)
    brief = availability.back_with_licence(availability.briefly_away(chamber.absences, day), chamber.enforcers, day)
    closed = pools.closed_to_attached(everyone, brief, law.attached_when)
    kinds, members, out = pools.pools(all_bundles, serving, closed)
    members = shares.parted(members, chamber.enforcers, day)
    claims = binding.candidates(ready, chamber.ledger, opened, law)
    # Where a short absence frees a writ, nobody holds on.
    holding_on = binding.holding_on(
        claims, grouped, ready, law.calendar, brief.clear() if law.short_absence_binds == "free" else brief
    )
    asked = binding.asked(everyone, availability.away_only_for((OFFICE,), chamber.absences, day), law.office_binds)
    return Unturned(
        ready=ready.select(_ON),
        refused=writs.filter(pl.col("code").is_not_null()),
        besides=writs.select(_WAITING),
        bundles=all_bundles.drop("recused").hstack(
            all_bundles.select("district_id", "recused")
            .join(kinds, on=["district_id", "recused"], how="left", nulls_equal=True, maintain_order="left")
            .select("pool", "basis", "pool_size")
        ),
        tests=binding.tested(claims, asked, serving, recused, holding_on),
        closed=closed,
        waits=law.short_absence_binds == "wait",
        rest={
            "pools": kinds, "members": members, "recused": out, "everyone": everyone, "serving": serving,
            "unindexed": category.unindexed(indexed, law.mci),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class Unturned:
    """What the rules make of a day before the lot's order decides between claims that they leave equal.

    ready: writs to be distributed. refused: those with a code of their own. besides: of every writ of the chamber what
    sentences need of one that waits. bundles: with their pools. tests: `binding.tested`. closed:
    `pools.closed_to_attached`. waits: whether a bundle waits for a holder away for a short time. rest: of the `Docket`,
    by name.
    """

    ready: pl.DataFrame
    refused: pl.DataFrame
    besides: pl.DataFrame
    bundles: pl.DataFrame
    tests: pl.DataFrame
    closed: pl.DataFrame
    waits: bool
    rest: dict[str, Any]

    def decided(self, turn: pl.Series) -> Docket:
        """The docket by the order `turn` of the chamber's enforcers."""
        ready, closed = self.ready, self.closed
        tests = binding.in_turn(self.tests, turn)
        # A join copies what it is given: here ids, and not all that is known of a bundle.
        found = (
            self.bundles.select("bundle_id", "basis")
            .join(binding.bound(tests), on="bundle_id", how="left", maintain_order="left")
            .select("bound_to", "last", basis=pl.coalesce("bound_by", "basis"))
        )
        decided = self.bundles.with_columns(found.get_columns())
        waits = decided["last"].is_not_null() & self.waits
        left = decided["pool_size"].is_not_null() & ~waits
        place = left.cum_sum() - left.cast(pl.UInt32)
        has_pool = left.gather(ready["bundle"])
        stay = ready.filter(~has_pool)
        waiting = _left_waiting(stay.hstack(self.besides[stay["row"]]), decided, closed)
        unassigned = pl.concat([self.refused, waiting], how="diagonal")
        return Docket(
            writs=ready.select(
                "writ_id", "category", "bundle_id", "received_at", "form", "immediate", "row",
                bundle=place.gather(ready["bundle"]),
            ).filter(has_pool),
            unassigned=unassigned.sort("writ_id"),
            bundles=decided.filter(left).drop("last"),
            tests=tests,
            unturned=self if binding.by_turn(tests) else None,
            **self.rest,
        )  # fmt: skip


def _left_waiting(stay: pl.DataFrame, decided: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """Writs of bundles that go to nobody, with `code`, and of those that wait `holder`, `basis`, `writs`, `last`.

    Where no pool is left that comes first: it is so with or without him; `last` is then the district's of `closed`.
    """
    return (
        stay.hstack(decided.select("pool_size", "basis", "writs", "last", "bound_to")[stay["bundle"]])
        .with_columns(
            code=pl.when(pl.col("pool_size").is_null())
            .then(pl.lit("no_eligible_enforcer"))
            .otherwise(pl.lit("waits_for_holder"))
        )
        .join(
            closed.select("district_id", _back="last"), left_on="debtor_district_id", right_on="district_id", how="left"
        )
        .with_columns(last=pl.when(pl.col("pool_size").is_null()).then("_back").otherwise("last"))
        .rename({"bound_to": "holder"})
        .drop("bundle_id", "bundle", "pool_size", "_back")
    )


def _grouped(writs: pl.DataFrame, law: Law) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add `bundle_id` and `bundle` to writs in the order of their ids, and tell the bundles, in that of theirs.

    A bundle's id is its smallest writ's, so its place among bundles is that of this writ among such writs.
    """
    first = bundles.firsts(writs, law.case_binds)
    heads = first == np.arange(writs.height)
    bundle = (np.cumsum(heads) - 1)[first]
    category = writs["category"].to_physical().to_numpy().astype(np.int64)
    size = len(CATEGORIES)
    counts = np.bincount(bundle * size + category, minlength=int(heads.sum()) * size).reshape(-1, size)
    ready = writs.with_columns(bundle_id=writs["writ_id"].gather(first), bundle=pl.Series(bundle, dtype=pl.UInt32))
    # Of the few columns that are asked for, and not of all that is known of a writ.
    grouped = (
        writs.select(bundle_id="writ_id", district_id="debtor_district_id")
        .filter(pl.Series(heads))
        .with_columns(
            writs=pl.Series(counts.sum(axis=1), dtype=pl.Int64),
            **{name: pl.Series(counts[:, k], dtype=pl.UInt32) for k, name in enumerate(CATEGORIES)},
        )
    )
    return ready, grouped
