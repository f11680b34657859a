"""Working days of Kazakhstan, for the deadlines of ¶7, ¶8 and ¶15 (contract point 3.10)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

#: Whose working days they are: a module of the library's countries, and its class.
COUNTRY = "kazakhstan", "Kazakhstan"


@cache
def _country() -> type[HolidayBase]:
    """The library's class of the country, from its module alone.

    By each of the library's own doors it loads those of all 250 countries, which takes a tenth of a second.
    """
    import holidays

    name, its_class = COUNTRY
    spec = spec_from_file_location(f"holidays_of.{name}", Path(holidays.__file__).parent / f"countries/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, its_class)


def country() -> HolidayBase:
    """Working days as the library has them; for one asker, since it adds a year when it is first asked for."""
    return _country()()


class WorkingDays:
    """Working days by the `holidays` library, save where the batch's configuration says otherwise.

    Parameters
    ----------
    days_off, working_days
        Days that a late decree made free or made working.
    """

    def __init__(self, days_off: frozenset[date], working_days: frozenset[date]) -> None:
        self._country = country()
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
