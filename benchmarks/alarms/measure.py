"""Fair months and months with an abuse, each looked at by every alarm."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

from benchmarks.alarms.abuse import ABUSES, NothingToPlantError
from benchmarks.alarms.month import CHAMBERS, RECIPE, distributed, fair
from tengbol.report.alarms import ALARMS, RATE, raise_alarms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tengbol.report.alarms import Inputs
    from tengbol.report.record import Record
    from tengbol.scenarios.stream import Recipe

#: Seeds of months with an abuse begin here, so that none of them is one of the fair months.
APART: Final = 1_000_000
#: What an alarm may say and have missed nothing.
_SAID: Final = frozenset({"cannot_tell", "nothing", "not_judged"})


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


@dataclass(frozen=True)
class Told:
    """What the alarms meant for an abuse said of so many `months`: `caught`, else `cannot_tell`, else `quiet`."""

    months: int
    caught: int
    cannot_tell: int

    @property
    def quiet(self) -> int:
        """Months in which an alarm could have told and did not."""
        return self.months - self.caught - self.cannot_tell


def told_of(abuse: str, enforcers: int, seeds: Iterable[int], processes: int = 1) -> Told:
    """What is said of months with an abuse in a chamber of so many `enforcers` (of `CHAMBERS`).

    Months in which it cannot be planted are left out, and not counted.
    """
    looked = _each(partial(_states, abuse, CHAMBERS[enforcers]), seeds, processes)
    states = [one for one in looked if one is not None]
    caught = sum("fired" in one for one in states)
    return Told(len(states), caught, sum("fired" not in one and one <= _SAID for one in states))


def most(months: int, rate: float = RATE, doubt: float = 0.001) -> int:
    """How often an alarm of that rate may fire in so many months: more comes up once in 1,000 such measurements."""
    from scipy.stats import binom

    return int(binom.isf(doubt, months, rate))


def _fair(recipe: Recipe, seed: int) -> list[str]:
    return [alarm.name for alarm in raise_alarms(*distributed(fair(seed, recipe)), seed=seed) if alarm.fired]


def _planted(abuse: str, seed: int) -> list[str]:
    return [alarm.name for alarm in raise_alarms(*_with(abuse, RECIPE, seed), seed=APART + seed) if alarm.fired]


def _states(abuse: str, recipe: Recipe, seed: int) -> set[str] | None:
    """The states of the alarms that are meant for an abuse; no other is raised. None where it cannot be planted."""
    try:
        month = _with(abuse, recipe, seed)
    except NothingToPlantError:
        return None
    meant = ABUSES[abuse][1]
    return {alarm(*month, seed=APART + seed).state for alarm in ALARMS if alarm.__name__ in meant}


def _with(abuse: str, recipe: Recipe, seed: int) -> tuple[Record, Inputs]:
    plant, own = ABUSES[abuse][0], APART + seed
    return distributed(plant(fair(own, recipe), own))


def _each(look: Callable[[int], Any], seeds: Iterable[int], processes: int) -> list[Any]:
    """Each month is drawn from its own seed alone, so the number of processes changes nothing."""
    numbers = list(seeds)
    if processes == 1:
        return [look(seed) for seed in numbers]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as workers:
        return list(workers.map(look, numbers, chunksize=10))


def _measured(look: Callable[[int], list[str]], seeds: Iterable[int], processes: int) -> Measured:
    found = _each(look, seeds, processes)
    fired = Counter(dict.fromkeys((alarm.__name__ for alarm in ALARMS), 0))
    for names in found:
        fired.update(names)
    return Measured(len(found), fired, sum(map(bool, found)))
