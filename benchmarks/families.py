"""The families of invented instances: what makes each of them hard, declared once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

CATEGORIES: Final = ("individual", "legal_entity", "state", "alimony", "non_property")
#: Share of writs by category: synthetic.
SHARES: Final = np.array([0.38, 0.34, 0.16, 0.07, 0.05])
#: Chambers of the country.
CHAMBERS: Final = 20
#: Enforcers of a district in the layout `apart`: about as the country's 2,220 over 200 staffed districts.
DISTRICT: Final = 11.1


@dataclass(frozen=True)
class Family:
    """layout: `pool`, everybody in one; `region`, districts of which one in four has only attached enforcers, so that
    pools overlap; `country`, twenty such regions; `apart`, districts of equal staff and nothing between them.

    bundled: share of writs in bundles of 2 to 12, over one to four categories. drawn: instead, the share of draws that
    are such bundles. uneven: standard deviation, in writs, of the excess with which an enforcer opens. level: all open
    alike. skew: exponent by which a district's volume falls with its rank, whatever its staff; 0 for volumes that
    follow staff. categories: how many there are writs of.
    """

    about: str
    layout: Literal["pool", "region", "country", "apart"]
    bundled: float = 0.10
    drawn: float | None = None
    uneven: float = 2.0
    level: bool = False
    skew: float = 0.0
    categories: int = len(CATEGORIES)


FAMILIES: Final = {
    "city": Family("one pool", "pool"),
    "region": Family("districts of a region, a quarter of them served by attached enforcers", "region"),
    "national": Family("twenty regions, 5 % of writs bundled", "country", bundled=0.05),
    "heavy": Family("one pool, 30 % of writs in bundles of up to 12", "pool", bundled=0.30),
    "skewed": Family("a region whose volumes fall steeply by district while staff is even", "region", skew=1.5),
    "uneven": Family("one pool, opening far from even: a standard deviation of 40 writs", "pool", uneven=40.0),
    "plain": Family("one pool, one category, no bundles, all opening alike", "pool", 0.0, level=True, categories=1),
    "thin": Family("small districts, 30 % of draws are bundles", "apart", drawn=0.30),
}


@dataclass(frozen=True)
class Recipe:
    """What an instance is made from; equal recipes make equal instances. bundled: in place of the family's share."""

    family: str
    enforcers: int
    writs: int
    bundled: float | None = None
    seed: int = 1

    def __str__(self) -> str:
        return f"{self.family} {self.enforcers:,} × {self.writs:,}"

    @property
    def kind(self) -> Family:
        """The family, with what the recipe changes."""
        family = FAMILIES[self.family]
        return family if self.bundled is None else replace(family, bundled=self.bundled, drawn=None)
