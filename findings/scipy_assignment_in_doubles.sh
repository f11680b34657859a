#!/usr/bin/env bash
# What: scipy 1.17.1 (PyPI), `scipy.optimize.linear_sum_assignment`.
# Where it was met: costs of an assignment that are integers of the lot, as long as int64 allows.
# Expected: a matrix of int64 is solved in integers, or refused where it cannot be: sums of two entries near 2**53 are far
#   from the end of int64, and the documentation names no limit.
# Seen: entries are made doubles unseen. Of two by two costs, b + 1 on the diagonal and b beside it with b = 2**53, the
#   diagonal is returned, whose cost is two more than the least. `min_weight_full_bipartite_matching` of scipy's sparse
#   graphs errs likewise on the same matrix turned.
# What follows: subtract each row's least before, keep costs below 2**53 less what is summed, and weigh the answer anew in
#   integers.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

b = 2**53
beside = np.array([[b + 1, b], [b, b + 1]], dtype=np.int64)
along = beside[:, ::-1].copy()

def cost(matrix, found):
    return sum(int(matrix[row, column]) for row, column in zip(*found))

dense = cost(beside, linear_sum_assignment(beside))
sparse = cost(along, min_weight_full_bipartite_matching(csr_array(along)))
print(2 * b, dense, sparse)
assert dense == 2 * b + 2, "assignment is exact in int64 now"
assert sparse == 2 * b + 2, "matching is exact in int64 now"
PYTHON
