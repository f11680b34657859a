"""What is said of claims of the state of a year whose monthly calculation index is not known (¶4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tengbol.model.law.category import Unindexed

_SENTENCE = mark(
    "No MCI of {year} is known; the latest is {mci} tenge since {since}. Claims of the state received in {year}: "
    "{claims}; those above 1,000 times the latest MCI wait as mci_unknown ({waiting}), the others are distributed. Put "
    "the new MCI into the settings, under [mci]."
)


def notes(found: Iterable[Unindexed], language: str = "en") -> Iterator[str]:
    """Say it in a language, year by year."""
    for one in found:
        words = Words(language)
        numbers = {name: words.count(getattr(one, name)) for name in ("mci", "claims", "waiting")}
        yield words(_SENTENCE, year=one.year, since=one.since, **numbers)
