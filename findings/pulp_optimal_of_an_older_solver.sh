#!/usr/bin/env bash
# What: PuLP 3.3.2 (PyPI) with the CBC 2.10.3 of 2019 that it contains and takes where no solver is named.
# Where it was met: small integer programs with a least and a most for one sum, set against all their solutions.
# Expected: "Optimal" is the least cost: two integer variables, coefficients of one digit, nothing to round, no gap
#   allowed. Bundles of two writs, at most one of cost 1 and at most three of cost 3, and 3 to 4 writs in all: that is
#   two bundles, one of each kind, for 4.
# Seen: "Optimal", 6, two of the dearer. With the least alone, without preprocessing, with HiGHS and with a newer CBC
#   through the same PuLP it is 4. Of 900 random programs with two such rows 4 were answered wrongly, each said to be
#   optimal; none was without preprocessing, and of 300 with other rows none. Debian 12's CBC 2.10.8 says 6, too.
# Source: run here. Issue 293 of coin-or/Cbc told the same of other numbers in 2020 and is closed; PuLP's newest version
#   still brings the solver of the year before. Issue 476 of coin-or/pulp has other wrong answers of it.
# What follows: name the solver and ask it for its version; hold what is called optimal against a bound of one's own.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check pulp==3.3.2 highspy==1.16.0 cbcbox==2.935
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
import subprocess
from itertools import product

import cbcbox
import pulp


def by_hand(least, most):
    return min(a + 3 * b for a, b in product(range(2), range(4)) if least <= 2 * a + 2 * b <= most)


def asked(solver, most=4):
    problem = pulp.LpProblem("bundles", pulp.LpMinimize)
    cheap, dear = pulp.LpVariable("cheap", 0, 1, "Integer"), pulp.LpVariable("dear", 0, 3, "Integer")
    problem += cheap + 3 * dear
    problem += 2 * cheap + 2 * dear >= 3
    if most is not None:
        problem += 2 * cheap + 2 * dear <= most
    status = pulp.LpStatus[problem.solve(solver)]
    return status, pulp.value(problem.objective), (cheap.value(), dear.value())


own = pulp.PULP_CBC_CMD(msg=False, gapRel=0)
told = subprocess.run([own.path, "-quit"], capture_output=True, text=True).stdout
print(*(line for line in told.splitlines() if line.startswith(("Version", "Build"))))
assert "Version: 2.10.3" in told, "another version is in the package now"
alone = asked(own)
others = {
    "the least alone": asked(own, most=None),
    "without preprocessing": asked(pulp.PULP_CBC_CMD(msg=False, options=["preprocess off"])),
    "HiGHS": asked(pulp.HiGHS(msg=False)),
    "a newer CBC": asked(pulp.COIN_CMD(path=cbcbox.cbc_bin_path(), msg=False)),
}
print("by hand:", by_hand(3, 4), "| by itself:", alone, "|", others)
assert alone == ("Optimal", 6, (0, 2)), "what is optimal is the least now"
assert all(answer == ("Optimal", 4, (1, 1)) for answer in others.values())
assert by_hand(3, 4) == by_hand(3, 8) == 4
PYTHON
