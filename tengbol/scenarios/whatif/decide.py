"""What a head of chamber decides by: variants beside each other and the base, whom to attach, who is alone next.

Nothing is distributed here: these are the tables of departures, and the state in which each leaves the chamber.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.scenarios.attachments import Asked, plan
from tengbol.scenarios.whatif.in_turn import heat
from tengbol.scenarios.whatif.pace import intake

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.departure import Departure

_ALONE = {"variant": pl.String, "enforcer_id": pl.String, "name": pl.String, "district_id": pl.String,
          "district": pl.String, "open": pl.Int64}  # fmt: skip
_MEND = {"variant": pl.String, "district_id": pl.String, "district": pl.String, "enforcer_id": pl.String,
         "name": pl.String}  # fmt: skip


def mended(variant: str, answer: Departure, *, seed: str, config: Config) -> pl.DataFrame:
    """`variant`, `district_id`, `district`, `enforcer_id`, `name`: attachments that the plan makes after a variant.

    Of the plan that keeps one eligible in each district, whoever leaves next, those to the districts that the variant
    leaves with one or nobody.
    """
    thin = answer.pools.filter(pl.col("eligible_after") <= 1)
    if thin.is_empty():
        return pl.DataFrame(schema=_MEND)
    chamber = answer.through[-1].chamber
    found = plan(chamber, as_of=answer.as_of, seed=seed, asked=Asked(keep=1), config=config)
    return (
        found.attachments.join(thin.select("district_id", district="name"), on="district_id")
        .join(chamber.enforcers.select("enforcer_id", "name"), on="enforcer_id")
        .select(pl.lit(variant).alias("variant"), "district_id", "district", "enforcer_id", "name")
        .sort("district_id", "enforcer_id")
    )


def alone(variant: str, chamber: Chamber, day: dt.date, config: Config) -> pl.DataFrame:
    """`variant`, `enforcer_id`, `name`, `district_id`, `district`, `open`: whose departure leaves a district to nobody.

    Who has most open there first.
    """
    return (
        heat(chamber, day, config)
        .filter(pl.col("eligible_after") == 0)
        .sort("open", "district_id", "enforcer_id", descending=[True, False, False])
        .select(pl.lit(variant).alias("variant"), *list(_ALONE)[1:])
    )


def backlog(chamber: Chamber, as_of: dt.datetime, history: int, config: Config, partial: bool) -> pl.DataFrame:
    """`open`, `backlog_days`: open proceedings and what waits, and how many working days' intake they are."""
    open_ = chamber.ledger.filter(pl.col("closed_at").is_null()).height + chamber.writs.height
    a_day = 0.0 if partial else float(intake(chamber.ledger, as_of, history, config.calendar)["a_day"].sum())
    return pl.DataFrame(
        {"open": [open_], "backlog_days": [open_ / a_day if a_day else None]},
        schema_overrides={"backlog_days": pl.Float64},
    )


def beside(
    base: str,
    chamber: Chamber,
    departures: Mapping[str, Departure],
    *,
    as_of: dt.datetime,
    history: int,
    config: Config,
    own: pl.DataFrame,
) -> pl.DataFrame:
    """`variant` (the base first) and what each brings, a row each.

    returns: open proceedings that return; of the base, its own. unplaced: writs for nobody, beyond the base's.
    first_due: by when the first of them is to be distributed. unplaced_tenge: what they are of, where it is known.
    emptied, left_alone: districts with nobody, with one. takers, most_added, most_days: who takes what returns, the
    most for one, and working days' intake of whom it burdens most. overloaded: of those who take, whoever has more than
    twice the average open. open, backlog_days: of the chamber. long_on: when somebody's
    proceedings return later. excess_std: the greatest deviation of excess after the last batch.
    """
    partial = any(answer.partial for answer in departures.values())
    whole = backlog(chamber, as_of, history, config, partial)
    first = next(iter(departures.values()), None)
    rows = [
        {
            "variant": base,
            "returns": float(own["open"].sum()),
            "unplaced": 0,
            "emptied": 0,
            "left_alone": 0,
            "takers": 0,
            "excess_std": None if first is None else _worst(first, "base"),
        },
        *(_row(variant, answer) for variant, answer in departures.items()),
    ]
    kinds = {
        "variant": pl.String, "returns": pl.Float64, "unplaced": pl.Int64, "first_due": pl.Date,
        "unplaced_tenge": pl.Float64, "emptied": pl.Int64, "left_alone": pl.Int64, "takers": pl.Int64,
        "most_added": pl.Float64, "most_days": pl.Float64, "overloaded": pl.Int64,
        "long_on": pl.Date, "excess_std": pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=kinds).join(whole, how="cross")


def _row(variant: str, answer: Departure) -> dict[str, object]:
    takers, pools = answer.load.filter(pl.col("added") > 0), answer.pools
    end = answer.through[-1]
    stuck = end.chamber.writs.join(answer.unplaced.filter(~pl.col("moved")), on="writ_id", how="semi")["amount"]
    return {
        "variant": variant,
        "returns": float(answer.moved["open"].sum()),
        "unplaced": answer.unplaced.height,
        "first_due": answer.unplaced["distribute_by"].min(),
        "unplaced_tenge": float(stuck.sum()) if stuck.count() else None,
        "emptied": pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0).height,
        "left_alone": pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1).height,
        "takers": takers.height,
        "most_added": takers["added"].max(),
        "most_days": takers["intake_days"].max(),
        "overloaded": int(takers["overloaded"].sum()),
        "long_on": answer.later.filter(pl.col("open") > 0)["on"].min(),
        "excess_std": _worst(answer, "after"),
    }


def _worst(answer: Departure, moment: str) -> float | None:
    return answer.uniformity.filter(moment=moment)["excess_std"].max()  # type: ignore[return-value]
