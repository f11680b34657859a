"""What a check says: what holds, what broke and where, and what could not be proven."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

#: Broken findings printed for each check before "and N more".
PRINTED: Final = 20


class Kind(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Finding:
    """One thing found.

    check: its name. file: the file it is about. subject: the writ, enforcer, row or other thing, or empty.
    paragraph: of the Rules (¶n) or a point of the contract. sentence: what was found, and what was due
    instead.
    """

    kind: Kind
    check: str
    file: str
    subject: str
    paragraph: str
    sentence: str

    def __str__(self) -> str:
        where = " · ".join(part for part in (self.file, self.subject, self.paragraph) if part)
        return f"[{self.check}] {where}: {self.sentence}"


@dataclass(frozen=True)
class Report:
    """All findings about one result; `ok` when nothing broke."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing broke. What could not be proven does not make a result broken."""
        return not self.of(Kind.BROKEN)

    def of(self, kind: Kind) -> tuple[Finding, ...]:
        """Pick the findings of one kind, in the order in which they were made."""
        return tuple(finding for finding in self.findings if finding.kind == kind)

    def broken(self, check: str | None = None) -> tuple[Finding, ...]:
        """Pick what broke, of one check or of all."""
        return tuple(f for f in self.of(Kind.BROKEN) if check is None or f.check == check)

    def __str__(self) -> str:
        parts = []
        for kind, heading in (
            (Kind.HOLDS, "Holds"),
            (Kind.BROKEN, "Broken"),
            (Kind.UNPROVEN, "Not proven"),
        ):
            lines = _lines(self.of(kind))
            if lines:
                parts.append("\n".join([heading, *(f"  {line}" for line in lines)]))
        counts = {kind: len(self.of(kind)) for kind in Kind}
        parts.append(
            f"{'Nothing broke' if self.ok else 'Broken'}: {counts[Kind.HOLDS]} hold, "
            f"{counts[Kind.BROKEN]} broken, {counts[Kind.UNPROVEN]} not proven."
        )
        return "\n\n".join(parts)


def _lines(findings: tuple[Finding, ...]) -> list[str]:
    """One line for each finding, at most `PRINTED` of one check, then how many more it has."""
    total = Counter(finding.check for finding in findings)
    shown: Counter[str] = Counter()
    lines = []
    for finding in findings:
        shown[finding.check] += 1
        if shown[finding.check] <= PRINTED:
            lines.append(str(finding))
        elif shown[finding.check] == total[finding.check]:
            lines.append(f"[{finding.check}] and {total[finding.check] - PRINTED} more")
    return lines


@dataclass
class Findings:
    """Findings as they are made, check after check."""

    made: list[Finding] = field(default_factory=list)

    def broken(self, check: str, file: str, subject: str, paragraph: str, sentence: str) -> None:
        """Something does not hold."""
        self.made.append(Finding(Kind.BROKEN, check, file, subject, paragraph, sentence))

    def unproven(self, check: str, file: str, subject: str, paragraph: str, sentence: str) -> None:
        """Something could not be judged."""
        self.made.append(Finding(Kind.UNPROVEN, check, file, subject, paragraph, sentence))

    def holds(self, check: str, file: str, paragraph: str, sentence: str) -> None:
        """Note that a check found nothing against the result, unless it already broke."""
        if not self.any_broken(check):
            self.made.append(Finding(Kind.HOLDS, check, file, "", paragraph, sentence))

    def any_broken(self, *checks: str) -> bool:
        """Whether one of the checks, or any at all when none is named, broke."""
        return any(f.kind is Kind.BROKEN and (not checks or f.check in checks) for f in self.made)

    def report(self) -> Report:
        """All findings, for the reader."""
        return Report(tuple(self.made))
