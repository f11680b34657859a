"""One batch, the whole way: tables → what the rules allow → the most even assignment, proven → the answer.

`distribute` is what the command line, the book and the service call; there is no second way. Scenarios of which only
figures are told go the same way as far as `outcome`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tengbol.asked import moment_given, processes_given, seed_given
from tengbol.model import explanations
from tengbol.model.codes import BOUND_BASES
from tengbol.model.decisions import Decisions, decisions_of
from tengbol.model.law import calendar
from tengbol.model.law.paragraphs import BOUND
from tengbol.model.law.shares import parts_of
from tengbol.model.noticed import ASKED, Noticed, noticed
from tengbol.outcome import LOT_VERSION, closing_of, decide
from tengbol.proofs import certificate as proof_of
from tengbol.ruling import Clock, Ruled, rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from tengbol.config import Config
    from tengbol.dealing import InLot
    from tengbol.io.read import Reading
    from tengbol.model.chamber import Chamber
    from tengbol.model.law import Law
    from tengbol.model.law.category import Unindexed
    from tengbol.model.law.docket import Docket
    from tengbol.optimizer.solve import Solution
    from tengbol.optimizer.stand import Proof

_PAPER = pl.col("form") == "paper"


@dataclass(frozen=True, repr=False)
class Result:
    """The result of one batch. `print` shows the number of writs, the objectives and what is proven.

    Attributes
    ----------
    as_of, seed, config : datetime, str, Config
        What the result was made with.
    assignments, unassigned, balances : polars.DataFrame
        The tables of the contract (section 4).
    standing : polars.DataFrame
        A row for each licensed enforcer and category: received (writs) and share (billionths) before and after.
    bundles : polars.DataFrame
        `bundle_id`, `lot_id` (its id in the lot), `district_id`, `pool_id`; equal pools have equal ids in every batch.
    decisions : Decisions
        Why each writ was assigned as it was, as tables (docs/format-2.md).
    proof : Proof
        `objective`, `lower_bound`, `objective_total`, `lower_bound_total`: integers, squared thousandths of a writ.
    lot_version, lot_proven : int, bool
        Version of the lot, and whether it is proven that no assignment comes before this one (docs/lot.md).
    certificate : dict
        Integers that prove both lower bounds (docs/certificate.md).
    counts, timings : dict
        Numbers of writs by what became of them; seconds by stage.
    unindexed : tuple[Unindexed, ...]
        Claims of the state of years whose monthly calculation index is not known.
    noticed : Noticed
        What somebody should check, for example late writs.
    """

    as_of: dt.datetime
    seed: str
    config: Config
    assignments: pl.DataFrame
    unassigned: pl.DataFrame
    balances: pl.DataFrame
    standing: pl.DataFrame
    bundles: pl.DataFrame
    decisions: Decisions
    proof: Proof
    lot_version: int
    lot_proven: bool
    certificate: dict[str, Any] = field(repr=False)
    counts: dict[str, int]
    timings: dict[str, float] = field(compare=False)
    unindexed: tuple[Unindexed, ...] = ()
    noticed: Noticed = field(default_factory=Noticed)

    @property
    def status_lot(self) -> str:
        """Whether nothing comes before this in the lot, in the contract's words (point 3.9)."""
        return "optimal" if self.lot_proven else "feasible"

    @property
    def lot_told(self) -> dict[str, int | str]:
        """`lot_version` and `status_lot`, as they are kept; nothing of a lot of version 1, which said neither."""
        return {} if self.lot_version == 1 else {"lot_version": self.lot_version, "status_lot": self.status_lot}

    @property
    def parts(self) -> pl.DataFrame:
        """`pool_id`, `enforcer_id`, `part`: members of each pool, and what each is due of one writ, billionths."""
        return parts_of(self.decisions.shares)

    @property
    def pools(self) -> pl.DataFrame:
        """`pool_id`, `enforcer_id`: members of each pool."""
        return self.decisions.pools

    def __repr__(self) -> str:
        given, left = self.assignments.height, self.unassigned.height
        return f"<Result as of {self.as_of:%Y-%m-%d %H:%M}: {given} assigned, {left} unassigned, seed {self.seed}>"

    def __str__(self) -> str:
        codes = self.unassigned.group_by("code").len().sort("len", "code", descending=[True, False]).rows()
        why = ": " + ", ".join(f"{code} {count}" for code, count in codes) if codes else ""
        statuses, numbers = self.proof.statuses(), self.proof.numbers()
        return "\n".join(
            [
                f"Result as of {self.as_of.isoformat()}, seed {self.seed}",
                f"  assigned    {self.assignments.height} writs to {self.assignments['enforcer_id'].n_unique()} "
                f"enforcers, {self.counts['bound']} of them bound ({BOUND})",
                f"  unassigned  {self.unassigned.height}{why}",
                *(
                    f"  {what}  Σe² {numbers[of] / 1e6:g}, least possible {numbers[bound] / 1e6:g}: {statuses[status]}"
                    for what, of, bound, status in (
                        ("categories", "objective", "lower_bound", "status"),
                        ("totals    ", "objective_total", "lower_bound_total", "status_total"),
                    )
                ),
            ]
        )


