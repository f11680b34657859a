"""What the library of the command line finds wrong with a command line, in the terminal's language.

It has no translations of its own: its sentences are found again by their templates.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any, Final

import typer

from tengbol.cli import machine
from tengbol.phrase import Phrase, mark

if TYPE_CHECKING:
    from collections.abc import Callable

#: Its sentences, the longer before those that begin like them.
_KNOWN: Final = (
    mark("No such option: {option} (Possible options: {options})"),
    mark("No such option: {option}"),
    mark("No such command {name}. Did you mean {names}?"),
    mark("No such command {name}."),
    mark("Missing command."),
    mark("Missing argument {name}."),
    mark("Missing option {name}."),
    mark("Invalid value for {name}: {what}"),
    mark("Got unexpected extra argument(s) ({words})"),
    mark("Option {option} does not take a value."),
    mark("Option {option} requires an argument."),
    # What the values themselves are held to (pydantic).
    mark("Input should be a valid integer, unable to parse string as an integer"),
    mark("Input should be a valid number, unable to parse string as a number"),
    mark("Input should be greater than or equal to {least}"),
    mark("Input should be less than or equal to {most}"),
)
_ERROR: Final = mark("Error: {what}")
_HINT: Final = mark("Try '{command}' for help.")


def complaint(message: str) -> Phrase:
    """One of the library's sentences, with its template; any other as it is."""
    for template in _KNOWN:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(template))
        if found := re.fullmatch(pattern, message):
            values = {name: complaint(value) if name == "what" else value for name, value in found.groupdict().items()}
            return Phrase(template, **values)
    return Phrase(message)


def translate_complaints(spoken: Callable[..., str]) -> None:
    """Let the library show what is wrong in the language that a translator of templates speaks."""
    usage_error: Any = typer.BadParameter.__base__

    def show(error: Any, file: Any = None) -> None:
        lines = []
        if error.ctx is not None:
            lines = [error.ctx.get_usage()]
            asked = f"{error.ctx.command_path} {error.ctx.help_option_names[0]}"
            lines += [Phrase(_HINT, command=asked).said(spoken), ""]
        what = complaint(error.format_message())
        if machine.listening():
            machine.complain(what.said(spoken))
            return
        lines.append(Phrase(_ERROR, what=what).said(spoken))
        print("\n".join(lines), file=file or sys.stderr)

    usage_error.show = show
    # Where no command is named the library shows the help, as a mistake of its own kind.
    for error in usage_error.__subclasses__():
        if "show" in vars(error) and machine.listening():
            error.show = lambda *_, **__: machine.complain(spoken("Missing command."))
