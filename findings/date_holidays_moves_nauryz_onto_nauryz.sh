#!/usr/bin/env bash
# What: date-holidays 3.37.0 (npm), Kazakhstan (`KZ`), days off in place of holidays on a weekend; beside holidays 0.109.
# Where it was met: a page's calendar of terms, asked for the same working days as the program that reckons them.
# Expected: a holiday on a weekend takes the next day off that would be worked. Of the three days of Nauryz, 21 to 23
#   March, two on a weekend take the two days after the third; so it is in 2025, where the package has 24 and 25 March.
# Seen: in 2026 the day off for Saturday 21 March is put on Monday the 23rd, which is Nauryz itself, and in 2027 that for
#   Sunday the 21st on Tuesday the 23rd: a day off is lost in each (25 March 2026, 24 March 2027), and `isHoliday` says no
#   of it. `getHolidays` lists two entries for that one date. Constitution Day is on 15 March from 2026 on, with Monday
#   16 March 2026 off for it, though the constitution that it stands for came into force on 1 July 2026.
# Source: the package's data: each of the three days has the rule "if saturday then next monday if sunday then next
#   tuesday", which fits two days in a row. Pull request 3690 of vacanza/holidays, on 2026. No issue on this was found.
# What follows: after moving days off, look for two on one date.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
npm install --silent --no-audit --no-fund --prefix "$place" date-holidays@3.37.0 > /dev/null
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    holidays==0.109 python-dateutil==2.9.0.post0 six==1.17.0
cat > "$place/march.mjs" <<'JS'
import Holidays from "date-holidays";

const calendar = new Holidays("KZ");
for (const year of [2025, 2026, 2027, 2028])
  for (const { date, type } of calendar.getHolidays(year))
    if (type === "public" && date.slice(5, 7) === "03") console.log(date.slice(0, 10));
JS
node "$place/march.mjs" > "$place/march"
"$place/venv/bin/python" - "$place/march" <<'PYTHON'
import datetime as dt
import sys
from collections import Counter

import holidays

told = Counter(map(dt.date.fromisoformat, open(sys.argv[1]).read().split()))
law = {day for day in holidays.KZ(years=range(2025, 2029)) if day.month == 3}
lost = sorted(str(day) for day in law - set(told))
more = sorted(str(day) for day in set(told) - law if day.weekday() < 5)
twice = sorted(str(day) for day, times in told.items() if times > 1)
print("lost:", *lost, "; more:", *more, "; twice:", *twice)
assert lost == ["2026-03-25", "2027-03-24"]
assert more == ["2026-03-16"]
assert twice == ["2026-03-23", "2027-03-23"]
PYTHON
