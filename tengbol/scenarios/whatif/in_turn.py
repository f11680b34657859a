"""Everyone in turn: what would break if any one enforcer left alone, or the worst two together (¶3, ¶9).

Each leaves by suspension of his licence on the day of the base, in a world of his own, many worlds in one batch
(`worlds`). Of the pairs, all are looked at for what they would leave with nobody or with one; only the worst of them
are answered in full.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.config import Config
from tengbol.model.law import availability, pools
from tengbol.outcome import outcome
from tengbol.parallel import each
from tengbol.ruling import rule
from tengbol.scenarios.whatif.course import lot_seed
from tengbol.scenarios.whatif.pace import at_hand, coverage, eligible, intake
from tengbol.scenarios.whatif.plan import Rules
from tengbol.scenarios.whatif.redistribution import returned
from tengbol.scenarios.whatif.worlds import beside, by_world

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tengbol.model.chamber import Chamber

#: So many pairs are answered in full.
PAIRS: Final = 20
_REASON: Final = "licence_suspended"
_NOBODY: Final = "no_eligible_enforcer"
#: So many worlds go into one batch, whatever the number of processes.
_TOGETHER: Final = 40
#: What breaks, worst first.
RANK: Final = ("unplaced", "writs_a_day_for_nobody", "pools_of_one", "most_days", "most_added")


@dataclass(frozen=True)
class InTurn:
    """Who leaves, ranked by what would break.

    singles, pairs: `rank`, `leaving` (ids), `names`, `open`, `unplaced` (open proceedings and pending writs that nobody
    can be given), `districts_for_nobody`, `writs_a_day_for_nobody`, `pools_of_one` (that were larger), `most_added`
    (writs, to the one who takes most), `most_days` (working days' intake of whom it is most for), `most_to`;
    nothing by the day where the ledger is partial.
    heat: `district_id`, `district`, `enforcer_id`, `name`, `eligible_before`, `eligible_after`, `open`: whoever stands
    in a district's pool, how many are left there without him, and what he has open there.
    """

    singles: pl.DataFrame
    pairs: pl.DataFrame
    heat: pl.DataFrame


@dataclass(frozen=True)
class _Shared:
    chamber: Chamber
    as_of: dt.datetime
    seed: str
    config: Config
    stuck: pl.DataFrame
    pace: pl.DataFrame


def everyone_in_turn(
    chamber: Chamber,
    *,
    as_of: dt.datetime,
    seed: str = "0",
    history: int = 365,
    config: Config | None = None,
    pairs: int = PAIRS,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> InTurn:
    """Let everyone who is there on the day of the base leave, one at a time, and the worst pairs."""
    config = config or Config()
    lot = lot_seed(seed, 0, as_of.date())
    base = outcome(rule(chamber, as_of=as_of, turn=lot, config=config), lot)
    pace = intake(chamber.ledger, as_of, history, config.calendar)
    shared = _Shared(chamber, as_of, seed, config, base.unassigned.filter(code=_NOBODY), pace)
    singles = [(who,) for who in _present(chamber, as_of.date())]
    leaving = dict(enumerate([*singles, *_worst_pairs(chamber, as_of, history, config, pairs)]))
    tasks = [dict(list(leaving.items())[place : place + _TOGETHER]) for place in range(0, len(leaving), _TOGETHER)]
    found = [row for rows in each(_leave, shared, tasks, processes=processes, progress=progress) for row in rows]
    names = dict(chamber.enforcers.select("enforcer_id", "name").iter_rows())
    partial = coverage(chamber, as_of, pace, config.calendar)["partial"].item()
    by_day = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("writs_a_day_for_nobody", "most_days") if partial]
    return InTurn(
        _ranked(found[: len(singles)], names).with_columns(by_day),
        _ranked(found[len(singles) :], names).with_columns(by_day),
        heat(chamber, as_of.date(), config),
    )


def _present(chamber: Chamber, day: dt.date) -> list[str]:
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    return everyone.filter(pl.col("away").is_null())["enforcer_id"].sort().to_list()


def _leave(shared: _Shared, leaving: dict[int, tuple[str, ...]]) -> list[dict]:
    """What breaks in each of some worlds, all in one batch."""
    day, config = shared.as_of.date(), shared.config
    worlds = beside(shared.chamber, leaving, day)
    back = returned(worlds.chamber, worlds.departures())
    gone = worlds.departures().select("enforcer_id", start="on", reason=pl.lit(_REASON))
    absences = pl.concat([back.chamber.absences, gone], how="diagonal_relaxed")
    chamber = replace(back.chamber, absences=absences)
    seed = lot_seed(shared.seed, 0, day)
    result = outcome(rule(chamber, as_of=shared.as_of, turn=seed, config=config, law=Rules(config).law), seed)
    moved = back.proceedings.filter(~pl.col("pending"))
    pool = by_world(eligible(chamber, day, config.attached_when))
    a_day = (
        pool.join(shared.pace, on="district_id")
        .group_by("world", "enforcer_id")
        .agg(a_day=(pl.col("a_day") / pl.col("one_of")).sort().sum())
    )
    added = (
        by_world(result.assignments.select("writ_id", "enforcer_id").join(moved, on="writ_id", how="semi"))
        .group_by("world", "enforcer_id")
        .agg(added=pl.len())
        .join(a_day, on=["world", "enforcer_id"], how="left")
        .with_columns(days=pl.when(pl.col("a_day") > 0).then(pl.col("added") / pl.col("a_day")))
        .sort("days", "enforcer_id", descending=[True, False], nulls_last=True)
    )
    stuck = by_world(result.unassigned.filter(code=_NOBODY).select("writ_id")).join(
        shared.stuck, on="writ_id", how="anti"
    )
    before = eligible(shared.chamber, day, config.attached_when).group_by("district_id").agg(before=pl.len())
    total = shared.pace.group_by("district_id").agg(pl.col("a_day").sort().sum())
    sizes = (
        by_world(chamber.districts.select("district_id"))
        .join(before, on="district_id")
        .join(pool.group_by("world", "district_id").agg(after=pl.len()), on=["world", "district_id"], how="left")
        .join(total, on="district_id", how="left")
        .with_columns(pl.col("after").fill_null(0), pl.col("a_day").fill_null(0.0))
    )
    opened = by_world(back.proceedings.select("writ_id"))
    return [
        {"leaving": list(who), **_breaks(*(frame.filter(world=world) for frame in (opened, stuck, sizes, added)))}
        for world, who in leaving.items()
    ]


def _breaks(opened: pl.DataFrame, stuck: pl.DataFrame, sizes: pl.DataFrame, added: pl.DataFrame) -> dict:
    emptied = sizes.filter(pl.col("after") == 0)
    return {
        "open": opened.height,
        "unplaced": stuck.height,
        "districts_for_nobody": emptied.height,
        "writs_a_day_for_nobody": float(emptied["a_day"].sort().sum()),
        "pools_of_one": sizes.filter(pl.col("after") == 1, pl.col("before") > 1).height,
        "most_added": float(max(added["added"].to_list(), default=0)),
        "most_days": float(added["days"][0] or 0.0) if added.height else 0.0,
        "most_to": added["enforcer_id"][0] if added.height else None,
    }


def _ranked(rows: Sequence[dict], names: dict[str, str]) -> pl.DataFrame:
    kinds = {
        "leaving": pl.List(pl.String), "open": pl.Int64, "unplaced": pl.Int64, "districts_for_nobody": pl.Int64,
        "writs_a_day_for_nobody": pl.Float64, "pools_of_one": pl.Int64, "most_added": pl.Float64,
        "most_days": pl.Float64, "most_to": pl.String,
    }  # fmt: skip
    table = pl.DataFrame(rows, schema=kinds)
    said = [", ".join(str(names.get(one, one)) for one in row) for row in table["leaving"].to_list()]
    return (
        table.with_columns(leaving=pl.col("leaving").list.join(", "), names=pl.Series(said, dtype=pl.String))
        .sort(*RANK, "leaving", descending=[True] * len(RANK) + [False])
        .with_row_index("rank", offset=1)
        .with_columns(pl.col("rank").cast(pl.Int64))
        .select("rank", "leaving", "names", *list(kinds)[1:])
    )


def _worst_pairs(
    chamber: Chamber, as_of: dt.datetime, history: int, config: Config, count: int
) -> list[tuple[str, str]]:
    """Of all pairs who serve a district together, those that would leave most with nobody, then with one, then busiest.

    Whoever shares no district breaks together what each breaks alone.
    """
    if not count:
        return []
    asked = at_hand(chamber, as_of.date(), config.attached_when)
    pace = (
        intake(chamber.ledger, as_of, history, config.calendar)
        .group_by("district_id")
        .agg(pl.col("a_day").sort().sum())
    )
    held = chamber.ledger.filter(pl.col("closed_at").is_null()).group_by("district_id", "enforcer_id").len("held")
    one = asked.join(held, on=["district_id", "enforcer_id"], how="left").select(
        "district_id", who="enforcer_id", held=pl.col("held").fill_null(0)
    )
    pairs = one.join(one, on="district_id", suffix="_too").filter(pl.col("who") < pl.col("who_too"))
    pairs = pairs.with_columns(work=pl.col("held") + pl.col("held_too")).with_row_index("pair")
    left = (
        pairs.join(asked, on="district_id")
        .filter(pl.col("enforcer_id") != pl.col("who"), pl.col("enforcer_id") != pl.col("who_too"))
        .filter(pools.registered_first("pair"))
        .group_by("pair")
        .agg(left=pl.len())
    )
    nobody = pl.col("left") == 0
    ranked = (
        pairs.join(left, on="pair", how="left")
        .join(pace, on="district_id", how="left")
        .with_columns(pl.col("left").fill_null(0), pl.col("a_day").fill_null(0.0))
        .group_by("who", "who_too")
        .agg(
            stranded=pl.col("work").filter(nobody).sum(),
            arriving=pl.col("a_day").filter(nobody).sort().sum().round(9),
            alone=(pl.col("left") == 1).sum(),
            burden=(pl.col("work") / pl.col("left")).filter(~nobody).sort().sum().round(9),
        )
        .sort("stranded", "arriving", "alone", "burden", "who", "who_too", descending=[True] * 4 + [False] * 2)
    )
    return ranked.select("who", "who_too").head(count).rows()


def heat(chamber: Chamber, day: dt.date, config: Config) -> pl.DataFrame:
    """How many are left in each pool without each of those in it; the attached step in where nobody is."""
    pool = eligible(chamber, day, config.attached_when)
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    attached = (
        pools.serving(everyone, chamber.attachments, day)
        .filter(pl.col("away").is_null(), pl.col("basis") == "attached")
        .group_by("district_id")
        .agg(_attached=pl.len().cast(pl.Int64))
    )
    held = (
        chamber.ledger.filter(pl.col("closed_at").is_null())
        .group_by("district_id", "enforcer_id")
        .agg(open=pl.len().cast(pl.Int64))
    )
    last = (pl.col("basis") == "registered") & (pl.col("pool_size") == 1)
    return (
        pool.join(attached, on="district_id", how="left")
        .join(held, on=["district_id", "enforcer_id"], how="left")
        .join(chamber.districts.select("district_id", district="name"), on="district_id")
        .join(chamber.enforcers.select("enforcer_id", "name"), on="enforcer_id")
        .select(
            "district_id",
            "district",
            "enforcer_id",
            "name",
            eligible_before="pool_size",
            eligible_after=pl.when(last).then(pl.col("_attached").fill_null(0)).otherwise(pl.col("pool_size") - 1),
            open=pl.col("open").fill_null(0),
        )
        .sort("district_id", "enforcer_id")
    )
