#!/usr/bin/env bash
# What: Babel 2.18.0 (PyPI), `dates.format_skeleton` with a skeleton that the locale has no pattern of its own for.
# Where it was met: days with the month's full name on a chamber's papers, in Kazakh and Russian.
# Expected: four letters for the month (MMMM) give its full name whether or not the locale lists that very skeleton. The
#   standard that Babel follows says so: the nearest pattern is taken, and its fields are widened to what was asked.
# Seen: the nearest pattern is taken as it is. "yMMMMd" gives «2026 ж. 23 қар.» and «23 нояб. 2026 г.», the month cut
#   short, and "yMMMMEEEEd" cuts the day of the week too; "yMMMM", which the data lists, has the full month.
# Source: run here; https://unicode.org/reports/tr35/tr35-dates.html#Matching_Skeletons
# What follows: give the style ("long") or a pattern where the width matters, not a skeleton.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.18.0
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt
from babel import dates

day = dt.date(2026, 11, 23)
for locale, full, cut, weekday in (("kk", "қараша", "қар.", "дүйсенбі"), ("ru", "ноября", "нояб.", "понедельник")):
    asked = dates.format_skeleton("yMMMMd", day, locale=locale)
    with_weekday = dates.format_skeleton("yMMMMEEEEd", day, locale=locale)
    print(asked, "|", with_weekday, "|", dates.format_date(day, "long", locale=locale))
    assert cut in asked and full not in asked, "the month is now as wide as asked"
    assert weekday not in with_weekday, "the day of the week is now as wide as asked"
    assert full in dates.format_date(day, "long", locale=locale)
assert "қараша" in dates.format_skeleton("yMMMM", day, locale="kk")
PYTHON
