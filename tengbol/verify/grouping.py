"""Which writs of a batch go together, when they are due, and who is kept from them, by columns (¶7, ¶12 to ¶14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.verify.bindings import in_case
from tengbol.verify.connected import connected
from tengbol.verify.law import CATEGORIES, ONE_ENFORCER
from tengbol.verify.placing import alike, among, as_one, codes, gathered, last_at, perhaps_twice

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from tengbol.model.chamber import Chamber
    from tengbol.verify.calendar import WorkingDays
    from tengbol.verify.unread import Unread

    Ints = NDArray[np.int64]


def together(ready: pl.DataFrame, case_binds: str = "all") -> Ints:
    """¶13, ¶14: which writs must go to one enforcer together: `(W,)` the place of the first of each one's bundle."""
    place = np.arange(ready.height)
    place_of = perhaps_twice(ready["debtor_id"])
    several = ready.select("debtor_id", "district_id", "case_id", "category")[place_of]
    where, row, whole = ("debtor_id", "district_id"), pl.col("row"), pl.col("category").is_in(list(ONE_ENFORCER))
    shared = several.with_columns(in_case(several, case_binds), row=pl.int_range(pl.len())).select(
        case=pl.when(pl.col("case").is_not_null()).then(row.min().over("case", *where)).otherwise(row),
        debtor=pl.when(whole).then(row.min().over(whole, *where)).otherwise(row),
    )
    own = np.tile(np.arange(several.height), 2)
    first = connected(several.height, own, np.concatenate([shared["case"].to_numpy(), shared["debtor"].to_numpy()]))
    place[place_of] = place_of[first]
    return place


def numbered(first: Ints) -> Ints:
    """`(W,)` the number of each writ's bundle, in the order of their first writs. first: as of `together`."""
    return (np.cumsum(first == np.arange(len(first))) - 1)[first]


def summed(ready: pl.DataFrame) -> pl.DataFrame:
    """Bundles with what their writs make of them, in the order of their numbers. ready: with `group`, the number."""
    group, kinds = ready["group"].to_numpy().astype(np.int64), len(CATEGORIES)
    size = np.bincount(group)
    counts = np.bincount(group * kinds + codes(ready["category"], CATEGORIES), minlength=len(size) * kinds)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(group), prepend=-1))
    longer = (
        ready.select("group", "writ_id", "by")
        .filter(pl.Series(size[group] > 1))
        .group_by("group")
        .agg(pl.col("writ_id", "by").min())
    )
    names, terms = (ready[name].gather(first).scatter(longer["group"], longer[name]) for name in ("writ_id", "by"))
    return pl.DataFrame(
        {
            "group": pl.Series(np.arange(len(size), dtype=np.uint32)),
            "bundle_id": names,
            "district_id": ready["district_id"].gather(first),
            "by": terms,
            **{name: counts[k::kinds].astype(np.uint32) for k, name in enumerate(CATEGORIES)},
            "size": size.astype(np.uint32),
        }
    )


def with_kinds(groups: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Bundles with the number of their `kind` and how many are `alike`, where they are free; and the kinds in order."""
    columns = ["pool", *CATEGORIES]
    free = groups["bound_to"].is_null().arg_true()
    number, first = alike(as_one(*(groups[name].gather(free).to_numpy() for name in columns)))
    often = np.bincount(number).astype(np.uint32)
    kinds = groups.select(columns)[free.gather(first)].with_columns(alike=pl.Series(often)).with_row_index("kind")
    of = pl.DataFrame({"kind": number.astype(np.uint32), "alike": often[number]})
    return groups.hstack(gathered(of, last_at(free, groups.height))), kinds


def recusals(ready: pl.DataFrame, chamber: Chamber, day: date, held: Unread) -> pl.DataFrame:
    """¶12: who is recused on a day for which bundle: for a writ of it, or for a debtor or creditor of one."""
    now = chamber.recusals.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    apart = pl.DataFrame(sorted(held.apart), schema={"writ_id": pl.String, "enforcer_id": pl.String}, orient="row")
    of_writ = pl.concat([now.select("writ_id", "enforcer_id"), apart]).drop_nulls("writ_id")
    of_person = now.select("party_id", "enforcer_id").drop_nulls("party_id")
    return pl.concat(
        [
            ready.select("group", **{column: own})
            .filter(among(ready[own], those[column]))
            .join(those, on=column)
            .select("group", "enforcer_id")
            for own, those, column in (
                ("writ_id", of_writ, "writ_id"),
                ("debtor_id", of_person, "party_id"),
                ("creditor_id", of_person, "party_id"),
            )
        ]
    ).unique()


def term(writs: pl.DataFrame, days: WorkingDays) -> pl.Series:
    """¶7: by when each writ is to be distributed."""
    received = writs["received_at"].dt.date()
    dates = received.unique().to_list()
    later = received.replace_strict(dates, [days.after(day, 3) for day in dates], return_dtype=pl.Date)
    return later.zip_with(~writs["immediate"], received)
