#!/usr/bin/env bash
# What: polars 2.1.0 with numpy 2.4.6 (PyPI), polars' own lazy stand-in for numpy.
# Where it was met: "'module' object does not support item assignment" out of a Python function that polars called from
#   its threads; seen once under load, since it needs two threads in the stand-in's first use at one time.
# Expected: a name that numpy does not have is an AttributeError, before and after the first use alike.
# Seen: the stand-in keeps its namespace in an attribute `_globals`; its first use copies numpy's namespace over its
#   own, and numpy has a submodule of that very name. Any later name that is missing then ends in a TypeError from
#   within polars, which speaks of item assignment to a module and names nothing that the caller wrote.
# Source: run here; polars/_dependencies.py of the package.
# What follows: give polars expressions, not Python functions, where threads may be the first to need numpy.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    polars==2.1.0 polars-runtime-32==2.1.0 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
from polars._dependencies import numpy


def missed() -> str:
    try:
        numpy.no_such_name
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "found"


numpy.array
seen = missed()
print(seen)
assert seen.startswith("TypeError"), "a missing name is an AttributeError now"
assert "item assignment" in seen
PYTHON
