"""`docs/reference/commands.md`: every command and option, from what the program says of itself."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from tengbol.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"
_HEAD: Final = """# Commands

Every command and option, as `tengbol COMMAND --help` shows them. `make reference` generates this page, and a test
checks that it is up to date. `--lang kk|ru|en` and [`--json`](../programs.md) go with any command.
Exit codes: [the contract](../contract.md), section 5.
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [_HEAD, *(line for name, one in verbs(typer.main.get_command(app)) for line in _section(name, one))]
    )


def verbs(command: Any, name: str = "tengbol") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    if hasattr(command, "commands"):
        for word, one in command.commands.items():
            yield from verbs(one, f"{name} {word}")
    else:
        yield name, command


def _section(name: str, command: Any) -> list[str]:
    told = inspect.cleandoc(command.help or "")
    rows = [f"| {_called(one)} | {_said(one)} |" for one in command.params if not getattr(one, "hidden", False)]
    usage = " ".join(
        [name, *(_usage(one) for one in command.params if one.required), *(["[OPTIONS]"] if _optional(command) else [])]
    )
    return [f"## `{name}`\n", f"{told}\n", f"`{usage}`\n", "| | |", "|---|---|", *rows, ""]


def _optional(command: Any) -> bool:
    return any(not one.required for one in command.params)


def _is_option(parameter: Any) -> bool:
    return parameter.opts[0].startswith("-")


def _usage(parameter: Any) -> str:
    called = parameter.metavar or parameter.name.upper()
    return f"{parameter.opts[0]} {called}" if _is_option(parameter) else called


def _called(parameter: Any) -> str:
    words = "` `".join([*parameter.opts, *parameter.secondary_opts]) if _is_option(parameter) else ""
    value = "" if getattr(parameter, "is_flag", False) else (parameter.metavar or parameter.name.upper())
    return " ".join(f"`{part}`" for part in (words, value.replace("|", "\\|")) if part)


def _said(parameter: Any) -> str:
    text = (parameter.help or "").replace("|", "\\|")
    usual = parameter.default
    notes = ["required"] if parameter.required else []
    if not parameter.required and usual not in (None, False, (), []) and not callable(usual):
        notes.append(f"default: {usual}")
    return " ".join([text, *(f"*({note})*" for note in notes)]).strip()


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
