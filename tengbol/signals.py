"""Signals that end a command, and how it ends then."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

#: Exit codes of a command that was interrupted from the keyboard, or told to end.
ENDING: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 143}


def hear(handler: Callable[[int], Callable[[int, Any], Any]]) -> None:
    """Handle each by what `handler` gives for its exit code."""
    for name, code in ENDING.items():
        # Windows has no SIGHUP; whoever started us by nohup wants it unheard.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler(code))
