"""The one exception for what the user gave us and can mend; everything else is a bug and may crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class UnusableInputError(Exception):
    """Input, output folder or setting that the whole batch cannot go on with.

    The message is one or two sentences for the user: the thing, where it stands, and what to do. Given as a template
    with its values, it can be said in other languages.
    """

    #: The command's exit code.
    code = 2

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values

    def said(self, spoken: Callable[..., str]) -> str:
        """The message by way of a translator of templates."""
        return spoken(self.sentence, **self.values) if self.values else spoken(str(self))


class UnusableArgumentError(UnusableInputError, ValueError):
    """The same of an argument that a Python program gave."""


class BusyError(UnusableInputError):
    """Nothing to mend: busy, or cut off on the way. The same command again may do."""

    code = 4
