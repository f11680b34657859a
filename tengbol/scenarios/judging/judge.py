"""Hold a distribution that was made elsewhere, day by day, against the rules and the least unevenness they allow.

Each day's writs are those that were given out on it. The rules are applied to what was known then: proceedings and
balances as the days before it left them, in the distribution judged; beside it tengbol goes the same days by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.batch import Result, draw
from tengbol.config import Config
from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.model.law import balances, law_of
from tengbol.model.law.docket import docket
from tengbol.optimizer.stand import Proof
from tengbol.outcome import terms
from tengbol.report.judged import Judgement
from tengbol.report.record import Record, joined, of_distribution, record
from tengbol.ruling import Ruled, balances_of, rule
from tengbol.scenarios.judging import breaches as law
from tengbol.scenarios.whatif.redistribution import held

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.model.chamber import Chamber

#: What is judged depends on no lot; the seed only says which of equally even assignments stands beside it.
_SEED: Final = "00"
_LAST: Final = dt.time(23, 59, 59)
DAYS: Final = pl.Schema(
    {
        "as_of": pl.Datetime("us"),
        "writs": pl.Int64(),
        "breaches": pl.Int64(),
        **dict.fromkeys(("objective", "least", "lower_bound", "objective_total", "least_total"), pl.Int64()),
    }
)


def judge(
    chamber: Chamber,
    handed: pl.DataFrame,
    *,
    as_of: dt.datetime,
    config: Config | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Record, Judgement]:
    """Judge who was given what: its batches as a report wants them, and what they came to.

    chamber: as it stood before the first of the days (balances, open proceedings), with all writs of all days.
    handed: `row`, `writ_id`, `enforcer_id`, `assigned_at`; without any moment all is one batch of `as_of`, else `as_of`
    is the moment up to which the terms of writs that nobody was given are looked at.
    Raises `UnusableInputError` where some rows have a moment and others have none.
    """
    config = config or Config()
    due_by = terms(chamber, config)
    handed = _by_day(handed, as_of).join(due_by, on="writ_id", how="left", maintain_order="left")
    unknown = handed.join(chamber.writs, on="writ_id", how="anti")
    first = pl.col("row") == pl.col("row").first().over("writ_id")
    once = handed.filter(first).join(chamber.writs, on="writ_id", how="semi")
    found = [law.told(unknown, "unknown_writ"), law.told(handed.filter(~first), "assigned_twice")]
    past = chamber.ledger.join(once, on="writ_id", how="anti")
    chamber = replace(chamber, ledger=past)
    theirs = ours = chamber
    moments = once["as_of"].unique().sort().to_list()
    records, days = [], []
    for number, moment in enumerate(moments, start=1):
        progress(number - 1, len(moments))
        today = once.filter(as_of=moment)
        writs = chamber.writs.join(today, on="writ_id", how="semi")
        ruled = rule(replace(theirs, writs=writs), as_of=moment, turn=_SEED, config=config)
        ruled = _with_equal_claims(ruled, today)
        least = draw(ruled, _SEED)
        broken = law.of_day(ruled.todo, today)
        made = _as_handed(ruled, least, today)
        records.append(of_distribution(ruled.chamber, made, batch_id=f"{moment:%Y-%m-%d}", number=number))
        days.append(_day(moment, today.height, broken.select("writ_id").n_unique(), made.proof, least.proof))
        found.append(broken)
        theirs = _after(theirs, ruled, made)
        own = rule(replace(ours, writs=writs), as_of=moment, turn=_SEED, config=config)
        ours = _after(ours, own, draw(own, _SEED))
    end = max([as_of, *moments])
    order = chamber.enforcers["enforcer_id"]
    left = docket(chamber, as_of=end, law=law_of(config), turn=order)
    found.append(law.left_waiting(left, due_by, handed, end))
    return joined(records) if records else record(), Judgement(
        law.in_order(pl.concat(found)),
        pl.DataFrame(days, schema=DAYS, orient="row"),
        (_cost(theirs.balances), _cost(ours.balances)),
    )


def _by_day(handed: pl.DataFrame, as_of: dt.datetime) -> pl.DataFrame:
    """Add `as_of`: the last moment of the row's day at which somebody was given a writ; of bare days, their end."""
    without = handed["assigned_at"].null_count()
    if without == handed.height:
        return handed.with_columns(as_of=pl.lit(as_of, dtype=pl.Datetime("us"))).sort("row")
    if without:
        rows = handed.filter(pl.col("assigned_at").is_null())["row"].head(10).to_list()
        raise UnusableInputError(
            "{without} rows have no assigned_at where others have (rows {rows}); give the day of each, or of none.",
            without=without,
            rows=", ".join(map(str, rows)),
        )
    bare = (pl.col("assigned_at").dt.time() == dt.time(0)).all().over(pl.col("assigned_at").dt.date())
    moment = pl.col("assigned_at").max().over(pl.col("assigned_at").dt.date())
    return handed.with_columns(
        as_of=pl.when(bare).then(pl.col("assigned_at").dt.date().dt.combine(_LAST)).otherwise(moment)
    ).sort("assigned_at", "row")


