#!/usr/bin/env bash
# What: numpy 2.4.6 (PyPI), `default_rng` (and `SeedSequence`) of a list of integers.
# Where it was met: lots of several batches from one seed, [seed, batch], set beside the lot of the seed alone.
# Expected: other lists, other streams. The page on parallel generation allows an "arbitrary-length sequence", all of
#   whose bits are mixed, and says of [root_seed, worker_id] that "it will *work*", the other order being more flexible.
#   So the batches 0, 1, 2 of one seed have lots of their own, and none is the lot of the seed alone.
# Seen: a list is put together from words of 32 bits and filled up with zeros to four of them. [2026, 0] is [2026] is
#   2026: batch 0 repeats the lot of the seed alone, and replication 0 of [seed, batch, replication] that of
#   [seed, batch]. Where one item ends is forgotten, too: [2026, 5] is the integer 2026 + 5 · 2**32, and [] is 0. With
#   five words, [2026, 0, 0, 0, 0], the stream is another: that of the first child which `spawn` makes of 2026.
# Source: run here. Issue 16539 of numpy/numpy found the zeros where they met `spawn`; pull request 16551 mended that
#   alone, so that older streams stay; neither the page nor that of `SeedSequence` tells of them.
# What follows: count from 1 or put the seed last, use one length of list throughout, or spawn; and test that streams
#   which one takes for different are.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
"$place/venv/bin/python" - <<'PYTHON'
import numpy as np


def lot(seed):
    return tuple(np.random.default_rng(seed).permutation(12).tolist())


same = ((2026, [2026], [2026, 0], [2026, 0, 0, 0]), ([2026, 3], [2026, 3, 0]), ([2026, 5], 2026 + 5 * 2**32), ([], 0))
for seeds in same:
    print(*(f"{seed}: {lot(seed)}" for seed in seeds), sep="\n")
    assert len({lot(seed) for seed in seeds}) == 1, "each list has a stream of its own now"
others = (2026, [0, 2026], [2026, 1], [2026, 0, 1], [2026, 0, 0, 0, 0])
assert len({lot(seed) for seed in others}) == len(others)
assert lot([2026, 0, 0, 0, 0]) == lot(np.random.SeedSequence(2026).spawn(1)[0])
for kind in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
    assert kind([2026, 0]).random_raw() == kind(2026).random_raw(), kind
PYTHON
