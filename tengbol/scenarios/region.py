"""A region with a past: a year of a stream's writs, dealt by lot, of which most are closed by now.

To try on, and to measure on, what is asked of a ledger. Nobody distributed its past evenly; all of it is synthetic.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.model.law import category
from tengbol.model.tables import TABLES
from tengbol.scenarios.draws import stream
from tengbol.scenarios.stream import Recipe, draw

if TYPE_CHECKING:
    from tengbol.model.chamber import Chamber

AS_OF: Final = dt.datetime(2026, 11, 23, 18)
#: Calendar days a proceeding is open on average, by category: synthetic.
_OPEN_DAYS: Final = {"individual": 150, "legal_entity": 180, "state": 90, "alimony": 900, "non_property": 120}
#: The same of a category that is not among these.
_OPEN_OTHERWISE: Final = 180


def region(
    *,
    enforcers: int = 100,
    districts: int | None = None,
    fewest: int = 3,
    writs_a_day: float = 160.0,
    heaviest: int = 1500,
    seed: int = 1,
) -> Chamber:
    """Draw a chamber on its batch day: a year's ledger, the last day's writs pending, balances of the past.

    enforcers, districts, fewest, writs_a_day: as in `Recipe`. heaviest: open proceedings of whoever has most, made up
    by taking some of his colleagues' in his district.
    """
    recipe = Recipe(
        first=AS_OF.date() - dt.timedelta(days=365),
        last=AS_OF.date(),
        enforcers=enforcers,
        districts=districts,
        fewest=fewest,
        writs_a_day=writs_a_day,
        seed=seed,
    )
    past = draw(recipe)
    rng = stream(seed, "what if past")
    registered = past.chamber.enforcers.select("enforcer_id", place="district_id")
    attached = past.chamber.attachments.select("enforcer_id", place="district_id")
    serving = pl.concat([registered, attached.join(registered, on="place", how="anti")]).sort("place", "enforcer_id")
    pools = serving.group_by("place", maintain_order=True).agg(who="enforcer_id")
    before = past.writs.filter(pl.col("received_at").dt.date() < AS_OF.date())
    given = before.with_columns(category.category(AS_OF.date())).join(
        pools, left_on="debtor_district_id", right_on="place", how="left", maintain_order="left"
    )
    mark = pl.Series(rng.random(len(given)))
    days = (
        given["category"]
        .cast(pl.String)
        .replace_strict(_OPEN_DAYS, default=_OPEN_OTHERWISE, return_dtype=pl.Int64)
        .to_numpy()
    )
    hours = pl.Series("hours", (rng.exponential(days) * 24).astype(np.int64))
    ledger = (
        given.select(
            "writ_id", "case_id", "debtor_id", "category",
            enforcer_id=pl.col("who").list.get((mark * pl.col("who").list.len()).cast(pl.Int64)),
            district_id="debtor_district_id",
            assigned_at=pl.col("received_at").dt.truncate("1d") + pl.duration(hours=18),
        )
        .with_columns(hours)
        .with_columns(closed_at=pl.col("assigned_at") + pl.duration(hours="hours"))
        .with_columns(pl.when(pl.col("closed_at") <= AS_OF).then("closed_at").alias("closed_at"))
        .select(TABLES["ledger"].columns)
    )  # fmt: skip
    ledger = pl.concat([past.chamber.ledger, _heaped(ledger, heaviest)])
    count = len(past.chamber.enforcers) * len(CATEGORIES)
    counts = ledger.group_by("enforcer_id", "category").agg(received=pl.len().cast(pl.Int64))
    balances = (
        past.chamber.enforcers.select("enforcer_id", place="district_id")
        .join(pl.DataFrame({"category": CATEGORIES}), how="cross")
        .join(counts, on=["enforcer_id", "category"], how="left")
        .with_columns(pl.col("received").fill_null(0))
        .select(
            "enforcer_id", "category", "received",
            # Nearly even, as a chamber that distributes by these rules is: within a writ of the share.
            share=(pl.col("received") + pl.Series(rng.uniform(-0.5, 0.5, count)))
            .clip(0).cast(pl.Decimal(38, 9)),
        )
    )  # fmt: skip
    return replace(past.chamber, writs=past.arriving(AS_OF.date()), ledger=ledger, balances=balances)


def _heaped(ledger: pl.DataFrame, heaviest: int) -> pl.DataFrame:
    """Give whoever holds most open proceedings those of his district's colleagues, up to `heaviest`."""
    open_ = ledger.filter(pl.col("closed_at").is_null())
    most = open_.group_by("enforcer_id").len().sort("len", "enforcer_id", descending=[True, False])
    who, count = most.row(0)
    place = open_.filter(enforcer_id=who).group_by("district_id").len().sort("len")["district_id"][-1]
    taken = open_.filter(pl.col("district_id") == place, pl.col("enforcer_id") != who)["writ_id"].sort()
    taken = taken.head(max(0, heaviest - count))
    return ledger.with_columns(
        enforcer_id=pl.when(pl.col("writ_id").is_in(taken.implode())).then(pl.lit(who)).otherwise("enforcer_id")
    )
