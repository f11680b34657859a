"""An interrupt ends a search at once, and not when the search would have ended by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: Five sums of forty coefficients that are to be met as nearly as can be: no solver is done with that in an hour.
_SEARCHING = """
import numpy as np
from tengbol.cli import hear_signals
from tengbol.optimizer.linear import LinearModel
from tengbol.optimizer.work import Work

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
model.solve(1e6, Work(2**60))
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


#: Stages of the search, each again and again at the longest that one call of it may take.
_STAGES = {
    "split anew": "exchanged(hard, None, 0, 1e6, work)",
    "totals": "evened(hard, place(hard, relaxation(hard), rounds=0), (0, 0), 1e6, work)",
    "configurations": "[assembled(hard, start, 0 * hard.opening, 0 * hard.class_size, MOST, work) for _ in range(999)]",
    "placing": "[place(hard, relaxation(hard)) for _ in range(1000)]",
    "branching": "branched(hard, relaxation(hard), nodes=10**6)",
}
_STAGE = """
import numpy as np
from tengbol.cli import hear_signals
from tengbol.optimizer.assembly import assembled
from tengbol.optimizer.branching import branched
from tengbol.optimizer.core import MOST
from tengbol.optimizer.exchange import evened, exchanged
from tengbol.optimizer.flow import relaxation
from tengbol.optimizer.placing import place
from tengbol.optimizer.problem import Problem
from tengbol.optimizer.work import Work

hear_signals()
counts = np.random.default_rng(1).integers(1, 14, (120, 4))
hard = Problem(np.tile(-1000 * counts.sum(axis=0) // 30, (30, 1)), np.array([0, 30]), np.arange(30),
               np.zeros((1, 4), dtype=np.int64), np.zeros(120, dtype=np.int64), counts, np.ones(120, dtype=np.int64))
work = Work(2**60)
exchanged(hard, None, 0, 0, work)
start = place(hard, relaxation(hard), rounds=0)
print("begun", flush=True)
STAGE
print("ended by itself", flush=True)
"""


@pytest.mark.soak  # a second's work and the compiler's loading for each stage
@pytest.mark.skipif(sys.platform != "linux", reason="CPU time of another process is read from /proc")
@pytest.mark.parametrize("stage", list(_STAGES))
@pytest.mark.parametrize("after", [0.3, 0.9, 1.7])
def test_every_stage_hears_an_interrupt_within_a_second_of_work(stage, after):
    command = [sys.executable, "-c", _STAGE.replace("STAGE", _STAGES[stage])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as search:
        try:
            assert search.stdout is not None
            assert search.stdout.readline() == "begun\n"
            begun = _cpu_seconds(search.pid)
            while _cpu_seconds(search.pid) < begun + after:
                time.sleep(0.01)
            then = _cpu_seconds(search.pid)
            search.send_signal(signal.SIGTERM)
            used = os.wait4(search.pid, 0)
            search.returncode = os.waitstatus_to_exitcode(used[1])
            assert search.stdout.read() == ""
        finally:
            search.kill()
    assert search.returncode == 143
    assert used[2].ru_utime + used[2].ru_stime - then < 1.0


def _cpu_seconds(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


#: A command to which the signal comes in the midst of an import.
_IMPORTING = """
import os, signal, sys

class Stops:
    def find_spec(self, name, *_):
        if name == "_compat_pickle":
            print("begun", flush=True)
            os.kill(os.getpid(), signal.SIGTERM)

from tengbol.cli import main

sys.meta_path.insert(0, Stops())
for name in ("pickle", "_compat_pickle"):
    sys.modules.pop(name, None)
sys.argv = ["tengbol", "demo", "never"]
main()
"""


def test_a_signal_in_the_midst_of_an_import_is_no_fault_of_ours(tmp_path):
    done = subprocess.run([sys.executable, "-c", _IMPORTING], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (143, "begun\n"), done.stderr
    assert "stopped" in done.stderr


#: The command as it is installed, and as a module; the signal comes as the first of what it needs is loaded.
_STARTS = {
    "installed": "next(iter(entry_points(group='console_scripts', name='tengbol'))).load()()",
    "module": "runpy.run_module('tengbol', run_name='__main__')",
}
_AT_ONCE = """
import runpy
import signal
import sys
from importlib.metadata import entry_points

class Signal:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            signal.raise_signal(NUMBER)

sys.meta_path.insert(0, Signal())
sys.argv = ["tengbol", *ARGUMENTS]
"""


@pytest.mark.parametrize("start", list(_STARTS))
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (getattr(signal, "SIGHUP", signal.SIGTERM), 143)]
)
def test_a_signal_before_anything_is_loaded_ends_the_command_as_any_later_one(start, number, code, tmp_path):
    child = _AT_ONCE.replace("NUMBER", str(int(number))).replace("ARGUMENTS", repr(["--lang", "ru", "template", "new"]))
    command = [sys.executable, "-c", child + _STARTS[start]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("tengbol: остановлено")
    assert len(done.stderr.splitlines()) == 1
    assert not [*tmp_path.iterdir()]


def test_a_signal_that_nobody_is_to_hear_does_not_end_a_command_that_begins(tmp_path):
    child = _AT_ONCE.replace("NUMBER", str(int(signal.SIGINT))).replace("ARGUMENTS", repr(["--version"]))
    unheard = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + child + _STARTS["installed"]
    done = subprocess.run([sys.executable, "-c", unheard], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
