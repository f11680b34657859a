"""Averages over the lot: exact where a symmetry makes them so, else with what they are uncertain by.

On a day, whoever is there, registered and attached alike, owed alike in every category, due equal parts, and touched by
no claim or recusal, is in the same position: by the lot's definition each of them gets as much on average. So what they
get together is shared equally, and where a pool holds nobody else that is the exact expectation.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES
from tengbol.model.law import shares
from tengbol.model.law.availability import in_force, standing_of_everyone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.course import Day

_WHO: Final = ("enforcer_id", "category")
_WHOSE: Final = ("on", "enforcer_id", "category")
_ORDER: Final = pl.col("category").cast(pl.Enum(CATEGORIES)).to_physical()


def fair(day: Day, writs: pl.DataFrame | None = None) -> pl.DataFrame:
    """`enforcer_id`, `category`, `got`, `fair`, `exact`: what each got on a day, and on average in his position.

    writs: `writ_id` of those that count; all without it. exact: whether `fair` is what the lot gives on average, and
    not what this one lot gave.
    """
    if day.result is None:
        return pl.DataFrame(
            schema={
                "enforcer_id": pl.String, "category": pl.String, "got": pl.Int64, "fair": pl.Float64,
                "exact": pl.Boolean,
            }
        )  # fmt: skip
    given = day.result.assignments.select("writ_id", *_WHO, "basis", "bundle_id")
    if writs is not None:
        given = given.join(writs, on="writ_id", how="semi")
    classes = day.positions
    size = classes.group_by("position").agg(alike=pl.len())
    alone = (
        day.result.pools.join(classes, on="enforcer_id")
        .group_by("pool_id")
        .agg(exact=pl.col("position").n_unique() == 1)
    )
    bound = pl.col("basis").is_in(BOUND_BASES)
    free = (
        given.filter(~bound)
        .join(day.result.bundles.select("bundle_id", "pool_id"), on="bundle_id")
        .join(alone, on="pool_id")
        .join(classes, on="enforcer_id")
        .group_by("position", "category")
        .agg(together=pl.len(), exact=pl.col("exact").all())
        .join(size, on="position")
        .join(classes, on="position")
        .select(*_WHO, fair=pl.col("together") / pl.col("alike"), exact="exact")
    )
    tied = given.filter(bound).group_by(_WHO).agg(fair=pl.len().cast(pl.Float64), exact=pl.lit(True))
    return (
        pl.concat([free, tied])
        .group_by(_WHO)
        .agg(pl.col("fair").sort().sum(), pl.col("exact").all())
        .join(given.group_by(_WHO).agg(got=pl.len().cast(pl.Int64)), on=_WHO, how="left")
        .select(*_WHO, pl.col("got").fill_null(0), "fair", "exact")
    )


def positions(chamber: Chamber, today: dt.date) -> pl.DataFrame:
    """`enforcer_id`, `position`: the same for those whom nothing but the lot tells apart on a day."""
    everyone = standing_of_everyone(chamber.enforcers, chamber.absences, today).filter(pl.col("away").is_null())
    attached = (
        chamber.attachments.filter(in_force(today, "valid_from", "valid_to"))
        .unique(["enforcer_id", "district_id"])
        .sort("enforcer_id", "district_id")
        .group_by("enforcer_id")
        .agg(attached=pl.col("district_id").str.join("\n"))
    )
    excess = pl.col("received") - pl.col("share")
    owed = (
        chamber.balances.filter(excess != 0)
        .sort("enforcer_id", _ORDER)
        .group_by("enforcer_id", maintain_order=True)
        .agg(owed=pl.concat_str("category", excess.cast(pl.String), separator=" ").str.join("\n"))
    )
    debtors = chamber.writs["debtor_id"].implode()
    touched = pl.concat(
        [
            chamber.ledger.filter(pl.col("closed_at").is_null(), pl.col("debtor_id").is_in(debtors))["enforcer_id"],
            chamber.recusals["enforcer_id"],
            chamber.writs["previous_enforcer_id"].drop_nulls(),
        ]
    ).unique()
    apart = pl.when(pl.col("enforcer_id").is_in(touched.implode())).then("enforcer_id")
    return (
        everyone.select("enforcer_id", "district_id")
        .join(attached, on="enforcer_id", how="left")
        .join(owed, on="enforcer_id", how="left")
        .with_columns(apart=apart, pool=pl.lit(0))
        # Whoever the rule of shares tells apart in a pool of all, it may tell apart in any.
        .pipe(shares.parted, chamber.enforcers, today)
        .with_columns(position=pl.struct("district_id", "attached", "owed", "apart", "part").rank("dense"))
        .select("enforcer_id", "position")
    )


def tally(through: Sequence[Day], mine: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `category`, `got`, `fair`, `exact`: who got how much of what moved, over all days of a lot."""
    moved = mine.filter(~pl.col("pending")).select("writ_id", "on")
    parts = [fair(day, moved.filter(pl.col("on") <= day.moment.date())) for day in through if day.result is not None]
    return pl.concat(parts).group_by(_WHO).agg(pl.col("got", "fair").sort().sum(), pl.col("exact").all())


