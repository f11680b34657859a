"""Everyone in turn: what would break if any one enforcer left alone, or the worst two together (¶3, ¶9).

Each leaves by suspension of his licence on the day of the base. Whoever leaves alone is answered in full, with a batch
of its own. Of the pairs, all are looked at for what they would leave with nobody or with one; only the worst of them
are answered in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.batch import Result, distribute
from tengbol.config import Config
from tengbol.model.law import availability, pools
from tengbol.parallel import each
from tengbol.scenarios.whatif.course import lot_seed
from tengbol.scenarios.whatif.departure import Departure, departure
from tengbol.scenarios.whatif.events import Leave
from tengbol.scenarios.whatif.pace import eligible, intake

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from tengbol.model.chamber import Chamber

#: So many pairs are answered in full.
PAIRS: Final = 20
_REASON: Final = "licence_suspended"
#: What breaks, worst first.
RANK: Final = ("unplaced", "writs_a_day_for_nobody", "pools_of_one", "most_days", "most_added")


@dataclass(frozen=True)
class InTurn:
    """Who leaves, ranked by what would break.

    singles, pairs: `rank`, `leaving` (ids), `names`, `open`, `unplaced` (open proceedings and pending writs that nobody
    can be given), `districts_for_nobody`, `writs_a_day_for_nobody`, `pools_of_one` (that were larger), `most_added`
    (writs, to the one who takes most), `most_days` (working days' intake of whom it is most for), `most_to`.
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
    history: int
    config: Config
    base: Result


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
    base = distribute(chamber, as_of=as_of, seed=lot_seed(seed, 0, as_of.date()), config=config)
    shared = _Shared(chamber, as_of, seed, history, config, base)
    leaving = [(who,) for who in _present(chamber, as_of.date())]
    worst = _worst_pairs(chamber, as_of, history, config, pairs)
    found = list(each(_leave, shared, [*leaving, *worst], processes=processes, progress=progress))
    names = dict(chamber.enforcers.select("enforcer_id", "name").iter_rows())
    return InTurn(
        _ranked(found[: len(leaving)], names),
        _ranked(found[len(leaving) :], names),
        _heat(chamber, as_of.date(), config),
    )


def _present(chamber: Chamber, day: dt.date) -> list[str]:
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    return everyone.filter(pl.col("away").is_null())["enforcer_id"].sort().to_list()


def _leave(shared: _Shared, who: tuple[str, ...]) -> dict:
    day = shared.as_of.date()
    answer = departure(
        shared.chamber,
        [Leave(kind="leave", enforcer_id=one, reason=_REASON, on=day) for one in who],
        as_of=shared.as_of,
        seed=shared.seed,
        lots=1,
        history=shared.history,
        config=shared.config,
        base=shared.base,
    )
    return {"leaving": list(who), **_breaks(answer)}


def _breaks(answer: Departure) -> dict:
    emptied = answer.pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0)
    alone = answer.pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1)
    longest = answer.load.filter(pl.col("added") > 0).sort(
        "intake_days", "enforcer_id", descending=[True, False], nulls_last=True
    )
    return {
        "open": int(answer.moved["open"].sum()),
        "unplaced": len(answer.unplaced),
        "districts_for_nobody": len(emptied),
        "writs_a_day_for_nobody": float(emptied["a_day"].sum()),
        "pools_of_one": len(alone),
        "most_added": float(answer.load["added"].max() or 0.0) if len(answer.load) else 0.0,  # type: ignore[arg-type]
        "most_days": float(longest["intake_days"][0] or 0.0) if len(longest) else 0.0,
        "most_to": longest["enforcer_id"][0] if len(longest) else None,
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
    day = as_of.date()
    everyone = availability.standing_of_everyone(chamber.enforcers, chamber.absences, day)
    serving = pools.serving(everyone, chamber.attachments, day).filter(pl.col("away").is_null())
    pace = dict(
        intake(chamber.ledger, as_of, history, config.calendar)
        .group_by("district_id")
        .agg(pl.col("a_day").sum())
        .iter_rows()
    )
    held = chamber.ledger.filter(pl.col("closed_at").is_null())
    open_ = {(where, who): n for where, who, n in held.group_by("district_id", "enforcer_id").len().iter_rows()}
    scores: dict[tuple[str, str], list[float]] = {}
    for (where,), rows in serving.group_by("district_id"):
        by_basis = {
            basis: set(rows.filter(basis=basis)["enforcer_id"].to_list()) for basis in ("registered", "attached")
        }
        for pair in combinations(sorted(set().union(*by_basis.values())), 2):
            left = [len(members - {*pair}) for members in by_basis.values()]
            remaining = left[0] or left[1]
            work = sum(open_.get((where, one), 0) for one in pair)
            score = scores.setdefault(pair, [0.0] * 4)
            score[0] += work if remaining == 0 else 0
            score[1] += pace.get(where, 0.0) if remaining == 0 else 0  # type: ignore[arg-type]
            score[2] += remaining == 1
            score[3] += work / remaining if remaining else 0
    ranked = sorted(scores, key=lambda pair: ([-round(value, 9) for value in scores[pair]], pair))
    return ranked[:count]


def _heat(chamber: Chamber, day: dt.date, config: Config) -> pl.DataFrame:
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
