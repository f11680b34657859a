#!/usr/bin/env bash
# What: pandas 3.1.1 (PyPI), `pandas.tseries.holiday.Holiday` with a `year`.
# Where it was met: a day off that a government decrees for one year only, and that moves to Monday from a Sunday.
# Expected: with a year the rule is the same for that year alone: `observance` moves the day, and `dates(start, end)`
#   gives the days "observed between start date and end date", which for other years are none.
# Seen: the day is returned as it was given, whatever the observance and whatever is asked. 22 November 2026, a Sunday,
#   observed by `sunday_to_monday`, stays the 22nd, and is answered for the year 2020, too. `CustomBusinessDay` with such
#   a calendar counts Monday as a working day. The same day without `year`, from `start_date` to `end_date`, is moved and
#   bounded.
# Source: run here; the docstring of `Holiday` tells a fixed day from one that recurs with an observance, but takes both
#   and says nothing; that of `dates` has the words above. Issue 54382 of pandas-dev/pandas uses `year` for a day of one
#   year without an observance; of this none was found.
# What follows: give `start_date` and `end_date` within the one year, not `year`; or index a list of working days.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import pandas as pd
from pandas.tseries.holiday import AbstractHolidayCalendar, Holiday, sunday_to_monday
from pandas.tseries.offsets import CustomBusinessDay

sunday, monday, friday = (pd.Timestamp(2026, 11, day) for day in (22, 23, 20))
fixed = Holiday("moved", year=2026, month=11, day=22, observance=sunday_to_monday)
bounded = Holiday(
    "moved", month=11, day=22, observance=sunday_to_monday, start_date="2026-01-01", end_date="2026-12-31"
)


def next_working_day(holiday):
    calendar = type("Calendar", (AbstractHolidayCalendar,), {"rules": [holiday]})()
    return friday + CustomBusinessDay(calendar=calendar)


for name, holiday in (("year=2026", fixed), ("from start_date to end_date", bounded)):
    observed, earlier = (list(holiday.dates(f"{year}-01-01", f"{year}-12-31")) for year in (2026, 2020))
    print(name, observed, "asked for 2020:", earlier, "the working day after Friday:", next_working_day(holiday))
    if holiday is bounded:
        assert observed == [monday] and not earlier and next_working_day(holiday) == pd.Timestamp(2026, 11, 24)
    else:
        assert observed == [sunday], "a day of one year is moved now"
        assert earlier == [sunday], "a day of one year is bounded now"
        assert next_working_day(holiday) == monday
PYTHON
