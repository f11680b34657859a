#!/usr/bin/env bash
# What: holidays 0.109 (PyPI), calendars added with `+`.
# Where it was met: Kazakhstan's working days of two years joined, to count a term over New Year.
# Expected: the sum of two calendars of one country answers `is_working_day` as its parts do. Sunday 5 January 2025 is
#   a working day there by government decision (3 January was taken off for it), and each part says so.
# Seen: the sum has the days off of both, also the day taken off, but none of the working weekends that pay for it:
#   `weekend_workdays` is empty and 5 January 2025 is no working day, so the year has a working day less.
# Source: the package's own data for KZ; documented as HolidaySum, "the sum of two or more holiday objects".
# What follows: join years by `years=[…]`, not by `+`.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    holidays==0.109 python-dateutil==2.9.0.post0 six==1.17.0
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt
import holidays

sunday, friday = dt.date(2025, 1, 5), dt.date(2025, 1, 3)
year = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
asked = holidays.KZ(years=[2024, 2025])
added = holidays.KZ(years=2024) + holidays.KZ(years=2025)
for name, calendar in (("years=[…]", asked), ("a + b", added)):
    print(name, calendar.is_working_day(sunday), friday in calendar, calendar.get_working_days_count(*year))
assert asked.is_working_day(sunday) and friday in asked
assert not added.is_working_day(sunday) and friday in added, "the sum now knows working weekends"
assert asked.get_working_days_count(*year) - added.get_working_days_count(*year) == 1
PYTHON
