"""The command line: arguments, progress, exit codes. Work is done elsewhere, and imported only when asked for."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Annotated, Final, Never

import typer

from tengbol import __version__
from tengbol.cli import attach, batch, book, book_acts, public, report, whatif
from tengbol.cli.say import fail, say
from tengbol.errors import UnusableInputError

app = typer.Typer(
    name="tengbol",
    help="Distribute writs among private court enforcers as evenly as the rules allow, and prove it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("run")(batch.run_command)
app.command("verify")(batch.verify_command)
app.command("demo")(batch.demo_command)
app.command("plan")(attach.plan_command)
app.command("report")(report.report_command)
app.command("whatif")(whatif.whatif_command)
book.app.add_typer(book_acts.app)
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


#: Exit codes of a command that was interrupted from the keyboard, or told to end: 128 and the signal's number.
_STOPPED: Final = (130, 143)


def main() -> None:
    """Run the command line; what the user can mend ends with one sentence and exit code 2 or 4, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no Kazakh letters still shows the rest.
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        # The same name however it was started: completion and usage go by it.
        app(prog_name="tengbol")
    except UnusableInputError as error:
        fail(str(error), error.code)
    except SystemExit as end:
        if end.code in _STOPPED:
            fail("stopped; a result is written whole or not at all, so nothing half done is left.", end.code)
        raise
    except Exception as error:
        if "TENGBOL_DEBUG" in os.environ:
            raise
        fail(f"a fault of tengbol itself, please report it: {type(error).__name__}: {error}", 3)


def _stop(number: int, _frame: object) -> Never:
    """End the searches in other processes, which nobody would wait for, and then the command."""
    from multiprocessing import active_children

    for search in active_children():
        search.terminate()
    sys.exit(128 + number)
