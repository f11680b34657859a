"""What a search may still do, counted in steps and not by a clock, so that it ends at the same place everywhere."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

#: What there is to do for each unit of a limit, and what CP-SAT does in one.
_UNIT: Final = 1_050_000
SEARCH: Final = 200_000


@dataclass
class Work:
    """left: terms of programmes that may still be solved, 100,000 in about a second, or what takes as long; below 0
    there is no more.
    """

    left: int

    @classmethod
    def within(cls, limit: float) -> Work:
        """All that a component may take. limit: in CP-SAT's deterministic units."""
        return cls(round(_UNIT * limit))

    @contextmanager
    def part(self, most: int) -> Generator[Work]:
        """At most so much of it, of which what is not used goes back."""
        own = Work(min(most, self.left))
        self.left -= own.left
        try:
            yield own
        finally:
            self.left += own.left
