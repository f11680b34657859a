"""An interrupt ends a search at once, and not when the search would have ended by itself."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

#: Five sums of forty coefficients that are to be met as nearly as can be: no solver is done with that in an hour.
_SEARCHING = """
import numpy as np
from tengbol.cli import hear_signals
from tengbol.optimizer.linear import LinearModel

hear_signals()
model = LinearModel()
rng = np.random.default_rng(1)
chosen = [model.variable(0, 1, 0) for _ in range(40)]
slack = []
for _ in range(5):
    weights = rng.integers(0, 100, 40).tolist()
    slack += [model.variable(0, 5000, 0), model.variable(0, 5000, 0)]
    middle = sum(weights) // 2
    model.row([*chosen, *slack[-2:]], [*weights, 1, -1], middle, middle)
model.minimise(slack, [1] * len(slack))
print("begun", flush=True)
model.solve(1e6)
print("ended by itself", flush=True)
"""

#: The same sums for HiGHS.
_PROGRAMME = """
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from tengbol.cli import hear_signals
from tengbol.optimizer.beside import beside

hear_signals()
weights = np.random.default_rng(1).integers(0, 10_000, (5, 50))
rows = np.hstack([weights, np.eye(5), -np.eye(5)])
middle = weights.sum(axis=1) // 2
cost = np.repeat([0, 1], [50, 10])
print("begun", flush=True)
beside(lambda: milp(cost, constraints=LinearConstraint(rows, middle, middle), integrality=np.ones(60),
                    bounds=Bounds(0, np.repeat([1, np.inf], [50, 10]))))
print("ended by itself", flush=True)
"""


@pytest.mark.parametrize(
    ("number", "code", "program"),
    [
        (signal.SIGINT, 130, _SEARCHING),
        (signal.SIGTERM, 143, _SEARCHING),
        (signal.SIGHUP, 143, _SEARCHING),
        (signal.SIGTERM, 143, _PROGRAMME),
    ],
)
def test_an_interrupt_ends_a_running_search_at_once(number, code, program):
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as search:
        try:
            assert search.stdout is not None
            assert search.stdout.readline() == "begun\n"
            time.sleep(1)
            assert search.poll() is None
            search.send_signal(number)
            said, complaint = search.communicate(timeout=15)
        finally:
            search.kill()
    assert search.returncode == code, complaint
    assert said == ""
