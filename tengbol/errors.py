"""The one exception for what the user gave us and can mend; everything else is a bug and may crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable


class UnusableInputError(Exception):
    """Input, output folder or setting that cannot be used; the user can correct it.

    The message is one or two sentences: what is wrong, where, and what to do. It is kept as a template with its values,
    so that it can be translated.
    """

    #: The command's exit code, and what kind of refusal it is to a program.
    code, kind = 2, "refused"

    def __init__(self, sentence: str, **values: object) -> None:
        self.phrase = sentence if isinstance(sentence, Phrase) and not values else Phrase(sentence, **values)
        super().__init__(str(self.phrase))

    def said(self, spoken: Callable[..., str]) -> str:
        """The message by way of a translator of templates."""
        return self.phrase.said(spoken)


class UnusableArgumentError(UnusableInputError, ValueError):
    """An argument of the calling Python program that cannot be used; also a `ValueError`."""


class BusyError(UnusableInputError):
    """A temporary failure: the book is in use, or the connection was lost. Trying again may succeed."""

    code, kind = 4, "busy"
