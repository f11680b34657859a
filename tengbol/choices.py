"""What settings may be: days, readings of the order, languages; and what is raised where one is none of these."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

#: Days that settings may name: those of the tables (`model.limits`, above this module).
FIRST_DAY: Final = dt.date(1991, 12, 16)
LAST_DAY: Final = dt.date(2099, 12, 31)


class WrongError(ValueError):
    """A setting that is none: where it stands, and what is wrong with it."""

    def __init__(self, place: str, told: str) -> None:
        super().__init__(f"{place}: {told}")
        self.place, self.told = place, told


#: How the order is read where it is open; `docs/law/readings.md` says what each means, and why the default is that.
ShortAbsence = Literal["wait", "holder", "free"]
IndexDay = Literal["received", "issued", "distributed"]
AttachedWhen = Literal["nobody_present", "nobody_registered"]
CaseBinds = Literal["all", "collection"]
OfficeBinds = Literal["free", "holder"]
Language = Literal["en", "kk", "ru"]