def distribute(
    chamber: Chamber | Reading,
    *,
    as_of: dt.datetime,
    seed: str | None = None,
    config: Config | None = None,
    law: Law | None = None,
    key: str | None = None,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    accept: str | None = None,
) -> Result:
    """Distribute all writs that are pending at `as_of`, as evenly as the rules allow.

    Parameters
    ----------
    chamber : Chamber | Reading
        The tables of the batch, or what `read` returned.
    as_of : datetime
        Moment of the batch in the chamber's local time, without a time zone.
    seed : str, optional
        Seed of the lot, hexadecimal. Must not be chosen after seeing the batch. Default: 128 random bits.
    config : Config, optional
        Settings. Default: those of `Config()`.
    law : Law, optional
        The rules to apply, for simulations. Default: those of `config`.
    key : str, optional
        The chamber's key, hexadecimal. With it, the lot is drawn from the masked, published ids.
    processes : int
        Number of parallel search processes. Does not change the result.
    cluster : str, optional
        Address of a dask scheduler whose workers search. Does not change the result.
    progress : Callable[[int, int], None], optional
        Called with the numbers of finished and of all components of the problem.
    accept : str, optional
        Reason for continuing although rows of `attachments`, `absences`, `recusals`, `ledger` or `balances` of a
        `Reading` were rejected. Whoever stands in an absence or recusal that could not be read is then left out.
        Default: such rows raise an error, also where only their `Reading.chamber` is given.

    Returns
    -------
    Result
        Assignments with reasons, unassigned writs, balances, and what is proven.

    Raises
    ------
    UnusableInputError
        If `seed` is not hexadecimal, `as_of` is no datetime or has a time zone, or `processes` is no number of at least
        1; or if rows were rejected that restrict a batch or remember what was before it.

    Notes
    -----
    The rules and objectives: docs/contract.md, section 3. The lot: docs/lot.md.
    """
    from tengbol.io.usable import usable  # A book reads no files.

    as_of, seed, processes = moment_given(as_of), seed_given(seed), processes_given(processes)
    chamber = usable(chamber, accept, as_of.date())
    # What no rule asks of a writ is let go, if nobody else keeps it; and then what the rules alone ask.
    chamber = replace(chamber, writs=chamber.writs.drop("number", "subject"))
    ruled = rule(chamber, as_of=as_of, turn=seed, config=config, law=law, key=key)
    chamber = replace(chamber, writs=chamber.writs.select(ASKED), ledger=chamber.ledger.select("writ_id"))
    # Nobody asks for another turn here, and what it would need is as large as the docket.
    ruled = replace(ruled, chamber=chamber, todo=replace(ruled.todo, unturned=None))
    return draw(ruled, seed, processes=processes, cluster=cluster, progress=progress)


