"""Now against later: each variant beside itself with all of its events some calendar months later.

Both are drawn on the very same days, so that what the delay brings is told with an interval of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.law.availability import month_after
from tengbol.phrase import Phrase
from tengbol.report.whatif.numbers import later
from tengbol.scenarios.whatif.compare import differences
from tengbol.scenarios.whatif.scenario import Asked, Complaint, Variant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.report.words import Words
    from tengbol.scenarios.whatif.events import Event
    from tengbol.scenarios.whatif.toml_lines import Place

#: What a departure brings at once, as the table `beside` has it.
AT_ONCE: Final = ("returns", "unplaced", "most_added", "overloaded")
_KINDS: Final = {
    "variant": pl.String, "against": pl.String, "measure": pl.String, "category": pl.String, "base": pl.Float64,
    "value": pl.Float64, "difference": pl.Float64, "low": pl.Float64, "high": pl.Float64, "replications": pl.Int64,
    "clear": pl.Boolean,
}  # fmt: skip


def beside_later(asked: Asked, words: Words) -> tuple[Asked, dict[str, str]]:
    """The scenario with each variant's later self after it, and of whom each of those is the later self.

    Raises `UnusableInputError` where a variant has the name already.
    """
    scenario, months = asked.scenario, asked.scenario.delay
    if not months:
        return asked, {}
    variants, of = list[Variant](), dict[str, str]()
    for variant in scenario.variant:
        name = f"{variant.name}, {later(months, words)}"
        of[name] = variant.name
        variants += [variant, Variant(name=name, event=tuple(_later(event, months) for event in variant.event))]
    names = [variant.name for variant in scenario.variant]
    lines = {place: line for own, line in asked.line.items() for place in _both(own)}
    out = Asked(scenario.model_copy(update={"variant": tuple(variants)}), asked.file, asked.base, asked.text, lines)
    out.refuse(
        Complaint(
            ("variant", 2 * names.index(name), "name"),
            Phrase("two variants are called '{name}'; each needs a name of its own", name=name),
        )
        for name in of
        if name in names
    )
    return out, of


def _both(place: Place) -> tuple[Place, ...]:
    """Where something of a variant stands once each has its later self after it: both stand in one line of the file."""
    match place:
        case ("variant", int(number), *rest):
            return ("variant", 2 * number, *rest), ("variant", 2 * number + 1, *rest)
        case _:
            return (place,)


def _later(event: Event, months: int) -> Event:
    days = {name: day for name in ("on", "until") if (day := getattr(event, name, None)) is not None}
    return event.model_copy(update={name: month_after(day, months) for name, day in days.items()})


def told(of: Mapping[str, str], beside: pl.DataFrame, measures: pl.DataFrame | None) -> pl.DataFrame:
    """`variant`, `against`, and the columns of `compare.differences`: of each later self, against its variant.

    measures: `compare.measures`, where days to come were drawn. What a departure brings at once (`AT_ONCE`) has no
    interval.
    """
    parts = [pl.DataFrame(schema=_KINDS)]
    for variant, against in of.items():
        then, now = (beside.filter(variant=name).select(AT_ONCE).cast(pl.Float64) for name in (variant, against))
        own = now.unpivot(variable_name="measure", value_name="base").join(
            then.unpivot(variable_name="measure", value_name="value"), on="measure", maintain_order="left"
        )
        both = [own.with_columns(difference=pl.col("value") - pl.col("base"))]
        if measures is not None:
            both.append(differences(measures.filter(pl.col("variant").is_in([variant, against])), against))
        parts += [part.with_columns(variant=pl.lit(variant), against=pl.lit(against)) for part in both]
    return pl.concat(parts, how="diagonal").select(list(_KINDS))
