"""To whom a bundle is bound, derived a second time (¶13, ¶14, ¶11, contract 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.verify.law import NOT_OF_PROPERTY, ONE_ENFORCER
from tengbol.verify.likeness import all_as_read
from tengbol.verify.lot import key
from tengbol.verify.placing import among

if TYPE_CHECKING:
    from tengbol.model.chamber import Chamber
    from tengbol.verify.readings import Readings
    from tengbol.verify.reasons import Reasons

_ORDER = ("alimony_debtor", "same_case", "returned")


def in_case(rows: pl.DataFrame, case_binds: str) -> pl.Series:
    """¶14: the `case` by which writs or proceedings are tied to others, if any is, as that is read.

    rows: `case_id`, `category`.
    """
    case = all_as_read(rows["case_id"]).alias("case")
    if case_binds == "all":
        return case
    return rows.select(pl.when(~pl.col("category").is_in(list(NOT_OF_PROPERTY))).then(case).alias("case")).to_series()


def claims(writs: pl.DataFrame, chamber: Chamber, case_binds: str) -> pl.DataFrame:
    """¶13, ¶14, ¶11: who has a claim on what: `group`, `rank` of the basis in its order, `enforcer_id`, `since`.

    writs: those that are distributed, each with its `group`. A row of the ledger of one of these tells of no other
    proceeding (¶13: another, «басқа да»).
    """
    open_ = chamber.ledger.filter(pl.col("closed_at").is_null())
    # The many writs are looked up among the few proceedings, not the other way round.
    here = writs.filter(among(writs["debtor_id"], open_["debtor_id"]))
    own = writs["writ_id"].filter(among(writs["writ_id"], open_["writ_id"]))
    held = open_.filter(pl.col("debtor_id").is_in(here["debtor_id"].implode()), ~pl.col("writ_id").is_in(own.implode()))
    held = held.with_columns(in_case(held, case_binds), since="assigned_at")
    tied = here.filter(pl.col("debtor_id").is_in(held["debtor_id"].implode()))
    tied = tied.with_columns(in_case(tied, case_binds))
    whole = pl.col("category").is_in(list(ONE_ENFORCER))
    found = (
        tied.filter(whole).join(held.filter(whole).select("debtor_id", "enforcer_id", "since"), on="debtor_id"),
        tied.join(held.select("case", "debtor_id", "enforcer_id", "since"), on=["case", "debtor_id"]),
        writs.filter(
            pl.col("origin").is_in(["returned", "forwarded"]) & pl.col("previous_enforcer_id").is_not_null()
        ).with_columns(enforcer_id="previous_enforcer_id", since="received_at"),
    )
    columns = ["group", "enforcer_id", pl.col("since").cast(pl.Datetime("us"))]
    return pl.concat(
        frame.select(pl.lit(rank, dtype=pl.Int8).alias("rank"), *columns) for rank, frame in enumerate(found)
    )


def bind(
    groups: pl.DataFrame, asked: pl.DataFrame, seed: str, readings: Readings, reasons: Reasons, recused: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each bundle to the first who has a claim on it and may take it: ¶13, ¶14, ¶11, in this order.

    Of several the latest, by assignment or by the writ's coming back; of these, whom the lot puts first. Who is away
    for a short time has his claim where he is back by the bundle's term, and who holds an office (¶17) has his, as far
    as the batch reads it so. asked: `claims`. recused: by `group`. Returns `group`, `bound_to`, `basis` of those that
    are bound; and, as they were asked before the first who passed, `group`, `enforcer_id`, `basis` and the `reason` of
    those who failed.
    """
    roster = reasons.roster
    who = asked["enforcer_id"].unique().to_list()
    kept = {name for members in roster.paused.values() for name in members} if readings.office_binds == "holder" else ()
    back = roster.back if readings.short_absence_binds != "free" else {}
    known = pl.DataFrame(
        [
            (name, key(seed, "holder", name), reasons.away.get(name), name in kept, back.get(name))
            for name in who
            if name in roster.home
        ],
        schema={"enforcer_id": pl.String, "turn": pl.String, "away": pl.String, "kept": pl.Boolean, "back": pl.Date},
        orient="row",
    )
    back_in_time = (pl.col("back") < pl.col("by")).fill_null(False) | pl.col("kept")
    tested = (
        asked.join(groups.select("group", "district_id", "by"), on="group")
        .join(known, on="enforcer_id", how="left")
        .join(reasons.serving().with_columns(serves=True), on=["district_id", "enforcer_id"], how="left")
        .join(recused.with_columns(apart=True), on=["group", "enforcer_id"], how="left")
        .with_columns(
            pl.when(pl.col("turn").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("away").is_not_null() & ~back_in_time)
            .then("away")
            .when(pl.col("serves").is_null())
            .then(pl.lit("other_district"))
            .when(pl.col("apart").is_not_null())
            .then(pl.lit("recused"))
            .alias("reason"),
            basis=pl.col("rank").replace_strict(range(3), _ORDER, return_dtype=pl.String),
            strange=pl.col("turn").is_null(),
            turn=pl.col("turn").fill_null(""),
        )
        .sort("group", "rank", "since", "strange", "turn", "enforcer_id", descending=[False, False, True, *[False] * 3])
        .with_row_index("place")
    )
    first = tested.filter(pl.col("reason").is_null()).unique("group", keep="first", maintain_order=True)
    fell = (
        tested.join(first.select("group", passed="place"), on="group", how="left", maintain_order="left")
        .filter(pl.col("passed").is_null() | (pl.col("place") < pl.col("passed")))
        .unique(["group", "basis", "enforcer_id"], keep="first", maintain_order=True)
    )
    return (
        first.select("group", "basis", bound_to="enforcer_id"),
        fell.select("group", "enforcer_id", "basis", "reason"),
    )
