"""What one run of the benchmark measures: families and sizes, limits, commands. The default fits in about 25 minutes
on two cores; the quick one, for a first look and for the tests, in less than one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks import bnwp
from benchmarks.contest import Limits
from benchmarks.families import Recipe
from benchmarks.instances import Case, case
from benchmarks.machine import cores
from benchmarks.peers import PEERS
from benchmarks.year import FAMILIES as STREAMS
from tengbol.scenarios.stream import Recipe as Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

#: On these an aim rests, and peers run on them whatever came of them before.
KEPT: Final = ("city 40 × 1,000",)
#: The textbook's squares by multiplication never come far: once is enough.
_ONLY_IN: Final = {"textbook": "city"}
_GIGABYTE: Final = 10**9

_SIZES: Final = {
    "city": ((10, 300), (40, 1_000), (100, 3_000), (300, 7_200), (300, 20_000)),
    "region": ((40, 600), (100, 3_000), (300, 7_200), (300, 20_000)),
    "national": ((200, 2_000), (2_220, 20_000), (2_220, 100_000)),
    "heavy": ((10, 100), (25, 250), (60, 600), (100, 1_500)),
    "skewed": ((40, 600), (100, 3_000), (300, 7_200)),
    "uneven": ((10, 300), (40, 1_000), (100, 3_000), (300, 7_200)),
    # No number of writs is a multiple of the enforcers: Σe² would be zero, and nothing a multiple of it.
    "plain": ((11, 300), (42, 1_000), (110, 3_000), (300, 20_000)),
}
#: A peer's start costs more than such an instance: few of them.
_QUICK: Final = {"city": ((5, 40),), "plain": ((7, 40),)}


@dataclass(frozen=True)
class Plan:
    """sizes: enforcers and writs by family. thin: the districts' recipe, thin_limit: seconds for each of them.

    commands: recipes that the command gets as folders. country: writs of the national demo. runs: of each command.
    scaling: two recipes between which only the number of enforcers grows, writs per enforcer staying the same.
    year: streams of days by name. cluster: many components that are searched.
    """

    limits: Limits
    sizes: dict[str, tuple[tuple[int, int], ...]]
    bnwp: int
    thin: Recipe
    thin_limit: float
    commands: tuple[Recipe, ...]
    scaling: tuple[Recipe, Recipe]
    country: tuple[int, ...]
    runs: int
    year: Mapping[str, Stream]
    cluster: Recipe

    def families(self) -> dict[str, list[Case]]:
        """Every family's instances, growing; the public ones last, none of them where they are not at hand."""
        own = {name: [case(Recipe(name, *size)) for size in sizes] for name, sizes in self.sizes.items()}
        return {**own, bnwp.FAMILY: bnwp.cases()[: self.bnwp]}

    @staticmethod
    def peers(family: str) -> list[str]:
        """Names of the peers that run in a family."""
        return [peer.name for peer in PEERS if _ONLY_IN.get(peer.name, family) == family]


def full(seconds: float = 10.0) -> Plan:
    """What `make bench` measures."""
    scaling = (Recipe("national", 200, 20_000), Recipe("national", 2_000, 200_000))
    return Plan(
        limits=Limits(seconds, 8 * _GIGABYTE, cores(), seed=1),
        sizes=_SIZES,
        bnwp=10,
        thin=Recipe("thin", 2_220, 10_000),
        thin_limit=0.5,
        commands=(
            Recipe("city", 40, 1_000), Recipe("city", 300, 7_200), Recipe("city", 300, 20_000),
            Recipe("region", 300, 7_200), *scaling,
        ),
        scaling=scaling,
        country=(100_000, 1_000_000),
        runs=5,
        year=STREAMS,
        cluster=Recipe("thin", 2_220, 10_000),
    )  # fmt: skip


def quick() -> Plan:
    """The same at small sizes: whether everything works, not how fast it is."""
    scaling = (Recipe("national", 80, 200), Recipe("national", 160, 400))
    return Plan(
        limits=Limits(1.0, 8 * _GIGABYTE, cores(), seed=1),
        sizes=_QUICK,
        bnwp=0,
        thin=Recipe("thin", 33, 150),
        thin_limit=0.2,
        commands=scaling,
        scaling=scaling,
        country=(300, 600),
        runs=1,
        year={"some weeks": Stream(last=dt.date(2025, 3, 31), enforcers=12, districts=2, writs_a_day=6.0)},
        cluster=Recipe("thin", 33, 150),
    )
