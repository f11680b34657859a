"""The first moments of the command: what is to end it before it is loaded ends it in order all the same."""

from __future__ import annotations

from tengbol.signals import hear


def main() -> None:
    """Run the command line. A signal that comes while it is loaded is kept until it can be said in the right words."""
    came: list[int] = []
    hear(lambda _code: lambda number, _frame: came.append(number))
    from tengbol.cli import main as whole

    whole(came)
