"""Corrections that a batch tells: writs taken from their enforcers, or given again, since the batch before.

What each did to balances follows from the batch that gave the writ: 1 of what its enforcer received, and of the
share of each member of its pool what the writ added to it. So a balance that was set anew is either that, or named.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.public.chain import PLACE

if TYPE_CHECKING:
    from tengbol.verify.findings import Findings
    from tengbol.verify.public.lines import Line

RESTORED: Final = "restored"
Cell = tuple[str, str]  # enforcer, category


@dataclass
class Past:
    """What the batches before have told.

    given: by writ the number of the batch that gave it last, its enforcer, category and the parts of its pool. taken:
    writs that are taken back now. received, share: by cell what corrections changed and no batch has opened with yet.
    first: number of the first batch that was read; what an earlier one gave is not known.
    """

    first: int | None = None
    given: dict[str, tuple[int, str, str, dict[str, int]]] = field(
        default_factory=dict[str, tuple[int, str, str, dict[str, int]]]
    )
    taken: set[str] = field(default_factory=set[str])
    received: Counter[Cell] = field(default_factory=Counter[Cell])
    share: Counter[Cell] = field(default_factory=Counter[Cell])

    def correct(self, line: Line, found: Findings) -> None:
        """Take in the corrections of a batch, before its balances are looked at."""
        if self.first is None:
            self.first = line.number
        # What takes comes before what gives again, in the order of the alphabet, for a writ that is given; else after.
        waiting = sorted(line.corrected, key=lambda row: (row[2], (row[0] == RESTORED) != (row[2] in self.taken)))
        for act, number, writ in waiting:
            name = Phrase("{writ} of batch {number}", writ=writ, number=number)
            if number < self.first:
                self._count_unknown(name, found)
                continue
            known = self.given.get(writ)
            if known is None or known[0] != number:
                found.broken(
                    "corrections", "", name, PLACE, Phrase("is {act}, and that batch did not give it last", act=act)
                )
            elif (act == RESTORED) != (writ in self.taken):
                found.broken("corrections", "", name, PLACE, Phrase("is {act}, and was so already", act=act))
            else:
                self._move(writ, 1 if act == RESTORED else -1)
        if line.corrected:
            found.holds("corrections", "", PLACE, Phrase("Every correction is of a writ that its batch gave."))

    def _count_unknown(self, name: str, found: Findings) -> None:
        sentence = Phrase(
            "corrects {name}, which is before this file; the file cannot show what that changed", name=name
        )
        found.unproven("corrections", "", name, PLACE, sentence)

    def _move(self, writ: str, sign: int) -> None:
        _, enforcer, category, parts = self.given[writ]
        self.received[enforcer, category] += sign
        for member, part in parts.items():
            self.share[member, category] += sign * part
        (self.taken.discard if sign > 0 else self.taken.add)(writ)

    def pending(self, who: str) -> set[str]:
        """Categories in which corrections changed what somebody has, and no batch has opened with it."""
        return {category for name, category in (*self.received, *self.share) if name == who and (
            self.received[name, category] or self.share[name, category])}  # fmt: skip

    def settle(self, cell: Cell) -> tuple[int, int]:
        """What corrections changed of a cell, which is now opened with."""
        return self.received.pop(cell, 0), self.share.pop(cell, 0)

    def give(self, line: Line) -> None:
        """Take in whom a batch gave its writs."""
        for writ, _, category, _, _, pool, enforcer in line.assignments:
            self.given[writ] = line.number, enforcer, category, line.parts_of(pool)
            self.taken.discard(writ)
