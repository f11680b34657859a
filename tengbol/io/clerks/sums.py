"""Sums and numbers as they are written in Kazakhstan: blanks between thousands, a decimal comma, a currency behind.

`872 938,91`, `338 816,03 тг`, `1.234.567,50 ₸`, `1,234,567.50`, `2 млн 150 тыс. тг`, `1 120 000-00`. A single comma or
point before exactly three digits can part thousands or decimals and is left as it is, unless a zero stands before it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_CURRENCY: Final = r"(?i)\s*(?:тг|тнг|тенге|теңге|₸|kzt)\.?$"
_BLANK: Final = r"[\s'’]"
_GROUPED: Final = rf"[0-9]{{1,3}}(?:{_BLANK}[0-9]{{3}})+"


def number_of(text: pl.Expr) -> pl.Expr:
    """Return the number that `text` can only mean, with a point and nothing else; null where it is none, or two."""
    return _number(text.str.replace(_CURRENCY, "").str.strip_chars())


def _number(bare: pl.Expr) -> pl.Expr:
    """The same of a text without a currency."""
    grouped = bare.str.contains(rf"^{_GROUPED}(?:[.,][0-9]*)?$")
    solid = pl.when(grouped).then(bare.str.replace_all(_BLANK, "")).otherwise(bare)
    both = solid.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+$")
    english = solid.str.contains(r"^[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+$")
    commas = solid.str.contains(r"^[0-9]{1,3}(?:,[0-9]{3}){2,}$")
    points = solid.str.contains(r"^[0-9]{1,3}(?:\.[0-9]{3}){2,}$")
    # Where blanks part the thousands, or a zero leads, or three digits do not follow, a comma is the decimal one.
    decimal = solid.str.contains(r"^[0-9]+,[0-9]*$") & (grouped | ~solid.str.contains(r"^[1-9][0-9]{0,2},[0-9]{3}$"))
    plain = solid.str.contains(r"^[0-9]+(?:\.[0-9]*)?$")
    return (
        pl.when(both)
        .then(solid.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(english | commas)
        .then(solid.str.replace_all(",", "", literal=True))
        .when(points)
        .then(solid.str.replace_all(".", "", literal=True))
        .when(decimal)
        .then(solid.str.replace(",", ".", literal=True))
        .when(plain)
        .then(solid)
    )


def two_numbers(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the two numbers that `1,234` or `1.230` can mean; nulls where a text has not two meanings."""
    groups = text.str.replace(_CURRENCY, "").str.strip_chars().str.extract_groups(r"^([1-9][0-9]{0,2})[.,]([0-9]{3})$")
    whole, rest = groups.struct.field("1"), groups.struct.field("2")
    # Without its last zeros, with which it would have two meanings again.
    decimal = pl.concat_str(whole, pl.lit("."), rest).str.strip_chars_end("0").str.strip_chars_end(".")
    return decimal, pl.concat_str(whole, rest)


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


#: A thousand, a million, a thousand millions.
_THOUSAND: Final = r"(?:тысяч[аи]?|тыс\.?|мың)"
_MILLION: Final = r"(?:миллион(?:а|ов)?|млн\.?)"
_MILLIARD: Final = r"(?:миллиард(?:а|ов)?|млрд\.?)"
_SCALES: Final = {3: _THOUSAND, 6: _MILLION, 9: _MILLIARD}
#: Numbers in words below a thousand, in Russian and Kazakh.
_UNIT: Final = _any_of(
    "ноль нуль один одна одно два две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок "
    "пятьдесят шестьдесят семьдесят восемьдесят девяносто сто двести триста четыреста пятьсот шестьсот семьсот "
    "восемьсот девятьсот нөл бір екі үш төрт бес алты жеті сегіз тоғыз он жиырма отыз қырық елу алпыс жетпіс сексен "
    "тоқсан жүз"
)
_TENGE: Final = r"(?:тг|тнг|тенге|теңге)\.?"
_TIYN: Final = r"(?:тиын|тиин)\.?"
_OF_MANY: Final = rf"(?:{_THOUSAND}|{_MILLION}|{_MILLIARD})"
_BEFORE: Final = rf"(?:{_OF_MANY}[\s-]+)*{_UNIT}"
_BEHIND: Final = rf"(?:[\s,-]+(?:{_UNIT}|{_OF_MANY}|{_TENGE}|[0-9]{{2}}\s*{_TIYN}|{_TIYN}))*"
#: The sum once more in words, which are not read. Of a bracket with «тысяч» alone nobody knows which it is.
_IN_WORDS: Final = rf"(?i)\s*\(\s*{_BEFORE}{_BEHIND}\s*\)"


