"""Sentences on the days to come: what differs clearly, from the base and from the same a while before; what settles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.report.whatif.numbers import MEASURES, about, counted, measured, places, proceedings, title, writs
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a measure differs by, where it is of all categories, and where of one.
_MEASURES: Final = {
    "excess_std": mark("the deviation of excess in {of}, mean over the days, is {value} writs, {by} than in the base"),
    "excess_farthest": mark(
        "on the last day, the farthest from his share in {of} is {value} writs away, {by} than in the base"
    ),
    "placed": mark("{value} writs are distributed, {by} than in the base"),
    "late": mark("{value} writs are distributed after their three working days or still wait, {by} than in the base"),
    "waiting": mark("{value} writs wait at the end of a day, on average, {by} than in the base"),
    "open_most": mark("whoever has most open proceedings on the last day has {value}, {by} than in the base"),
}


def clear(differences: pl.DataFrame, days: int, words: Words) -> Iterator[str]:
    """What differs clearly from the base."""
    # What would be written as nought is none; of the categories, those that rise and fall most stand for all.
    size = pl.col("difference").abs()
    told = pl.when(pl.col("measure").str.starts_with("excess")).then(0.0005).otherwise(0.05)
    found = (
        differences.filter("clear", size >= told)
        .with_columns(_rises=pl.col("difference") > 0)
        .sort(size, descending=True, maintain_order=True)
        .unique(["measure", "_rises"], keep="first", maintain_order=True)
        .sort(pl.col("measure").replace_strict({name: place for place, name in enumerate(_MEASURES)}))
    )
    span = counted("{n} working day", "{n} working days", days, words)
    if found.is_empty():
        yield words("Over {days} to come no measure differs clearly from the base's.", days=span)
    for row in found.iter_rows(named=True):
        decimals = places(row["measure"])
        size_of = words.decimal(abs(row["difference"]), decimals)
        by = words("{size} more", size=size_of) if row["difference"] > 0 else words("{size} less", size=size_of)
        of = title(words, row["category"]) if row["category"] else ""
        yield words(
            "Over {days} to come, {what} (95 % interval {low} to {high}, {replications}).",
            days=span,
            what=words(_MEASURES[row["measure"]], of=of, value=words.decimal(row["value"], decimals), by=by),
            low=words.signed(row["low"], decimals), high=words.signed(row["high"], decimals),
            replications=counted("{n} replication", "{n} replications", row["replications"], words),
        )  # fmt: skip


def against(delays: pl.DataFrame, days: int, words: Words) -> Iterator[str]:
    """What a delay brings: at once, and over the days to come."""
    if delays.is_empty():
        return
    other = delays["against"][0]
    now, then = (dict(delays.select("measure", column).iter_rows()) for column in ("base", "value"))
    yield words(
        "Against “{variant}”: {returns} return instead of {returns_now}; for nobody are {unplaced} instead of "
        "{unplaced_now}; whoever takes most takes {most} instead of {most_now}.",
        variant=other,
        returns=proceedings(then["returns"], words), returns_now=about(words, now["returns"]),
        unplaced=writs(then["unplaced"], words), unplaced_now=about(words, now["unplaced"]),
        most=writs(then["most_added"] or 0.0, words), most_now=about(words, now["most_added"] or 0.0),
    )  # fmt: skip
    if not days:
        return
    span = counted("{n} working day", "{n} working days", days, words)
    size = pl.col("difference").abs()
    found = delays.filter("clear").sort(size, descending=True, maintain_order=True).unique("measure", keep="first")
    found = found.sort(pl.col("measure").replace_strict({name: place for place, name in enumerate(MEASURES)}))
    if found.is_empty():
        yield words(
            "Over {days} to come no measure differs clearly from that of “{variant}”.", days=span, variant=other
        )
        return
    told = [
        words(
            "{measure} {difference} ({low} to {high})",
            measure=measured(row, words),
            **{name: words.signed(row[name], places(row["measure"])) for name in ("difference", "low", "high")},
        )
        for row in found.iter_rows(named=True)
    ]
    yield words(
        "Over {days} to come it differs clearly from “{variant}”, with the 95 % interval: {measures}.",
        days=span, variant=other, measures="; ".join(told),
    )  # fmt: skip


def settled(table: pl.DataFrame, words: Words) -> Iterator[str]:
    """Whether excess deviates as in the base again."""
    if table.is_empty():
        return
    open_ = table.filter(pl.col("settled_on").is_null())
    late, untold = (
        ", ".join(title(words, category) for category in open_.filter(known=known)["category"])
        for known in (True, False)
    )
    if late:
        yield words("Excess still deviates more than in the base on the last day in {categories}.", categories=late)
    if untold:
        yield words(
            "So few replications cannot tell whether excess still deviates more than in the base in {categories}.",
            categories=untold,
        )
    if len(open_):
        return
    last = table.sort("settled_on", "category").row(-1, named=True)
    if last["working_days"] == 0:
        yield words("On no day to come does excess deviate more than in the base.")
    else:
        yield words(
            "Excess has settled in every category by {day}, {days} after the first event.",
            day=words.day(last["settled_on"]),
            days=counted("{n} working day", "{n} working days", last["working_days"], words),
        )
