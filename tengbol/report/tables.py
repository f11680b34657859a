"""Every table of a report, from a record: what the page, the paper and the charts show, they show from these.

Codes and columns are the contract's and English in every language; amounts are in writs, squared writs and tenge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.alphabet import by_alphabet
from tengbol.model.codes import CATEGORIES
from tengbol.report import accrual, chance, groups, measures
from tengbol.report.parts import PARTS, parts
from tengbol.report.wording import BASES, UNASSIGNED

if TYPE_CHECKING:
    from tengbol.report.record import Record

#: Objectives are kept in squared thousandths and shown in squared writs.
_SQUARED: Final = 1e6
_CATEGORY: Final = pl.Enum(CATEGORIES)
#: Events that are no acts by hand: batches, which stand in a table of their own, and what they set aside.
OF_ITSELF: Final = ("batch", "batch begun", "urgent", "urgent begun", "set aside")
#: What became of a deadline; `unknown`: nobody recorded whether it was kept.
OUTCOMES: Final = ("kept", "late", "unknown")
#: Each deadline, the column with its day, and the one with the moment that somebody recorded.
DEADLINES: Final = {
    "distribute_by": ("distribute_by", "as_of"),
    "hand_over_by": ("distribute_by", "handed_at"),
    "collect_by": ("collect_by", "collected_at"),
    "notify_creditor_by": ("notify_creditor_by", "notified_at"),
}


def tables(record: Record) -> dict[str, pl.DataFrame]:
    """Compute all tables by name, each in a fixed order of rows."""
    members = accrual.members_of(record)
    by_pool = accrual.by_pool(record, members)
    by_enforcer = accrual.by_enforcer(record, by_pool)
    span = standing(record)
    people = _people(record)
    return {
        "batches": batches(record),
        "measures": groups.of_chambers(by_enforcer, by_pool, people.select("enforcer_id", "chamber_id")),
        "pools": _described(groups.of_pools(by_pool, record), record),
        "uniformity": measures.uniformity(span.join(people, on="enforcer_id")),
        "enforcers": enforcers(by_enforcer, span, chance.deviations(record, members), people),
        "money": money(record, people),
        "course": course(record),
        "flows": flows(record),
        "lorenz": lorenz(by_enforcer),
        "deadlines": deadlines(record),
        "not_assigned": not_assigned(record),
        "acts": record.events.filter(~pl.col("what").is_in(OF_ITSELF)),
        "rejections": record.rejected.group_by("table", "code").agg(rows=pl.len().cast(pl.Int64)).sort("table", "code"),
    }


def batches(record: Record) -> pl.DataFrame:
    """Each batch with its objectives and bounds in squared writs, and the parts that its unevenness is made of."""
    counts = {
        name: getattr(record, name).group_by("batch_id").agg(pl.len().cast(pl.Int64).alias(name))
        for name in ("assignments", "unassigned")
    }
    squared = ("objective", "lower_bound", "objective_total", "lower_bound_total", *PARTS)
    return (
        record.batches.join(parts(record), on="batch_id")
        .join(counts["assignments"], on="batch_id", how="left")
        .join(counts["unassigned"], on="batch_id", how="left")
        .sort("as_of", "number", "batch_id")
        .select(
            "number",
            "batch_id",
            "chamber_id",
            "as_of",
            "seed",
            "status",
            "status_total",
            *(pl.col(name).cast(pl.Float64) / _SQUARED for name in squared),
            assigned=pl.col("assignments").fill_null(0),
            unassigned=pl.col("unassigned").fill_null(0),
            made="made",
            document="document",
        )
    )


def standing(record: Record) -> pl.DataFrame:
    """Each enforcer × category as he stood before his first batch of the span and after his last."""
    return (
        record.standing.join(record.batches.select("batch_id", "as_of", "number"), on="batch_id")
        .sort("as_of", "number", "batch_id")
        .group_by("enforcer_id", "category")
        .agg(pl.col("received_before", "share_before").first(), pl.col("received_after", "share_after").last())
        .sort("enforcer_id", pl.col("category").cast(_CATEGORY))
    )


def enforcers(
    by_enforcer: pl.DataFrame, span: pl.DataFrame, deviations: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Each enforcer × category (and `all`): received and share of the span, excess, and the band of a lottery.

    `excess_before` and `excess` are the balances' before and after the span; `excess_gained` is of the span. Between
    `band_low` and `band_high` a lottery from where he stood before would leave him in 95 of 100 cases. Writs.
    """
    every = accrual.with_all(by_enforcer, "category")
    wide = [
        every.filter(pl.col("kind") == kind).select(
            "enforcer_id",
            "category",
            pl.col("received").alias(f"received{suffix}"),
            pl.col("share").alias(f"share{suffix}"),
        )
        for kind, suffix in (("all", ""), ("free", "_free"), ("bound", "_bound"))
    ]
    key = ["enforcer_id", "category"]
    moments = {
        moment: measures.excess(pl.col(f"received_{moment}"), pl.col(f"share_{moment}")).alias(moment)
        for moment in measures.MOMENTS
    }
    excess = span.select(*key, *moments.values())
    both = pl.concat([excess, excess.group_by("enforcer_id").agg(pl.col("before", "after").sum()).select(
        "enforcer_id", pl.lit(accrual.ALL).alias("category"), "before", "after")])  # fmt: skip
    half = chance.NINETY_FIVE * pl.col("deviation").fill_null(0.0)
    before = measures.in_writs(pl.col("before"))
    shares = ["share", "share_free", "share_bound"]
    return (
        wide[0]
        .join(wide[1], on=key)
        .join(wide[2], on=key)
        .join(both, on=key)
        .join(deviations, on=key, how="left")
        .join(people, on="enforcer_id")
        .sort("enforcer_id", pl.col("category").cast(groups.CATEGORY))
        .select(
            "chamber_id",
            "district_id",
            *key,
            "name",
            "received",
            *(measures.in_writs(pl.col(name)).alias(name) for name in shares[:1]),
            excess_before=before,
            excess=measures.in_writs(pl.col("after")),
            excess_gained=measures.in_writs(measures.excess(pl.col("received"), pl.col("share"))),
            band_low=before - half,
            band_high=before + half,
            received_free="received_free",
            share_free=measures.in_writs(pl.col("share_free")),
            received_bound="received_bound",
            share_bound=measures.in_writs(pl.col("share_bound")),
        )
    )


