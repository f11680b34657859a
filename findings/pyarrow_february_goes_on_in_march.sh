#!/usr/bin/env bash
# What: pyarrow 26.0.1 (PyPI), a day that the calendar does not have, read by a format: `compute.strptime`, and
#   `timestamp_parsers` of the CSV reader.
# Where it was met: days of receipt as clerks type them, 31.11.2026, from which a legal term runs.
# Expected: "if a non-null string fails parsing, an error is returned by default", and a null with `error_is_null`.
#   There is no 31 November, as Python's own `strptime` says; and as pyarrow says, too, of the same day written
#   2026-11-31 in CSV, or of a column that is to hold dates.
# Seen: 31.11.2026 is 1 December, 31.02.2026 is 3 March, without a word or a null: every month has 31 days, and what is
#   too many goes on in the next. 32.11.2026 is refused. In one CSV file, by one format, the column is refused as
#   `date32` and rolled over as `timestamp`, which is also what the reader chooses when it is to guess.
# Source: run here; issue 31374 of apache/arrow knows it, and pull request 50747 for it was open when looked at. The
#   pages of `strptime` and of `ConvertOptions` do not speak of it.
# What follows: read days as `date32`, or write the moment back by the same format and compare it with the text.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pyarrow==26.0.1
"$place/venv/bin/python" - <<'PYTHON'
import datetime as dt
import io

import pyarrow as pa
from pyarrow import compute, csv

FORMAT = "%d.%m.%Y"


def parsed(*texts):
    moments = compute.strptime(pa.array(texts), format=FORMAT, unit="s", error_is_null=True).to_pylist()
    return [moment and moment.date() for moment in moments]


def column(text, kind=None):
    options = csv.ConvertOptions(timestamp_parsers=[FORMAT, csv.ISO8601], column_types={"day": kind} if kind else None)
    try:
        return csv.read_csv(io.BytesIO(f"day\n{text}\n".encode()), convert_options=options)["day"][0].as_py()
    except pa.ArrowInvalid as error:
        return f"refused: {error}"


seen = parsed("30.11.2026", "31.11.2026", "31.02.2026", "32.11.2026")
print(*seen)
assert seen == [dt.date(2026, 11, 30), dt.date(2026, 12, 1), dt.date(2026, 3, 3), None], "such a day is null now"
for text, kind in (("31.11.2026", pa.date32()), ("2026-11-31", pa.timestamp("s"))):
    print(text, kind, column(text, kind))
    assert str(column(text, kind)).startswith("refused")
for kind in (pa.timestamp("s"), None):
    print("31.11.2026", kind, column("31.11.2026", kind))
    assert column("31.11.2026", kind) == dt.datetime(2026, 12, 1), "such a day is refused in CSV now"
try:
    print(dt.datetime.strptime("31.11.2026", FORMAT))
except ValueError as error:
    print("Python:", error)
else:
    raise AssertionError("Python has such a day now")
PYTHON
