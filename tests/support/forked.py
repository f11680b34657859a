"""The command in a process of its own that need not load Python and its libraries first, which is most of its time.

A process beside the tests loads every module once and does no work; each command is a copy of it (a fork): with its own
words, folder, environment, streams and end, as if a new Python had been started. What the start itself is about, its
imports or its locale, is tested by a new Python: `books.started`.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import types
from typing import IO, Any

#: What Python and its libraries read when they start: with another value of these a command needs a Python of its own.
_AT_START = ("PYTHON", "LC_", "LANG", "TZ", "POLARS", "OMP_", "OPENBLAS", "MKL_", "NUMBA", "LD_")
#: The most that one command line and its environment may be long.
_MOST = 1 << 20


class Command(subprocess.Popen[str]):
    """A command of ours under way: as a `Popen` of a new Python, `tengbol` being given only its words."""

    def _execute_child(self, args: Any, *more: Any) -> None:  # type: ignore[override]
        """Have it forked, instead of forking ourselves: the tests' process has threads, which no fork survives."""
        cwd, env = more[4], more[5]
        theirs = more[9], more[12], more[14]
        os.umask(mask := os.umask(0o77))
        asked = {
            "mask": mask,
            "words": args,
            "cwd": os.fspath(cwd or os.getcwd()),
            "env": dict(os.environ if env is None else env),
        }
        self._end, other = socket.socketpair()
        streams = [place if given == -1 else given for place, given in enumerate(theirs)]
        socket.send_fds(_beside()[0], [json.dumps(asked).encode()], [other.fileno(), *streams])
        other.close()
        self._close_pipe_fds(*more[9:15])  # type: ignore[attr-defined]
        self.pid = int(self._end.recv(16).decode())
        self._child_created = True

    def _try_wait(self, flags: int) -> tuple[int, int]:
        """As `os.waitpid` tells of a child; whose parent tells it to us."""
        if flags and not select.select([self._end], [], [], 0)[0]:
            return 0, 0
        told = self._end.recv(16)
        self._end.close()
        return self.pid, int(told or b"0")

    def _internal_poll(self, *_asked: Any, **_more: Any) -> int | None:
        if self.returncode is None:
            pid, status = self._try_wait(os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def command(*words: object, env: dict[str, str] | None = None, **kinds: Any) -> subprocess.Popen[str]:
    """The command under way, in a copy of what is loaded or, where its environment decides what is, in a new Python."""
    given = [str(word) for word in words]
    # What is to be done between a fork and a start (limits, a mask) needs both.
    if (
        kinds.keys() <= {"stdin", "stdout", "stderr", "cwd"}
        and _at_start(os.environ if env is None else env) == _at_start(os.environ) == _STARTED
    ):
        return Command(given, env=env, text=True, **kinds)
    start = [sys.executable, "-c", "from tengbol.cli import main; main()"]
    return subprocess.Popen([*start, *given], env=env, text=True, **kinds)


def _at_start(environment: Any) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_AT_START)}


_STARTED = _at_start(os.environ)


@functools.cache
def _beside() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """A line to the process that has everything loaded, which ends when the line does; and that process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _MOST)
    loaded = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
    )
    theirs.close()
    return ours, loaded


def _load() -> None:
    """Import what there is of ours, and so all that it needs."""
    from importlib import import_module
    from pkgutil import walk_packages

    import tengbol

    for module in walk_packages(tengbol.__path__, "tengbol."):
        # It is run by alembic only.
        if module.name not in ("tengbol.__main__", "tengbol.book.migrations.env"):
            import_module(module.name)
    for name in ("uvicorn.protocols.http.h11_impl", "uvicorn.lifespan.on", "uvicorn.loops.asyncio"):
        import_module(name)


def cheap_passwords() -> None:
    """Keep passwords by the least work there is: a hash as dear as a chamber's takes longer than most tests."""
    import argon2

    from tengbol.service import passwords

    passwords._HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # type: ignore[misc]


def _asked(line: socket.socket) -> tuple[list[str], list[int]] | None:
    """The words of the next command and its streams, in the copy that is to run it; None in ours, when nobody asks."""
    waiting: dict[int, socket.socket] = {}
    ended, tell = socket.socketpair()
    for one in (ended, tell):
        one.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    while True:
        ready, *_ = select.select([line, ended], [], [])
        if ended in ready:
            ended.recv(4096)
            while waiting:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                # Or nobody waits for it any more.
                with waiting.pop(pid) as whose, contextlib.suppress(BrokenPipeError):
                    whose.send(str(status).encode())
        if line in ready:
            said, passed, *_ = socket.recv_fds(line, _MOST, 4)
            if not said:
                return None
            whose = socket.socket(fileno=passed[0])
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (line, ended, tell, whose, *waiting.values()):
                    one.close()
                asked = json.loads(said)
                os.environ.clear()
                os.environ.update(asked["env"])
                os.chdir(asked["cwd"])
                os.umask(asked["mask"])
                return asked["words"], passed[1:]
            whose.send(str(pid).encode())
            waiting[pid] = whose
            for passed_on in passed[1:]:
                os.close(passed_on)


def _as_new(words: list[str], streams: list[int]) -> None:
    """Put on what a Python just started would have."""
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
        os.close(stream)
    for place, name in enumerate(("stdin", "stdout", "stderr")):
        was: IO[str] = getattr(sys, name)
        now = open(place, "w" if place else "r", encoding=was.encoding, errors=was.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, now)
        setattr(sys, f"__{name}__", now)
    sys.argv = ["-c", *words]
    sys.modules["__main__"] = types.ModuleType("__main__")


if __name__ == "__main__":
    _load()
    cheap_passwords()
    gc.collect()
    gc.freeze()
    if _todo := _asked(socket.socket(fileno=int(sys.argv[1]))):
        from tengbol.cli import main

        _as_new(*_todo)
        main()
