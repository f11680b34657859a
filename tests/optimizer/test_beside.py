"""What a library prints by itself never stands among a command's answers (`findings/highs_prints_when_silent.sh`)."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tengbol.optimizer.beside import beside

pytestmark = pytest.mark.skipif(os.name != "posix", reason="C libraries of Windows have buffers of their own")


def knapsack():
    """The cheapest half of twelve; on the way to it HiGHS prints a line."""
    sizes = np.random.default_rng(1).integers(20_000, 60_000, (5, 12))[4].astype(float)
    half = LinearConstraint(sizes[None], lb=sizes.sum() // 2 + 1)
    return milp(sizes, constraints=half, integrality=1, bounds=Bounds(0, 1), options={"mip_rel_gap": 0.0})


def spoken():
    """A line as a compiled library writes one, which is not at once where a pipe or a file is written to."""
    ctypes.CDLL(None).puts(b"of the library's own")
    return 7


@pytest.mark.parametrize("call", ["knapsack().success", "spoken()"])
def test_what_a_library_prints_goes_to_the_errors(call):
    code = f"""
from test_beside import beside, knapsack, spoken
print("before")
print("found", beside(lambda: {call}, prints=True))
print("after")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=os.path.dirname(__file__)
    )
    assert done.stdout.splitlines() == ["before", f"found {True if 'success' in call else 7}", "after"]
    assert ("of the library's own" in done.stderr) == ("spoken" in call)


def test_a_process_without_an_output_is_answered_too():
    code = "import os; os.close(1); from test_beside import beside; assert beside(lambda: 7, prints=True) == 7"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=os.path.dirname(__file__))


def test_what_is_raised_leaves_the_output_as_it_was(capfd):
    with pytest.raises(ZeroDivisionError):
        beside(lambda: 1 // 0, prints=True)
    print("said", flush=True)
    assert capfd.readouterr().out == "said\n"
