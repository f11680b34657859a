"""In which language the terminal speaks: `--lang`, TENGBOL_LANG, else the system's; English where it is none of ours.

Sentences stand in the source in English and are translated by the catalogues of `report.words`, where they are said.
"""

from __future__ import annotations

import gettext
import os
import sys
from typing import TYPE_CHECKING, Any, Final

import typer

from tengbol.cli import machine
from tengbol.cli.complaints import translate_complaints
from tengbol.cli.say import say
from tengbol.errors import UnusableInputError
from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tengbol.io.grid import Place

LANGUAGES: Final = ("kk", "ru", "en")
#: Where the system tells its language, the first that is set.
_SYSTEM: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
#: Commands that have a `--lang` of their own, of what they write.
_OWN: Final = ("report", "forms", "judge", "template")

_spoken = {"language": "en", "asked": ""}


def language() -> str:
    """The terminal's."""
    return _spoken["language"]


def in_it() -> tuple[str, ...]:
    """The `--lang` that was given, for a further command that writes papers; nothing where none was, or English."""
    asked = _spoken["asked"]
    return ("--lang", asked) if asked in ("kk", "ru") else ()


def speak(asked: str) -> None:
    """Say everything from now on in a language."""
    if asked not in LANGUAGES:
        raise UnusableInputError(
            "--lang '{asked}': there are {languages}; give one of these.", asked=asked, languages=", ".join(LANGUAGES)
        )
    _spoken["language"] = asked
    machine.say_by(said_of)


def heard(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> tuple[str, list[str]]:
    """The language asked for, and the command line without the `--lang` that asked for it.

    A command that writes in a language has a `--lang` of its own, which stays, and is the terminal's too where it is a
    language alone.
    """
    rest, asked = list(words), None
    own = next((word for word in words if not word.startswith("-")), "") in _OWN
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(words):
            asked, taken = words[place + 1], rest[place : place + 2]
        elif word.startswith("--lang="):
            asked, taken = word.removeprefix("--lang="), [word]
        else:
            continue
        if not own:
            del rest[place : place + len(taken)]
        break
    _spoken["asked"] = asked or ""
    if asked is not None and not (own and asked not in LANGUAGES):
        return asked, rest
    return _by_environment(environment), rest


def _by_environment(environment: Mapping[str, str]) -> str:
    """TENGBOL_LANG, which must be one of ours, else the system's where it is."""
    if given := environment.get("TENGBOL_LANG"):
        if given not in LANGUAGES:
            raise UnusableInputError(
                "TENGBOL_LANG '{given}': there are {languages}; set one of these.",
                given=given,
                languages=", ".join(LANGUAGES),
            )
        return given
    system = next((environment[name] for name in _SYSTEM if environment.get(name)), "")
    return system[:2] if system[:2] in LANGUAGES else "en"


def spoken(sentence: str, **values: object) -> str:
    """A sentence in the terminal's language; `values` fill its braces, whole numbers as they are written there."""
    if language() == "en":
        # Babel need not be read for what stands there already.
        return sentence.format(**{name: _plain(value) for name, value in values.items()}) if values else sentence
    words = _words()
    if not values and (said := words(sentence)) != sentence:
        return said
    if not values:
        return reworded(sentence)
    return words(sentence, **{name: _written(words, value) for name, value in values.items()})


def counted(one: str, many: str, number: int, **values: object) -> str:
    """The form of a sentence that goes with a number, which is its `{n}`."""
    if language() == "en":
        return spoken(one if number == 1 else many, n=number, **values)
    words = _words()
    filled = {name: _written(words, value) for name, value in {"n": number, **values}.items()}
    return words.several(one, many, number).format(**filled)


def tell(sentence: str, *, err: bool = False, **values: object) -> None:
    """Print a sentence in the terminal's language."""
    say(spoken(sentence, **values), err=err)


def note(text: str) -> None:
    """Print, beside the result, what somebody should look at."""
    if machine.listening():
        machine.heard(said_of(text), err=True)
        return
    tell("note: {text}", err=True, text=said_of(text))


def said_of(text: str) -> str:
    """A text in the terminal's language, where it knows its template."""
    return text.said(spoken) if isinstance(text, Phrase) else text


def explained(sentence: str) -> str:
    """The explanation of an assignment, in the terminal's language."""
    if language() == "en":
        return sentence
    from tengbol.report.explained import assigned

    return assigned(sentence, _words())


def reworded(message: str, table: str = "", place: Place | None = None) -> str:
    """The message of a rejected row of a table, in the terminal's language."""
    if language() == "en":
        return message
    from tengbol.report.rejected import reworded as said

    return said(message, _words(), table, place)


def verdict(name: str, objective: int, bound: int) -> None:
    """Tell how even a batch is by one objective, in squared thousandths, and whether that is proven."""
    value, least = f"{objective / 1e6:,.6f}", f"{bound / 1e6:,.6f}"
    if objective == bound:
        tell("{name}: {value} squared writs, proven least.", name=name, value=value)
    else:
        tell("{name}: {value} squared writs, not proven; at least {bound}.", name=name, value=value, bound=least)


def translate_help(command: Any) -> None:
    """Put a command's help, and that of all below it, into the terminal's language, and what the shell library says."""
    if language() != "en" or machine.listening():
        translate_complaints(spoken)
    if language() == "en":
        return
    words = _words()

    def said(text: str) -> str:
        return words(text) if text else text

    for name, module in list(sys.modules.items()):
        if name.startswith("typer.") and getattr(module, "_", None) is gettext.gettext:
            module._ = said  # type: ignore[attr-defined]
    context: Any = typer.Context.__base__
    plain: Any = context.formatter_class

    class Formatter(plain):
        """Of what the library has no translations."""

        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, said("Usage: ") if prefix is None else prefix)

        def write_dl(self, rows: Sequence[tuple[str, str]], *places: Any, **asked: Any) -> None:
            super().write_dl([(term, said(text)) for term, text in rows], *places, **asked)

    context.formatter_class = Formatter
    _translate(command, said)


def _translate(command: Any, said: Any) -> None:
    for attribute in ("help", "short_help", "epilog", "options_metavar", "subcommand_metavar"):
        if text := getattr(command, attribute, None):
            setattr(command, attribute, said(text))
    for option in command.params:
        if text := getattr(option, "help", None):
            option.help = said(text)
    for below in getattr(command, "commands", {}).values():
        _translate(below, said)


def _words() -> Any:
    from tengbol.report.words import Words

    return Words(language())


def _written(words: Any, value: object) -> object:
    return words.count(value) if isinstance(value, int) else value


def _plain(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) else value
