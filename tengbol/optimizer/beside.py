"""Long calls of compiled libraries in a thread of their own, so that an interrupt is heard while they last."""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import contextmanager, nullcontext
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

One = TypeVar("One")


_OUTPUT, _ERRORS = 1, 2


def beside(call: Callable[[], One], *, prints: bool = False) -> One:
    """What `call` returns, or raises. prints: whether the library prints by itself, which then goes to stderr.

    The thread that waits hears an interrupt at once, where one that is inside a library hears it when that returns;
    what was begun is then left behind, and ends with the process.
    """
    answers: list[One] = []
    troubles: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(call())
        except BaseException as trouble:
            troubles.append(trouble)

    given_back()
    thread = Thread(target=run, daemon=True)
    with _printing_to_stderr() if prints else nullcontext():
        thread.start()
        thread.join()
    given_back()
    if troubles:
        raise troubles[0]
    return answers[0]


@contextmanager
def _printing_to_stderr() -> Generator[None]:
    """Let what compiled code prints meanwhile go to stderr: what a command answers may be read by a program.

    Nothing is done where there are no such streams, nor on Windows, whose C library has buffers of its own.
    """
    try:
        kept = os.dup(_OUTPUT) if os.name == "posix" else None
    except OSError:
        kept = None
    if kept is None:
        yield
        return
    library = ctypes.CDLL(None)
    try:
        library.fflush(None)
        os.dup2(_ERRORS, _OUTPUT)
        yield
    finally:
        library.fflush(None)
        os.dup2(kept, _OUTPUT)
        os.close(kept)


def given_back() -> None:
    """Give what was freed back to the system: glibc keeps it, and the next thread has a heap of its own."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
