"""Which writs of a batch go together, when they are due, and who is kept from them, by columns (¶7, ¶12 to ¶14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.verify.bindings import in_case
from tengbol.verify.law import CATEGORIES, ONE_ENFORCER

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
    several = ready.with_row_index("place").filter(pl.col("debtor_id").is_duplicated())
    where, own, whole = ("debtor_id", "district_id"), pl.col("own"), pl.col("category").is_in(list(ONE_ENFORCER))
    place_of = several["place"].to_numpy()
    shared = several.with_columns(case=in_case(case_binds), own=pl.int_range(pl.len())).select(
        case=pl.when(pl.col("case").is_not_null()).then(own.min().over("case", *where)).otherwise(own),
        debtor=pl.when(whole).then(own.min().over(whole, *where)).otherwise(own),
    )
    first = np.arange(several.height)
    while True:
        before = first
        for ties in (shared["case"].to_numpy(), shared["debtor"].to_numpy()):
            least = first.copy()
            np.minimum.at(least, ties, first)
            first = np.minimum(first, least[ties])
        first = first[first]
        if (first == before).all():
            break
    place[place_of] = place_of[first]
    return place


def summed(ready: pl.DataFrame) -> pl.DataFrame:
    """Bundles with what their writs make of them, in the order of their first writs."""
    counts = [(pl.col("category") == name).cast(pl.UInt32).alias(name) for name in CATEGORIES]
    rows = ready.select("group", pl.col("writ_id").alias("bundle_id"), "district_id", "by", *counts)
    alone = ~pl.col("group").is_duplicated()
    longer = (
        rows.filter(~alone)
        .group_by("group")
        .agg(
            pl.col("bundle_id").min(),
            pl.col("district_id").first(),
            pl.col("by").min(),
            pl.col(CATEGORIES).sum(),
            size=pl.len(),
        )
    )
    singles = rows.filter(alone).with_columns(size=pl.lit(1, dtype=pl.UInt32))
    return pl.concat([singles, longer]).sort("group")


def recusals(ready: pl.DataFrame, chamber: Chamber, day: date, held: Unread) -> pl.DataFrame:
    """¶12: who is recused on a day for which bundle: for a writ of it, or for a debtor or creditor of one."""
    now = chamber.recusals.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    apart = pl.DataFrame(sorted(held.apart), schema={"writ_id": pl.String, "enforcer_id": pl.String}, orient="row")
    of_writ = pl.concat([now.select("writ_id", "enforcer_id"), apart]).drop_nulls("writ_id")
    of_person = now.select("party_id", "enforcer_id").drop_nulls("party_id")
    return pl.concat(
        [
            ready.join(of_writ, on="writ_id").select("group", "enforcer_id"),
            ready.join(of_person, left_on="debtor_id", right_on="party_id").select("group", "enforcer_id"),
            ready.join(of_person, left_on="creditor_id", right_on="party_id").select("group", "enforcer_id"),
        ]
    ).unique()


def term(writs: pl.DataFrame, days: WorkingDays) -> pl.Series:
    """¶7: by when each writ is to be distributed."""
    received = writs["received_at"].dt.date()
    dates = received.unique().to_list()
    later = received.replace_strict(dates, [days.after(day, 3) for day in dates], return_dtype=pl.Date)
    return later.zip_with(~writs["immediate"], received)
