"""The calendar that `verify` holds deadlines against: the library's own of one country, and no other is loaded."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import holidays

from tengbol.verify.calendar import country

CHILD = """
import sys
from tengbol.verify.calendar import country
country().is_working_day("2026-12-16")
print(sum(name.startswith("holidays.countries") for name in sys.modules))
"""


def test_each_day_is_a_working_day_where_the_library_says_so_through_its_own_door():
    ours, theirs = country(), holidays.country_holidays("KZ")
    days = [date(2010, 1, 1) + timedelta(days=n) for n in range(35 * 366)]
    assert [ours.is_working_day(day) for day in days] == [theirs.is_working_day(day) for day in days]


def test_no_other_country_is_loaded_for_it():
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]
