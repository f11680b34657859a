"""A load indicator, after Poland's system of random allocation of cases (SLPS)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from benchmarks.year.policy import Bundle, OneByOne

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import polars as pl

#: Working days over which absences weigh: about a year.
_PERIOD: Final = 246


@dataclass
class LoadIndicator(OneByOne):
    """A lot among those whose load indicator is not above the pool's mean, after Poland's SLPS.

    What is known of SLPS: a lot draws for each case, by category and court division; the indicator F counts the cases
    a judge drew, converted: with a duty of 50 %, or absent for half of the time, each counts for two; F decides on
    taking part in later lots. Source: the Ministry of Justice's answer of 31 January 2018 to interpellation 18006 in
    the Sejm (in Polish). Whoever has a high indicator is passed over until the others have drawn as much (Supreme
    Audit Office, as reported by Dziennik Gazeta Prawna in January 2021); with one below zero he is in every lot
    (Rzeczpospolita, 2018).

    What is modelled: F for each district (for the division), category and enforcer; a writ counts for a year's working
    days over those of the last year on which he was there; he takes part while F is at most the mean of the pool's
    members. Simplified or assumed: the mean as the limit (the published description that we found names none); the
    last year as the period, with everyone there before the stream begins; no duties below 100 %; whoever joins begins
    at the mean of the others (with F at zero he would get everything).
    """

    name: ClassVar[str] = "load-indicator"
    load: defaultdict[tuple[str, str], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    today: int = 0
    since: dict[str, int] = field(default_factory=dict)
    absent: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, everyone: pl.DataFrame) -> None:
        """Note who is licensed, and who of them is away."""
        self.today += 1
        for who, away in everyone.select("enforcer_id", "away").iter_rows():
            if away == "not_licensed":
                continue
            self.since.setdefault(who, self.today)
            if away:
                self.absent[who].append(self.today)

    def choose(self, bundle: Bundle, members: Sequence[str], rng: np.random.Generator) -> str:
        """Draw among those at or below the mean."""
        load = self._joined(bundle.district, bundle.category, members)
        mean = sum(load[who] for who in members) / len(members)
        # What is counted in fractions may miss its equal by a rounding.
        low = [who for who in members if load[who] <= mean + 1e-9]
        return low[int(rng.integers(len(low)))]

    def took(self, bundle: Bundle, who: str) -> None:
        """Count each writ for as much as his days weigh."""
        lately = sum(day > self.today - _PERIOD for day in self.absent[who])
        weight = _PERIOD / (_PERIOD - lately)
        for category, count in bundle.counts.items():
            load = self._joined(bundle.district, category, [who])
            load[who] += count * weight

    def _joined(self, district: str, category: str, members: Sequence[str]) -> dict[str, float]:
        """The indicators of a district and category, with `members` new to it: at zero, joiners at the mean."""
        load = self.load[district, category]
        if new := [who for who in members if who not in load]:
            known = [load[who] for who in members if who in load] or list(load.values())
            mean = sum(known) / len(known) if known else 0.0
            load.update({who: mean if self.since[who] > 1 else 0.0 for who in new})
        return load