def in_words(text: pl.Expr) -> pl.Expr:
    """Whether a sum is told in words, too."""
    return text.str.contains(_IN_WORDS)


def sum_of(text: pl.Expr) -> pl.Expr:
    """Return the sum that `text` can only mean, as `number_of`: with thousands and millions in words, tiyn apart."""
    bare = text.str.to_lowercase().str.replace(_IN_WORDS, "").str.strip_chars()
    bare = bare.str.replace(rf"\s*{_TENGE}\s*([0-9]{{2}})\s*{_TIYN}$", ",${1}").str.replace(_CURRENCY, "")
    # Accountants end a sum with a dash or a double one, so that nothing is written behind it.
    bare = bare.str.replace(r"=+$", "").str.replace(r"^([0-9\s'’]*[0-9])[-=]00$", "${1},00")
    bare = bare.str.replace(rf"^({_GROUPED})[-=]([0-9]{{2}})$", "${1},${2}")
    return pl.coalesce(
        _number(bare.str.strip_chars()), *(_scaled(bare, zeros, word) for zeros, word in _SCALES.items()), _added(bare)
    )


def _scaled(text: pl.Expr, zeros: int, word: str) -> pl.Expr:
    """`12,4 млн`: a number of thousands or millions."""
    parts = text.str.extract_groups(rf"^({_GROUPED}|[0-9]{{1,9}})(?:[.,]([0-9]{{1,11}}))?\s*{word}$")
    whole = parts.struct.field("1").str.replace_all(_BLANK, "")
    rest = parts.struct.field("2").fill_null("").str.pad_end(zeros, "0")
    number = pl.concat_str(whole, rest.str.slice(0, zeros), pl.lit("."), rest.str.slice(zeros))
    return pl.when(~text.str.contains(r"^[1-9][0-9]{0,2}[.,][0-9]{3}\s*\D")).then(number)


def _added(text: pl.Expr) -> pl.Expr:
    """`2 млн 150 тыс. 500`, `2 млн 150 000`: whole numbers, each of less than the one before it."""
    below = rf"([0-9]{{1,3}})(?:\s*{_THOUSAND}(?:\s*([0-9]{{1,3}}))?|{_BLANK}([0-9]{{3}}))"
    parts = text.str.extract_groups(
        rf"^(?:([0-9]{{1,3}})\s*{_MILLIARD}\s*)?(?:([0-9]{{1,3}})\s*{_MILLION}\s*)?(?:{below})?$"
    )
    milliards, millions, thousands, ones, also = (parts.struct.field(str(n)) for n in range(1, 6))
    each = (milliards, millions, thousands, pl.coalesce(ones, also))
    number = pl.concat_str(part.fill_null("").str.pad_start(3, "0") for part in each)
    return pl.when(pl.any_horizontal(part.is_not_null() for part in each)).then(number)


#: What says that there is no sum.
_NONE: Final = _any_of(
    r"[-‐-―−]+ б/с бс без\s+суммы нет нет\s+суммы сумма\s+не\s+указана не\s+указан[ао] жоқ сомасыз "
    r"сома\s+жоқ сомасы\s+жоқ көрсетілмеген сомасы\s+көрсетілмеген"
)
#: What alimony may be instead of a sum: a part of earnings, or a number of monthly calculation indices.
_PART: Final = r"(?:[1-9]/[1-9][0-9]?|[0-9]{1,3}(?:[.,][0-9]{1,2})?\s*(?:%|аек|мрп))"
_WORDS: Final = r"[\p{L}\s.,()«»\"-]*"


def no_sum(text: pl.Expr) -> pl.Expr:
    """Whether a cell says that there is no sum."""
    return text.str.contains(rf"(?i)^{_NONE}$")


def part_of_earnings(text: pl.Expr) -> pl.Expr:
    """Whether a cell of a claim of alimony has a part of earnings, or a number of indices: `жалақысының 1/4`."""
    return text.str.contains(rf"(?i)^{_WORDS}{_PART}{_WORDS}$")
