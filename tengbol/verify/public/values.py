"""What a value of the public file must be: each returns it, or raises `ValueError` with a sentence on what it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import islice
from operator import le
from typing import TYPE_CHECKING, Any, Final

from tengbol.phrase import Phrase
from tengbol.verify.told import is_object

if TYPE_CHECKING:
    import re

#: Unicode's categories of control, format and surrogate characters, and of ends of lines.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: So many texts are remembered to be seen: more than a republic has districts and enforcers.
_RECURRING: Final = 4096
#: What every language's whole numbers of 64 bits hold.
_TOO_LARGE: Final = 2**63


def in_order(keys: list[Any], what: str) -> None:
    """Hold rows to one order, each once: an order that is free could tell, or hide, something."""
    if any(map(le, islice(keys, 1, None), keys)):
        raise ValueError(Phrase("its {what} are not sorted, each once", what=what))


def keys(value: Any, *names: str) -> None:
    """An object of just these names."""
    if not is_object(value):
        raise ValueError(Phrase("an object is missing"))
    if set(value) != set(names):
        lacking, more = sorted(set(names) - set(value)), sorted(set(value) - set(names))
        raise ValueError(
            Phrase("it lacks {names}", names=", ".join(lacking))
            if lacking
            else Phrase("it has {names} beyond what is due", names=", ".join(more))
        )


def string(value: Any) -> str:
    """Text of letters that can be seen."""
    if not isinstance(value, str) or not value:
        raise ValueError(Phrase("{value} is no text", value=f"{value!r}"))
    # An id with a line feed in it could print findings of its own; one with an invisible letter looks like another.
    if not _seen(value):
        raise ValueError(Phrase("{value} has letters that cannot be seen", value=f"{value!a}"))
    return value


@lru_cache(maxsize=_RECURRING)
def _seen(text: str) -> bool:
    """Whether every letter can be seen; districts and enforcers stand in every row of a batch."""
    return not any(unicodedata.category(letter) in _UNSEEN for letter in text)


def whole(value: Any) -> int:
    """A whole number from 0 to what 64 bits hold."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _TOO_LARGE:
        raise ValueError(Phrase("{value} is no whole number from 0 to 2^63 - 1", value=f"{value!r}"))
    return value


def choice(value: Any, among: tuple[str, ...]) -> str:
    """One of these words."""
    if value not in among:
        raise ValueError(Phrase("{value} is none of {names}", value=f"{value!r}", names=", ".join(among)))
    return value


def matches(value: Any, pattern: re.Pattern[str], what: str) -> str:
    """A name of the shape that such a thing has."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(Phrase("{value} does not name {what}", value=f"{value!r}", what=what))
    return value


def text(value: dict[str, Any], name: str, pattern: re.Pattern[str] | None = None) -> str:
    """The text of an object under a name, of a shape where one is given."""
    found = string(value[name])
    return found if pattern is None else matches(found, pattern, name)


def maybe(value: dict[str, Any], name: str, pattern: re.Pattern[str] | None = None) -> str | None:
    """The same, or null; where no shape is given, empty text too."""
    if value[name] is None or (value[name] == "" and pattern is None):
        return value[name]
    return text(value, name, pattern)


#: Of how many bound writs it is told on what they rest.
RESTING: Final = ("on_word", "on_imports")


def resting(part: dict[str, Any]) -> None:
    """Numbers that are told only where there are any, together of no more writs than are bound."""
    told = [whole(part[name]) for name in RESTING if name in part]
    if 0 in told:
        raise ValueError(Phrase("it tells of writs bound on a word or by imports, and there are none"))
    bound = sum(basis not in ("registered", "attached") for basis in part["assignments"]["basis"])
    if sum(told) > bound:
        raise ValueError(
            Phrase("{n} writs are bound on a word or by imports, and only {bound} are bound", n=sum(told), bound=bound)
        )
