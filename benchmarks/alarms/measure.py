"""Fair months and months with an abuse, each looked at by every alarm."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from benchmarks.alarms.abuse import ABUSES
from benchmarks.alarms.month import RECIPE, distributed, fair
from tengbol.report.alarms import ALARMS, RATE, raise_alarms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tengbol.scenarios.stream import Recipe

#: Seeds of months with an abuse begin here, so that none of them is one of the fair months.
APART: Final = 1_000_000


@dataclass(frozen=True)
class Measured:
    """fired: of so many `months`, in how many each alarm fired; any: in how many at least one of them did."""

    months: int
    fired: Counter[str]
    any: int


def fair_months(seeds: Iterable[int], processes: int = 1, recipe: Recipe = RECIPE) -> Measured:
    """How often alarms fire where nothing is wrong."""
    return _measured(partial(_fair, recipe), seeds, processes)


def planted(abuse: str, seeds: Iterable[int], processes: int = 1) -> Measured:
    """How often alarms fire where an abuse is planted."""
    return _measured(partial(_planted, abuse), seeds, processes)


def most(months: int, rate: float = RATE, doubt: float = 0.001) -> int:
    """How often an alarm of that rate may fire in so many months: more comes up once in 1,000 such measurements."""
    from scipy.stats import binom

    return int(binom.isf(doubt, months, rate))


def _fair(recipe: Recipe, seed: int) -> list[str]:
    return [alarm.name for alarm in raise_alarms(*distributed(fair(seed, recipe)), seed=seed) if alarm.fired]


def _planted(abuse: str, seed: int) -> list[str]:
    plant, _ = ABUSES[abuse]
    own = APART + seed
    return [alarm.name for alarm in raise_alarms(*distributed(plant(fair(own), own)), seed=own) if alarm.fired]


def _measured(look: Callable[[int], list[str]], seeds: Iterable[int], processes: int) -> Measured:
    """Each month is drawn from its own seed alone, so the number of processes changes nothing."""
    numbers = list(seeds)
    if processes > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as workers:
            found = list(workers.map(look, numbers, chunksize=10))
    else:
        found = [look(seed) for seed in numbers]
    fired = Counter(dict.fromkeys((alarm.__name__ for alarm in ALARMS), 0))
    for names in found:
        fired.update(names)
    return Measured(len(numbers), fired, sum(map(bool, found)))
