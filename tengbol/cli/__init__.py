"""The command line: arguments, progress, exit codes. Work is done elsewhere, and imported only when asked for."""

from __future__ import annotations

import errno
import gc
import io
import os
import signal
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Never

import typer

from tengbol import __version__
from tengbol.cli import machine
from tengbol.cli.answers import Version
from tengbol.cli.language import heard, note, speak, spoken, translate_help
from tengbol.cli.say import fail, hush, put, say
from tengbol.cli.values import read_plainly
from tengbol.errors import UnusableInputError
from tengbol.refusals import reason_of
from tengbol.signals import ENDING, hear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tengbol.phrase import Phrase

    app: typer.Typer

#: Every command in the order of help, by the module of this package that has it as `NAME_command`.
_COMMANDS: Final = {
    "run": "batch",
    "verify": "verification",
    "check": "door",
    "template": "door",
    "demo": "batch",
    "plan": "attach",
    "forms": "forms",
    "report": "report",
    "judge": "judge",
    "why": "why",
    "whatif": "whatif",
    "serve": "serve",
}
#: And the groups of commands, by the modules that have them in their `app`, the first of which tells what it is.
_GROUPS: Final = {
    "book": ("book", "book_state", "book_acts", "book_recusals", "book_corrections", "book_confirm", "book_backup"),
    "public": ("public",),
}


def tree(words: Sequence[str] | None = None) -> typer.Typer:
    """Every command; given a command line, the one that it asks for, for to build one takes a thousandth of a second.

    A command line that asks for none of them, but for help or by a mistake, gets all with what each does and no more.
    """
    whole = typer.Typer(
        name="tengbol",
        help="Distribute writs of execution among private court enforcers as evenly as the rules allow, and prove it.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    whole.callback()(_command)
    asked, below = [*(word for word in words or () if not word.startswith("-")), "", ""][:2]
    chosen = [name for name in (*_COMMANDS, *_GROUPS) if words is None or name == asked]
    for name in chosen or (*_COMMANDS, *_GROUPS):
        if name in _GROUPS:
            group = _group(name, below if words is not None else "", listed=not chosen)
            whole.add_typer(group, name=name)
            continue
        function = getattr(import_module(f"tengbol.cli.{_COMMANDS[name]}"), f"{name}_command")
        if chosen:
            whole.command(name)(function)
        else:
            whole.command(name, help=function.__doc__)(_nothing)
    return whole


def _group(name: str, asked: str, *, listed: bool) -> typer.Typer:
    """A group of commands: the asked one, or all; only what it is where it is but listed."""
    first, *others = _GROUPS[name]
    own = import_module(f"tengbol.cli.{first}").app
    group = typer.Typer(name=name, help=own.info.help, no_args_is_help=True)
    if not listed:
        apps = [own, *(import_module(f"tengbol.cli.{module}").app for module in others)]
        every = [command for one in apps for command in one.registered_commands]
        group.registered_commands = [command for command in every if command.name == asked] or every
    return group


def _nothing() -> None:
    """A command that is but listed."""


def __getattr__(name: str) -> typer.Typer:
    """`app`: every command, built when somebody wants to see them all (PEP 562)."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return tree()


def _version(asked: bool) -> None:
    if asked:
        say(f"tengbol {__version__}")
        machine.answer(lambda: Version(version=__version__))
        raise typer.Exit


def _command(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    _lang: Annotated[
        str | None,
        typer.Option("--lang", metavar="kk|ru|en", help="Language of messages. May stand anywhere in the line."),
    ] = None,
    _json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, for programs. May stand anywhere in the line.")
    ] = False,
) -> None:
    pass


#: What the system answers to a look at a path that nobody may take, or that cannot be: no command is at fault then.
_CLOSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.ENAMETOOLONG})


def main(came: Sequence[int] = ()) -> None:
    """Run the command line; what the user can mend ends with one sentence and exit code 2 or 4, never a traceback.

    came: signals that came since the process began (`tengbol.start`).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no Kazakh letters still shows the rest.
            stream.reconfigure(errors="backslashreplace")
    # Modules and expressions are many objects and no garbage: looking for it took a twentieth of a short command.
    gc.set_threshold(200_000, 20, 100)
    # Pydantic would look for plugins in every package that is installed. None is wanted: they change what is read.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # To start numpy's threads, which wait busily for large products, takes longer than the products that there are.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    hush()
    hear_signals()
    try:
        asked, words = heard(machine.listen(sys.argv[1:]))
        speak(asked)
        for number in came:
            signal.raise_signal(number)
        _finish(words)
        # A shell that completes a word asks what there is.
        command = typer.main.get_command(tree(None if "_TENGBOL_COMPLETE" in os.environ else words))
        translate_help(command)
        read_plainly()
        # The same name however it was started: completion and usage go by it.
        with machine.alone():
            command(words, prog_name="tengbol")
    except UnusableInputError as error:
        fail(error.said(spoken), error.code, error.kind, reason_of(error.phrase))
    except SystemExit as end:
        if isinstance(end.code, int) and end.code in ENDING.values():
            fail(
                spoken("stopped; a result is written whole or not at all, so nothing half done is left."),
                end.code,
                "stopped",
            )
        if machine.listening() and machine.first():
            _answer(end.code if isinstance(end.code, int) else 0)
        raise
    except Exception as error:
        if "TENGBOL_DEBUG" in os.environ:
            raise
        if isinstance(error, OSError) and error.errno in _CLOSED and error.filename is not None:
            closed = UnusableInputError(
                "{path}: cannot be reached ({reason}); check the path, and what you may do in its folders.",
                path=error.filename,
                reason=error.strerror,
            )
            fail(closed.said(spoken), closed.code, closed.kind, reason_of(closed.phrase))
        if damaged := _damaged_book():
            fail(damaged.said(spoken), 2, "refused", reason_of(damaged))
        told = f"{type(error).__name__}: {error}"
        fail(spoken("a fault of tengbol itself, please report it: {error}", error=told), 3, "fault")
    finally:
        # The process ends here: to look for garbage once more in all that was loaded took a tenth of a short command.
        gc.freeze()


def _answer(code: int) -> None:
    """Print what a program is answered; help, too, which is refused where a command was to be named."""
    if code not in (0, 1):
        put(machine.refused("usage", machine.complaint() or spoken("Missing command."), code))
    else:
        put(machine.answered(code=code))


def _finish(words: list[str]) -> None:
    """Where names are not exchanged in one step, a killed command may have left an output without its name: give it."""
    folders = sorted({Path(word.rpartition("=")[2]).parent for word in words if "\0" not in word})
    for folder in filter(_has_leftovers, folders):
        from tengbol.io.staging import finish

        for whole in finish(folder):
            note(spoken("{path}: a command was killed while it put its output there; it is complete now.", path=whole))


def _has_leftovers(folder: Path) -> bool:
    """Whether there may be private folders of ours (`io.staging`), which takes long to load for a look."""
    try:
        return any(name.startswith(".tengbol-") for name in os.listdir(folder))
    except OSError:
        return False


def hear_signals() -> None:
    """End at once, and in order, when interrupted or told to end."""
    hear(lambda code: partial(_stop, code))


def _damaged_book() -> Phrase | None:
    """What is wrong with a book that the command had open; none where it had none, or the book is as it was written."""
    if "tengbol.book.store" not in sys.modules:
        return None
    from tengbol.book.audit import faults_of_open

    return faults_of_open()


def _stop(code: int, _number: int, _frame: object) -> Never:
    """End the searches in other processes, which nobody would wait for, and then the command."""
    # Nothing is imported here: a signal may fall into an import, whose half of a module would be met.
    children = getattr(sys.modules.get("multiprocessing.process"), "active_children", tuple)
    for search in children():
        search.terminate()
    sys.exit(code)