def _with_equal_claims(ruled: Ruled, today: pl.DataFrame) -> Ruled:
    """Where the lot decided between equal claims, let it have decided as was done: any of them is lawful."""
    of_writ = today.join(ruled.todo.writs.select("writ_id", "bundle_id"), on="writ_id")
    done = of_writ.unique("bundle_id", keep="first", maintain_order=True).select("bundle_id", done="enforcer_id")
    bundles = ruled.todo.bundles.join(done, on="bundle_id", how="left", maintain_order="left")
    others = bundles.filter(pl.col("bound_to") != pl.col("done"))["done"].unique(maintain_order=True)
    if others.is_empty():
        return ruled
    turn = pl.concat([others, ruled.chamber.enforcers["enforcer_id"]]).unique(maintain_order=True)
    again = docket(ruled.chamber, as_of=ruled.as_of, law=ruled.law, turn=turn).bundles
    bound = pl.when(pl.lit(again["bound_to"]) == pl.col("done")).then("done").otherwise("bound_to")
    todo = replace(ruled.todo, bundles=bundles.with_columns(bound_to=bound).drop("done"))
    before, due = balances_of(ruled.chamber, todo)
    return replace(ruled, todo=todo, before=before, due=due)


def _as_handed(ruled: Ruled, least: Result, today: pl.DataFrame) -> Result:
    """The distribution of one day as it was made, with its objectives and what is proven of the least."""
    assignments = (
        least.assignments.drop("enforcer_id")
        .join(today.select("writ_id", "enforcer_id"), on="writ_id", how="left", maintain_order="left")
        .select(least.assignments.columns)
        .with_columns(explanation=pl.lit(""))
    )
    after = _standing(ruled, assignments)
    first, second = _objectives(ruled, assignments, after)
    even = first == least.proof.objective
    proof = Proof(
        first,
        least.proof.lower_bound,
        second,
        # Of those with this first objective: nothing is known where it is not the least one.
        min(second, least.proof.lower_bound_total) if even else 0,
    )
    received = after.select("enforcer_id", pl.col("category").cast(pl.String), got="received")
    standing = (
        least.standing.join(received, on=["enforcer_id", "category"], how="left", maintain_order="left")
        .with_columns(received_after=pl.col("got"))
        .drop("got")
    )
    return replace(least, assignments=assignments, standing=standing, proof=proof)


def _standing(ruled: Ruled, assignments: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `received`, `share` (billionths) of all, licensed or not, after the day."""
    due = ruled.due.select("enforcer_id", "category", "share")
    got = balances.added(ruled.before.drop("share"), balances.counted(assignments))
    return got.join(due, on=["enforcer_id", "category"], maintain_order="left")


def _objectives(ruled: Ruled, assignments: pl.DataFrame, after: pl.DataFrame) -> tuple[int, int]:
    """Both objectives over those who stand in a pool of the day or were given a writ (contract 3.8)."""
    touched = pl.concat([ruled.pools()["enforcer_id"], assignments["enforcer_id"]]).unique()
    return _squares(after.filter(pl.col("enforcer_id").is_in(touched.implode())))


def _squares(after: pl.DataFrame) -> tuple[int, int]:
    excess = after.sort("enforcer_id", "category").select(balances.thousandths()).to_series()
    wide = excess.to_numpy().astype(np.int64).reshape(-1, len(CATEGORIES))
    return int((wide**2).sum()), int((wide.sum(axis=1) ** 2).sum())


def _cost(kept: pl.DataFrame) -> int:
    """The first objective of balances over all enforcers."""
    return _squares(balances.opening(kept.select("enforcer_id").unique(), kept))[0] if kept.height else 0


def _after(chamber: Chamber, ruled: Ruled, made: Result) -> Chamber:
    """The chamber as the day leaves it: balances, and whoever was given a writ holds a proceeding."""
    after = _standing(ruled, made.assignments)
    kept = balances.closing(
        after.with_columns(pl.col("category").cast(pl.String)).rename(
            {"received": "received_after", "share": "share_after"}
        )
    )
    ledger = pl.concat([chamber.ledger, held(ruled.chamber.writs, made.assignments, made.as_of)])
    return replace(chamber, balances=kept, ledger=ledger)


def _day(moment: dt.datetime, writs: int, broken: int, made: Proof, least: Proof) -> tuple[object, ...]:
    return (
        moment, writs, broken, made.objective, least.objective, least.lower_bound, made.objective_total,
        least.objective_total,
    )  # fmt: skip
