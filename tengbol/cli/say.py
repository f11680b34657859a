"""What every command says: lines, how it ends, how far it is."""

from __future__ import annotations

import os
import re
import shlex
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Never, Self, TextIO, cast

from tengbol.cli import machine
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable


def say(sentence: str, *, err: bool = False) -> None:
    """Print a line; where a program listens, keep it for the answer."""
    if machine.listening():
        machine.heard(sentence, err=err)
    else:
        put(sentence, err=err)


def put(sentence: str, *, err: bool = False) -> None:
    """Print a line. Whoever reads no further (`| head -1`) has read enough: the exit code still tells the truth."""
    stream = sys.stderr if err else machine.stdout()
    if stream is None:
        return
    try:
        print(sentence, file=stream, flush=True)
    except OSError as error:
        # What is still in the stream would fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UnusableInputError(
                "what there was to say could not be printed ({strerror}); what was written to disk is whole.",
                strerror=error.strerror,
            ) from error


class _Hushed:
    """A stream on which no password of these URLs is printed, whoever prints."""

    def __init__(self, stream: TextIO, urls: list[str]) -> None:
        self.stream, self.urls = stream, urls

    def write(self, text: str, /) -> int:
        if "postgres" in text:
            from tengbol.book.store import without_passwords

            text = without_passwords(text, self.urls)
        return self.stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def hush() -> None:
    """Where the address of a server was given, print no password of it: what is asked wrongly is repeated by others."""
    given = (*sys.argv[1:], os.environ.get("TENGBOL_BOOK", ""))
    urls = [word[word.index("postgres") :] for word in given if re.search(r"postgres.*://", word)]
    if urls and sys.stdout is not None and sys.stderr is not None:
        sys.stdout = cast("TextIO", _Hushed(sys.stdout, urls))
        sys.stderr = cast("TextIO", _Hushed(sys.stderr, urls))


def fail(sentence: str, code: int, kind: str, reason: str | None = None) -> Never:
    """End the command with a sentence on stderr, or with a refusal of a kind for a program (`answers.Refusal`)."""
    with suppress(UnusableInputError):
        if machine.listening():
            if machine.first():
                put(machine.refused(kind, sentence, code, reason))
        else:
            put(f"tengbol: {sentence}", err=True)
    sys.exit(code)


def command(*words: object) -> str:
    """Write a command of ours as it can be pasted into a shell."""
    return shlex.join(["tengbol", *map(str, words)])


class Progress:
    """A bar on a terminal, nothing in a pipe."""

    def __enter__(self) -> Self:
        self.show: Callable[[str, int, int], None] = lambda *_: None
        self._bar = None
        if sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            bar = self._bar = Bar(console=Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task("read", total=None)

            def show(stage: str, done: int, of: int) -> None:
                bar.update(task, description=stage, completed=done, total=of or 1)

            self.show = show
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
