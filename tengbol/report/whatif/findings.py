"""One sentence for each finding about a variant, from the figures of its tables and nothing else.

Nobody is named as one who will get a writ: who does is for the lot to decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tengbol.report.wording import CATEGORIES, count, counted, day, fixed, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: About everyone in turn, not about a variant.
EVERYONE: Final = "everyone in turn"
#: About the base, beside which every variant stands.
BASE: Final = "base"
#: Why a changed index is not seen on the days to come.
AMOUNTS: Final = (
    "What another index would change on the days to come is not told, for the past that they are drawn from has no "
    "amounts: a ledger holds none. Only what waits today is told by it (¶4)."
)
_MEASURES: Final = {
    "excess_std": "the deviation of excess{of}, mean over the days, is {value} writs, {by} than in the base",
    "excess_farthest": "on the last day, the farthest from his share{of} is {value} writs away, {by} than in the base",
    "placed": "{value} writs are distributed, {by} than in the base",
    "late": "{value} writs are distributed after their three working days or still wait, {by} than in the base",
    "waiting": "{value} writs wait at the end of a day, on average, {by} than in the base",
    "open_most": "whoever has most open proceedings on the last day has {value}, {by} than in the base",
}


def findings(tables: Mapping[str, pl.DataFrame], *, lots: int, days: int) -> pl.DataFrame:
    """`variant`, `finding`: sentences from the tables of an answer, in the order of its variants."""
    said: list[tuple[str, str]] = []
    for row in tables["own"].iter_rows(named=True) if "own" in tables else ():
        number = counted(row["open"], "open proceeding")
        said.append((BASE, f"In the base itself {number} of {row['name']} return on {day(row['on'])} (¶3)."))
    uniformity = tables.get("uniformity")
    if uniformity is not None:
        for variant in uniformity["variant"].unique(maintain_order=True).to_list():
            mine = {name: frame.filter(variant=variant) for name, frame in tables.items() if "variant" in frame.columns}
            said += [(variant, sentence) for sentence in _of_variant(mine, lots, days)]
    if "in_turn" in tables:
        said += [(EVERYONE, sentence) for sentence in _in_turn(tables["in_turn"], tables["pairs"])]
    return pl.DataFrame(said, schema={"variant": pl.String, "finding": pl.String}, orient="row")


def _of_variant(mine: Mapping[str, pl.DataFrame], lots: int, days: int) -> Iterator[str]:
    yield from _returns(mine["moved"])
    yield from _later(mine["later"])
    yield from _taken(mine["load"], mine["taken"], lots)
    yield from _evenness(mine["uniformity"])
    yield from _unplaced(mine["unplaced"])
    yield from _pools(mine["pools"])
    yield from mine["untold"]["reason"].to_list()
    if days:
        yield from _clear(mine["differences"], days)
        yield from _settled(mine["settled"])


def _returns(moved: pl.DataFrame) -> Iterator[str]:
    if moved.is_empty():
        yield "No open proceeding returns to the chamber."
    for (on,), part in moved.group_by("on", maintain_order=True):
        by = part.group_by("category", maintain_order=True).agg(pl.col("open").sum())
        parts = ", ".join(f"{about(number)} {_title(category)}" for category, number in by.iter_rows())
        who = part["enforcer_id"].n_unique()
        # The mean over the lots is no whole number where somebody holds what an earlier day gave him.
        total = about(part["open"].sum())
        yield (
            f"{total} open proceeding{'' if total == '1' else 's'} of {counted(who, 'enforcer')} return to the chamber "
            f"(¶3) on {day(on)}: {parts}."  # type: ignore[arg-type]
        )
        margin = part["margin"].max()
        if margin:
            told = fixed(margin, 1)  # type: ignore[arg-type]
            yield f"How many that is depends on the lot of earlier days: ± {told} in a category (95 % interval)."
        pending = part["pending"].sum()
        if pending:
            writs = f"{about(pending)} writ{'' if about(pending) == '1' else 's'}"
            yield f"Of these, {writs} had come back before and were pending already."


def _later(later: pl.DataFrame) -> Iterator[str]:
    for row in later.filter(pl.col("open") > 0).iter_rows(named=True):
        yield (
            f"{counted(row['open'], 'open proceeding')} of {row['name']} return on {day(row['on'])}, if nothing brings "
            "him back by then (¶3, ¶18)."
        )


def _taken(load: pl.DataFrame, taken: pl.DataFrame, lots: int) -> Iterator[str]:
    takers = load.filter(pl.col("added") > 0)
    if len(takers):
        least, most = takers["added"].min(), takers["added"].max()
        drawn = f"on average over {counted(lots, 'lot')}"
        share = f"from {fixed(least, 1)} to {fixed(most, 1)} each" if len(takers) > 1 else f"{fixed(most, 1)}"  # type: ignore[arg-type]
        yield f"{counted(len(takers), 'enforcer')} take {'them' if len(takers) > 1 else 'all'}, {share}, {drawn}."
        swing, margin = taken.select((pl.col("most") - pl.col("least")).max(), pl.col("margin").max()).row(0)
        if margin == 0:
            yield "These averages are exact: whoever is in the same position gets as much on average."
        elif lots > 1:
            yield (
                f"In these lots, what one of them gets in a category differed by up to {counted(swing, 'writ')}; the "
                f"average is uncertain by up to ± {fixed(margin, 1)} (95 % interval)."
            )
        burden = takers["intake_days"].drop_nulls()
        if len(burden):
            yield (
                f"For whoever it burdens most that is {fixed(burden.max(), 1)} working days' intake; "  # type: ignore[arg-type]
                f"for half of them, at most {fixed(burden.median(), 1)}."  # type: ignore[arg-type]
            )
    more = load.with_columns(by=pl.col("a_day_after") - pl.col("a_day_before")).sort("by", "enforcer_id")
    if len(more) and more["by"][-1] > 0.005:
        top = more.row(-1, named=True)
        yield (
            f"The daily intake of {count(len(more.filter(pl.col('by') > 0.005)))} enforcers grows, at most from "
            f"{fixed(top['a_day_before'], 2)} to {fixed(top['a_day_after'], 2)} writs a working day."
        )


def _evenness(uniformity: pl.DataFrame) -> Iterator[str]:
    wide = uniformity.select("chamber_id", "category", "moment", "excess_std").pivot(
        "moment", index=["chamber_id", "category"], values="excess_std"
    )
    if {"before", "base", "after"} <= set(wide.columns) and len(wide):
        # Of several rows alike the first, so that the same tables give the same sentence.
        row = wide.sort("after", descending=True, maintain_order=True).row(0, named=True)
        yield (
            f"After the batch, excess deviates most in {_title(row['category'])}: by {fixed(row['after'], 3)} writs, "
            f"against {fixed(row['before'], 3)} before it and {fixed(row['base'], 3)} after the base's batch."
        )


def _unplaced(unplaced: pl.DataFrame) -> Iterator[str]:
    if unplaced.is_empty():
        yield "Everything that the base can place can still be placed."
        return
    places = unplaced["district_id"].n_unique()
    first = day(unplaced["distribute_by"].min())  # type: ignore[arg-type]
    yield (
        f"{counted(len(unplaced), 'writ')} in {counted(places, 'district')} can be given to nobody (¶9, ¶10); "
        f"the first should be distributed by {first} (¶7)."
    )


def _pools(pools: pl.DataFrame) -> Iterator[str]:
    emptied = pools.filter(pl.col("eligible_after") == 0, pl.col("eligible_before") > 0)
    alone = pools.filter(pl.col("eligible_after") == 1, pl.col("eligible_before") > 1)
    if len(emptied):
        yield (
            f"Nobody is left eligible in {_named(emptied['name'])}, where {fixed(float(emptied['a_day'].sum()), 1)} "
            "writs arrive on a working day."
        )
    if len(alone):
        yield f"One enforcer is left alone in {_named(alone['name'])}."


def _clear(differences: pl.DataFrame, days: int) -> Iterator[str]:
    # What would be written as nought is none; of the categories, those that rise and fall most stand for all.
    size = pl.col("difference").abs()
    told = pl.when(pl.col("measure").str.starts_with("excess")).then(0.0005).otherwise(0.05)
    clear = (
        differences.filter("clear", size >= told)
        .with_columns(_rises=pl.col("difference") > 0)
        .sort(size, descending=True, maintain_order=True)
        .unique(["measure", "_rises"], keep="first", maintain_order=True)
        .sort(pl.col("measure").replace_strict({name: place for place, name in enumerate(_MEASURES)}))
    )
    if clear.is_empty():
        yield f"Over {counted(days, 'working day')} to come no measure differs clearly from the base's."
    for row in clear.iter_rows(named=True):
        places = 3 if row["measure"].startswith("excess") else 1
        by = f"{fixed(abs(row['difference']), places)} {'more' if row['difference'] > 0 else 'less'}"
        of = f" in {_title(row['category'])}" if row["category"] else ""
        sentence = _MEASURES[row["measure"]].format(of=of, value=fixed(row["value"], places), by=by)
        interval = f"95 % interval {signed(row['low'], places)} to {signed(row['high'], places)}"
        yield (
            f"Over {counted(days, 'working day')} to come, {sentence} ({interval}, "
            f"{counted(row['replications'], 'replication')})."
        )


def _settled(settled: pl.DataFrame) -> Iterator[str]:
    if settled.is_empty():
        return
    open_ = settled.filter(pl.col("settled_on").is_null())
    late, untold = (", ".join(map(_title, open_.filter(known=known)["category"])) for known in (True, False))
    if late:
        yield f"Excess still deviates more than in the base on the last day in {late}."
    if untold:
        yield f"So few replications cannot tell whether excess still deviates more than in the base in {untold}."
    if len(open_):
        return
    last = settled.sort("settled_on", "category").row(-1, named=True)
    if last["working_days"] == 0:
        yield "On no day to come does excess deviate more than in the base."
    else:
        yield (
            f"Excess has settled in every category by {day(last['settled_on'])}, "
            f"{counted(last['working_days'], 'working day')} after the first event."
        )


def _in_turn(singles: pl.DataFrame, pairs: pl.DataFrame) -> Iterator[str]:
    stranding = singles.filter((pl.col("unplaced") > 0) | (pl.col("districts_for_nobody") > 0))
    alone = singles.filter(pl.col("pools_of_one") > 0)
    if len(stranding):
        worst = int(stranding["unplaced"].max())  # type: ignore[arg-type]
        yield (
            f"{counted(len(stranding), 'enforcer')} of {count(len(singles))} cannot leave alone without writs for "
            f"which nobody is eligible: up to {counted(worst, 'writ')}."
        )
    else:
        yield f"Whoever of the {count(len(singles))} enforcers leaves alone, every writ still has an eligible enforcer."
    whose = counted(len(alone), "enforcer") if len(alone) else "Nobody"
    yield f"{whose} would leave a colleague alone in a pool."
    if len(singles):
        yield (
            f"In the lot that was drawn, one departure adds up to {fixed(_most(singles['most_added']), 0)} writs to "
            f"one colleague, and up to {fixed(_most(singles['most_days']), 1)} working days' intake."
        )
    if len(pairs):
        stranded = pairs.filter((pl.col("unplaced") > 0) | (pl.col("districts_for_nobody") > 0))
        yield (
            f"Of the {count(len(pairs))} worst pairs, {count(len(stranded))} leave a district or a writ with nobody "
            "eligible."
        )


def about(number: Any) -> str:
    """A number that is whole, but where it is a mean over lots that differ."""
    return count(round(number)) if abs(number - round(number)) < 1e-9 else fixed(number, 1)


def _most(values: pl.Series) -> float:
    return max(values.to_list())


def _title(category: str) -> str:
    title = CATEGORIES[category]
    return f"{title[:1].lower()}{title[1:]}"


def _named(names: pl.Series) -> str:
    shown = names.sort().to_list()
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(shown[:3]) + more
