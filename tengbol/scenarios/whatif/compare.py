"""Variants beside the base over the days to come: differences with their intervals, and when evenness has settled.

Every replication has the same days in every variant, so differences are taken within replications, and what the days
themselves bring by chance falls out of them. Their interval is Student's, at 95 %, over replications, and wider by what
so few of them may not have shown: of what happens seldom, none may have happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import CATEGORIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.scenarios.whatif.simulate import Simulated

LEVEL: Final = 0.95
#: Evenness has settled where excess deviates, on average over so many days, no more than so many writs, or such a
#: part of the base's, beyond what it does in the base.
NEAR: Final = 0.05
NEAR_PART: Final = 0.1
_SMOOTH: Final = 5

_KEYS: Final = ("variant", "replication")
#: Measures that are numbers of writs; what the others differ by is told from so much on.
_COUNTED: Final = ("placed", "late", "open_most")


def measures(found: Simulated) -> pl.DataFrame:
    """`variant`, `replication`, `measure`, `category` (null for all), `value`.

    excess_std: deviation of excess, mean over days, writs. excess_farthest: farthest from the share on the last day.
    placed, late: writs in all. waiting: writs at the end of a day, mean over days. open_most: open proceedings, on the
    last day, of whoever has most.
    """
    last = pl.col("day") == pl.col("day").max()
    by_category = [*_KEYS, "category"]
    tables = [
        found.evenness.group_by(by_category).agg(value=pl.col("excess_std").mean(), measure=pl.lit("excess_std")),
        found.evenness.filter(last).select(*by_category, value="excess_farthest", measure=pl.lit("excess_farthest")),
        *(
            found.days.group_by(_KEYS).agg(value=how.cast(pl.Float64), measure=pl.lit(name))
            for name, how in {
                "placed": pl.col("placed").sum(),
                "late": pl.col("late").sum(),
                "waiting": pl.col("waiting").mean(),
            }.items()
        ),
        found.people.group_by(_KEYS).agg(value=pl.col("open_last").max().cast(pl.Float64), measure=pl.lit("open_most")),
    ]
    order = pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical()
    names = found.days["variant"].unique(maintain_order=True).to_list()
    return (
        pl.concat(tables, how="diagonal")
        .select(*_KEYS, "measure", "category", "value")
        .sort(pl.col("variant").cast(pl.Enum(names)).to_physical(), "measure", order, "replication")
    )


def differences(values: pl.DataFrame, base: str) -> pl.DataFrame:
    """`variant`, `measure`, `category`, `base`, `value`, `difference`, `low`, `high`, `replications`, `clear`.

    base, value: means over replications. low, high: of the difference's interval; of no width only where a variant is
    the base in all that is measured. clear: whether it leaves out 0.
    """
    keys = ["measure", "category"]
    own = values.filter(variant=base).select("replication", *keys, base="value")
    count = own["replication"].n_unique()
    paired = values.filter(pl.col("variant") != base).join(own, on=["replication", *keys], nulls_equal=True)
    by = pl.col("value") - pl.col("base")
    step = pl.when(pl.col("measure").first().is_in(_COUNTED)).then(1.0).otherwise(NEAR)
    # As of a share of which nothing was seen: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934.
    spread = pl.max_horizontal(by.max(), pl.lit(0.0)) - pl.min_horizontal(by.min(), pl.lit(0.0))
    unseen = pl.max_horizontal(spread, step) * _unseen(count)
    return (
        paired.with_columns(_same=by.eq(0).all().over("variant"))
        .group_by("variant", *keys, maintain_order=True)
        .agg(
            pl.col("base").mean(),
            pl.col("value").mean(),
            difference=by.mean(),
            _half=pl.when(pl.col("_same").first())
            .then(0.0)
            .otherwise(((by.std() * _student(count)) ** 2 + unseen**2).sqrt()),
        )
        .with_columns(low=pl.col("difference") - pl.col("_half"), high=pl.col("difference") + pl.col("_half"))
        .with_columns(replications=pl.lit(count, dtype=pl.Int64), clear=(pl.col("low") > 0) | (pl.col("high") < 0))
        .select("variant", *keys, "base", "value", "difference", "low", "high", "replications", "clear")
    )


def _student(count: int) -> float:
    """The deviations of one replication to either side of a mean of `count` that hold 95 of 100 such means."""
    from scipy.special import stdtrit

    return float(stdtrit(max(count - 1, 1), (1 + LEVEL) / 2)) / count**0.5


def _unseen(count: int) -> float:
    """Half the largest share of replications of which `count` may have shown none."""
    return (1 - ((1 - LEVEL) / 2) ** (1 / count)) / 2


def settled(found: Simulated, base: str, since: Mapping[str, dt.date]) -> pl.DataFrame:
    """`variant`, `category`, `since`, `farthest`, `settled_on`, `working_days`, `known`.

    since: the day of a variant's first event. farthest: by how much excess deviates most beyond the base's, writs, mean
    over replications. settled_on: from when on it does so no more, by the whole interval; null, not by the end. known:
    whether more replications would hardly turn round that it has settled, or that it has not.
    """
    keys = ["day", "category"]
    own = found.evenness.filter(variant=base).select("replication", *keys, base="excess_std")
    rows = []
    for variant, first in since.items():
        mine = found.evenness.filter(pl.col("variant") == variant, pl.col("day") >= first)
        away = (
            mine.join(own, on=["replication", *keys])
            .with_columns(away=pl.col("excess_std") - pl.col("base"))
            .sort("replication", "category", "day")
            .with_columns(smooth=pl.col("away").rolling_mean(_SMOOTH, min_samples=1).over("replication", "category"))
        )
        if away.is_empty():  # no batch after the first event
            continue
        count = away["replication"].n_unique()
        days = (
            away.group_by(keys)
            .agg(
                pl.col("away", "base", "smooth").mean(),
                half=pl.col("smooth").std().fill_null(0.0) * _student(count),
            )
            .with_columns(limit=(NEAR_PART * pl.col("base")).clip(NEAR))
            .with_columns(
                near=pl.col("smooth") + pl.col("half") <= pl.col("limit"),
                far=pl.col("smooth") - pl.col("half") > pl.col("limit"),
            )
            .sort("day")
        )
        for category in CATEGORIES:
            of = days.filter(category=category)
            if of.is_empty():
                continue
            last = of.filter(~pl.col("near"))["day"].max()
            after = of["day"] if last is None else of.filter(pl.col("day") > last)["day"]
            settled_on = after[0] if len(after) else None
            number = None if settled_on is None else of["day"].to_list().index(settled_on)
            known = bool(of["near"][-1] or of["far"][-1])
            rows.append((variant, category, first, float(of["away"].max() or 0.0), settled_on, number, known))  # type: ignore[arg-type]
    return pl.DataFrame(
        rows,
        schema={
            "variant": pl.String, "category": pl.String, "since": pl.Date, "farthest": pl.Float64,
            "settled_on": pl.Date, "working_days": pl.Int64, "known": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip
