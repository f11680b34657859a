#!/usr/bin/env bash
# What: quantecon 0.11.4 (PyPI), `gini_coefficient`, given what polars 2.1.0 counts by `group_by(...).len()`.
# Where it was met: looking for a second opinion on the uniformity of what enforcers received.
# Expected: a Gini coefficient, 2/9 for the counts 1, 2 and 3, whatever whole numbers they come as: the function takes
#   "array_like(float)" and numpy's own mean of such counts is right.
# Seen: polars counts in UInt32, and the compiled loop subtracts before it takes the absolute value, so that 1 - 2 is
#   2**64 - 1. The answer is 1.5e18, without a warning; of equal counts it is 0, which hides it. The same counts as Int64
#   or Float64 give 2/9. A measure that is never above 1 was not looked at, and nothing refused it.
# Source: quantecon/_inequality.py of 0.11.4, `abs(y[i] - y[j])` under `@njit`; numba types the difference of two
#   uint32 as uint64.
# What follows: cast counts to signed or to floats before any measure of evenness, and hold a measure to its range.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    quantecon==0.11.4 polars==2.1.0 numba==0.68.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import warnings

import polars as pl
from quantecon import gini_coefficient

warnings.simplefilter("error")
got = pl.DataFrame({"enforcer": ["a", "b", "b", "c", "c", "c"]}).group_by("enforcer", maintain_order=True).len()
received = got["len"]
assert received.dtype == pl.UInt32 and received.to_list() == [1, 2, 3]
told = {str(kind): gini_coefficient(received.cast(kind).to_numpy()) for kind in (pl.UInt32, pl.Int64, pl.Float64)}
print(told)
assert abs(told["Int64"] - 2 / 9) < 1e-12 and abs(told["Float64"] - 2 / 9) < 1e-12
assert told["UInt32"] > 1e18
assert gini_coefficient(pl.Series([2, 2, 2], dtype=pl.UInt32).to_numpy()) == 0
PYTHON
