"""One command as a fresh process: wall time, CPU time, peak memory of the process with all its children.

Memory is sampled: the sum of resident memory over the process tree, and each process's own high-water mark, whichever
is more. Pages shared between processes count in each, so the figure errs upwards. Linux only, as it reads `/proc`.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Seconds between looks, at first and later: looking costs time that the command could use.
_SOON, _LATER, _AFTER = 0.005, 0.02, 2.0
_KIB: Final = 1024


@dataclass(frozen=True)
class Measured:
    """seconds: start to exit. cpu_seconds: of the process and its children. peak: bytes.

    stopped: `time`, `memory` or `cpu` when the benchmark ended it, else null. said: the end of what it wrote.
    """

    seconds: float
    cpu_seconds: float
    peak: int
    exit_code: int
    stopped: str | None
    said: str


def measured(
    command: Sequence[str | Path],
    *,
    stop_after: float = 600.0,
    memory: int = 2**63,
    cpu: int | None = None,
    cwd: Path | None = None,
) -> Measured:
    """Run a command to its end, or until `stop_after` seconds, `memory` bytes or `cpu` seconds, and measure it."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, cwd=cwd, start_new_session=True,
        )  # fmt: skip
        if cpu is not None:
            # The kernel ends each process of the tree that takes more.
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(child.pid, resource.RLIMIT_CPU, (cpu, cpu))
        peak, stopped = 0, None
        while True:
            ended, status, usage = os.wait4(child.pid, os.WNOHANG)
            seconds = time.perf_counter() - start
            if ended:
                break
            peak = max(peak, _resident(child.pid))
            if stopped is None and (seconds > stop_after or peak > memory):
                stopped = "time" if seconds > stop_after else "memory"
                # Its children are in its session; nothing else is.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
            time.sleep(_SOON if seconds < _AFTER else _LATER)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    if stopped is None and cpu is not None and usage.ru_utime + usage.ru_stime > 0.9 * cpu and child.returncode < 0:
        stopped = "cpu"
    # A child begins with its parent's high-water mark, so the kernel's figure counts only above that.
    if usage.ru_maxrss * _KIB > _status(os.getpid())[1]:
        peak = max(peak, usage.ru_maxrss * _KIB)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak, child.returncode, stopped, text[-2000:])


def _resident(root: int) -> int:
    """Bytes: the sum of what the tree holds now, or the most that one process of it ever held."""
    held = [_status(process) for process in _tree(root)]
    return max(sum(now for now, _ in held), max((most for _, most in held), default=0))


def _tree(root: int) -> Iterator[int]:
    yield root
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield from _tree(int(child))


def _status(process: int) -> tuple[int, int]:
    """Resident bytes of a process now and at most; nothing when it is gone."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) * _KIB, int(lines["VmHWM"].split()[0]) * _KIB
    except (OSError, KeyError):
        return 0, 0
