"""What a user asks for in words: the time of a batch, a day, the seed of a lot; and what the chamber's clock shows."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from typing import Final

from tengbol.errors import UnusableArgumentError, UnusableInputError

#: Kazakhstan keeps one time, UTC+5, since 1 March 2024.
_LOCAL: Final = dt.timezone(dt.timedelta(hours=5))
#: How a time may be written, and the years for which the rules and the calendar are meant.
_MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
_YEARS: Final = range(2000, 2100)


def local_now() -> dt.datetime:
    """What the clock shows in Kazakhstan, to the second."""
    return dt.datetime.now(_LOCAL).replace(tzinfo=None, microsecond=0)


def universal(local: str) -> str:
    """A moment of the chamber's local time as one that needs no chamber to be known: RFC 3339, in UTC."""
    return dt.datetime.fromisoformat(local).replace(tzinfo=_LOCAL).astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def as_of_from(text: str | None) -> dt.datetime:
    """The batch's time: ISO date-time, a bare date meaning the end of that day; none given, now in Kazakhstan."""
    if text is None:
        return local_now()
    asked = f"--as-of '{text}'"
    if not re.fullmatch(_MOMENT, text):
        raise UnusableInputError(
            "--as-of '{text}': write the chamber's local time, without an offset, as 2026-11-23T18:00:00, or a day.",
            text=text,
        )
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise UnusableInputError(
            "--as-of '{text}': there is no such day or time; write it as 2026-11-23T18:00:00.", text=text
        ) from None
    if moment.year not in _YEARS:
        raise UnusableInputError(
            "{asked}: lies outside the years {years} to {years2}; check the year.",
            asked=asked,
            years=_YEARS[0],
            years2=_YEARS[-1],
        )
    return dt.datetime.combine(moment, dt.time(23, 59, 59)) if len(text) == len("2026-11-23") else moment


def moment_given(as_of: dt.datetime) -> dt.datetime:
    """The batch's time as a Python program gives it."""
    if not isinstance(as_of, dt.datetime):
        raise UnusableArgumentError(
            "as_of {as_of}: give the batch's day and time as a datetime, such as datetime(2026, 11, 23, 18).",
            as_of=repr(as_of),
        )
    if as_of.tzinfo is not None:
        raise UnusableArgumentError(
            "as_of {as_of}: give the chamber's local time, without a time zone.", as_of=repr(as_of)
        )
    if as_of.year not in _YEARS:
        raise UnusableArgumentError(
            "as_of {as_of}: lies outside the years {years} to {years2}.",
            as_of=repr(as_of),
            years=_YEARS[0],
            years2=_YEARS[-1],
        )
    return as_of


def processes_given(processes: int) -> int:
    """How many processes search, as a Python program gives it."""
    if not isinstance(processes, int) or isinstance(processes, bool) or processes < 1:
        raise UnusableArgumentError("processes {given}: give a whole number, at least 1.", given=repr(processes))
    return processes


def seed_given(seed: str | None) -> str:
    """The seed of the lot as a Python program gives it; none given, 128 fresh random bits."""
    if seed is not None and not isinstance(seed, str):
        raise UnusableArgumentError(
            "seed {seed}: give text of 1 to 128 hexadecimal digits, such as '7f3a09'.", seed=repr(seed)
        )
    try:
        return seed_from(seed)
    except UnusableInputError:
        raise UnusableArgumentError(
            "seed {seed}: a seed is 1 to 128 hexadecimal digits, such as '7f3a09'; leave it out and one is drawn.",
            seed=repr(seed),
        ) from None


def happened_from(text: str | None) -> dt.datetime | None:
    """The moment of what has happened, as `as_of_from` reads it; None for now, which today's bare date means, too."""
    if text is None or text == local_now().date().isoformat():
        return None
    return as_of_from(text)


def day_from(option: str, text: str) -> dt.date:
    """A day as an option gives it, in ISO form."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UnusableInputError("{option} '{text}': write a day as 2026-11-23.", option=option, text=text) from None


def seed_from(text: str | None) -> str:
    """The seed of the lot: hexadecimal, kept in lower case; none given, 128 fresh random bits."""
    if text is None:
        return secrets.token_hex(16)
    if not re.fullmatch(r"[0-9a-fA-F]{1,128}", text):
        raise UnusableInputError("--seed '{text}': a seed is 1 to 128 hexadecimal digits, such as 7f3a09.", text=text)
    return text.lower()
