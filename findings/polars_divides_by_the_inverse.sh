#!/usr/bin/env bash
# What: polars 2.1.0 (PyPI), `/` of a Float64 or an integer column by a number.
# Where it was met: sums of tenge checked for whole hundredths, `amount * 100 / 100` against itself: one of eight of a
#   million clean rows was doubted and read the slow way.
# Expected: Float64 divided by Float64 is the IEEE quotient, correctly rounded, as in numpy and Python, and the same
#   whether the divisor is a literal or a column.
# Seen: by a literal, and by a column made of one, the column is multiplied by the literal's inverse: 13,929 of the
#   quotients n / 100 for n from 1 to 100,000 are a last digit off. By a column of hundreds, and in numpy, none is.
# What follows: compare hundredths as integers; where quotients must be those that anybody else reckons, divide by a
#   column or in numpy.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import polars as pl

MANY = 100_000
whole = range(1, MANY + 1)
frame = pl.DataFrame({"n": [float(n) for n in whole], "k": list(whole), "hundred": [100.0] * MANY})

def off(quotients):
    return sum(one != n / 100 for one, n in zip(quotients, whole))

literal = off(frame.select(pl.col("n") / 100.0).to_series().to_list())
integer = off(frame.select(pl.col("k") / 100).to_series().to_list())
column = off(frame.select(pl.col("n") / pl.col("hundred")).to_series().to_list())
numpy = off((frame["n"].to_numpy() / 100).tolist())
print(literal, integer, column, numpy)
assert column == numpy == 0
assert literal == integer > 0, "a quotient by a literal is correctly rounded now"
PYTHON
