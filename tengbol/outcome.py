"""One batch as far as who gets what, and how even that is: all that figures need, and nothing of why.

`batch` adds reasons and certificates. What-if makes many batches of which only numbers are told, and stops here.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.dealing import Classes, dealt, excess_of, in_lot_order, refuse_strangers
from tengbol.model.law import availability, balances, calendar, pools
from tengbol.model.standing import carried, standing_of
from tengbol.optimizer.solve import solve
from tengbol.ruling import Clock

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import polars as pl

    from tengbol.config import Config
    from tengbol.dealing import Dealt
    from tengbol.model.chamber import Chamber
    from tengbol.optimizer.solve import Solution
    from tengbol.optimizer.stand import Proof
    from tengbol.ruling import Ruled

#: The version of the lot (docs/lot.md).
LOT_VERSION: Final = 2


@dataclass(frozen=True)
class Outcome:
    """What came of one batch: the same as of `batch.Result`, in fewer columns.

    assignments: `writ_id`, `enforcer_id`, `category`, `basis`, `bundle_id`, `distribute_by`, by writ id. unassigned:
    `writ_id`, `code`, by writ id. balances, standing, bundles, pools, proof: as of `batch.Result`.
    """

    as_of: dt.datetime
    seed: str
    assignments: pl.DataFrame
    unassigned: pl.DataFrame
    balances: pl.DataFrame
    standing: pl.DataFrame
    bundles: pl.DataFrame
    pools: pl.DataFrame
    proof: Proof


@dataclass(frozen=True)
class Decided:
    """rows: the problem's enforcers, in the order of the lot. given: what each bundle came to."""

    rows: pl.Series
    solution: Solution
    given: Dealt


def outcome(ruled: Ruled, seed: str) -> Outcome:
    """Find the most even assignment of what the rules left open, and let the lot of `seed` choose (`distribute`)."""
    todo = ruled.todo
    given = decide(ruled, seed, Clock(), certify=False).given
    assignments = todo.writs.hstack(
        todo.bundles.select("basis").with_columns(given.bundles["enforcer_id"])[todo.writs["bundle"]]
    ).join(terms(ruled.chamber, ruled.config), on="writ_id", how="left", maintain_order="left")
    standing, closing = closing_of(ruled, assignments)
    return Outcome(
        as_of=ruled.as_of,
        seed=seed,
        assignments=assignments.select("writ_id", "enforcer_id", "category", "basis", "bundle_id", "distribute_by"),
        unassigned=todo.unassigned.select("writ_id", "code"),
        balances=closing,
        standing=standing,
        bundles=ruled.bundles().drop("basis", "bound_to"),
        pools=pools.listed(ruled.by_number),
        proof=given.proof,
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
) -> Decided:
    """Solve, and deal by the lot. certify: with integers that prove the bounds, of whatever can be proven so."""
    todo, config = ruled.todo, ruled.config
    with clock.stage("solve"):
        in_lot = in_lot_order(seed, todo, ruled.key)
        rows = in_lot.ids
        classes = Classes(todo, rows)
        problem = classes.problem(excess_of(ruled.due, rows))
        # The lot needs nothing of the solution, so it is drawn beside the search.
        with ThreadPoolExecutor(1) as beside:
            drawing = beside.submit(classes.drawn, seed)
            solution = solve(
                problem, limit=config.search_limit, certify=certify, processes=processes, cluster=cluster,
                progress=progress,
            )  # fmt: skip
            drawn = drawing.result()
    with clock.stage("lot"):
        given = dealt(todo, classes, problem, solution, drawn, in_lot, seed, lot_version)
        refuse_strangers(todo, given.bundles)
    return Decided(rows, solution, given)


def terms(chamber: Chamber, config: Config) -> pl.DataFrame:
    """`writ_id`, `distribute_by` of every writ (¶7)."""
    return chamber.writs.select("writ_id", calendar.terms(chamber.writs, config.calendar))


def closing_of(ruled: Ruled, assignments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`Result.standing` and `Result.balances` once all is given."""
    chamber, before = ruled.chamber, ruled.before
    licensed = availability.licensed(chamber.enforcers, ruled.as_of.date())
    standing = standing_of(chamber, licensed, before, ruled.due, assignments)
    return standing, balances.closing(carried(chamber, licensed, before, standing))
