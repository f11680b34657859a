"""The tables of an answer, each row under its variant's name, from what came of the variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tengbol.report.whatif.findings import AMOUNTS
from tengbol.scenarios.whatif.decide import alone, beside, mended
from tengbol.scenarios.whatif.events import Rule
from tengbol.scenarios.whatif.pace import coverage, intake
from tengbol.scenarios.whatif.scenario import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tengbol.config import Config
    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.departure import Departure
    from tengbol.scenarios.whatif.scenario import Asked, Scenario


def of_departures(departures: Mapping[str, Departure]) -> dict[str, pl.DataFrame]:
    """The tables of all variants, each under its variant's name."""
    found: dict[str, pl.DataFrame] = {}
    for name in ("moved", "taken", "load", "uniformity", "unplaced", "pools", "later"):
        parts = [
            frame.select(pl.lit(variant).alias("variant"), *frame.columns)
            for variant, answer in departures.items()
            for frame in [getattr(answer, name)]
        ]
        if parts:
            found[name] = pl.concat(parts)
    if "unplaced" in found:
        found["deadlines"] = (
            found["unplaced"]
            .group_by("variant", "distribute_by", "district_id", "category", "moved", maintain_order=True)
            .agg(writs=pl.len().cast(pl.Int64))
            .sort("variant", "distribute_by", "district_id", "category", "moved")
        )
    return found


def to_decide_by(
    chamber: Chamber, departures: Mapping[str, Departure], own: pl.DataFrame, scenario: Scenario, config: Config
) -> dict[str, pl.DataFrame]:
    """The tables by which somebody decides, and what the ledger has of the past."""
    as_of, history = scenario.as_of, scenario.history
    states = {
        BASE: (chamber, max(one.as_of for one in departures.values()).date(), config),
        **{name: (one.through[-1].chamber, one.as_of.date(), one.through[-1].rules.config)
           for name, one in departures.items()},
    }  # fmt: skip
    return {
        "coverage": coverage(chamber, as_of, intake(chamber.ledger, as_of, history, config.calendar), config.calendar),
        "beside": beside(BASE, chamber, departures, as_of=as_of, history=history, config=config, own=own),
        "attach": pl.concat([mended(name, one, seed=scenario.seed, config=config) for name, one in departures.items()]),
        "alone": pl.concat([alone(name, *state) for name, state in states.items()]),
    }


def untold(asked: Asked) -> pl.DataFrame:
    """`variant`, `reason`: what of a variant the days to come cannot show, for what nobody knows of their writs."""
    changed = [
        variant.name
        for variant in asked.scenario.variant
        if asked.scenario.days and any(isinstance(event, Rule) and event.mci is not None for event in variant.event)
    ]
    return pl.DataFrame(
        {"variant": changed, "reason": [AMOUNTS] * len(changed)}, schema={"variant": pl.String, "reason": pl.String}
    )
