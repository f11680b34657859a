"""Long calls of compiled libraries in a thread of their own, so that an interrupt is heard while they last."""

from __future__ import annotations

import ctypes
import sys
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

One = TypeVar("One")


def beside(call: Callable[[], One]) -> One:
    """What `call` returns, or raises.

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
    thread.start()
    thread.join()
    given_back()
    if troubles:
        raise troubles[0]
    return answers[0]


def given_back() -> None:
    """Give what was freed back to the system: glibc keeps it, and the next thread has a heap of its own."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
