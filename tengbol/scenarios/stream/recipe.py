"""What a stream of days is drawn from; equal recipes give equal streams."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tengbol.errors import UnusableInputError
from tengbol.model.codes import CATEGORIES
from tengbol.scenarios.geography import AKMOLA


@dataclass(frozen=True)
class Recipe:
    """A region's working days from `first` to `last`. Numbers of people and writs are synthetic.

    chamber_id: a region of `districts.csv`. districts: so many of its most populous ones, null for all.
    enforcers: on the first day. joining, leaving: enforcers licensed later, or whose licence ends for good.
    fewest: enforcers registered in a district that has any. absences: mean number of an enforcer's absences a year.
    writs_a_day: mean number of writs. bundled: share of writs in bundles. longest: writs of the longest bundle; alike:
    most writs of one category in a bundle. followed: share of lone writs that follow an open proceeding or come back
    (¶11, ¶13, ¶14).
    """

    first: dt.date = dt.date(2025, 1, 1)
    last: dt.date = dt.date(2025, 12, 31)
    chamber_id: str = AKMOLA
    districts: int | None = None
    enforcers: int = 80
    joining: int = 6
    leaving: int = 5
    fewest: int = 3
    absences: float = 2.0
    writs_a_day: float = 160.0
    bundled: float = 0.10
    longest: int = 4
    alike: int = 2
    followed: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UnusableInputError(
                "The days end ({last}) before they begin ({first}); swap them.", last=self.last, first=self.first
            )
        if not 2 <= self.longest <= len(CATEGORIES) * self.alike:
            raise UnusableInputError(
                "The longest bundle cannot have {longest} writs: a bundle has two or more, and at most {alike} of "
                "each category; change longest or alike.",
                longest=self.longest,
                alike=self.alike,
            )
        if not (0 <= self.bundled <= 1 and 0 <= self.followed <= 1):
            raise UnusableInputError("Shares of bundled and of followed writs lie between 0 and 1.")
