#!/usr/bin/env bash
# What: Babel 2.18.0 (PyPI), `parse_date` in Kazakh (and Kyrgyz), as it is called without a format.
# Where it was met: looking at what Babel offers for Kazakh, beside the reader of days in clerks' workbooks.
# Expected: 23.11.26 and 23.11.2026, as everybody in Kazakhstan writes 23 November 2026, are that day: CLDR's short form
#   of the locale, the only one of digits alone, is `dd.MM.yy`.
# Seen: the order of year, month and day is taken from the medium form, `y 'ж'. dd MMM`, whose month is a name and whose
#   year stands first. So 23.11.26 becomes 26 November 2023, and 05.11.26 26 November 2005, without a word; 23.11.2026
#   raises. In Russian the same texts are right, since its medium form begins with the day. `format="short"` reads both.
# Source: CLDR's patterns as the package prints them, and its answers, below.
# What follows: never read days by a locale's default form; name the form, or read the few ways that people write.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.18.0
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt

from babel.dates import get_date_format, parse_date

day = dt.date(2026, 11, 23)
for language in ("kk", "ky", "ru"):
    forms = [get_date_format(form, locale=language).pattern for form in ("short", "medium")]
    read = parse_date("23.11.26", locale=language)
    print(language, forms, "23.11.26 is read as", read)
    assert (read == day) == (language == "ru"), "the order is another now"
    assert parse_date("23.11.26", locale=language, format="short") == day
assert parse_date("23.11.26", locale="kk") == dt.date(2023, 11, 26)
assert parse_date("05.11.26", locale="kk") == dt.date(2005, 11, 26)
try:
    parse_date("23.11.2026", locale="kk")
except ValueError as error:
    print("kk 23.11.2026:", error)
else:
    raise AssertionError("a year of four digits is read now")
PYTHON
