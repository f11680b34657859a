"""The one exception for what the user gave us and can mend; everything else is a bug and may crash."""

from __future__ import annotations


class UnusableInputError(Exception):
    """Input, output folder or setting that the whole batch cannot go on with.

    The message is one or two sentences for the user: the thing, where it stands, and what to do.
    """

    #: The command's exit code.
    code = 2


class UnusableArgumentError(UnusableInputError, ValueError):
    """The same of an argument that a Python program gave."""


class BusyError(UnusableInputError):
    """Nothing to mend: busy, or cut off on the way. The same command again may do."""

    code = 4
