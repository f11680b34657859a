"""The command line: arguments, progress, exit codes. Work is done elsewhere, and imported only when asked for."""

from __future__ import annotations

import io
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Never

import typer

from tengbol import __version__
from tengbol.cli import (
    attach,
    batch,
    book,
    book_acts,
    book_backup,
    book_corrections,
    book_recusals,
    door,
    forms,
    judge,
    public,
    report,
    serve,
    whatif,
    why,
)
from tengbol.cli.language import heard, note, speak, spoken, translate_help
from tengbol.cli.say import fail, hush, say
from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from tengbol.phrase import Phrase

app = typer.Typer(
    name="tengbol",
    help="Distribute writs among private court enforcers as evenly as the rules allow, and prove it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("run")(batch.run_command)
app.command("verify")(batch.verify_command)
app.command("check")(door.check_command)
app.command("template")(door.template_command)
app.command("demo")(batch.demo_command)
app.command("plan")(attach.plan_command)
app.command("forms")(forms.forms_command)
app.command("report")(report.report_command)
app.command("judge")(judge.judge_command)
app.command("why")(why.why_command)
app.command("whatif")(whatif.whatif_command)
app.command("serve")(serve.serve_command)
book.app.add_typer(book_acts.app)
book.app.add_typer(book_recusals.app)
book.app.add_typer(book_corrections.app)
book.app.add_typer(book_backup.app)
app.add_typer(book.app)
app.add_typer(public.public_app, name="public")


def _version(asked: bool) -> None:
    if asked:
        say(f"tengbol {__version__}")
        raise typer.Exit


@app.callback()
def _command(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is, and end.")
    ] = False,
) -> None:
    pass


#: How a command ends that was interrupted from the keyboard, or told to end.
_ENDING: Final = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 143}


def main() -> None:
    """Run the command line; what the user can mend ends with one sentence and exit code 2 or 4, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no Kazakh letters still shows the rest.
            stream.reconfigure(errors="backslashreplace")
    hush()
    hear_signals()
    try:
        asked, words = heard(sys.argv[1:])
        speak(asked)
        _finish(words)
        command = typer.main.get_command(app)
        translate_help(command)
        # The same name however it was started: completion and usage go by it.
        command(words, prog_name="tengbol")
    except UnusableInputError as error:
        fail(error.said(spoken), error.code)
    except SystemExit as end:
        if isinstance(end.code, int) and end.code in _ENDING.values():
            fail(spoken("stopped; a result is written whole or not at all, so nothing half done is left."), end.code)
        raise
    except Exception as error:
        if "TENGBOL_DEBUG" in os.environ:
            raise
        if damaged := _damaged_book():
            fail(damaged.said(spoken), 2)
        told = f"{type(error).__name__}: {error}"
        fail(spoken("a fault of tengbol itself, please report it: {error}", error=told), 3)


def _finish(words: list[str]) -> None:
    """Where names are not exchanged in one step, a killed command may have left an output without its name: give it."""
    from tengbol.io.staging import finish

    for folder in sorted({Path(word.rpartition("=")[2]).parent for word in words if "\0" not in word}):
        for whole in finish(folder):
            note(spoken("{path}: a command was killed while it put its output there; it is complete now.", path=whole))


def hear_signals() -> None:
    """End at once, and in order, when interrupted or told to end."""
    for name, code in _ENDING.items():
        # Windows has no SIGHUP; whoever started us by nohup wants it unheard.
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, partial(_stop, code))


def _damaged_book() -> Phrase | None:
    """What is wrong with a book that the command had open; none where it had none, or the book is as it was written."""
    if "tengbol.book.store" not in sys.modules:
        return None
    from tengbol.book.audit import faults_of_open

    return faults_of_open()


def _stop(code: int, _number: int, _frame: object) -> Never:
    """End the searches in other processes, which nobody would wait for, and then the command."""
    from multiprocessing import active_children

    for search in active_children():
        search.terminate()
    sys.exit(code)
