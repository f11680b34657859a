"""What is said, loudly, of a batch that somebody should look at: `model.noticed`, and indexes that are not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tengbol.report.unindexed import notes as of_unindexed
from tengbol.report.words import Words, mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tengbol.batch import Result

#: More ids than this are counted, not listed.
_NAMES: Final = 8
_LATE = mark(
    "The term of ¶7 had passed, so these are late: {late} of the writs distributed, {waiting} of those that still wait."
)
_STRANGERS = mark(
    "To be redistributed from somebody who is no enforcer of the chamber, and without a row in the ledger: {writs}. "
    "Check where they come from."
)
_UNRECORDED = mark(
    "Bound to who is said to have returned or forwarded them (¶11), without a row in the ledger that says so: {writs}. "
    "Check the ruling on the return."
)
_COURTS = mark(
    "Documents of several issuers under one case number, {case}, stay together (¶14): {writs}. Check that it is one "
    "case; if not, give each its own case_id."
)


def notes(made: Result, language: str = "en") -> Iterator[str]:
    """Say it in a language."""
    words, found = Words(language), made.noticed
    yield from of_unindexed(made.unindexed, language)
    if found.late or found.late_waiting:
        yield words(_LATE, late=words.count(found.late), waiting=words.count(found.late_waiting))
    if found.strangers:
        yield words(_STRANGERS, writs=_listed(found.strangers))
    if found.unrecorded:
        yield words(_UNRECORDED, writs=_listed(found.unrecorded))
    for case, writs in found.courts[:_NAMES]:
        yield words(_COURTS, case=case, writs=_listed(writs))


def _listed(ids: Sequence[str]) -> str:
    more = len(ids) - _NAMES
    return ", ".join(ids[:_NAMES]) + (f", … (+{more})" if more > 0 else "")
