"""What the rules make of a chamber's tables on one day, before there is a seed: docket, balances, names for the lot."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from tengbol.config import Config
from tengbol.model.law import Law, balances, law_of, pools
from tengbol.model.law.docket import Docket, docket
from tengbol.optimizer import lot

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from tengbol.model.chamber import Chamber


@dataclass(frozen=True)
class Ruled:
    """What the rules make of a chamber's tables on one day: all that is decided before there is a seed.

    todo: the docket, each bundle with its `lot_id`. before, due: balances as they open, and with all shares of the
    batch and all bound bundles counted. by_number: `pools.identified`. key: by which bundles and enforcers stand in the
    lot; None for plain ids.
    """

    chamber: Chamber
    as_of: dt.datetime
    config: Config
    law: Law
    key: str | None
    todo: Docket
    before: pl.DataFrame
    due: pl.DataFrame
    by_number: pl.DataFrame
    timings: dict[str, float] = field(compare=False)

    def turned(self, turn: str) -> Ruled:
        """The same by the order of another seed between claims that the law leaves equal."""
        if self.todo.unturned is None:
            return self
        todo = _named(self.todo.unturned.decided(lot.turn(turn, self.chamber.enforcers["enforcer_id"])), self.key)
        before, due = balances_of(self.chamber, todo)
        same = todo.bundles["pool"].equals(self.todo.bundles["pool"])
        by_number = self.by_number if same else pools.identified(todo.bundles, todo.members)
        return replace(self, todo=todo, before=before, due=due, by_number=by_number)

    def bundles(self) -> pl.DataFrame:
        """`bundle_id`, `lot_id`, `district_id`, `pool_id`, `basis`, `bound_to` (null where it is free)."""
        named = ("bundle_id", "lot_id", "district_id")
        return self.todo.bundles.select(
            *named, "basis", "bound_to", pool_id=pools.of_number(self.by_number, self.todo.bundles["pool"])
        )

    def pools(self) -> pl.DataFrame:
        """`pool_id`, `enforcer_id`, `part` (billionths of a writ): the members of each pool, and what each is due."""
        ids = self.by_number.select("pool", "pool_id")
        return (
            self.todo.members.join(ids, on="pool")
            .select("pool_id", "enforcer_id", "part")
            .unique()
            .sort("pool_id", "enforcer_id")
        )


def rule(
    chamber: Chamber,
    *,
    as_of: dt.datetime,
    turn: str | pl.Series,
    config: Config | None = None,
    law: Law | None = None,
    key: str | None = None,
) -> Ruled:
    """Apply the rules to all that is pending at `as_of` (the chamber's local time).

    turn: seed of the order that decides between claims which the law leaves equal (`lot.turn`), or that order. law:
    that of `config`, save where somebody asks what a rule brings.
    """  # fmt: skip
    config = config or Config()
    law = law or law_of(config)
    clock = Clock()
    with clock.stage("rules"):
        order = lot.turn(turn, chamber.enforcers["enforcer_id"]) if isinstance(turn, str) else turn
        todo = _named(docket(chamber, as_of=as_of, law=law, turn=order), key)
        before, due = balances_of(chamber, todo)
        by_number = pools.identified(todo.bundles, todo.members)
    return Ruled(chamber, as_of, config, law, key, todo, before, due, by_number, clock.seconds)


def turn_of(secret: str, public_value: str) -> str:
    """Seed of the order that decides, in a book, between claims which the law leaves equal: it comes before the lot's.

    To whom a writ is bound enters that seed, so it cannot follow from it.
    """
    return hashlib.sha256(f"tengbol turn\n{secret}\n{public_value}".encode()).hexdigest()


def _named(todo: Docket, key: str | None) -> Docket:
    """The docket with `lot_id` of each bundle: its id, or that id masked."""
    ids = todo.bundles["bundle_id"]
    return replace(
        todo,
        bundles=todo.bundles.with_columns(
            lot_id=ids if key is None else pl.Series(lot.masked(key, ids.to_list()), dtype=pl.String)
        ),
    )


def balances_of(chamber: Chamber, todo: Docket) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Opening balances, and the same with all shares of the batch and all bound bundles counted."""
    before = balances.opening(chamber.enforcers, chamber.balances)
    bundles = todo.bundles.select("pool", enforcer_id="bound_to")[todo.writs["bundle"]]
    writs = todo.writs.select("category").hstack(bundles)
    due = balances.added(before, balances.accrued(writs, todo.members))
    return before, balances.added(due, balances.counted(writs.filter(pl.col("enforcer_id").is_not_null())))


class Clock:
    """Seconds by stage, for the manifest."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
