#!/usr/bin/env bash
# What: z3-solver 5.4.1.0 (PyPI), `Optimize.add_soft` with a weight that is a float.
# Where it was met: soft constraints weighed by small shares, set beside the same weights given as text.
# Expected: z3 reckons in rationals, so a float is taken at its own value, as `RealVal(4e-7)` is, or at its shortest
#   decimals; or it is refused. The documentation of `add_soft` speaks of an "optional weight" and no precision.
# Seen: the float is written with six decimals first. A constraint of weight 0.0000004 that must be broken costs 0, so it
#   asks for nothing; one of 0.0000014 costs 1/1000000. The same weights as text cost what they say.
# Source: run here; z3.py formats floats with "%f", integers and text go through whole. Issue 5876 of Z3Prover/z3
#   is of negative weights; of digits none was found.
# What follows: give weights as text or as integers on one scale.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check z3-solver==5.4.1.0
"$place/venv/bin/python" - <<'PYTHON'
from fractions import Fraction

import z3


def cost(weight):
    """Of a soft constraint that a hard one forbids."""
    optimize, taken = z3.Optimize(), z3.Bool("taken")
    optimize.add(taken)
    penalty = optimize.add_soft(z3.Not(taken), weight)
    assert optimize.check() == z3.sat
    return Fraction(str(penalty.value()))


for text in ("0.0000004", "0.0000014", "0.25"):
    print(text, "as text:", cost(text), "as a float:", cost(float(text)), "as a real:", z3.RealVal(float(text)))
    assert cost(text) == Fraction(text) == Fraction(str(z3.RealVal(float(text))))
assert cost(0.25) == Fraction(1, 4)
assert cost(0.0000004) == 0, "a small float is kept now"
assert cost(0.0000014) == Fraction(1, 1_000_000), "a float's digits are kept now"
PYTHON
