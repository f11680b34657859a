"""Working days of Kazakhstan, for the deadlines of ¶7, ¶8 and ¶15 (contract point 3.10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

#: Whose working days they are.
COUNTRY: Final = "KZ"


class WorkingDays:
    """Working days by the `holidays` library, save where the batch's configuration says otherwise.

    Parameters
    ----------
    days_off, working_days
        Days that a late decree made free or made working.
    """

    def __init__(self, days_off: frozenset[date], working_days: frozenset[date]) -> None:
        import holidays

        self._country = holidays.country_holidays(COUNTRY)
        self._days_off = days_off
        self._working_days = working_days
        self._found: dict[tuple[date, int], date] = {}

    def is_working(self, day: date) -> bool:
        """Whether people work on a day."""
        if day in self._working_days:
            return True
        if day in self._days_off:
            return False
        return self._country.is_working_day(day)

    def after(self, day: date, count: int) -> date:
        """Count working days strictly after `day` up to the `count`-th."""
        if (day, count) not in self._found:
            current, left = day, count
            while left:
                current += timedelta(days=1)
                left -= self.is_working(current)
            self._found[day, count] = current
        return self._found[day, count]
