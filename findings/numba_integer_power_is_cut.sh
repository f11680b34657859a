#!/usr/bin/env bash
# What: numba 0.68.1 (PyPI) with numpy 2.4.6.
# Where it was met: a kernel that raises integers to powers of either sign.
# Expected: a compiled `a ** b` of two int64 answers as Python does, 2 ** -1 = 0.5, or refuses as NumPy's integers do
#   ("Integers to negative integer powers are not allowed").
# Seen: 0, without a word, and 2 ** -1 * 4 is 0, too; of 1 and -1 the powers are right. That the result of two integers
#   has their type stands in numba's page on integer width; of a negative exponent nothing does.
# What follows: powers of unknown sign are taken of floats, or the sign is asked first.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import numba
import numpy as np

@numba.njit
def power(a, b):
    return a ** b

two, less = np.int64(2), np.int64(-1)
try:
    two ** less
    refused = False
except ValueError as error:
    print("numpy:", error)
    refused = True
found = power(two, less)
print("python:", 2 ** -1, "numba:", found, power(np.int64(-1), np.int64(-3)))
assert refused and found == 0 and power(np.int64(-1), np.int64(-3)) == -1, "numba answers otherwise now"
PYTHON
