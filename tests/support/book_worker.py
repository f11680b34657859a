"""A process that keeps books: it says `ready` once everything is loaded, then does command lines as they come.

Each line on its input is a JSON list of commands, each the words after `tengbol`; of each it prints what the command
says and then `== CODE`. So a test can end it at a moment of the work itself, not of Python's start.
"""

from __future__ import annotations

import json
import sys

# Loaded before it is ready, so that a moment of work is a moment of work.
import tengbol.book.audit
import tengbol.book.batches
import tengbol.book.importing
import tengbol.book.postgresql
import tengbol.book.sqlite
import tengbol.runner  # noqa: F401
from tengbol.cli import main


def done(words: list[str]) -> int:
    """Exit code of one command."""
    sys.argv = ["tengbol", *words]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


if __name__ == "__main__":
    print("ready", flush=True)
    for line in sys.stdin:
        for words in json.loads(line):
            print(f"== {done(words)}", flush=True)
