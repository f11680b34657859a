"""`--json`: one JSON object on stdout instead of sentences, for programs that call the command line (docs/programs.md).

What a command answers is a value of `answers`, whose schema is published (`docs/reference/answers.json`); a refusal is
an `answers.Refusal`. The exit code says which of the two it is: 0 and 1 an answer, everything else a refusal.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_OPTION: Final = "--json"

#: Whether a program is listening; what was answered so far; sentences that would have stood on stdout and stderr.
#: printed: what something else than an answer has written to stdout. over: whether the object has been given already.
#: said_of: how a phrase is said in the terminal's language.
_state: dict[str, Any] = {
    **{"on": False, "answer": None, "said": [], "notes": [], "complaint": ""},
    **{"stdout": None, "over": False, "said_of": str},
}


def say_by(said_of: Callable[[str], str]) -> None:
    """Say phrases by this from now on."""
    _state["said_of"] = said_of


def clear() -> None:
    """Begin an answer anew."""
    _state.update(answer=None, said=[], notes=[], complaint="", over=False)


@contextmanager
def alone() -> Iterator[None]:
    """Keep stdout for the one object: what others print there, such as help, counts as said."""
    if not listening():
        yield
        return
    _state["stdout"], printed = sys.stdout, StringIO()
    try:
        with redirect_stdout(printed):
            yield
    finally:
        _state["stdout"] = None
        if text := printed.getvalue().strip("\n"):
            heard(text, err=False)


def stdout() -> TextIO | None:
    """Where the object goes."""
    return _state["stdout"] or sys.stdout


def first() -> bool:
    """Whether no object has been given yet; there is one only, and `serve`, which goes on, gives it before its end."""
    before, _state["over"] = _state["over"], True
    return not before


def listening() -> bool:
    """Whether `--json` was given."""
    return _state["on"]


def listen(words: Sequence[str]) -> list[str]:
    """Take `--json` out of a command line, wherever it stands before a `--`, and answer in JSON from now on."""
    end = words.index("--") if "--" in words else len(words)
    _state["on"] = _OPTION in words[:end]
    clear()
    return [word for place, word in enumerate(words) if place >= end or word != _OPTION]


def heard(sentence: str, *, err: bool) -> None:
    """Keep what would have been printed."""
    _state["notes" if err else "said"] += sentence.split("\n")


def answer(told: Callable[[], Mapping[str, object]]) -> None:
    """Answer with a value, which is only asked for where a program is listening."""
    if listening():
        _state["answer"] = told()


def complain(sentence: str) -> None:
    """Keep what is wrong with the command line."""
    _state["complaint"] = sentence


def complaint() -> str:
    """What was wrong with the command line; empty where nothing was."""
    return _state["complaint"]


def answered(*, code: int = 0) -> str:
    """The answer as JSON, with what was said beside it."""
    return _json({**(_state["answer"] or {}), "exit": code, **_sentences()})


def refused(kind: str, detail: str, code: int, reason: str | None = None) -> str:
    """A refusal as JSON."""
    return _json({"code": kind, "reason": reason, "detail": detail, "exit": code, **_sentences()})


def _sentences() -> Mapping[str, list[str]]:
    return {"said": _state["said"], "notes": _state["notes"]}


def _json(told: Mapping[str, Any]) -> str:
    from tengbol.io.exact import exact_json

    return exact_json(_plain(told))


def _plain(value: Any) -> Any:
    """The same in what JSON knows: days and moments as ISO text, paths and phrases as text."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, str) and hasattr(value, "said"):
        return _state["said_of"](value)
    if value is None or isinstance(value, str | int | float | Decimal):
        return value
    return str(value)
