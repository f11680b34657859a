"""Where the settings of a batch depart from the law's own index (¶4) and calendar (¶7), which nobody can prove here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase
from tengbol.verify.calendar import country

if TYPE_CHECKING:
    from tengbol.verify.findings import Findings
    from tengbol.verify.manifest import Manifest

#: The monthly calculation index in tenge (contract 3.1), from the laws on the republican budget.
CONFIRMED: Final = {date(2025, 1, 1): 3932, date(2026, 1, 1): 4325}
#: The same of the years before; not all of it could be confirmed.
MCI: Final = {
    date(2019, 1, 1): 2525,
    date(2020, 1, 1): 2651,
    date(2020, 4, 1): 2778,
    date(2021, 1, 1): 2917,
    date(2022, 1, 1): 3063,
    date(2023, 1, 1): 3450,
    date(2024, 1, 1): 3692,
    **CONFIRMED,
}


def check_settings(manifest: Manifest, found: Findings) -> None:
    """Name every value of the index, and every day of the calendar, that is the operator's and not the law's."""
    for day, tenge in sorted(manifest.mci.items()):
        if MCI.get(day) != tenge:
            known = (
                Phrase("the law's is {told}", told=MCI[day])
                if day in MCI
                else Phrase("the law's table here ends with {year}", year=max(MCI).year)
            )
            if day not in MCI and day < max(MCI):
                known = Phrase("the law's table has no value from that day")
            _unproven(
                found,
                "index",
                day,
                "¶4",
                Phrase(
                    "{tenge} tenge for one MCI from {day} is the operator's; {known}", tenge=tenge, day=day, known=known
                ),
            )
    known_days = country()
    for days, working in ((manifest.days_off - manifest.working_days, False), (manifest.working_days, True)):
        for day in sorted(days):
            if known_days.is_working_day(day) != working:
                open_ = Phrase("that {day} is a working day is the operator's word", day=day)
                closed = Phrase("that {day} is a day off is the operator's word", day=day)
                _unproven(found, "calendar", day, "¶7, ¶8, ¶15", open_ if working else closed)
    if not any(finding.check in ("index", "calendar") for finding in found.made):
        found.holds("settings", "manifest.json", "¶4, ¶7", Phrase("The index and the working days are the law's own."))


def _unproven(found: Findings, check: str, day: date, paragraph: str, sentence: Phrase) -> None:
    found.unproven(
        check,
        "manifest.json",
        str(day),
        paragraph,
        Phrase("{what}: see the decree it stands in", what=sentence),
    )
