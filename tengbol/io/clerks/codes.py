"""The contract's codes in the words of the Order and of chambers (`words.toml`): Kazakh, Russian, English.

A word is compared without regard to letter case, to `ё` for `е`, to blanks and to hyphens, underscores and full stops,
nor to Latin letters that look like Cyrillic ones: a reader cannot tell `aлименты` from `алименты`.
Of two words with a bracket or a stroke between them both must mean the same.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.compiled import toml
from tengbol.model.codes import CATEGORIES, CLAIMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tengbol.model.kinds import Kind

_LISTED: Final = toml("io/clerks/words.toml")

#: Column → code → its words.
WORDS: Final[Mapping[str, Mapping[str, list[str]]]] = MappingProxyType(_LISTED["codes"])

#: Column of flags, or `every` → `yes` and `no` → their words.
FLAGS: Final[Mapping[str, Mapping[str, list[str]]]] = MappingProxyType(_LISTED["flags"])

#: Small letters of the Latin alphabet, and the Cyrillic one that they, or their capitals, look like.
_LOOK_ALIKE: Final = dict(zip("abcehikmoptxyəɵ", "авсенікмортхуәө", strict=True))


def plain(text: pl.Expr) -> pl.Expr:
    """Take away all that does not matter in a word (see the module)."""
    return (
        text.str.to_lowercase()
        .str.replace_many({**_LOOK_ALIKE, "ё": "е"})
        .str.replace_all(r"[\s_.\-‐-―−«»\"()№§]+", " ")
        .str.strip_chars(" ,;:")
    )


def code_of(column: str, text: pl.Expr, kind: Kind | None = None) -> pl.Expr:
    """Return the code that a word of `column` means; null where none. kind: of the column on a day, if not now."""
    return _meant(text, _codes(column) if kind is None else _codes(column, kind.codes, kind.was))


def flag_of(column: str, text: pl.Expr) -> pl.Expr:
    """Return `true` or `false` for a word of `column`; null where it is neither."""
    return _meant(text, _flags(column))


def _meant(text: pl.Expr, words: dict[str, str]) -> pl.Expr:
    """What a word means; of two words, as `ауырып жатыр (больничный)`, what both mean."""

    def one(word: pl.Expr) -> pl.Expr:
        return plain(word).replace_strict(words, default=None, return_dtype=pl.String)

    both = text.str.extract_groups(r"^([^()/]+)[(/]([^()/]+)\)?$").struct
    first, second = one(both.field("1")), one(both.field("2"))
    return pl.coalesce(one(text), pl.when(first == second).then(first))


#: Columns whose codes the law has, those that came later last.
_LAW: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"claim": CLAIMS, "category": CATEGORIES})


@cache
def _codes(column: str, codes: tuple[str, ...] | None = None, was: tuple[tuple[str, str], ...] = ()) -> dict[str, str]:
    """Words with the code of each, of several the one that came last; a code without words is read by itself.

    was: codes that are none yet, each with what it was. Of the words of such a code those are known that stand under
    that one, too; where none of them does, all were taken from there.
    """
    before = dict(was)
    found: dict[str, str] = {}
    for code in codes or _LAW.get(column) or WORDS[column]:
        words = _each(WORDS[column].get(code, []))
        if code in before:
            words = sorted({*words} & {*_each(WORDS[column].get(before[code], []))}) or words
        found |= dict.fromkeys([*_each([code]), *words], code)
    return found


@cache
def _flags(column: str) -> dict[str, str]:
    listed = [FLAGS["every"], FLAGS.get(column, {"yes": [], "no": []})]
    return {
        word: value
        for words in listed
        for value, key in (("true", "yes"), ("false", "no"))
        for word in _each(words[key])
    }


def _each(words: Iterable[str]) -> list[str]:
    """The words of a list, as `plain` leaves them."""
    return pl.select(plain(pl.lit(pl.Series(list(words), dtype=pl.String)))).to_series().to_list()
