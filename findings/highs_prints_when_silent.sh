#!/usr/bin/env bash
# What: scipy 1.17.1 (PyPI) with the HiGHS 1.12 that it contains, `scipy.optimize.milp`.
# Where it was met: a command answers with JSON on its output while it searches by this function.
# Expected: with `disp=False`, which is the default ("set to True if indicators of optimization status are to be printed
#   to the console"), nothing is printed.
# Seen: on a knapsack of twelve integers one line of HiGHS's own source stands on the standard output, so that whatever
#   is printed beside it is no JSON any more. `output_flag` does not concern it; it is written by C's printf, in the
#   library's buffer, and may come later than what Python prints.
# Source: jump-dev/HiGHS.jl issue 312 meets the same line in another language.
# What follows: point file descriptor 1 elsewhere during the call, and flush C's buffers before it is put back.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
cat > "$place/knapsack.py" <<'PYTHON'
import json
from scipy.optimize import Bounds, LinearConstraint, milp

sizes = [49964, 58466, 23684, 48991, 31725, 41649, 56997, 31075, 49035, 26426, 32903, 58797]
half = LinearConstraint([sizes], lb=sum(sizes) // 2 + 1)
found = milp(sizes, constraints=half, integrality=1, bounds=Bounds(0, 1), options={"disp": False, "mip_rel_gap": 0.0})
print(json.dumps({"least": round(found.fun)}))
PYTHON
"$place/venv/bin/python" "$place/knapsack.py" > "$place/output"
cat "$place/output"
grep -q '^{"least": ' "$place/output"
grep -q 'HighsMipSolverData' "$place/output" || { echo "HiGHS now keeps silent"; exit 1; }
