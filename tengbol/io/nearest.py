"""The known header that an unknown one is spelt most like."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

from tengbol.io.aliases import COLUMN_ALIASES, folded

#: How much of two headers must be spelt alike, from 0 to 1, for one to be taken for the other's misspelling.
_ALIKE: Final = 0.7


class Near(NamedTuple):
    """A known header, its column, and how much of it is spelt alike, from 0 to 1."""

    alias: str
    column: str
    likeness: float


def nearest(word: str, table: str, columns: tuple[str, ...]) -> Near | None:
    """The known header of some columns that is spelt most like a word; None where none is alike."""
    near = [found for column in columns if (found := _nearest(folded(word), table, column))]
    # Of equally near ones the first by spelling, whatever the order of the list.
    return min(near, key=lambda one: (-one.likeness, one.alias, one.column), default=None)


@lru_cache(maxsize=16384)
def _nearest(word: str, table: str, column: str) -> Near | None:
    known = [(folded(alias), alias) for alias in (column, *COLUMN_ALIASES[table].get(column, ()))]
    long = [(name, alias) for name, alias in known if 2 * min(len(name), len(word)) >= _ALIKE * (len(name) + len(word))]
    scored = min(((-_likeness(word, name), alias) for name, alias in long), default=(0, ""))
    return Near(scored[1], column, -scored[0]) if -scored[0] >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    """From 0 to 1, how much of two names is spelt alike, in their order of words or in any; 0 where it is little.

    It is little, too, where a word of one is like none of the other: «исполнительный округ» is spelt much like
    «исполнительный документ» and is another thing.
    """
    if 2 * (Counter(one) & Counter(other)).total() < _ALIKE * (len(one) + len(other)):
        return 0
    if not (_worded(one, other) and _worded(other, one)):
        return 0
    return max(SequenceMatcher(None, one, other).ratio(), SequenceMatcher(None, _sorted(one), _sorted(other)).ratio())


def _worded(one: str, other: str) -> bool:
    """Whether each longer word of one name is like a word of the other."""
    others = _WORD.findall(other)
    return all(any(_word_like(word, its) for its in others) for word in _WORD.findall(one))


@lru_cache(maxsize=4096)
def _word_like(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other).ratio() >= _ALIKE


#: A word long enough to say something.
_WORD: Final = re.compile(r"\w{4,}")


def _sorted(name: str) -> str:
    return " ".join(sorted(name.split()))
