#!/usr/bin/env bash
# What: OR-Tools 9.15.6755 (PyPI), `CpSolver.status_name()` of the last search.
# Where it was met: printing how a search of doubled hints had ended.
# Expected: the argument is optional (`status=None`, "the name of the status returned by solve()"), so without it the
#   name of the last search's status, as `response_stats()` and `objective_value` tell of the last search.
# Seen: TypeError, 'CpSolverStatus' object is not callable: the response's status is a property by now, and is called.
#   With the status given all is well.
# Source: the calls below, and the signature that the package prints.
# What follows: keep what `solve` returns, and name that.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$place/venv/bin/python" - <<'PYTHON'
import inspect

from ortools.sat.python import cp_model

model = cp_model.CpModel()
model.maximize(model.new_int_var(0, 10, "x"))
solver = cp_model.CpSolver()
status = solver.solve(model)
print(inspect.signature(solver.status_name), solver.status_name(status), solver.objective_value)
try:
    print(solver.status_name())
except TypeError as error:
    print("without a status:", error)
else:
    raise AssertionError("it knows the last status now")
PYTHON
