"""What a check says: what holds, what broke and where, and what could not be proven."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase, joined, mark

if TYPE_CHECKING:
    from collections.abc import Callable

#: Broken findings printed for each check before "and N more".
PRINTED: Final = 20


class Kind(StrEnum):
    """How a check ended."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNPROVEN = "unproven"


_HEADINGS: Final = {
    Kind.HOLDS: Phrase("Holds"),
    Kind.BROKEN: Phrase("Broken"),
    Kind.UNPROVEN: Phrase("Not proven"),
}


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
    sentence: Phrase

    def line(self) -> Phrase:
        """All of it in one line."""
        point = self.paragraph.removeprefix("contract ")
        place = self.paragraph if point == self.paragraph else Phrase("contract {point}", point=point)
        where = [part for part in (self.file, self.subject, place) if part]
        return Phrase(
            "[{check}] {where}: {what}",
            check=self.check,
            where=joined(where, " · ") if where else "",
            what=self.sentence,
        )

    def __str__(self) -> str:
        return self.line()


@dataclass(frozen=True)
class Report:
    """All findings about one result; `ok` is true if none of them is broken."""

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

    def parts(self) -> list[list[Phrase]]:
        """All of it in lines, by how they ended: each part with its heading, and last how many there are."""
        parts: list[list[Phrase]] = []
        for kind, heading in _HEADINGS.items():
            lines = _lines(self.of(kind))
            if lines:
                parts.append([heading, *(Phrase("  {line}", line=line) for line in lines)])
        counts = {kind.value: len(self.of(kind)) for kind in Kind}
        return [*parts, [Phrase(_NOTHING_BROKE if self.ok else _BROKE, **counts)]]

    def said(self, spoken: Callable[..., str]) -> str:
        """All of it in the language that a translator of templates speaks."""
        return "\n\n".join("\n".join(line.said(spoken) for line in part) for part in self.parts())

    def __str__(self) -> str:
        return "\n\n".join(map("\n".join, self.parts()))


_NOTHING_BROKE: Final = mark("Nothing broke: {holds} hold, {broken} broken, {unproven} not proven.")
_BROKE: Final = mark("Broken: {holds} hold, {broken} broken, {unproven} not proven.")


def _lines(findings: tuple[Finding, ...]) -> list[Phrase]:
    """One line for each finding, at most `PRINTED` of one check, then how many more it has."""
    total = Counter(finding.check for finding in findings)
    shown: Counter[str] = Counter()
    lines: list[Phrase] = []
    for finding in findings:
        shown[finding.check] += 1
        if shown[finding.check] <= PRINTED:
            lines.append(finding.line())
        elif shown[finding.check] == total[finding.check]:
            lines.append(Phrase("[{check}] and {n} more", check=finding.check, n=total[finding.check] - PRINTED))
    return lines


@dataclass
class Findings:
    """Findings as they are made, check after check."""

    made: list[Finding] = field(default_factory=list[Finding])

    def broken(self, check: str, file: str, subject: str, paragraph: str, sentence: Phrase) -> None:
        """Something does not hold."""
        self.made.append(Finding(Kind.BROKEN, check, file, subject, paragraph, sentence))

    def unproven(self, check: str, file: str, subject: str, paragraph: str, sentence: Phrase) -> None:
        """Something could not be judged."""
        self.made.append(Finding(Kind.UNPROVEN, check, file, subject, paragraph, sentence))

    def holds(self, check: str, file: str, paragraph: str, sentence: Phrase) -> None:
        """Note that a check found nothing against the result, unless it already broke."""
        if not self.any_broken(check):
            self.made.append(Finding(Kind.HOLDS, check, file, "", paragraph, sentence))

    def any_broken(self, *checks: str) -> bool:
        """Whether one of the checks, or any at all when none is named, broke."""
        return any(f.kind is Kind.BROKEN and (not checks or f.check in checks) for f in self.made)

    def report(self) -> Report:
        """All findings, for the reader."""
        return Report(tuple(self.made))


def reason_of(error: Exception) -> Phrase:
    """What an error says, in words that can be translated where they are ours."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Phrase) else Phrase("{error}", error=str(error))
