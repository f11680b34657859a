#!/usr/bin/env bash
# What: scipy 1.17.1 (PyPI), `scipy.optimize.milp`.
# Where it was met: the least sum of whole numbers, asked as a peer that proves its optimum.
# Expected: `status` 0 is "optimal solution found", as its documentation says, and `mip_rel_gap`, whose default it does
#   not tell, is a further reason to stop for whoever gives one. So for a knapsack of twelve integers the value is the
#   least of all 4,096 subsets.
# Seen: status 0 and "Optimal" for 241,397, where 241,379 can be had: without the option HiGHS stops at a relative gap of
#   0.0001, which at such sums is 24. `mip_gap` of the result tells it, 0.000087. With `mip_rel_gap` 0.0 it is the least.
# Source: the default is HiGHS's own option `mip_rel_gap`, in its documentation of options.
# What follows: give `mip_rel_gap` 0.0 wherever an optimum is claimed, and look at `mip_dual_bound`.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
from itertools import product
from scipy.optimize import Bounds, LinearConstraint, milp

sizes = [30926, 53108, 30279, 36367, 45753, 41983, 23429, 21102, 54623, 50140, 53515, 41525]
least = sum(sizes) // 2 + 1
best = min(
    total for taken in product((0, 1), repeat=len(sizes))
    if (total := sum(size for size, yes in zip(sizes, taken) if yes)) >= least
)

def asked(**options):
    half = LinearConstraint([sizes], lb=least)
    return milp(sizes, constraints=half, integrality=1, bounds=Bounds(0, 1), options=options)

default, exact = asked(), asked(mip_rel_gap=0.0)
print(best, round(default.fun), default.status, default.message, default.mip_gap, round(exact.fun))
assert default.status == exact.status == 0
assert round(exact.fun) == best
assert round(default.fun) > best, "the default is exact now"
PYTHON
