#!/usr/bin/env bash
# What: workalendar 17.0.0 (PyPI), the calendar `KZ` of its registry, beside holidays 0.109.
# Where it was met: looking for a second calendar to hold working days of terms against.
# Expected: days off are those that were in force when it was published (January 2023): a holiday on a weekend takes the
#   next working day off, as in its calendars of many other countries; 25 October is a holiday and 1 and 17 December are
#   none, both since 2022. Kurban Ait, which it reckons and warns of, may be a day off.
# Seen: no day is moved in any year, 25 October is missing, 1 and 17 December are off. Of the Mondays to Fridays of 2025
#   ten are wrong: eight that are off count as working (one by decree, seven otherwise), two that work as off. Three
#   working days after Friday 7 March 2025 are over on the 12th, where the 13th is right.
# Source: the data of both packages, below; holidays names the law for each change. None of workalendar's issues that
#   were found speaks of it.
# What follows: hold a calendar against the government's list of one whole year before any term is reckoned by it.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    workalendar==17.0.0 holidays==0.109 tzdata==2025.2 python-dateutil==2.9.0.post0
"$place/venv/bin/python" -W ignore - <<'PYTHON'
import datetime as dt

import holidays
from workalendar.registry import registry

other = registry.get("KZ")()
law = holidays.KZ(years=2025)
start = dt.date(2025, 1, 1)
days = [start + dt.timedelta(days=n) for n in range(365)]
week = [day for day in days if day.weekday() < 5]
works_there = [str(day) for day in week if other.is_working_day(day) and not law.is_working_day(day)]
off_there = [str(day) for day in week if law.is_working_day(day) and not other.is_working_day(day)]
print("off, working there:", works_there)
print("working, off there:", off_there)
friday = dt.date(2025, 3, 7)
term = other.add_working_days(friday, 3), law.get_nth_working_day(friday, 3)
print("three working days after 7 March:", *term)
assert works_there == [
    "2025-01-03", "2025-03-10", "2025-03-24", "2025-03-25", "2025-06-06", "2025-07-07", "2025-09-01", "2025-10-27",
]
assert off_there == ["2025-12-01", "2025-12-17"]
assert term == (dt.date(2025, 3, 12), dt.date(2025, 3, 13))
assert not other.is_working_day(dt.date(2025, 8, 30)) and other.is_working_day(dt.date(2024, 10, 25))
PYTHON
