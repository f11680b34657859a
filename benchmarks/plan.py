"""What one run of the benchmark measures: families and sizes, limits, commands. The default fits in about 25 minutes
on two cores; the quick one, for a first look and for the tests, in less than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks import bnwp
from benchmarks.contest import Limits
from benchmarks.families import Recipe
from benchmarks.instances import Case, case
from benchmarks.machine import cores
from benchmarks.peers import PEERS

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
    "plain": ((10, 300), (40, 1_000), (100, 3_000), (300, 20_000)),
}
_QUICK: Final = {
    "city": ((5, 40), (10, 100)),
    "region": ((12, 60),),
    "national": ((80, 200),),
    "heavy": ((5, 40),),
    "skewed": ((12, 60),),
    "uneven": ((5, 40),),
    "plain": ((5, 40),),
}


@dataclass(frozen=True)
class Plan:
    """sizes: enforcers and writs by family. thin: the districts' recipe, thin_limit: seconds for each of them.

    commands: recipes that the command gets as folders. country: writs of the national demo. runs: of each command.
    scaling: two recipes between which only the number of enforcers grows, writs per enforcer staying the same.
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

    def families(self) -> dict[str, list[Case]]:
        """Every family's instances, growing; the public ones last, none of them where they are not at hand."""
        own = {name: [case(Recipe(name, *size)) for size in sizes] for name, sizes in self.sizes.items()}
        return {**own, bnwp.FAMILY: bnwp.cases()[: self.bnwp]}

    @staticmethod
    def peers(family: str) -> list[str]:
        """Names of the peers that run in a family."""
        return [peer.name for peer in PEERS if _ONLY_IN.get(peer.name, family) == family]


def full(seconds: float = 20.0) -> Plan:
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
    )  # fmt: skip


def quick() -> Plan:
    """The same at small sizes: whether everything works, not how fast it is."""
    scaling = (Recipe("national", 80, 200), Recipe("national", 160, 400))
    return Plan(
        limits=Limits(1.0, 8 * _GIGABYTE, cores(), seed=1),
        sizes=_QUICK,
        bnwp=1,
        thin=Recipe("thin", 33, 150),
        thin_limit=0.2,
        commands=scaling,
        scaling=scaling,
        country=(300, 600),
        runs=1,
    )
