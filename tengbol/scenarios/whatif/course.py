"""How a chamber's days pass: the one way, in the answer to "he leaves" as in the days to come (¶3, ¶7).

A day closes what is over, lets the proceedings of whoever departs return, takes in what arrives, and has a batch where
the period says so. What nobody could be given waits for the next day; what was given is held, and returns with whoever
leaves then. Everything that befalls a chamber stands in its `Plan`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tengbol.model.law.calendar import working_days
from tengbol.model.tables import TABLES
from tengbol.outcome import Lots
from tengbol.ruling import rule
from tengbol.scenarios.whatif.abreast import outcome, tally, turn
from tengbol.scenarios.whatif.averages import positions
from tengbol.scenarios.whatif.redistribution import Returned, held, returned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.optimizer.solve import Known
    from tengbol.outcome import Outcome
    from tengbol.scenarios.whatif.plan import Plan, Rules

#: The last day of a proceeding of which nobody knows when it will be executed.
NEVER = dt.date.max
#: Working days from one batch to the next, at most.
_LONGEST_PERIOD = 60


@dataclass(frozen=True)
class State:
    """What a day leaves to the next one.

    pending: writs. ledger: its columns, and `closes_on`, the day on which a proceeding will be executed. balances.
    reached: the last day that has passed. since: working days since the last batch, None before the first. tried: by
    replication (`abreast`), the day of a batch since which nothing has come that could be given.
    """

    pending: pl.DataFrame
    ledger: pl.DataFrame
    balances: pl.DataFrame
    reached: dt.date = dt.date.min
    since: int | None = None
    tried: Mapping[str, dt.date] = field(default_factory=dict[str, "dt.date"])


@dataclass(frozen=True)
class Day:
    """What one day brought.

    moment: of its batch, whether it had one or not. chamber: what that had before it. back: proceedings that returned,
    as of `redistribution.Returned`. arrived, closed: by replication, writs that came, proceedings that were executed.
    result, lots: of the batch, None without one. asked, unproven: replications that had one, and those of which its
    first objective is not proven. like: the same day by another lot.
    """

    moment: dt.datetime
    rules: Rules
    chamber: Chamber
    back: pl.DataFrame
    arrived: Mapping[str, int]
    closed: Mapping[str, int]
    result: Outcome | None = None
    asked: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()
    lots: Lots | None = None
    like: Day | None = None

    @cached_property
    def positions(self) -> pl.DataFrame:
        """`averages.positions`, of which no lot has a part."""
        return positions(self.chamber, self.moment.date()) if self.like is None else self.like.positions


def lot_seed(seed: str, *what: object) -> str:
    """The seed of a lot that is only tried: hexadecimal, the same for every variant."""
    return hashlib.sha256(" ".join(map(str, ("tengbol whatif", seed, *what))).encode()).hexdigest()[:32]


def begin(chamber: Chamber, closes_on: pl.Series | None = None) -> State:
    """The state of a base. closes_on: of its ledger's rows; without it, nothing is executed on the days to come."""
    known = pl.lit(NEVER) if closes_on is None else closes_on
    return State(chamber.writs, chamber.ledger.with_columns(closes_on=known), chamber.balances)


