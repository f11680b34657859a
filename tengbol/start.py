"""The first moments of the command: what is to end it before it is loaded ends it in order all the same."""

from __future__ import annotations

import signal
from typing import Final

#: How a command ends that was interrupted from the keyboard, or told to end.
ENDING: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 143}


def main() -> None:
    """Run the command line. A signal that comes while it is loaded is kept until it can be said in the right words."""
    came: list[int] = []
    for name in ENDING:
        # Windows has no SIGHUP; whoever started us by nohup wants it unheard.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: came.append(number))
    from tengbol.cli import main as whole

    whole(came)
