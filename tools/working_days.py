"""`tengbol/model/law/working_days.txt`: the days on which Kazakhstan works otherwise than its week, from `holidays`.

`python -m tools.working_days` makes it anew; a test holds it to the library.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import holidays

from tengbol.parameters import COUNTRY

FILE: Final = Path(__file__).parents[1] / "tengbol" / "model" / "law" / "working_days.txt"
FIRST, LAST = dt.date(2015, 1, 1), dt.date(2040, 12, 31)


def table() -> str:
    """The whole file: whose days, from when to when, and each weekday off and each working Saturday or Sunday."""
    country = holidays.country_holidays(COUNTRY)
    days = (FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    others = [day.isoformat() for day in days if country.is_working_day(day) != (day.weekday() < 5)]
    return "\n".join([f"holidays {holidays.__version__} {FIRST} {LAST}", *others, ""])


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
