"""From a chamber and events to the chamber of a day: what each has open returns, and nothing is distributed between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tengbol.config import Config
from tengbol.scenarios.whatif.plan import Rules, plan
from tengbol.scenarios.whatif.redistribution import returned

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tengbol.model.chamber import Chamber
    from tengbol.scenarios.whatif.events import Event


@dataclass(frozen=True)
class Changed:
    """chamber: to be distributed at `as_of` by `rules`. proceedings: `Returned.proceedings`."""

    chamber: Chamber
    rules: Rules
    proceedings: pl.DataFrame


def apply(
    chamber: Chamber, events: Iterable[Event], *, as_of: dt.datetime, since: dt.datetime | None = None,
    config: Config | None = None,
) -> Changed:  # fmt: skip
    """What `events` make of `chamber` by `as_of`; `since` is the moment its tables were read, `as_of` without one.

    Whoever departs until then has his open proceedings return. Without events, the chamber itself.
    """
    whole = plan(chamber, events, as_of=since or as_of)
    day = as_of.date()
    back = returned(whole.on(day), whole.departures.filter(pl.col("on") <= day))
    return Changed(back.chamber, whole.law(day, config or Config()), back.proceedings)
