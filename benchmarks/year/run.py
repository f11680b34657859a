"""One policy over a stream: closing balances become opening ones, what nobody could get waits for the next day.

Beside it an outsider tries to foretell: on every so many-th day, before the batch, he replays it with seeds of his own
from the same state. He knows everything but the seed: balances, who is there, what has arrived, the rules and what a
policy remembers. For each free writ whose pool has two members or more he names whoever got it in most of his replays.
"""

from __future__ import annotations

import hashlib
import resource
import time
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.model.codes import BOUND_BASES
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from benchmarks.year.policy import Outcome
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.stream import Stream


@dataclass(frozen=True)
class Foretelling:
    """every: so many working days between tries, the first after as many. replays: of each; 0 for no foretelling."""

    every: int = 12
    replays: int = 10


@dataclass(frozen=True)
class Run:
    """What came of one policy.

    assignments: `day` and the columns of `Outcome`. waiting: `day`, `writ_id`, `code`, each day anew. balances: `day`
    and the contract's columns. foretold: `day`, `writ_id`, `pool_size`, `right`. seconds, cpu_seconds: of the batches
    alone, the latter in user mode. unproven: days whose first objective is not proven, null for who proves nothing.
    """

    policy: str
    assignments: pl.DataFrame
    waiting: pl.DataFrame
    balances: pl.DataFrame
    foretold: pl.DataFrame
    seconds: float
    cpu_seconds: float
    unproven: int | None


def run(
    stream: Stream,
    policy: Any,
    foretelling: Foretelling | None = None,
    progress: Callable[[dt.date], None] = lambda _: None,
) -> Run:
    """Let a policy, fresh from its class, distribute every day of a stream."""
    trying = foretelling or Foretelling()
    waiting, ledger = stream.writs.clear(), stream.chamber.ledger
    balances = TABLES["balances"].empty()
    given, left, closing, guesses = [], [], [], []
    seconds, cpu, proven = 0.0, 0.0, []
    for number, day in enumerate(stream.days, 1):
        progress(day)
        chamber = stream.batch(day, waiting=waiting, ledger=ledger, balances=balances)
        moment = stream.as_of(day)
        tried = trying.replays and number % trying.every == 0
        replays = _replays(policy, chamber, moment, trying.replays, stream.recipe.seed) if tried else []
        start, used = time.perf_counter(), _user_seconds()
        outcome: Outcome = policy(chamber, moment, seed_of(stream.recipe.seed, day))
        seconds, cpu = seconds + time.perf_counter() - start, cpu + _user_seconds() - used
        if tried:
            guesses.append(_guessed(replays, outcome.assignments).with_columns(day=pl.lit(day)))
        given.append(outcome.assignments.with_columns(day=pl.lit(day)))
        left.append(outcome.unassigned.with_columns(day=pl.lit(day)))
        closing.append(outcome.balances.with_columns(day=pl.lit(day)))
        proven.append(outcome.proven)
        waiting = chamber.writs.join(outcome.unassigned, on="writ_id", how="semi", maintain_order="left")
        ledger = pl.concat([ledger, stream.opened(day, outcome.assignments)])
        balances = outcome.balances
    return Run(
        policy.name,
        pl.concat(given),
        pl.concat(left),
        pl.concat(closing),
        pl.concat(guesses) if guesses else pl.DataFrame(schema=_GUESSED),
        seconds,
        cpu,
        None if None in proven else proven.count(False),
    )


def seed_of(seed: int, *what: object) -> str:
    """The lot of a day, the same for every policy: hexadecimal."""
    return hashlib.sha256(" ".join(map(str, (seed, *what))).encode()).hexdigest()[:32]


def _replays(policy: Any, chamber: Chamber, moment: dt.datetime, count: int, seed: int) -> list[pl.DataFrame]:
    """The day's assignments by `count` seeds of the outsider's; what the policy remembers is left as it was."""
    return [
        deepcopy(policy)(chamber, moment, seed_of(seed, moment, "outsider", number)).assignments
        for number in range(count)
    ]


_GUESSED = {"writ_id": pl.String, "pool_size": pl.Int64, "right": pl.Boolean, "day": pl.Date}


def _guessed(replays: list[pl.DataFrame], actual: pl.DataFrame) -> pl.DataFrame:
    """`writ_id`, `pool_size`, `right` of each free writ with something to guess.

    Of several who got it equally often, whoever got it in the earliest replay: chance, for replays have no order.
    """
    free = actual.filter(~pl.col("basis").is_in(BOUND_BASES) & (pl.col("pool_size") > 1))
    named = (
        pl.concat([frame.select("writ_id", "enforcer_id", turn=pl.lit(turn)) for turn, frame in enumerate(replays)])
        .group_by("writ_id", "enforcer_id")
        .agg(times=pl.len(), turn=pl.col("turn").min())
        .sort("writ_id", "times", "turn", descending=[False, True, False])
        .group_by("writ_id", maintain_order=True)
        .agg(named=pl.col("enforcer_id").first())
    )
    return free.join(named, on="writ_id").select("writ_id", "pool_size", right=pl.col("named") == pl.col("enforcer_id"))


def _user_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime for each in used)