def draw(
    ruled: Ruled,
    seed: str,
    *,
    lot_version: int = LOT_VERSION,
    processes: int = 1,
    cluster: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Find the most even assignment of what the rules left open, prove it, and let the lot choose (`distribute`).

    lot_version: 1 to make a batch of version 0.1.0 anew.
    """
    chamber, as_of, config, todo = ruled.chamber, ruled.as_of, ruled.config, ruled.todo
    clock = Clock()
    found = decide(
        ruled, seed, clock, lot_version=lot_version, certify=True, processes=processes, cluster=cluster,
        progress=progress,
    )  # fmt: skip
    given, solution, rows = found.given, found.solved.solution, found.solved.rows
    # What was dealt is as large as the docket, and nobody asks for it any more.
    del found
    decided = given.bundles
    with clock.stage("answer"):
        decisions = decisions_of(todo, decided["alike"], ruled.by_number)
        assignments = _assignments(chamber, todo, decided, decisions, as_of, config)
        unassigned = explanations.unassigned(decisions.waiting, decisions.left_out, chamber.districts)
        seen = noticed(chamber, todo, assignments, config.calendar, as_of.date())
        standing, closing = closing_of(ruled, assignments)
        return Result(
            as_of=as_of,
            seed=seed,
            config=config,
            assignments=assignments,
            unassigned=unassigned,
            balances=closing,
            standing=standing,
            bundles=todo.bundles.select("bundle_id", "lot_id", "district_id", pool_id=decisions.decisions["pool_id"]),
            decisions=decisions,
            proof=given.proof,
            lot_version=lot_version,
            lot_proven=given.proven,
            certificate=proof_of(solution, rows.ids, as_of.date()),
            counts=_counts(chamber, todo, solution, rows) | {"late": seen.late, "late_waiting": seen.late_waiting},
            timings={**ruled.timings, **clock.seconds},
            unindexed=todo.unindexed,
            noticed=seen,
        )


def _assignments(
    chamber: Chamber, todo: Docket, decided: pl.DataFrame, decisions: Decisions, as_of: dt.datetime, config: Config
) -> pl.DataFrame:
    """The contract's `assignments`, by writ id."""
    texts = explanations.assigned(
        decisions.decisions.hstack(todo.bundles.select("pool_size", "basis").with_columns(decided["enforcer_id"])),
        decisions.left_out,
        decisions.passed_over,
        chamber.enforcers.select("enforcer_id", "name"),
        chamber.districts,
    )
    day = pl.Series([as_of.date()], dtype=pl.Date)
    collect, notify = (calendar.due(day, config.calendar, term).item() for term in ("collect", "notify"))
    of_bundle = todo.bundles.select("pool_size", "basis").with_columns(decided["enforcer_id"], texts["explanation"])[
        todo.writs["bundle"]
    ]
    by = calendar.terms(todo.writs, config.calendar)
    return todo.writs.hstack(of_bundle).select(
        "writ_id",
        "enforcer_id",
        pl.col("category").cast(pl.String),
        "basis",
        "bundle_id",
        "pool_size",
        by,
        # ¶8 is of paper alone; ¶15 runs from receipt, which of a paper writ comes with its collection.
        collect_by=pl.when(_PAPER).then(pl.lit(collect, dtype=pl.Date)),
        notify_creditor_by=pl.when(~_PAPER).then(pl.lit(notify, dtype=pl.Date)),
        explanation=explanations.with_late(of_bundle["explanation"], by, as_of.date()),
    )


def _counts(chamber: Chamber, todo: Docket, solution: Solution, rows: InLot) -> dict[str, int]:
    bases = dict(todo.bundles.group_by("basis").agg(pl.col("writs").sum()).rows())
    codes = dict(todo.unassigned.group_by("code").len().rows())
    return {
        "writs_read": len(chamber.writs),
        "assigned": len(todo.writs),
        "unassigned": len(todo.unassigned),
        "bound": sum(bases.get(basis, 0) for basis in BOUND_BASES),
        **{f"assigned_{basis}": count for basis, count in sorted(bases.items())},
        **{f"unassigned_{code}": count for code, count in sorted(codes.items())},
        "bundles": len(todo.bundles),
        "enforcers_in_batch": len(rows.ids),
        "components": solution.components,
        "components_searched": solution.searched,
    }
