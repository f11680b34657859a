"""How a book's batch is reckoned from its tables: one piece for `batch` and `assign`, and for the trials of `aside`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tengbol.batch import draw
from tengbol.book.aside import TRIAL, reckoning
from tengbol.book.drawing import decides
from tengbol.book.gathering import chamber_of
from tengbol.ruling import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from tengbol.batch import Result
    from tengbol.book.gathering import Tables
    from tengbol.config import Config
    from tengbol.ruling import Ruled


@dataclass(frozen=True)
class Reckoner:
    """As of when, by which settings and by which key of the lot; `processes` and `progress` of the search."""

    as_of: dt.datetime
    config: Config
    key: str
    processes: int = 1
    progress: Callable[[int, int], None] | None = None

    def ruled(self, tables: Tables, turn: str) -> Ruled:
        """What the rules make of the tables. Raises `FaultError` where they cannot be reckoned."""
        with reckoning(TRIAL):
            return rule(chamber_of(tables), as_of=self.as_of, turn=turn, config=self.config, key=self.key)

    def turned(self, ruled: Ruled, turn: str) -> Ruled:
        """The same as `ruled` makes of its tables by another order of the lot. Raises `FaultError`."""
        with reckoning(TRIAL):
            return ruled.turned(turn)

    def drawn(self, ruled: Ruled, seed: str) -> Result:
        """The distribution that a seed makes of it. Raises `FaultError`."""
        with reckoning(seed):
            return draw(ruled, seed, processes=self.processes, progress=self.progress)

    def trial(self, tables: Tables, seed: str) -> None:
        """All of it with a seed that is told to nobody; whatever fails is raised as it is."""
        ruled = self.ruled(tables, seed)
        decides(ruled, self.key)
        draw(ruled, seed)