def money(record: Record, people: pl.DataFrame) -> pl.DataFrame:
    """What each enforcer's writs are worth in tenge, for information: fees follow it, and no rule balances it."""
    sums = record.assignments.group_by("enforcer_id").agg(
        writs=pl.len().cast(pl.Int64),
        writs_with_amount=pl.col("amount").count().cast(pl.Int64),
        amount=pl.col("amount").sort().sum(),
    )
    return (
        people.join(sums, on="enforcer_id", how="left")
        .with_columns(pl.col("writs", "writs_with_amount", "amount").fill_null(0))
        .sort("enforcer_id")
        .select("chamber_id", "district_id", "enforcer_id", "name", "writs", "writs_with_amount", "amount")
    )


def course(record: Record) -> pl.DataFrame:
    """How uneven the balances were after each batch: of each category, the deviation and range of excess (writs)."""
    beyond = measures.excess(pl.col("received_after"), pl.col("share_after"))
    return (
        record.standing.group_by("batch_id", "category")
        .agg(
            enforcers=pl.len().cast(pl.Int64),
            excess_std=measures.in_writs(measures.standard_deviation(beyond)),
            excess_min=measures.in_writs(beyond.min()),
            excess_max=measures.in_writs(beyond.max()),
        )
        .join(record.batches.select("number", "batch_id", "as_of"), on="batch_id")
        .sort("as_of", "number", "batch_id", pl.col("category").cast(_CATEGORY))
        .select("number", "batch_id", "as_of", "category", "enforcers", "excess_std", "excess_min", "excess_max")
    )


def flows(record: Record) -> pl.DataFrame:
    """Writs of each basis (¶9, ¶11, ¶13, ¶14) and category, zeros too, and their part of all."""
    counts = record.assignments.group_by("basis", "category").agg(writs=pl.len().cast(pl.Int64))
    total = max(1, record.assignments.height)
    return (
        pl.DataFrame({"basis": list(BASES)})
        .join(pl.DataFrame({"category": accrual.categories_of(record)}), how="cross", maintain_order="left_right")
        .join(counts, on=["basis", "category"], how="left", maintain_order="left")
        .with_columns(pl.col("writs").fill_null(0))
        .with_columns(part=pl.col("writs").cast(pl.Float64) / total)
    )


