"""Files that are sent are read first by a process of their own, with limits: what would take too much memory or time
ends that process, and neither the server nor whoever else is at work in it.

What that process says of a file is only that it can be read within the limits, and how many rows it has. The server
then reads it itself, and says of it what `tengbol check` would.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase, mark
from tengbol.service.problems import ProblemError

if TYPE_CHECKING:
    from tengbol.service.settings import Settings

#: Processes at once; whoever sends more waits.
_AT_ONCE: Final = threading.Semaphore(2)
_HEAVY: Final = mark(
    "To read this file takes more than {n} bytes of memory or {seconds} seconds of a processor; divide it."
)
#: How the process ends where memory was not enough.
_LACKING: Final = 3


def refuse_heavy(source: Path, settings: Settings) -> None:
    """Raise `ProblemError` where a file or folder of tables cannot be read within the limits, or has too many rows."""
    limits = (settings.most_memory, settings.most_seconds)
    command = [sys.executable, "-m", "tengbol.service.trial", str(source), *map(str, limits)]
    # One thread: each has room of its own for its stack.
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with _AT_ONCE:
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
                # A process that waits takes no time of a processor.
                timeout=4 * settings.most_seconds, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            done = None
    if done is None or done.returncode:
        raise ProblemError("too_large", Phrase(_HEAVY, n=settings.most_memory, seconds=settings.most_seconds))
    refuse_many(int(done.stdout), settings)


def refuse_many(rows: int, settings: Settings) -> None:
    """Raise `ProblemError` where more rows are sent than are taken at once."""
    if rows > settings.most_rows:
        told = Phrase("At most {n} rows are taken at once, and these are {rows}; divide them.", n=settings.most_rows,
                      rows=rows)  # fmt: skip
        raise ProblemError("too_large", told)


def _limit(memory: int, seconds: int) -> None:
    """Let this process have so much memory and time; where the system has no such limits, only its starter waits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _rows(source: Path) -> int:
    """Rows of all tables; 0 where it is nothing that can be read, of which the server says why."""
    from tengbol.io.read import survey

    try:
        return sum(one.rows for one in survey(source).sources)
    except UnusableInputError:
        return 0


def main() -> None:
    """Read a file within the limits, and print how many rows it has."""
    source, memory, seconds = sys.argv[1:]
    _limit(int(memory), int(seconds))
    try:
        rows = _rows(Path(source))
    except MemoryError:
        os._exit(_LACKING)
    print(rows)


if __name__ == "__main__":
    main()
