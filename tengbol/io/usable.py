"""Of what a batch may be made: tables that lack no row that restricts or remembers, unless somebody accepts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.errors import UnusableArgumentError, UnusableInputError
from tengbol.io.lost import accepted
from tengbol.io.read import Reading
from tengbol.model.chamber import Chamber
from tengbol.model.unread import holding_out

if TYPE_CHECKING:
    import datetime as dt


def usable(given: Chamber | Reading, accept: str | None, day: dt.date) -> Chamber:
    """The tables of which a batch may be made. Raises `UnusableInputError`."""
    if isinstance(given, Reading):
        taken = accepted(given, accept)
        chamber = given.chamber
        return chamber if taken is None else holding_out(chamber, taken.held_out, taken.recused, day, taken.reason)
    if not isinstance(given, Chamber):
        raise UnusableArgumentError(
            "chamber {given}: give a Chamber, or the Reading that `read` returned.", given=type(given).__name__
        )
    if given.lost is not None:
        if accept is not None:
            raise UnusableArgumentError("accept goes with the whole Reading: distribute(reading, accept=…).")
        raise UnusableInputError(given.lost)
    return given