def lorenz(by_enforcer: pl.DataFrame) -> pl.DataFrame:
    """Lorenz curves of each category: the part of all writs that the `rank` enforcers with the fewest hold.

    `received` of what was received, `due` of the shares, each ranked by itself; `people` is rank / n. Each begins at
    the origin. Source: M. O. Lorenz, Publ. Am. Stat. Assoc. 9, 1905.
    """
    one = by_enforcer.filter((pl.col("kind") == accrual.ALL) & (pl.col("received").sum().over("category", "kind") > 0))
    curves = one.group_by(pl.col("category").cast(_CATEGORY)).agg(
        rank=pl.int_range(0, pl.len() + 1, dtype=pl.Int64),
        people=pl.int_range(0, pl.len() + 1, dtype=pl.Int64).cast(pl.Float64) / pl.len().cast(pl.Float64),
        received=_cumulated("received"),
        due=_cumulated("share"),
    )
    return (
        curves.sort("category")
        .explode("rank", "people", "received", "due")
        .with_columns(pl.col("category").cast(pl.String))
    )


def _cumulated(column: str) -> pl.Expr:
    ranked = pl.col(column).sort()
    running = ranked.cum_sum().cast(pl.Float64) / ranked.sum().cast(pl.Float64)
    return running.extend_constant(0.0, 1).sort()


def deadlines(record: Record) -> pl.DataFrame:
    """Writs of each deadline (¶7, ¶8, ¶15) and what became of it, zeros too, and their part of all that have it.

    Distributed: the batch's day against `distribute_by`. Handed over (¶7, by the same day), collected, creditor told:
    as far as somebody recorded it. An electronic writ is not collected; a notice of a paper one has no day, and so no
    outcome, until its receipt is recorded (¶15).
    """
    done = record.assignments.join(record.batches.select("batch_id", "as_of"), on="batch_id")
    rows = []
    for deadline, (by, moment) in DEADLINES.items():
        day = pl.col(moment).dt.date()
        known = pl.col(by).is_not_null()
        outcome = (
            pl.when(day.is_null() | ~known).then(pl.lit("unknown")).when(day <= pl.col(by)).then(pl.lit("kept"))
            .otherwise(pl.lit("late"))
        )  # fmt: skip
        having = done.filter(known) if deadline == "collect_by" else done
        counts = dict(having.select(outcome=outcome).group_by("outcome").len().iter_rows())
        rows += [(deadline, code, counts.get(code, 0), having.height) for code in OUTCOMES]
    types = {"deadline": pl.String, "outcome": pl.String, "writs": pl.Int64, "all": pl.Int64}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    part = pl.col("writs").cast(pl.Float64) / pl.max_horizontal(pl.lit(1), "all")
    return frame.with_columns(part=part).drop("all")


def not_assigned(record: Record) -> pl.DataFrame:
    """Writs that no batch of the span assigned, by the reason that the last one gave."""
    last = (
        record.unassigned.join(record.batches.select("batch_id", "as_of", "number"), on="batch_id")
        .sort("as_of", "number")
        .unique("writ_id", keep="last", maintain_order=True)
        .join(record.assignments, on="writ_id", how="anti")
    )
    counts = last.group_by("code").agg(writs=pl.len().cast(pl.Int64))
    order = {code: place for place, code in enumerate(UNASSIGNED)}
    return counts.sort(pl.col("code").replace_strict(order, return_dtype=pl.Int64))


def _people(record: Record) -> pl.DataFrame:
    """`enforcer_id`, `name`, `district_id`, `chamber_id` of all who stood in a batch."""
    return (
        record.standing.select("enforcer_id")
        .unique()
        .join(record.enforcers.select("enforcer_id", "name", "district_id"), on="enforcer_id")
        .join(record.districts.select("district_id", "chamber_id"), on="district_id", how="left")
        .sort("enforcer_id")
    )


def _described(pools: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Add the districts that a pool served."""
    served = (
        record.assignments.select("pool_id", "district_id")
        .unique()
        .join(record.districts.select("district_id", "name"), on="district_id")
        .sort("pool_id", by_alphabet("name"))
        .group_by("pool_id", maintain_order=True)
        .agg(districts=pl.col("name").str.join(", "))
    )
    return (
        pools.join(served, left_on="id", right_on="pool_id", how="left", maintain_order="left")
        .select("id", "districts", pl.exclude("scope", "id", "districts"))
    )  # fmt: skip
