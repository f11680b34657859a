"""The one exception for what the user gave us and can mend; everything else is a bug and may crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable


class UnusableInputError(Exception):
    """Input, output folder or setting that the whole batch cannot go on with.

    The message is one or two sentences for the user: the thing, where it stands, and what to do. It is a template with
    its values, so that it can be said in other languages.
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
    """The same of an argument that a Python program gave."""


class BusyError(UnusableInputError):
    """Nothing to mend: busy, or cut off on the way. The same command again may do."""

    code, kind = 4, "busy"
