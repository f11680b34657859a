"""Names in the order of the alphabet: Kazakh's, of whose letters Russian's are a part in the same order.

By code point Ә, Қ and Ө stand behind Я, and a clerk does not find Әбдіров among the first.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_LETTERS: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
#: Each letter as a sign whose code point is its place; from the area for private use, so behind Latin letters.
_PLACES: Final = {letter: chr(0xE000 + place) for place, letter in enumerate(_LETTERS)}
_TRANSLATED: Final = str.maketrans(_PLACES)


def in_alphabet(name: str) -> str:
    """A key by which names sort as the alphabet has them, capitals like small letters."""
    return name.lower().translate(_TRANSLATED)


def by_alphabet(name: str | pl.Expr) -> pl.Expr:
    """The same of a column."""
    text = pl.col(name) if isinstance(name, str) else name
    return text.str.to_lowercase().str.replace_many(_PLACES)
