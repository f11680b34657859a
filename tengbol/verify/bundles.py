"""What goes together, among whom, and bound to whom, derived a second time (¶9–14, contract 3.4 to 3.6).

By columns: a row for each writ (`Derived.writs`), a row for each bundle (`Derived.groups`), and an entry for each
district and set of recused enforcers for whom a pool was asked (`Derived.asked`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
import polars as pl

from tengbol.verify.bindings import bind, claims
from tengbol.verify.calendar import WorkingDays
from tengbol.verify.grouping import numbered, recusals, summed, term, together, with_kinds
from tengbol.verify.law import CATEGORIES, CODE, NAME, NOBODY, Roster, Writ, judged, roster, spelt
from tengbol.verify.placing import codes, gathered, last_at
from tengbol.verify.readings import USUAL, Readings
from tengbol.verify.reasons import Reasons, pool_id
from tengbol.verify.unread import Unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tengbol.model.chamber import Chamber

PARAGRAPH_OF_BASIS: Final = {
    "alimony_debtor": "¶13",
    "same_case": "¶14",
    "returned": "¶11",
    "registered": "¶9",
    "attached": "¶9",
}
#: What of a writ may bind it, tie it to others or keep somebody from it.
_TOGETHER: Final = (
    "writ_id", "debtor_id", "creditor_id", "district_id", "case_id", "category", "by", "origin",
    "previous_enforcer_id", "received_at",
)  # fmt: skip


@dataclass(slots=True)
class Bundle:
    """Writs that go to one enforcer together.

    counts: writs of each category, in the order of `CATEGORIES`. pool, recused: enforcers. basis: one for the
    whole bundle. bound_to: its enforcer when it is not free. away: whether he is, briefly or in an office. by: its
    earliest term (¶7).
    """

    bundle_id: str
    writs: list[Writ]
    counts: tuple[int, ...]
    recused: frozenset[str] = NOBODY
    pool: frozenset[str] = NOBODY
    basis: str = ""
    bound_to: str | None = None
    away: bool = False
    by: date = date.min

    @property
    def writ_ids(self) -> list[str]:
        """Its writs by their ids."""
        return [writ.writ_id for writ in self.writs]


class Whole(Protocol):
    """What the lot and the objectives look at of a bundle, wherever it was read."""

    @property
    def bundle_id(self) -> str:
        """Its id."""
        ...

    @property
    def writ_ids(self) -> Sequence[str]:
        """Its writs."""
        ...

    @property
    def counts(self) -> tuple[int, ...]:
        """Writs of each category, in the order of `CATEGORIES`."""
        ...

    @property
    def pool(self) -> frozenset[str]:
        """Its enforcers."""
        ...

    @property
    def bound_to(self) -> str | None:
        """Its enforcer when it is not free."""
        ...


class Asked(NamedTuple):
    """For whom a pool was asked: a district, and who was recused; and its members, and how they serve the district.

    number: of the pool among `Derived.pools`, -1 where it has no members.
    """

    district_id: str
    recused: frozenset[str]
    pool: frozenset[str]
    basis: str
    number: int


@dataclass
class Derived:
    """What the law makes of the input.

    writs: every writ, its columns those of `Writ` and `category`, `code` (of those that stay unassigned), `counts` (the
    day whose index bounds it), `by` (its term, ¶7) and `group` (number of its bundle, of those that are ready).
    groups: bundles that are distributed, in the order of their first writs: `group`, `bundle_id`, `district_id`,
    `size` (writs), writs of each category under its name, `by` (its earliest term), `asked` (place in the list of that
    name), `pool` (number), `basis`, `bound_to`, `away`; of those that are free `kind` and `alike`.
    kinds: free bundles of one pool with as many writs of each category: `kind`, and how many are `alike`.
    kept: as `groups`, bundles that wait for their holder. fell: claims that fell, as `bind` returns them.
    closed: districts whose attached are not asked, and until when.
    """

    roster: Roster
    reasons: Reasons
    writs: pl.DataFrame
    groups: pl.DataFrame
    kinds: pl.DataFrame
    kept: pl.DataFrame
    fell: pl.DataFrame
    asked: list[Asked]
    pools: list[frozenset[str]]
    closed: dict[str, date] = field(default_factory=dict[str, "date"])

    @cached_property
    def bundles(self) -> list[Bundle]:
        """Bundles that are distributed, one by one."""
        return self.one_by_one(self.groups)

    @cached_property
    def bundle_of(self) -> dict[str, Bundle]:
        """The same by writ."""
        return {writ.writ_id: bundle for bundle in self.bundles for writ in bundle.writs}

    @cached_property
    def pool_ids(self) -> list[str]:
        """The id of each of `pools`."""
        return [pool_id(members) for members in self.pools]

    @cached_property
    def row_of(self) -> pl.Series:
        """By writ the row of its bundle in `groups`; null of those that are not distributed."""
        group = self.writs["group"]
        rows = last_at(self.groups["group"], int(group.max() or 0) + 1)  # type: ignore[call-overload]
        return rows.gather(group)

    @property
    def category(self) -> dict[str, str]:
        """Of every writ that has one."""
        return dict(self.writs.drop_nulls("category").select("writ_id", "category").iter_rows())

    @property
    def code(self) -> dict[str, str]:
        """Of every writ that stays unassigned."""
        return dict(self.writs.drop_nulls("code").select("writ_id", "code").iter_rows())

    def one_by_one(self, groups: pl.DataFrame) -> list[Bundle]:
        """Some of `groups` with their writs."""
        its: dict[int, list[Writ]] = {}
        for group, *cells in (
            self.writs.join(groups, on="group", how="semi", maintain_order="left")
            .select("group", *Writ._fields)
            .iter_rows()
        ):
            its.setdefault(group, []).append(Writ(*cells))
        columns = ("group", "bundle_id", "asked", "basis", "bound_to", "away", "by", *CATEGORIES)
        out: list[Bundle] = []
        for group, name, place, basis, bound_to, away, by, *counts in groups.select(columns).iter_rows():
            _, recused, pool, _, _ = self.asked[int(place)]
            out.append(Bundle(name, its[group], tuple(counts), recused, pool, basis, bound_to, away, by))
        return out


def derive(
    chamber: Chamber,
    writs: pl.DataFrame,
    as_of: datetime,
    mci: dict[date, int],
    seed: str,
    held: Unread = Unread(),  # noqa: B008 (nothing in it changes)
    *,
    days: WorkingDays | None = None,
    readings: Readings = USUAL,
) -> Derived:
    """Apply contract points 3.1 to 3.6 to one batch. writs: `writs_of`. seed: hex, of the order between equal claims.

    days: working days, by which the term of ¶7 is counted. readings: how the batch reads the order.
    """
    days = days or WorkingDays(frozenset(), frozenset())
    standing = roster(chamber.enforcers, chamber.attachments, chamber.absences, as_of.date(), held.away)
    reasons = Reasons(chamber, standing, as_of.date(), held.away)
    closed = _closed(standing) if readings.attached_when == "nobody_registered" else {}
    open_now = chamber.ledger.filter(pl.col("closed_at").is_null())["writ_id"]
    every = judged(writs, as_of, mci, readings.index_day, open_now).with_columns(by=term(writs, days))
    ready = every.select(_TOGETHER).filter(every["code"].is_null())
    ready = ready.with_columns(group=pl.Series(numbered(together(ready, readings.case_binds)), dtype=pl.UInt32))
    recused = recusals(ready, chamber, as_of.date(), held)
    groups, asked, pools = _with_pools(summed(ready), recused, standing, closed)
    claimed = claims(ready, chamber, readings.case_binds)
    placed = groups.select("group", "district_id", "by", "pool")[claimed["group"].unique()].filter(pl.col("pool") >= 0)
    placed = spelt(placed)
    bound, fell = bind(placed, claimed, seed, readings, reasons, recused)
    short = list(standing.back) if readings.short_absence_binds == "wait" else []
    # Few are bound: who of them is away is asked of these alone.
    away, waits = ~pl.col("bound_to").is_in(list(standing.available)), pl.col("bound_to").is_in(short)
    bound = bound.with_columns(pl.col("basis").cast(CODE), pl.col("bound_to").cast(NAME), away=away, waits=waits)
    found = gathered(bound, last_at(bound["group"], groups.height))
    nobody, waiting = (pl.lit(code, dtype=CODE) for code in ("no_eligible_enforcer", "waits_for_holder"))
    groups = groups.with_columns(
        found["bound_to"],
        found["away"].fill_null(False),
        basis=pl.coalesce(found["basis"], "basis"),
        code=pl.when(pl.col("pool") < 0).then(nobody).when(found["waits"]).then(waiting),
    )
    rows = last_at(every["code"].is_null().arg_true(), every.height)
    code = ready.select("group", later=groups["code"].gather(ready["group"]))
    # Several hundred megabytes of a million writs.
    del ready
    every = every.hstack(gathered(code, rows)).with_columns(code=pl.coalesce("code", "later"))
    kept = groups.filter(pl.col("code") == "waits_for_holder")
    # In its place, for both would be a hundred megabytes each.
    groups = groups.filter(pl.col("code").is_null())
    groups, kinds = with_kinds(groups)
    fell = fell.join(groups, on="group", how="semi", maintain_order="left")
    return Derived(standing, reasons, every, groups, kinds, kept, fell, asked, pools, closed)


def _with_pools(
    groups: pl.DataFrame, recused: pl.DataFrame, standing: Roster, closed: Mapping[str, date]
) -> tuple[pl.DataFrame, list[Asked], list[frozenset[str]]]:
    """¶9, ¶12: the pool of each bundle. groups: of `summed`. recused: `group` and `enforcer_id`, who is for which.

    Bundles of which nobody is recused, nearly all, are known by their districts; to join them all by texts is dear.
    """
    some = recused.sort("enforcer_id").group_by("group").agg(recused=pl.col("enforcer_id").str.join("\n")).sort("group")
    some = some.with_columns(district_id=groups["district_id"].gather(some["group"]).cast(pl.String))
    nobody = np.ones(groups.height, dtype=bool)
    nobody[some["group"].to_numpy()] = False
    whole = spelt(groups.select("district_id").filter(nobody).unique()).with_columns(recused=pl.lit(""))
    kinds = some.select("district_id", "recused").vstack(whole)
    combined = kinds.unique().sort("district_id", "recused")
    asked: list[Asked] = []
    numbers: dict[frozenset[str], int] = {}
    for district_id, text in combined.iter_rows():
        those = frozenset(text.split("\n")) if text else NOBODY
        members, basis = pool(district_id, those, standing, closed)
        number = numbers.setdefault(members, len(numbers)) if members else -1
        asked.append(Asked(district_id, those, members, basis, number))
    of = {(one.district_id, one.recused): place for place, one in enumerate(asked)}
    names = groups["district_id"].unique().to_list()
    place = np.array([of.get((name, NOBODY), 0) for name in names], dtype=np.int64)[codes(groups["district_id"], names)]
    place[some["group"].to_numpy()] = some.join(
        combined.with_row_index("asked"), on=["district_id", "recused"], how="left", maintain_order="left"
    )["asked"]
    found = pl.DataFrame(
        {
            "asked": pl.Series(range(len(asked)), dtype=pl.UInt32),
            "pool": pl.Series([one.number for one in asked], dtype=pl.Int32),
            "basis": pl.Series([one.basis for one in asked], dtype=pl.String).cast(CODE),
        }
    )
    return groups.hstack(gathered(found, pl.Series(place))), asked, list(numbers)


def _closed(standing: Roster) -> dict[str, date]:
    """Districts where somebody registered is away for a short time, and when the first is back: ¶9 read narrowly."""
    closed: dict[str, date] = {}
    for who, last in standing.back.items():
        district_id = standing.home[who]
        closed[district_id] = min(last, closed.get(district_id, last))
    return closed


def pool(
    district_id: str, recused: frozenset[str], standing: Roster, closed: Mapping[str, date]
) -> tuple[frozenset[str], str]:
    """¶9, ¶12: the enforcers among whom a bundle is distributed, and how they serve its district.

    closed: districts in which those attached are not asked.
    """
    registered = standing.registered.get(district_id, NOBODY) - recused
    if registered:
        return registered, "registered"
    attached = NOBODY if district_id in closed else standing.attached.get(district_id, NOBODY)
    return attached - recused, "attached"
