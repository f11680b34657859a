"""¶13, ¶14, ¶11: bundles that are not free, and why a claim on one fell away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, OFFICE
from tengbol.model.law import calendar
from tengbol.model.law.bundles import case_that_binds
from tengbol.parameters import ONE_ENFORCER

if TYPE_CHECKING:
    from tengbol.choices import OfficeBinds
    from tengbol.config import Calendar
    from tengbol.model.law import Law


def candidates(writs: pl.DataFrame, ledger: pl.DataFrame, opened: pl.DataFrame, law: Law) -> pl.DataFrame:
    """`bundle_id`, `district_id`, `basis`, `enforcer_id`, `since`: all claims on all bundles that `law` knows.

    ¶13: holders of an open alimony proceeding against the debtor of an alimony writ of the bundle. ¶14: holders of
    an open proceeding in the case, against the debtor, of a writ of the bundle. ¶11: who returned or forwarded one;
    `since` is then when it came back.
    A proceeding in a writ that is itself to be distributed is no other one (¶13, «басқа да»), and binds nothing.
    Of one who has several such proceedings only the latest is a claim: the others come after it and fail as it does,
    and a debtor whom everybody knows has thousands of them.
    opened: `category.opened` of a batch that these writs are of.
    """
    bundle = ["bundle_id", "district_id"]
    every = writs.select(
        "bundle_id", "category", "case_id", "debtor_id", "origin", "previous_enforcer_id", "received_at",
        district_id=pl.col("debtor_district_id"),
    )  # fmt: skip
    open_now = ledger.filter(pl.col("closed_at").is_null())
    if opened.height:
        open_now = open_now.join(writs.join(opened, on="writ_id", how="semi"), on="writ_id", how="anti")
    # Of the many debtors few are in both; only of their cases anybody asks.
    own = every.join(open_now, on="debtor_id", how="semi").with_columns(case_id=case_that_binds(law.case_binds))
    held = (
        open_now.join(own, on="debtor_id", how="semi")
        .with_columns(case_id=case_that_binds(law.case_binds))
        .select("category", "case_id", "debtor_id", "enforcer_id", since="assigned_at")
    )
    alimony = pl.col("category").is_in(ONE_ENFORCER)
    claims = [
        own.filter(alimony)
        .select(*bundle, "debtor_id")
        .join(_latest(held.filter(alimony), "debtor_id"), on="debtor_id"),
        own.select(*bundle, "case_id", "debtor_id").join(held, on=["case_id", "debtor_id"]),
        every.filter(pl.col("origin").is_in(["returned", "forwarded"])).select(
            *bundle, enforcer_id="previous_enforcer_id", since="received_at"
        ),
    ]
    found = pl.concat(
        [
            claim.select(*bundle, "enforcer_id", "since", basis=pl.lit(basis, dtype=pl.Enum(BOUND_BASES)))
            for basis, claim in zip(BOUND_BASES, claims, strict=True)
        ]
    ).filter(pl.col("basis").is_in(law.binds))
    return _latest(found, *bundle, "basis")


def _latest(claims: pl.DataFrame, *of: str) -> pl.DataFrame:
    """`enforcer_id` and the latest `since` of each, by the columns `of`."""
    return claims.group_by(*of, "enforcer_id").agg(pl.col("since").max())


def tested(
    claims: pl.DataFrame,
    everyone: pl.DataFrame,
    serving: pl.DataFrame,
    recusals: pl.DataFrame,
    away: pl.DataFrame,
) -> pl.DataFrame:
    """Add `failed`: the test a candidate failed, or null.

    away: `bundle_id`, `enforcer_id`, `last`: whose absence, which ends that day, takes him no claim on that bundle.
    Tests (¶10, ¶12): known to the chamber, available, registered in or attached to the district, not recused.
    """
    return (
        claims.join(everyone.select("enforcer_id", "away", _known=True), on="enforcer_id", how="left")
        .join(serving.select("district_id", "enforcer_id", _serves=True), on=["district_id", "enforcer_id"], how="left")
        .join(recusals.with_columns(_recused=True), on=["bundle_id", "enforcer_id"], how="left")
        .join(away, on=["bundle_id", "enforcer_id"], how="left")
        .with_columns(
            failed=pl.when(pl.col("_known").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("away").is_not_null() & pl.col("last").is_null())
            .then(pl.col("away"))
            .when(pl.col("_serves").is_null())
            .then(pl.lit("other_district"))
            .when(pl.col("_recused").is_not_null())
            .then(pl.lit("recused"))
        )
        .select("bundle_id", "basis", "since", "enforcer_id", "failed", "last")
    )


def in_turn(tests: pl.DataFrame, turn: pl.Series) -> pl.DataFrame:
    """`tested` in the order of precedence within each bundle. turn: enforcers in the order of the lot, which decides
    between claims of one moment.
    """
    return (
        tests.join(pl.DataFrame({"enforcer_id": turn}).with_row_index("turn"), on="enforcer_id", how="left")
        .sort(
            ["bundle_id", "basis", "since", "turn", "enforcer_id"],
            descending=[False, False, True, False, False],
            nulls_last=True,
        )
        .drop("turn")
    )


def asked(everyone: pl.DataFrame, paused: pl.DataFrame, office_binds: OfficeBinds) -> pl.DataFrame:
    """`everyone` as claims ask after them: a licensed one of `paused`, away for an office alone (¶17), keeps his claims
    where it is so read.
    """
    if office_binds == "free":
        return everyone
    kept = pl.col("enforcer_id").is_in(paused["enforcer_id"].implode()) & (pl.col("away") == OFFICE)
    return everyone.with_columns(away=pl.when(~kept).then("away"))


def bound(tests: pl.DataFrame) -> pl.DataFrame:
    """`bundle_id`, `bound_to`, `bound_by`, `last`: the first claim that passed; the latest first, then by the lot.

    `last` is the holder's last day away, null where he is there.
    """
    return (
        tests.filter(pl.col("failed").is_null())
        .group_by("bundle_id", maintain_order=True)
        .agg(
            bound_to=pl.col("enforcer_id").first(),
            bound_by=pl.col("basis").first().cast(pl.String),
            last=pl.col("last").first(),
        )
    )


def by_turn(tests: pl.DataFrame) -> bool:
    """Whether the order of the lot decides among claims: who is bound, or who is told to have been asked before him."""
    equal = ["bundle_id", "basis", "since"]
    ahead = pl.col("failed").is_null().cum_sum().over("bundle_id") == 0
    first = tests.filter(pl.col("failed").is_null()).unique("bundle_id", keep="first", maintain_order=True)
    told = pl.concat([tests.filter(ahead), tests.join(first, on=equal, how="semi")])
    return told.unique([*equal, "enforcer_id"]).select(equal).is_duplicated().any()


def holding_on(
    claims: pl.DataFrame, bundles: pl.DataFrame, writs: pl.DataFrame, working: Calendar, brief: pl.DataFrame
) -> pl.DataFrame:
    """`bundle_id`, `enforcer_id`, `last`: claims whose candidate is back by the day of the bundle's term (¶7).

    bundles: all, by id; writs: theirs, with `bundle`, the row there. brief: `availability.briefly_away`.
    """
    theirs = claims.select("bundle_id", "enforcer_id").unique().join(brief, on="enforcer_id")
    asked = np.zeros(bundles.height, dtype=bool)
    asked[bundles["bundle_id"].search_sorted(theirs["bundle_id"]).to_numpy()] = True
    some = writs.filter(pl.Series(asked).gather(writs["bundle"]))
    by = (
        some.select("bundle_id", calendar.terms(some, working)).group_by("bundle_id").agg(pl.col("distribute_by").min())
    )
    return (
        theirs.join(by, on="bundle_id")
        .filter(pl.col("last") < pl.col("distribute_by"))
        .select("bundle_id", "enforcer_id", "last")
    )


def lost(tests: pl.DataFrame) -> pl.DataFrame:
    """Claims that would have decided a bundle had they not failed: those before its first claim that passed."""
    return (
        tests.with_columns(_before=pl.col("failed").is_null().cum_sum().over("bundle_id"))
        .filter(pl.col("_before") == 0)
        .unique(["bundle_id", "basis", "enforcer_id"], keep="first", maintain_order=True)
        .drop("_before", "since", "last")
    )
