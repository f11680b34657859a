"""One sentence for each finding about a variant, from the figures of its tables and nothing else.

Nobody is named as one who will get a writ: who does is for the lot to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.whatif import readings, to_come
from tengbol.report.whatif.everyone import in_turn
from tengbol.report.whatif.numbers import about, counted, enforcers, named, proceedings, title, writs
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: About everyone in turn, not about a variant.
EVERYONE: Final = "everyone in turn"
#: About all that the law leaves open.
READINGS: Final = "readings of the law"
#: About the base, beside which every variant stands.
BASE: Final = "base"
#: Why a changed index is not seen on the days to come.
AMOUNTS: Final = mark(
    "What another index would change on the days to come is not told, for the past that they are drawn from has no "
    "amounts: a ledger holds none. Only what waits today is told by it (¶4)."
)


def findings(tables: Mapping[str, pl.DataFrame], *, lots: int, days: int, words: Words | None = None) -> pl.DataFrame:
    """`variant`, `finding`: sentences from the tables of an answer, in the order of its variants; English by default.

    `variant` is `base`, `everyone in turn`, `readings of the law`, or a variant's name.
    """
    words = words or Words("en")
    said: list[tuple[str, str]] = [(BASE, sentence) for sentence in of_base(tables, words)]
    uniformity = tables.get("uniformity")
    if uniformity is not None:
        partial = "coverage" in tables and bool(tables["coverage"]["partial"].any())
        for variant in uniformity["variant"].unique(maintain_order=True).to_list():
            mine = {name: frame.filter(variant=variant) for name, frame in tables.items() if "variant" in frame.columns}
            said += [(variant, sentence) for sentence in _of_variant(mine, lots, days, words, partial)]
    if "in_turn" in tables:
        said += [(EVERYONE, sentence) for sentence in in_turn(tables["in_turn"], tables["pairs"], words)]
    if "readings" in tables:
        said += [(READINGS, sentence) for sentence in readings.told(tables["readings"], words)]
    return pl.DataFrame(said, schema={"variant": pl.String, "finding": pl.String}, orient="row")


def of_base(tables: Mapping[str, pl.DataFrame], words: Words) -> Iterator[str]:
    """What the base does by itself, and what its past can and cannot tell."""
    for row in tables["own"].iter_rows(named=True) if "own" in tables else ():
        yield words(
            "In the base itself {number} of {name} return on {day} (¶3).",
            number=proceedings(row["open"], words), name=row["name"], day=words.day(row["on"]),
        )  # fmt: skip
    for row in tables["coverage"].filter("partial").iter_rows(named=True) if "coverage" in tables else ():
        yield words(
            "The ledger is only a part of the past: it has {rows} proceedings, where balances count {received} writs "
            "and {pending} came in the last {days}. So how many arrive on a day, and how many days’ intake something "
            "is, is not told, and the days to come have as few writs as the ledger.",
            rows=words.count(row["rows"]), received=words.count(row["received"]), pending=words.count(row["pending"]),
            days=counted("{n} working day", "{n} working days", row["days"], words),
        )  # fmt: skip
    if "calibration" in tables:
        yield from _calibrated(tables["calibration"], words)


def _calibrated(table: pl.DataFrame, words: Words) -> Iterator[str]:
    if table.is_empty():
        yield words("No departure of this book’s past can be replayed, so how well forecasts hold is not known.")
        return
    yield words(
        "Forecast against outcome, of the departures that this book has seen ({departures}): what each got in a "
        "category lay within its interval in {held} of {cells} cases; an interval is to hold 95 of 100.",
        departures=words.count(table.select("batch_id", "leaving").n_unique()),
        held=words.count(int(table["held"].sum())), cells=words.count(table.height),
    )  # fmt: skip


def _of_variant(mine: Mapping[str, pl.DataFrame], lots: int, days: int, words: Words, partial: bool) -> Iterator[str]:
    yield from _returns(mine["moved"], words)
    yield from _later(mine["later"], words)
    yield from _taken(mine["load"], mine["taken"], lots, words)
    yield from _evenness(mine["uniformity"], words)
    yield from _unplaced(mine["unplaced"], words)
    yield from _pools(mine["pools"], words, partial)
    yield from map(words, mine["untold"]["reason"].to_list())
    if "delays" in mine:
        yield from to_come.against(mine["delays"], days, words)
    if days:
        yield from to_come.clear(mine["differences"], days, words)
        yield from to_come.settled(mine["settled"], words)


def _returns(moved: pl.DataFrame, words: Words) -> Iterator[str]:
    if moved.is_empty():
        yield words("No open proceeding returns to the chamber.")
    for (on,), part in moved.group_by("on", maintain_order=True):
        by = part.group_by("category", maintain_order=True).agg(pl.col("open").sum())
        parts = "; ".join(f"{title(words, category)}: {about(words, number)}" for category, number in by.iter_rows())
        who = part["enforcer_id"].n_unique()
        # The mean over the lots is no whole number where somebody holds what an earlier day gave him.
        yield words(
            "{total} of {who} return to the chamber (¶3) on {day}: {parts}.",
            total=proceedings(part["open"].sum(), words), who=enforcers(who, words), day=words.day(on),  # type: ignore[arg-type]
            parts=parts,
        )  # fmt: skip
        margin = part.select(pl.max("margin")).item()
        if margin:
            yield words(
                "How many that is depends on the lot of earlier days: ± {margin} in a category (95 % interval).",
                margin=words.decimal(margin, 1),
            )
        pending = part["pending"].sum()
        if pending:
            yield words(
                "Of these, {writs} had come back before and were pending already.", writs=writs(float(pending), words)
            )


def _later(later: pl.DataFrame, words: Words) -> Iterator[str]:
    for row in later.filter(pl.col("open") > 0).iter_rows(named=True):
        yield words(
            "{number} of {name} return on {day}, if nothing brings him back by then (¶3, ¶18).",
            number=proceedings(row["open"], words), name=row["name"], day=words.day(row["on"]),
        )  # fmt: skip


def _taken(load: pl.DataFrame, taken: pl.DataFrame, lots: int, words: Words) -> Iterator[str]:
    takers = load.filter(pl.col("added") > 0)
    if len(takers):
        drawn = counted("{n} lot", "{n} lots", lots, words)
        ends = takers.select(least=pl.min("added"), most=pl.max("added")).row(0)
        least, most = (words.decimal(value, 1) for value in ends)
        if len(takers) > 1:
            yield words(
                "{who} take them, from {least} to {most} each, on average over {lots}.",
                who=enforcers(len(takers), words), least=least, most=most, lots=drawn,
            )  # fmt: skip
        else:
            yield words("1 enforcer takes all, {most}, on average over {lots}.", most=most, lots=drawn)
        swing, margin = taken.select((pl.col("most") - pl.col("least")).max(), pl.col("margin").max()).row(0)
        if margin == 0:
            yield words("These averages are exact: whoever is in the same position gets as much on average.")
        elif lots > 1:
            yield words(
                "In these lots, what one of them gets in a category differed by up to {writs}; the average is "
                "uncertain by up to ± {margin} (95 % interval).",
                writs=writs(swing, words), margin=words.decimal(margin, 1),
            )  # fmt: skip
        most, half = takers.select(most=pl.max("intake_days"), half=pl.median("intake_days")).row(0)
        if most is not None:
            yield words(
                "For whoever it burdens most that is {most} working days' intake; for half of them, at most {half}.",
                most=words.decimal(most, 1), half=words.decimal(half, 1),
            )  # fmt: skip
        over = load.filter("overloaded")
        if len(over):
            yield words(
                "More than twice as many open as the chamber's enforcers hold on average would then be with {who}.",
                who=enforcers(len(over), words),
            )
    more = load.with_columns(by=pl.col("a_day_after") - pl.col("a_day_before")).sort("by", "enforcer_id")
    if len(more) and (more["by"][-1] or 0.0) > 0.005:
        top = more.row(-1, named=True)
        yield words(
            "The daily intake of {who} grows, at most from {before} to {after} writs a working day.",
            who=enforcers(len(more.filter(pl.col("by") > 0.005)), words),
            before=words.decimal(top["a_day_before"], 2), after=words.decimal(top["a_day_after"], 2),
        )  # fmt: skip


def _evenness(uniformity: pl.DataFrame, words: Words) -> Iterator[str]:
    wide = uniformity.select("chamber_id", "category", "moment", "excess_std").pivot(
        "moment", index=["chamber_id", "category"], values="excess_std"
    )
    if {"before", "base", "after"} <= set(wide.columns) and len(wide):
        # Of several rows alike the first, so that the same tables give the same sentence.
        row = wide.sort("after", descending=True, maintain_order=True).row(0, named=True)
        yield words(
            "After the batch, excess deviates most in {category}: by {after} writs, against {before} before it and "
            "{base} after the base's batch.",
            category=title(words, row["category"]),
            **{name: words.decimal(row[name], 3) for name in ("after", "before", "base")},
        )


def _unplaced(unplaced: pl.DataFrame, words: Words) -> Iterator[str]:
    if unplaced.is_empty():
        yield words("Everything that the base can place can still be placed.")
        return
    yield words(
        "{writs} in {districts} can be given to nobody (¶9, ¶10); the first should be distributed by {day} (¶7).",
        writs=writs(len(unplaced), words),
        districts=counted("{n} district", "{n} districts", unplaced["district_id"].n_unique(), words),
        day=words.day(unplaced["distribute_by"].min()),  # type: ignore[arg-type]
    )


def _pools(pools: pl.DataFrame, words: Words, partial: bool) -> Iterator[str]:
    emptied = pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0)
    alone = pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1)
    if len(emptied) and partial:
        yield words("Nobody is left eligible in {names}.", names=named(emptied["name"], words))
    elif len(emptied):
        yield words(
            "Nobody is left eligible in {names}, where {a_day} writs arrive on a working day.",
            names=named(emptied["name"], words), a_day=words.decimal(float(emptied["a_day"].sum()), 1),
        )  # fmt: skip
    if len(alone):
        yield words("One enforcer is left alone in {names}.", names=named(alone["name"], words))