def pass_day(
    state: State,
    whole: Plan,
    day: dt.date,
    *,
    as_of: dt.datetime,
    seed: str | Mapping[str, str],
    config: Config,
    arrived: pl.DataFrame | None = None,
    closing: pl.DataFrame | None = None,
    must: bool = False,
    like: Day | None = None,
    known: Mapping[str, Known] | None = None,
) -> tuple[State, Day]:
    """Let `day` pass; its batch is at the hour of `as_of`, by the lot of `seed`.

    seed: of each replication by its name, where there are several (`abreast`), in order. arrived: writs that come.
    closing: `writ_id`, `closes_on` of those that will be executed. must: have a batch where the period allows one,
    although it could give nothing to anybody; it is the last, and the state stays as it was. like: the same day from
    the same state by another lot: what did not rest on that holds here too. known: of each replication, as of `solve`.
    """
    seeds = {"": seed} if isinstance(seed, str) else seed
    names = list(seeds)
    open_ = pl.col("closed_at").is_null()
    over = state.ledger.filter(open_ & (pl.col("closes_on") <= day))["writ_id"]
    ledger = state.ledger.filter(~(open_ & (pl.col("closes_on") <= day))) if len(over) else state.ledger
    moment = max(as_of, dt.datetime.combine(day, as_of.time()))
    rules = whole.law(day, config)
    tables = replace(
        whole.on(day), writs=state.pending, ledger=ledger.select(TABLES["ledger"].columns), balances=state.balances
    )
    leaving = whole.departures.filter(pl.col("on").is_between(state.reached, day, closed="right"))
    back = returned(tables, leaving) if like is None else Returned(like.chamber, like.back)
    chamber = back.chamber
    if not leaving.is_empty():
        ledger = ledger.with_columns(chamber.ledger["closed_at"])
    if arrived is not None:
        chamber = replace(chamber, writs=pl.concat([chamber.writs, arrived.select(chamber.writs.columns)]))
    came = tally(pl.Series(dtype=pl.String) if arrived is None else arrived["writ_id"], names)
    closed, more = tally(over, names), tally(chamber.writs["writ_id"][state.pending.height :], names)
    tried = {name: on for name, on in state.tried.items() if not closed[name] and not more[name]}
    since = None if state.since is None else state.since + 1
    passed = Day(moment, rules, chamber, back.proceedings, came, closed, like=like)
    if since is not None and since < rules.period:
        return State(chamber.writs, ledger, state.balances, day, since, tried), passed
    asked = frozenset(
        name for name in names if must or name not in tried or whole.turns(tried[name], day, rules.config)
    )
    if not asked:
        return State(chamber.writs, ledger, state.balances, day, 0, tried), passed
    # Whoever has nothing that is new is asked in vain beside the others.
    concerned = replace(chamber, ledger=_concerned(chamber))
    if isinstance(seed, str):
        lots = like.lots if like is not None else None
        if lots is None:
            lots = Lots(rule(concerned, as_of=moment, turn=seed, config=rules.config, law=rules.law), seed)
        result = lots.outcome(seed)
        unproven = frozenset() if result.proof.first else asked
    else:
        order, lots = turn(chamber.enforcers["enforcer_id"], seeds), None
        ruled = rule(concerned, as_of=moment, turn=order, config=rules.config, law=rules.law)
        result, unproven = outcome(ruled, seeds, known or {})
    passed = replace(passed, result=result, lots=lots, asked=asked, unproven=unproven & asked)
    if must:
        return state, passed
    given, left = result.assignments, result.unassigned
    if given.height:
        ledger = pl.concat([_come_back(ledger, given, moment), _opened(chamber, given, closing, moment)], rechunk=False)
    later = tally(left.filter(code="received_later")["writ_id"], names)
    after = State(
        chamber.writs.join(left, on="writ_id", how="semi", maintain_order="left"),
        ledger,
        result.balances,
        day,
        0,
        {name: day for name in names if not later[name]},
    )
    return after, passed


def course(
    chamber: Chamber,
    whole: Plan,
    last: dt.date,
    *,
    as_of: dt.datetime,
    seed: str,
    lot: int,
    config: Config,
    like: Sequence[Day] = (),
) -> list[Day]:
    """Let the working days from the base's on pass, with nothing that arrives or is executed: to `last`, and on to the
    first batch that is not before it. like: the same by another lot: until the first batch all lots have one state.
    """
    today = as_of.date()
    ahead = dt.timedelta(days=2 * _LONGEST_PERIOD + 40 + len(config.calendar.days_off))
    state, passed = begin(chamber), list[Day]()
    for day in working_days(today, max(last, today) + ahead, config.calendar):
        drawn, alike = lot_seed(seed, lot, day), None
        if len(passed) < len(like) and all(earlier.result is None for earlier in passed):
            alike = like[len(passed)]
        state, one = pass_day(state, whole, day, as_of=as_of, seed=drawn, config=config, must=day >= last, like=alike)
        passed.append(one)
        if day >= last and one.result is not None:
            break
    return passed


def _concerned(chamber: Chamber) -> pl.DataFrame:
    """Of the ledger the proceedings against debtors of the day's writs, and these writs' own: no other binds any."""
    writs, ledger = chamber.writs, chamber.ledger
    return ledger.filter(
        pl.col("closed_at").is_null(),
        pl.col("debtor_id").is_in(writs["debtor_id"].implode()) | pl.col("writ_id").is_in(writs["writ_id"].implode()),
    )


def _come_back(ledger: pl.DataFrame, given: pl.DataFrame, moment: dt.datetime) -> pl.DataFrame:
    """A writ that came back leaves its proceeding when it is given again."""
    left = pl.col("closed_at").is_null() & pl.col("writ_id").is_in(given["writ_id"].implode())
    return ledger.with_columns(closed_at=pl.when(left).then(pl.lit(moment)).otherwise("closed_at"))


def _opened(chamber: Chamber, given: pl.DataFrame, closing: pl.DataFrame | None, moment: dt.datetime) -> pl.DataFrame:
    """Proceedings that a batch of `moment` opens: the ledger's columns, and when they will be executed."""
    rows = held(chamber.writs, given, moment)
    if closing is None:
        return rows.with_columns(closes_on=pl.lit(NEVER))
    known = rows.join(closing, on="writ_id", how="left", maintain_order="left")
    return known.with_columns(pl.col("closes_on").fill_null(NEVER))
