"""The one exception for what the user gave us and can mend; everything else is a bug and may crash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable


#: Options of the command line that the functions of the package take as arguments.
_MAPPED: Final = re.compile(r"--map '([^']*)=([^'=]*)'")
_OPTION: Final = re.compile(r"--(accept(?: REASON)?|map|cluster|processes|seed)\b")


def _as_arguments(text: str) -> str:
    if "--" not in text:
        return text
    text = _MAPPED.sub(lambda told: f"columns={{{told[1]!r}: {told[2]!r}}}", text)
    return _OPTION.sub(lambda told: {"accept REASON": "accept=REASON", "map": "columns"}.get(told[1], told[1]), text)


class UnusableInputError(Exception):
    """Input, output folder or setting that cannot be used; the user can correct it.

    The message is one or two sentences: what is wrong, where, and what to do. It is kept as a template with its values,
    so that it can be translated.

    Attributes
    ----------
    code : int
        The exit code of the command line for it: 2, and 4 of a `BusyError`.
    kind : str
        `refused`, and `busy` of a `BusyError`.
    reason : str or None
        Which refusal it is, such as `T0166`: a code that stays the same (docs/reference/refusals.md).
    """

    #: The command's exit code, and what kind of refusal it is to a program.
    code, kind = 2, "refused"

    def __init__(self, sentence: str, **values: object) -> None:
        self.phrase = sentence if isinstance(sentence, Phrase) and not values else Phrase(sentence, **values)
        super().__init__(str(self.phrase))

    def __str__(self) -> str:
        """The message in English; to a Python program, which has arguments, not options."""
        return _as_arguments(str(self.phrase))

    @property
    def reason(self) -> str | None:
        """Which refusal it is, such as `T0166`: a code that stays the same (docs/reference/refusals.md)."""
        from tengbol.refusals import reason_of

        return reason_of(self.phrase)

    def said(self, spoken: Callable[..., str]) -> str:
        """The message by way of a translator of templates."""
        return self.phrase.said(spoken)


class UnusableArgumentError(UnusableInputError, ValueError):
    """An argument of the calling Python program that cannot be used; also a `ValueError`."""


class BusyError(UnusableInputError):
    """A temporary failure: the book is in use, or the connection was lost. Trying again may succeed."""

    code, kind = 4, "busy"
