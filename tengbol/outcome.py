"""One batch as far as who gets what, and how even that is: all that figures need, and nothing of why.

`batch` adds reasons and certificates. What-if makes many batches of which only numbers are told, and stops here.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.dealing import Classes, Solved, dealt, excess_of, in_lot_order, refuse_strangers
from tengbol.model.law import availability, balances, calendar, pools
from tengbol.model.standing import carried, standing_of
from tengbol.optimizer.solve import Known, solve
from tengbol.ruling import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tengbol.config import Config
    from tengbol.dealing import Dealt, Drawn
    from tengbol.model.chamber import Chamber
    from tengbol.optimizer.stand import Proof
    from tengbol.ruling import Ruled

#: The version of the lot (docs/lot.md).
LOT_VERSION: Final = 2


@dataclass(frozen=True)
class Outcome:
    """What came of one batch: the same as of `batch.Result`, in fewer columns.

    assignments: `writ_id`, `enforcer_id`, `category`, `basis`, `bundle_id`, `distribute_by`, by writ id. unassigned:
    `writ_id`, `code`, by writ id. proof: as of `batch.Result`.
    """

    ruled: Ruled
    seed: str
    assignments: pl.DataFrame
    unassigned: pl.DataFrame
    proof: Proof

    @cached_property
    def _closing(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        return closing_of(self.ruled, self.assignments)

    @property
    def standing(self) -> pl.DataFrame:
        """As of `batch.Result`."""
        return self._closing[0]

    @property
    def balances(self) -> pl.DataFrame:
        """As of `batch.Result`."""
        return self._closing[1]

    @property
    def bundles(self) -> pl.DataFrame:
        """As of `batch.Result`."""
        return self.ruled.bundles().drop("basis", "bound_to")

    @property
    def pools(self) -> pl.DataFrame:
        """As of `batch.Result`."""
        return pools.listed(self.ruled.by_number)


@dataclass(frozen=True)
class Decided:
    """given: what each bundle came to."""

    solved: Solved
    given: Dealt


def outcome(ruled: Ruled, seed: str) -> Outcome:
    """Find the most even assignment of what the rules left open, and let the lot of `seed` choose (`distribute`).

    ruled: by the turn of `seed`.
    """
    return Lots(ruled, seed).outcome(seed)


class Lots:
    """One batch by the lot of one seed after another.

    What is proven is the same for all of them, so what the lot has no part in is found once, with rows in the order of
    the first seed. Where something is not proven, a seed has the batch to itself, in its own order.
    """

    def __init__(self, ruled: Ruled, seed: str) -> None:
        """ruled: by the turn of `seed`."""
        self._ruled, self._seed = ruled, seed
        self._known = Known()
        self._solved: Solved | None = None

    def outcome(self, seed: str) -> Outcome:
        """By the lot of `seed`."""
        ruled = self._ruled if seed == self._seed else self._ruled.turned(seed)
        if ruled is self._ruled and self._solved is not None:
            given = _dealt(ruled, self._solved, self._solved.classes.drawn(seed), seed, LOT_VERSION)
        else:
            found = decide(ruled, seed, Clock(), certify=False, order=self._seed, known=self._known)
            given = found.given
            if ruled is self._ruled:
                self._solved = found.solved
        if not given.proven and seed != self._seed:
            given = decide(ruled, seed, Clock(), certify=False).given
        return told(ruled, seed, given.bundles["enforcer_id"], given.proof)


def told(ruled: Ruled, seed: str, holders: pl.Series, proof: Proof) -> Outcome:
    """What came of a batch. holders: of each bundle of the docket."""
    todo = ruled.todo
    assignments = todo.writs.hstack(
        todo.bundles.select("basis").with_columns(enforcer_id=holders)[todo.writs["bundle"]]
    ).with_columns(calendar.terms(todo.writs, ruled.config.calendar), pl.col("category").cast(pl.String))
    return Outcome(
        ruled=ruled,
        seed=seed,
        assignments=assignments.select("writ_id", "enforcer_id", "category", "basis", "bundle_id", "distribute_by"),
        unassigned=todo.unassigned.select("writ_id", "code"),
        proof=proof,
    )


def decide(
    ruled: Ruled,
    seed: str,
    clock: Clock,
    *,
    lot_version: int = LOT_VERSION,
    certify: bool,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    order: str | None = None,
    known: Known | None = None,
) -> Decided:
    """Solve, and deal by the lot. certify: with integers that prove the bounds, of whatever can be proven so.

    order: the seed by whose lot rows stand, by default the same. known: as of `solve`.
    """
    todo, config = ruled.todo, ruled.config
    with clock.stage("solve"):
        rows = in_lot_order(order or seed, todo, ruled.key)
        classes = Classes(todo, rows.ids)
        problem = classes.problem(excess_of(ruled.due, rows.ids))
        # The lot needs nothing of the solution, so it is drawn beside the search.
        with ThreadPoolExecutor(1) as beside:
            drawing = beside.submit(classes.drawn, seed)
            solution = solve(
                problem, limit=config.search_limit, certify=certify, processes=processes, cluster=cluster,
                progress=progress, known=known,
            )  # fmt: skip
            drawn = drawing.result()
    solved = Solved(rows, classes, problem, solution)
    with clock.stage("lot"):
        return Decided(solved, _dealt(ruled, solved, drawn, seed, lot_version))


def _dealt(ruled: Ruled, solved: Solved, drawn: Drawn, seed: str, lot_version: int) -> Dealt:
    given = dealt(ruled.todo, solved, drawn, seed, lot_version)
    refuse_strangers(ruled.todo, given.bundles)
    return given


def terms(chamber: Chamber, config: Config) -> pl.DataFrame:
    """`writ_id`, `distribute_by` of every writ (¶7)."""
    return chamber.writs.select("writ_id", calendar.terms(chamber.writs, config.calendar))


def closing_of(ruled: Ruled, assignments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`Result.standing` and `Result.balances` once all is given."""
    chamber, day = ruled.chamber, ruled.as_of.date()
    before = balances.of_day(ruled.before, day, chamber.balances["category"], assignments["category"])
    licensed = availability.licensed(chamber.enforcers, day)
    standing = standing_of(chamber, licensed, before, ruled.due, assignments)
    return standing, balances.closing(carried(chamber, licensed, before, standing))
