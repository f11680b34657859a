"""The whole benchmark: families of streams, policies on each, and everything found in tables."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from benchmarks.year import charts, measures
from benchmarks.year.policies import POLICIES, Tengbol
from benchmarks.year.run import Foretelling, Run, run
from tengbol.model.codes import BOUND_BASES
from tengbol.scenarios.stream import Recipe, Stream, draw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Whoever gets a bundle with m writs of a category in a pool of n jumps by m·(1 − 1/n) writs at once, and at best stood
#: half of that below before: an aim below two writs asks for short bundles; long ones show what comes of others.
FAMILIES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {"short bundles": Recipe(), "long bundles": Recipe(longest=12, alike=12)}
)
#: Aims for tengbol: writs, ratio to the pool's mean, seconds of a year.
LARGEST, RATIO, SECONDS = 2.0, 1.5, 60.0


@dataclass(frozen=True)
class Year:
    """All that was found; every table begins with `family`, and but for `streams` and `aims` with `policy`.

    streams: what each stream holds. evenness, path, returned, foretold: `measures`. returns: each return by itself.
    cost: seconds of all days. aims: what tengbol should keep, and whether it did.
    """

    streams: pl.DataFrame
    evenness: pl.DataFrame
    path: pl.DataFrame
    returned: pl.DataFrame
    returns: pl.DataFrame
    foretold: pl.DataFrame
    cost: pl.DataFrame
    aims: pl.DataFrame

    def charts(self) -> dict[str, str]:
        """SVG by file name, two for each family."""
        found = {}
        for family in self.streams["family"]:
            name = family.replace(" ", "-")
            path, returns = self.path.filter(family=family), self.returns.filter(family=family)
            found[f"year-{name}-excess.svg"] = charts.path(path, f"Largest |excess|, {family}", LARGEST)
            found[f"year-{name}-returns.svg"] = charts.returns(returns, f"After a return, {family}", RATIO)
        return found

    def shortfalls(self) -> list[str]:
        """A sentence on each aim that was missed."""
        missed = self.aims.filter(~pl.col("met"))
        return [
            f"A year, {family}: {aim} is {reached:.3g}, to be {limit}."
            for family, aim, reached, limit in missed.select("family", "aim", "reached", "limit").rows()
        ]


def year(
    families: Mapping[str, Recipe] = FAMILIES,
    policies: Sequence[type[Any]] = POLICIES,
    foretelling: Foretelling | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Year:
    """Run every policy over the stream of every family."""
    rows: dict[str, list[pl.DataFrame]] = {name: [] for name in ("streams", *_MEASURES, "foretold", "cost")}
    for family, recipe in families.items():
        stream = draw(recipe)
        for number, policy in enumerate(policies):
            progress(f"{family}: {policy.name}")
            done = run(stream, policy(), foretelling)
            if number == 0:
                rows["streams"].append(_named(_contents(stream, done), family=family))
            tables = {name: measure(stream, done) for name, measure in _MEASURES.items()}
            tables |= {"foretold": measures.foretold(done), "cost": _cost(stream, done)}
            for name, table in tables.items():
                rows[name].append(_named(table, family=family, policy=policy.name))
    found = {name: pl.concat(parts) for name, parts in rows.items()}
    return Year(**found, aims=_aims(found))


_MEASURES: Final = {
    "evenness": measures.evenness,
    "path": measures.path,
    "returned": measures.returned,
    "returns": measures.returns,
}


def _named(table: pl.DataFrame, **names: str) -> pl.DataFrame:
    return table.select(*(pl.lit(value).alias(name) for name, value in names.items()), pl.all())


def _contents(stream: Stream, done: Run) -> pl.DataFrame:
    """One row: what a stream holds, as the law saw it on its way through one policy."""
    given, recipe = done.assignments, stream.recipe
    size = given.group_by("day", "bundle_id").agg(writs=pl.len())["writs"]
    alike = given.group_by("day", "bundle_id", "category").len()["len"]
    bound = given["basis"].is_in(BOUND_BASES)
    absences = stream.chamber.absences.select(days=(pl.col("end") - pl.col("start")).dt.total_days() + 1)["days"]
    lacking = stream.chamber.districts.join(stream.chamber.enforcers, on="district_id", how="anti")
    return pl.DataFrame(
        {
            "days": len(stream.days),
            "writs": len(stream.writs),
            "districts": len(stream.chamber.districts),
            "only_attached": len(lacking),
            "enforcers": recipe.enforcers,
            "joining": recipe.joining,
            "leaving": recipe.leaving,
            "absences": len(absences),
            "longest_absence": absences.max(),
            "bundled": size.filter(size > 1).sum() / len(given),
            "longest_bundle": size.max(),
            "most_of_a_category": alike.max(),
            "bound": bound.sum() / len(given),
        }
    )


def _cost(stream: Stream, done: Run) -> pl.DataFrame:
    """One row: seconds of all batches, days without a proof, writs assigned, writs still waiting after the last day."""
    last = done.waiting.filter(pl.col("day") == stream.days[-1])
    return pl.DataFrame(
        {
            "seconds": done.seconds,
            "cpu_seconds": done.cpu_seconds,
            "unproven_days": done.unproven,
            "assigned": len(done.assignments),
            "waiting_at_end": len(last),
        },
        schema_overrides={"unproven_days": pl.Int64},
    )


def _aims(found: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """`family`, `aim`, `reached`, `limit`, `met`: of tengbol."""
    least = pl.lit("below ") + pl.lit(f"{LARGEST:g}")
    most = pl.lit("at most ")
    apart = found["evenness"].filter(group="apart", category=measures.ANY)
    asked = (
        (
            apart, "largest |excess| at any time, in writs (enforcers without bound writs, pool of one district),",
            "largest_ever", least, pl.col("largest_ever") < LARGEST,
        ),
        (
            found["returned"].filter(group="everyone"),
            "most writs in ten working days after a return, as a multiple of the pool's mean,",
            "largest_ratio", most + pl.lit(f"{RATIO:g}"), pl.col("largest_ratio") <= RATIO,
        ),
        (found["cost"], "time of all batches, in seconds,", "seconds", most + pl.lit(f"{SECONDS:g}"),
         pl.col("seconds") <= SECONDS),
    )  # fmt: skip
    return pl.concat(
        table.filter(policy=Tengbol.name).select("family", aim=pl.lit(aim), reached=column, limit=limit, met=met)
        for table, aim, column, limit, met in asked
    )
