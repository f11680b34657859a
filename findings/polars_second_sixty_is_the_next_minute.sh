#!/usr/bin/env bash
# What: polars 2.1.0 (PyPI), `Series.str.to_datetime`, strict, with and without a format.
# Where it was met: moments of receipt in text, from which a legal term runs.
# Expected: seconds go from 00 to 59; ":60" is refused where parsing is strict, and null where it is not, as ":61" is
#   and as Python's own `datetime.fromisoformat` does.
# Seen: "23:59:60" is taken without a word and is 00:00:00 of the next day, so 31 December becomes 1 January; in the
#   middle of a day ":60" is the next minute. ":61" is refused.
# Source: run here; the documentation of `to_datetime` does not speak of leap seconds.
# What follows: hold the seconds to 00–59 by a pattern before parsing.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 polars-runtime-32==2.1.0
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt
import polars as pl

texts = pl.Series(["2026-12-31T23:59:60", "2026-06-30T12:30:60"])
for parsed in (texts.str.to_datetime("%Y-%m-%dT%H:%M:%S"), texts.str.to_datetime()):
    print(parsed.to_list())
    assert parsed.to_list() == [dt.datetime(2027, 1, 1), dt.datetime(2026, 6, 30, 12, 31)]
assert pl.Series(["2026-12-31T23:59:61"]).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).to_list() == [None]
try:
    dt.datetime.fromisoformat(texts[0])
except ValueError as error:
    print("Python:", error)
else:
    raise AssertionError("Python takes it too")
PYTHON
