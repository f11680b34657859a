#!/usr/bin/env bash
# What: pandera 0.35.0 with polars 2.1.0 and pandas 3.1.1 (PyPI), `Check.str_matches` on frames of either kind.
# Where it was met: categories of writs held to a list of allowed beginnings, in one check for both kinds of frames.
# Expected: "all values start with a match of a regular expression pattern", as the check says of itself for both
#   kinds. `alimony|wages` takes what begins with the one or the other, and a compiled pattern is taken with its flags,
#   or is refused.
# Seen: on a polars frame a "^" is put before the pattern's text, which binds its first alternative only, so "old wages"
#   passes; a pattern that begins with "^" of its own is no better. Of a compiled pattern the text alone is taken: one
#   that ignores case refuses "Alimony", and one with spaces for the reader (re.VERBOSE) refuses every value. On a
#   pandas frame all are right.
# Source: run here; `str_matches` in pandera/backends/polars/builtin_checks.py. Issue 2349 of unionai-oss/pandera, of
#   what the engine of polars does not know, is another matter; of these none was found.
# What follows: put the whole pattern in brackets, and flags into its text, `^(?i:alimony|wages)$`; and try a schema on
#   rows that it must refuse.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    pandera==0.35.0 polars==2.1.0 pandas==3.1.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import re

import pandas as pd
import pandera.pandas as of_pandas
import pandera.polars as of_polars
import polars as pl

VALUES = ["alimony", "Alimony", "wages", "old wages", "old alimony"]


def taken(module, frame, pattern):
    column = module.Column(str, module.Check.str_matches(pattern))
    try:
        module.DataFrameSchema({"category": column}).validate(frame({"category": VALUES}), lazy=True)
    except module.errors.SchemaErrors as refused:
        return [value for value in VALUES if value not in list(refused.failure_cases["failure_case"])]
    return VALUES


for pattern, right, seen in (
    ("alimony|wages", ["alimony", "wages"], ["alimony", "wages", "old wages"]),
    ("^alimony$|wages", ["alimony", "wages"], ["alimony", "wages", "old wages"]),
    (re.compile("(alimony|wages)", re.IGNORECASE), ["alimony", "Alimony", "wages"], ["alimony", "wages"]),
    (re.compile("( alimony | wages )", re.VERBOSE), ["alimony", "wages"], []),
    ("^(?i:alimony|wages)$", ["alimony", "Alimony", "wages"], ["alimony", "Alimony", "wages"]),
):
    pandas, polars = taken(of_pandas, pd.DataFrame, pattern), taken(of_polars, pl.DataFrame, pattern)
    print(pattern, "pandas:", pandas, "polars:", polars)
    assert pandas == right
    assert polars == seen, "polars frames are checked as pandas frames now"
PYTHON
