#!/usr/bin/env bash
# What: pandas 3.1.1 (PyPI), `CustomBusinessDay` with a numpy calendar and, besides, days off or a week of its own.
# Where it was met: a country's calendar is at hand as `numpy.busdaycalendar`, and a decree adds one day off, or makes a
#   Saturday a working day; terms are counted from both.
# Expected: the days off of both are days off, or an error, as numpy has it: given a calendar and days off its
#   `busday_offset` raises "Cannot supply both the weekmask/holidays and the busdaycal parameters". Of two such offsets
#   that are not equal one counts otherwise than the other.
# Seen: the calendar alone counts, in silence. The offset shows the decree's day as its `holidays` (and the Saturday in its
#   `weekmask`), and is not equal to the offset without it, but a term ends on that very day. `CustomBusinessHour` and
#   `bdate_range` are no different. With the same days given as `holidays` alone it counts as it should.
# Source: run here; pandas' page of the class lists `weekmask`, `holidays` and `calendar` side by side, and does not say
#   which yields. None of its issues found speaks of it; issue 60647 is of a calendar of another library.
# What follows: make one list of days off out of calendar and decrees before anything counts by it.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
import pandas as pd
from pandas.tseries.offsets import CustomBusinessDay, CustomBusinessHour

FRIDAY, MONDAY, TUESDAY, WEDNESDAY = map(pd.Timestamp, ("2026-03-20", "2026-03-23", "2026-03-24", "2026-03-25"))
country = np.busdaycalendar(holidays=["2026-03-23"])
bare = CustomBusinessDay(calendar=country)
decree = CustomBusinessDay(calendar=country, holidays=["2026-03-24"])
saturday = CustomBusinessDay(calendar=country, weekmask="Mon Tue Wed Thu Fri Sat")
alone = CustomBusinessDay(holidays=["2026-03-23", "2026-03-24"])
print("from", FRIDAY.date(), "one working day on:", {
    "country": (FRIDAY + bare).date(), "with the decree": (FRIDAY + decree).date(),
    "with Saturdays": (FRIDAY + saturday).date(), "one list": (FRIDAY + alone).date(),
})  # fmt: skip
print("shown:", decree.holidays, saturday.weekmask, "equal:", decree == bare, saturday == bare)
assert FRIDAY + bare == TUESDAY and FRIDAY + alone == WEDNESDAY
assert FRIDAY + decree == TUESDAY, "the day off besides the calendar counts now"
assert FRIDAY + saturday == TUESDAY, "the week besides the calendar counts now"
assert decree.holidays == ("2026-03-24",) and decree != bare and saturday != bare
assert TUESDAY in pd.bdate_range(FRIDAY, periods=3, freq=decree)
hours = CustomBusinessHour(calendar=country, holidays=["2026-03-24"])
assert (pd.Timestamp("2026-03-20 12:00") + 8 * hours).normalize() == TUESDAY
for given in ({"holidays": ["2026-03-24"]}, {"weekmask": "1111110"}):
    try:
        np.busday_offset("2026-03-20", 1, busdaycal=country, **given)
    except ValueError as refused:
        print("numpy:", refused)
    else:
        raise AssertionError("numpy takes both now")
PYTHON