def moved(through: Sequence[Day], mine: pl.DataFrame) -> pl.DataFrame:
    """What was open, by whom and category, and what became of it. What is pending already is counted apart.

    Of what an earlier day of this lot had given him, the average in his position counts.
    """
    given = pl.concat(
        [
            day.result.assignments.select("writ_id", placed=pl.lit(day.moment.date()))
            for day in through
            if day.result is not None
        ]
    )
    went = mine.join(given, on="writ_id", how="left").filter(pl.col("placed") >= pl.col("on"))
    known = mine.join(went.select(*_WHOSE, "writ_id").unique(), on=["writ_id", *_WHOSE], how="semi")
    outcome = pl.concat(
        [
            known.with_columns(placed=True),
            mine.join(known, on=["writ_id", *_WHOSE], how="anti").with_columns(placed=False),
        ]
    )
    placed = pl.col("placed") & ~pl.col("pending")
    counted = outcome.group_by(*_WHOSE).agg(
        open=pl.len().cast(pl.Float64),
        pending=pl.col("pending").sum().cast(pl.Float64),
        placed=placed.sum().cast(pl.Float64),
        unplaced=(~placed & ~pl.col("pending")).sum().cast(pl.Float64),
    )
    before = _before(through, mine)
    return (
        counted.join(before, on=_WHOSE, how="left")
        .with_columns(pl.col("open", "placed") + pl.col("more").fill_null(0.0), pl.col("exact").fill_null(True))
        .drop("more")
    )


def _before(through: Sequence[Day], mine: pl.DataFrame) -> pl.DataFrame:
    """`on`, `enforcer_id`, `category`, `more`, `exact`: by how much the average of what earlier days gave is more."""
    parts = [
        pl.DataFrame(schema={"on": pl.Date, **dict.fromkeys(_WHO, pl.String), "more": pl.Float64, "exact": pl.Boolean})
    ]
    departed: dict[str, dt.date] = {}
    for who, on in mine.select("enforcer_id", "on").unique().sort("on", "enforcer_id").iter_rows():
        since, departed[who] = departed.get(who, dt.date.min), on
        earlier = [day for day in through if since <= day.moment.date() < on]
        given = [fair(day).filter(enforcer_id=who) for day in earlier if day.result is not None]
        if given:
            more = (
                pl.concat(given)
                .group_by(_WHO)
                .agg(more=(pl.col("fair") - pl.col("got")).sort().sum(), exact=pl.col("exact").all())
            )
            parts.append(more.select(pl.lit(on).alias("on"), *_WHO, "more", "exact"))
    return pl.concat(parts)


def taken(tallies: pl.DataFrame, lots: int, enforcers: pl.DataFrame) -> pl.DataFrame:
    """`enforcer_id`, `name`, `category`, `mean`, `least`, `most`, `margin`, from `tally` of each lot."""
    return (
        tallies.group_by(_WHO)
        .agg(
            *_averaged("fair", lots, "mean", "margin"),
            least=pl.when(pl.len() < lots).then(0).otherwise(pl.col("got").min()).cast(pl.Int64),
            most=pl.col("got").max(),
        )
        .join(enforcers.select("enforcer_id", "name"), on="enforcer_id", how="left")
        .select("enforcer_id", "name", "category", "mean", "least", "most", "margin")
        .sort("enforcer_id", _ORDER)
    )


def moved_mean(moves: pl.DataFrame, lots: int) -> pl.DataFrame:
    """The mean of each figure of `moved` over the lots, with the margin of `open`."""
    rest = (pl.col(name).sum() / lots for name in ("pending", "placed", "unplaced"))
    return (
        moves.group_by(_WHOSE)
        .agg(*_averaged("open", lots, "open", "margin"), *rest)
        .select(*_WHOSE, "open", "pending", "placed", "unplaced", "margin")
        .sort("on", "enforcer_id", _ORDER)
    )


def _averaged(column: str, lots: int, mean: str, margin: str) -> tuple[pl.Expr, pl.Expr]:
    """A mean over lots, and its margin: 0 where it is exact, null of one lot, else never 0.

    Student's t; where all lots were alike by chance, what one writ more would change in as many lots as may not have
    shown (C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits", Biometrika 26, 1934).
    """
    from scipy.special import stdtrit

    value = pl.col(column)
    # In a lot that is not among the rows he got none.
    variance = (((value**2).sum() - value.sum() ** 2 / lots) / max(lots - 1, 1)).clip(lower_bound=0)
    if lots == 1:
        wide = pl.lit(None, dtype=pl.Float64)
    else:
        student = float(stdtrit(lots - 1, 0.975)) / lots**0.5
        wide = pl.max_horizontal(variance.sqrt() * student, pl.lit(1 - 0.025 ** (1 / lots)))
    exact = pl.col("exact").all() & (pl.len() == lots) & (variance < 1e-12)
    return (value.sum() / lots).alias(mean), pl.when(exact).then(0.0).otherwise(wide).alias(margin)
