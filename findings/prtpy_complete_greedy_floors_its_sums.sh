#!/usr/bin/env bash
# What: prtpy 0.8.3 (PyPI), `partition` by the exact algorithm `complete_greedy` (`cg`), of items that are not whole.
# Where it was met: exact partitions of numbers by several algorithms, set against all partitions tried.
# Expected: what the output types name: `Sums` are the sums of the bins, `LargestSum` is the largest of them,
#   `Difference` the largest less the smallest. Items of fractions are allowed: the examples of `cbldm` in the
#   package have some.
# Seen: the partition is right, and each sum is rounded down on its way out. [1.5, 2.25, 0.5, 1.0] in two bins is
#   returned as [1.5, 1.0] and [2.25, 0.5] with the sums 2 and 2, difference 0: a largest sum that no partition of 5.25
#   in two can have, below any true lower bound. Seven other algorithms of the package say 2.5 and 2.75.
# Source: run here; the last lines of prtpy/partitioning/complete_greedy.py floor each sum. None of the package's issues
#   found speaks of it.
# What follows: ask for the partition and add up its bins; never compare a solver's own word with a bound.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check prtpy==0.8.3 numpy==2.3.5
"$place/venv/bin/python" - <<'PYTHON'
import prtpy
from prtpy import outputtypes, partitioning

ITEMS = [1.5, 2.25, 0.5, 1.0]


def asked(algorithm, output):
    return prtpy.partition(algorithm=algorithm, numbins=2, items=ITEMS, outputtype=output)


for name in ("cg", "dp", "ckk", "kk", "snp", "cbldm", "greedy", "multifit"):
    algorithm = getattr(partitioning, name)
    added = sorted(sum(each) for each in asked(algorithm, outputtypes.Partition))
    told = sorted(float(each) for each in asked(algorithm, outputtypes.Sums))
    largest = float(asked(algorithm, outputtypes.LargestSum))
    difference = float(asked(algorithm, outputtypes.Difference))
    print(name, "added up:", added, "told:", told, "largest:", largest, "difference:", difference)
    assert added == [2.5, 2.75]
    if name == "cg":
        assert (told, largest, difference) == ([2.0, 2.0], 2.0, 0.0), "the sums are whole no more"
    else:
        assert (told, largest, difference) == (added, 2.75, 0.25)
PYTHON
