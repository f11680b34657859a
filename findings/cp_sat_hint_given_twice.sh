#!/usr/bin/env bash
# What: OR-Tools 9.15.6755 (PyPI), CP-SAT, a hint given twice for one variable.
# Where it was met: asking what CP-SAT would make of a start put together from two sources.
# Expected: a hint is advice that can do no harm: of two for one variable the last holds, as in a dictionary, or both
#   are passed over. Guessed even where both say the same.
# Seen: the model is invalid, no search is begun, and the answer is MODEL_INVALID, whether the two agree or not. Nothing
#   is raised or printed where the second hint is given; `model.validate()` names the variable.
# Source: the answers below; `add_hint` says "Adds 'var == value' as a hint to the solver" and no more.
# What follows: gather hints by variable, and look at the status for MODEL_INVALID, which is neither infeasible nor unknown.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check ortools==9.15.6755
"$place/venv/bin/python" - <<'PYTHON'
from ortools.sat.python import cp_model

for hints in ((3,), (3, 5), (3, 3)):
    model = cp_model.CpModel()
    variable = model.new_int_var(0, 10, "x")
    model.maximize(variable)
    for hint in hints:
        model.add_hint(variable, hint)
    status = cp_model.CpSolver().solve(model)
    print(hints, status, model.validate() or "valid")
    once = len(hints) == 1
    assert status == (cp_model.OPTIMAL if once else cp_model.MODEL_INVALID), "hints of one variable are merged now"
    assert once or "duplicate" in model.validate()
PYTHON
