"""Writs of days to come, drawn ahead from the past: the same for every variant, of which each keeps what it would get.

Common random numbers: a replication draws its days once. Where a variant has fewer writs, some of the very same writs
do not come, each by a mark of its own; where it has more, further writs come out of layers that nobody else sees. So
two variants differ in what they are said to differ in, and in nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import CATEGORIES
from tengbol.scenarios.draws import stream
from tengbol.scenarios.whatif.history import month_of, weekday_of
from tengbol.scenarios.whatif.redistribution import as_writs

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tengbol.scenarios.whatif.events import NewDistrict, Volume
    from tengbol.scenarios.whatif.history import History

#: Proceedings are reckoned to close within so many days, so that dates stay dates.
_LONGEST = 36_500


@dataclass(frozen=True)
class Drawn:
    """writs: `writ_id`, `case_id`, `debtor_id`, `category`, `district_id`, `on`, `closes_on`, `mark`, `unit_mark`."""

    writs: pl.DataFrame
    layer: int


def number_of(seed: str) -> int:
    """A scenario's seed as the number that draws begin with."""
    return int.from_bytes(hashlib.sha256(f"tengbol whatif {seed}".encode()).digest()[:6], "big")


def layers(volumes: Sequence[Volume]) -> int:
    """How many layers a variant may need: the largest product of factors, rounded up."""
    most = 1.0
    for event in volumes:
        most *= max(event.factor, 1.0)
    return int(np.ceil(most))


def draw(past: History, days: Sequence[dt.date], *, seed: str, replication: int, layer: int = 0) -> Drawn:
    """What arrives on `days`; layer 0 is what the past makes expect, each further one as much again."""
    rng = stream(number_of(seed), f"what if arrivals {replication} {layer}")
    when = np.array(days, dtype="datetime64[D]")
    mean = past.rate[:, weekday_of(when)] * past.month[month_of(when)]
    count = rng.poisson(mean.T)
    day, place = (axis.repeat(count.ravel()) for axis in np.indices(count.shape).reshape(2, -1))
    unit = past.units.pick(rng, place * 7 + weekday_of(when)[day])
    size = past.size[unit]
    follows = np.where(past.followed[unit], past.holding.pick(rng, place), -1)
    unit_mark = rng.random(len(unit))
    of = np.repeat(np.arange(len(unit)), size)
    within = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
    kind = past.category[past.start[unit][of] + within]
    open_days = np.minimum(rng.exponential(past.open_days[kind]), _LONGEST)
    name = f"{replication}-{layer}-"
    table = pl.DataFrame(
        {
            "unit": of,
            "alone": (size == 1)[of],
            "follows": follows[of],
            "category": pl.Series(CATEGORIES, dtype=pl.String).gather(kind),
            "district_id": pl.Series(past.places, dtype=pl.String).gather(place[of]),
            "on": pl.Series(days, dtype=pl.Date).gather(day[of]),
            "open_days": open_days.astype(np.int64) + 1,
            "mark": rng.random(len(of)),
            "unit_mark": unit_mark[of],
        }
    ).with_row_index("number")
    held = past.held.with_row_index("follows").select(
        pl.col("follows").cast(pl.Int64), owing="debtor_id", case="case_id"
    )
    own = pl.col("unit").cast(pl.String)
    writs = table.join(held, on="follows", how="left", maintain_order="left").select(
        writ_id=pl.lit(f"future {name}") + pl.col("number").cast(pl.String).str.zfill(7),
        case_id=pl.coalesce("case", pl.when(~pl.col("alone")).then(pl.lit(f"future case {name}") + own)),
        debtor_id=pl.coalesce("owing", pl.lit(f"future debtor {name}") + own),
        category="category",
        district_id="district_id",
        on="on",
        closes_on=pl.col("on") + pl.duration(days="open_days"),
        mark="mark",
        unit_mark="unit_mark",
    )
    return Drawn(writs, layer)


def arriving(drawn: Sequence[Drawn], volumes: Sequence[Volume], splits: Sequence[NewDistrict]) -> pl.DataFrame:
    """What of the layers comes in a variant: the columns of `writs`, and `on`, `closes_on`, `category`."""
    factor = pl.lit(1.0)
    for event in volumes:
        chosen = pl.col("on") >= event.on
        if event.until is not None:
            chosen &= pl.col("on") <= event.until
        if event.district_ids is not None:
            chosen &= pl.col("_home").is_in(list(event.district_ids))
        if event.categories is not None:
            chosen &= pl.col("category").is_in(list(event.categories))
        factor = factor * pl.when(chosen).then(event.factor).otherwise(1.0)
    kept = pl.concat(
        [_split(one.writs, splits).filter(pl.col("mark") < (factor - one.layer).clip(0.0, 1.0)) for one in drawn]
    )
    proceedings = kept.with_columns(
        enforcer_id=pl.lit(None, dtype=pl.String), assigned_at=pl.col("on").cast(pl.Datetime("us"))
    )
    writs = as_writs(proceedings).with_columns(
        form=pl.lit("electronic"),
        signature=pl.lit("valid"),
        original_attached=pl.lit(None, dtype=pl.Boolean),
        origin=pl.lit("new"),
    )
    return writs.with_columns(kept["on"], kept["closes_on"], kept["category"])


def _split(writs: pl.DataFrame, splits: Sequence[NewDistrict]) -> pl.DataFrame:
    """Let units of an old district belong to the new one from its day on, by their marks."""
    low, home = {}, pl.col("district_id")
    for event in splits:
        start = low.get(event.out_of, 0.0)
        low[event.out_of] = start + (1.0 - start) * event.share
        moves = (
            (pl.col("district_id") == event.out_of)
            & (pl.col("on") >= event.on)
            & pl.col("unit_mark").is_between(start, low[event.out_of], closed="left")
        )
        home = pl.when(moves).then(pl.lit(event.district_id)).otherwise(home)
    # A debtor who is followed stays where his proceeding is.
    home = pl.when(pl.col("debtor_id").str.starts_with("future debtor ")).then(home).otherwise("district_id")
    return writs.with_columns(_home=home).with_columns(district_id="_home")
