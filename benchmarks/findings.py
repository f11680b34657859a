"""Everything that one run of the benchmark found: what the page is drawn from, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.apart import Apart, Thin
    from benchmarks.contest import Contest, Outcome
    from benchmarks.page.section import Section
    from benchmarks.plan import Plan
    from benchmarks.timed import Timed


@dataclass(frozen=True)
class Findings:
    """options: as given on the command line. contests: by family, growing. year: its part of the page, null when
    there was no year; cluster: likewise. seconds: of the whole run.
    """

    date: str
    machine: dict[str, str]
    options: str
    plan: Plan
    contests: dict[str, list[Contest]]
    thin: Thin | None
    commands: tuple[Timed, ...]
    year: Section | None
    cluster: Section | None
    seconds: float

    def each(self) -> Iterator[Contest]:
        """All contests."""
        for contests in self.contests.values():
            yield from contests

    def timed(self, name: str) -> Timed | None:
        """A command by its name; null when it was not run or failed."""
        return next((each for each in self.commands if each.name == name and not each.failure), None)

    def outcome(self, case: str, peer: str) -> Outcome | None:
        """What came of a peer on an instance; null when it did not run."""
        contest = next((contest for contest in self.each() if contest.case.name == case), None)
        return contest.of(peer) if contest else None

    def apart(self, peer: str) -> Apart | None:
        """A peer on the thin districts; null when it did not run or failed."""
        peers = self.thin.peers if self.thin else ()
        return next((each for each in peers if each.peer == peer and not each.failure), None)
