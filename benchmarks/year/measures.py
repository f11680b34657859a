"""What a year of one policy is worth, from its balances and assignments alone. All in writs.

Two groups: `everyone`; and `apart`, those who are never bound a writ in the run and whose pool is one district, being
attached to no other. Excess is measured each day after the batch, over all who are licensed on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model.codes import BOUND_BASES, CATEGORIES

if TYPE_CHECKING:
    from benchmarks.year.run import Run
    from tengbol.scenarios.stream import Stream

GROUPS: Final = ("everyone", "apart")
#: Working days: the least absence after which a return counts, and how many after it are looked at.
AWAY, AFTER = 10, 10
#: Writs of |excess| above which a day counts.
ABOVE: Final = 2.0
#: Stands for all five categories.
ANY: Final = "any"


def excess(stream: Stream, run: Run) -> pl.DataFrame:
    """`group`, `day`, `enforcer_id`, `category`, `excess`: each member of each group on each day."""
    found = run.balances.select(
        "day", "enforcer_id", "category", excess=pl.col("received") - pl.col("share").cast(pl.Float64)
    )
    return pl.concat([_within(found, stream, run, group).with_columns(group=pl.lit(group)) for group in GROUPS])


def _within(frame: pl.DataFrame, stream: Stream, run: Run, group: str) -> pl.DataFrame:
    if group == "everyone":
        return frame
    bound = run.assignments.filter(pl.col("basis").is_in(BOUND_BASES))
    return frame.join(bound, on="enforcer_id", how="anti").join(
        stream.chamber.attachments, on="enforcer_id", how="anti"
    )


def evenness(stream: Stream, run: Run) -> pl.DataFrame:
    """`group`, `category`, `enforcers`, `spread_end`, `largest_end`, `largest_ever`, `days_above`: a row each, and one
    for `any`.

    spread_end: the largest excess less the smallest, after the last day. largest: |excess|, after the last day and
    after any. days_above: share of all days of all enforcers after which |excess| is above `ABOVE`. For `any` the
    largest of the categories, and the share over all of them.
    """
    each = excess(stream, run)
    above = pl.col("excess").abs() > ABOVE
    last = each.filter(pl.col("day") == stream.days[-1])
    magnitude = pl.col("excess").abs().max()
    keys = ["group", "category"]
    table = (
        last.group_by(keys)
        .agg(spread_end=pl.col("excess").max() - pl.col("excess").min(), largest_end=magnitude)
        .join(
            each.group_by(keys).agg(
                enforcers=pl.col("enforcer_id").n_unique(), largest_ever=magnitude, days_above=above.mean()
            ),
            on=keys, how="full", coalesce=True,
        )
    )  # fmt: skip
    whole = (
        table.group_by("group")
        .agg(pl.exclude("category", "days_above").max())
        .join(each.group_by("group").agg(days_above=above.mean()), on="group")
        .with_columns(category=pl.lit(ANY))
    )
    columns = [*keys, "enforcers", "spread_end", "largest_end", "largest_ever", "days_above"]
    order = [pl.col("group").cast(pl.Enum(GROUPS)), pl.col("category").cast(pl.Enum([*CATEGORIES, ANY]))]
    return pl.concat([table.select(columns), whole.select(columns)]).sort(order)


def path(stream: Stream, run: Run) -> pl.DataFrame:
    """`group`, `month` (its first day), `largest`: the largest |excess| of any category on any day of each month."""
    return (
        excess(stream, run)
        .group_by("group", month=pl.col("day").dt.truncate("1mo"))
        .agg(largest=pl.col("excess").abs().max())
        .sort(pl.col("group").cast(pl.Enum(GROUPS)), "month")
    )


def returns(stream: Stream, run: Run) -> pl.DataFrame:
    """`enforcer_id`, `day`, `away`, `received`, `share`, `ratio`, `bound`, `apart`: each return from an absence.

    A return is the first day on which somebody licensed is there after `AWAY` working days or more of absence, if he
    then is there for `AFTER` working days running. received: writs in those days. share: what the mean member of his
    pools got in them, that is, his share of what was distributed. ratio: of the two, null where nothing came. bound:
    how many of them were bound to him. apart: whether he belongs to that group.
    """
    when = dict(enumerate(stream.days))
    rows = [
        (who, when[first], away, when[first + AFTER - 1], when[first - 1])
        for who, present in _presence(stream).items()
        for first, away in _returned(present)
    ]
    found = pl.DataFrame(
        rows,
        schema={"enforcer_id": pl.String, "day": pl.Date, "away": pl.Int64, "until": pl.Date, "before": pl.Date},
        orient="row",
    )
    totals = run.balances.group_by("enforcer_id", "day").agg(
        pl.col("received").sum(), pl.col("share").sum().cast(pl.Float64)
    )
    for moment in ("before", "until"):
        found = found.join(
            totals.rename({"received": f"received_{moment}", "share": f"share_{moment}", "day": moment}),
            on=["enforcer_id", moment], how="left",
        )  # fmt: skip
    bound = found.join(run.assignments.filter(pl.col("basis").is_in(BOUND_BASES)), on="enforcer_id").filter(
        pl.col("day_right").is_between(pl.col("day"), pl.col("until"))
    )
    apart = _within(found, stream, run, "apart")["enforcer_id"].unique()
    share = pl.col("share_until") - pl.col("share_before")
    received = pl.col("received_until") - pl.col("received_before")
    return (
        found.join(bound.group_by("enforcer_id", "day").agg(bound=pl.len()), on=["enforcer_id", "day"], how="left")
        .select(
            "enforcer_id", "day", "away",
            received=received, share=share, ratio=pl.when(share > 0).then(received / share),
            bound=pl.col("bound").fill_null(0), apart=pl.col("enforcer_id").is_in(apart.implode()),
        )
        .sort("day", "enforcer_id")
    )  # fmt: skip


def _presence(stream: Stream) -> dict[str, np.ndarray]:
    """For each enforcer each day (D,): 1 there, 0 away, -1 not licensed."""
    days = np.array(stream.days, dtype="datetime64[D]")
    out = {}
    for who, start, end in stream.chamber.enforcers.select("enforcer_id", "licensed_from", "licensed_to").iter_rows():
        licensed = (days >= np.datetime64(start)) & (days <= np.datetime64(end or days[-1]))
        out[who] = np.where(licensed, 1, -1)
    for who, start, end in stream.chamber.absences.select("enforcer_id", "start", "end").iter_rows():
        away = (days >= np.datetime64(start)) & (days <= np.datetime64(end or days[-1]))
        out[who][away & (out[who] > 0)] = 0
    return out


def _returned(present: np.ndarray) -> list[tuple[int, int]]:
    """Positions of the first days of returns, and the working days away before each."""
    found, away = [], 0
    for day, there in enumerate(present):
        if there == 1 and away >= AWAY and day + AFTER <= len(present) and (present[day : day + AFTER] == 1).all():
            found.append((day, away))
        away = away + 1 if there == 0 else 0
    return found


def returned(stream: Stream, run: Run) -> pl.DataFrame:
    """`group`, `returns`, `mean_ratio`, `largest_ratio`, `received`, `share`; the last two of the largest ratio."""
    each = returns(stream, run).drop_nulls("ratio")
    groups = pl.concat(
        [
            each.with_columns(group=pl.lit("everyone")),
            each.filter("apart").with_columns(group=pl.lit("apart")),
        ]
    )
    return (
        groups.sort("ratio", descending=True)
        .group_by("group", maintain_order=True)
        .agg(
            returns=pl.len(), mean_ratio=pl.col("ratio").mean(), largest_ratio=pl.col("ratio").max(),
            received=pl.col("received").first(), share=pl.col("share").first(),
        )
        .sort(pl.col("group").cast(pl.Enum(GROUPS)))
    )  # fmt: skip


def foretold(run: Run) -> pl.DataFrame:
    """`pool`, `writs`, `right`, `blind`: free writs tried, by members of the pool and over all pools.

    right: the share for which the outsider of `run` named the recipient. blind: the share a guess among the pool would.
    """
    size = pl.col("pool_size")
    band = (
        pl.when(size <= 4).then(pl.lit("2 to 4")).when(size <= 8).then(pl.lit("5 to 8")).otherwise(pl.lit("9 or more"))
    )
    figures = (pl.len().alias("writs"), pl.col("right").mean(), (1 / size).mean().alias("blind"))
    whole = run.foretold.select(pl.lit(ANY).alias("pool"), *figures)
    return pl.concat([whole, run.foretold.group_by(pool=band).agg(*figures).sort("pool")])
