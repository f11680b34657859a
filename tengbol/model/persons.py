"""One form for the id of a debtor or creditor, and what is no id at all (¶13 binds by it, ¶14 too).

An IIN or BIN has twelve digits, the last a check digit. Blanks, hyphens and apostrophes within, its name before it,
`.0` or words behind it, letters that look like digits, and zeros that a spreadsheet took from its beginning are put
right, but only where the check digit then holds. What names nobody (a filler, a number that a spreadsheet cut to
`8,70415E+11`, digits of another length) must not be taken for a person: strangers would become one.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from tengbol.model.cells import WHOLE, check_digit_holds
from tengbol.parameters import ID_DIGITS

#: Texts that stand where nobody is known.
FILLERS: Final = [
    "не известен",
    "неизвестен",
    "неизвестна",
    "неизвестно",
    "не установлен",
    "не установлено",
    "не указан",
    "не указано",
    "отсутствует",
    "нет",
    "нет данных",
    "нет иин",
    "без иин",
    "иин нет",
    "иин отсутствует",
    "б н",
    "бн",
    "н д",
    "белгісіз",
    "жоқ",
    "жок",
    "жсн жоқ",
    "көрсетілмеген",
    "анықталмаған",
    "мәлімет жоқ",
    "деректер жоқ",
    "unknown",
    "none",
    "null",
    "nan",
    "n a",
    "na",
    "nil",
    "not known",
    "no data",
    "тест",
    "test",
    "тестовый",
    "true",
    "false",
    "xxx",
    "xx",
    "x",
    "х",
    "ххх",
    "хх",
]

#: All digits one and the same: looked up, for an expression of all ten costs several times as much.
ONE_DIGIT: Final = [str(digit) * ID_DIGITS for digit in range(10)]
_NAME: Final = r"^(?:['’`‘ʼ]|(?i:иин|бин|жсн|бсн|iin|bin)(?:\s*/\s*(?i:иин|бин|жсн|бсн|iin|bin))?[\s:№#.]*)+"
_SCIENTIFIC: Final = r"^[0-9]+(?:[.,][0-9]*)?\s*[eEеЕ]\s*\+?\s*[0-9]+$"
#: A day, of birth perhaps: whoever shares it would be one.
_DAY: Final = r"^[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{4}(?:\s*(?:г|ж|г\.р|ж\.т)\.?)?$"
#: Letters of both alphabets that stand for a digit they look like.
_LOOK_ALIKE: Final = {
    "O": "0",
    "o": "0",
    "О": "0",
    "о": "0",
    "I": "1",
    "l": "1",
    "І": "1",
    "і": "1",
    "З": "3",
    "з": "3",
}
#: So many digits of twelve are surely left of an IIN or BIN whose first are zeros: born in 2000, in January.
_LEAST: Final = ID_DIGITS - 3


#: Twelve digits among words that have no other digits; and among anything.
_AMONG_WORDS: Final = rf"^(?:[^0-9]*[^0-9\p{{L}}])?([0-9]{{{ID_DIGITS}}})(?:[^0-9\p{{L}}][^0-9]*)?$"
_AMONG_ALL: Final = rf"(?:^|[^0-9\p{{L}}])([0-9]{{{ID_DIGITS}}})(?:[^0-9\p{{L}}]|$)"

#: A letter of neither a digit's look nor the names of an IIN or BIN, and no exponent's: `canonical` leaves it.
_LASTING: Final = "[acdfghjkmp-zACDFGHJKLMP-Zагвдйклмпрт-ъы-яАГВДЙКЛМПРТ-ЪЫ-Я]"


def doubtful(text: pl.Expr) -> pl.Expr:
    """Whether an id is to be looked at closely: it is no plain IIN or BIN, nor surely another id; null stays null.

    What has a lasting letter and a digit is no number in disguise, and no filler, which has no digits, unless a whole
    number of twelve digits stands among its words.
    """
    number = text.str.contains(WHOLE) & ~text.is_in(ONE_DIGIT)
    worded = text.str.contains(_LASTING) & text.str.contains("[0-9]") & ~text.str.contains(rf"[0-9]{{{ID_DIGITS}}}")
    return ~(number | worded)


def _solid(text: pl.Expr) -> pl.Expr:
    """A number without the blanks, hyphens and apostrophes that part its digits."""
    return text.str.replace_all(r"[\s\-‐-―−'’`‘ʼ´]", "")


def canonical(text: pl.Expr) -> pl.Expr:
    """Return the IIN or BIN that `text` can only be, else `text` as it is."""
    bare = _solid(text.str.replace(_NAME, "").str.replace(r"[.,]0+$", "")).str.replace_many(_LOOK_ALIKE)
    whole = pl.when(bare.str.contains(rf"^[0-9]{{{_LEAST},{ID_DIGITS}}}$")).then(bare.str.zfill(ID_DIGITS))
    among = text.str.extract(_AMONG_WORDS)
    return (
        pl.when(check_digit_holds(whole) & ~text.str.contains(_SCIENTIFIC))
        .then(whole)
        .when(check_digit_holds(among))
        .then(among)
        .otherwise(text)
    )


def is_cut(text: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet wrote a number in scientific form, and lost its last digits."""
    return text.str.contains(_SCIENTIFIC)


def is_nobody(text: pl.Expr, *, binds: bool = True) -> pl.Expr:
    """Whether `text` (canonical) names nobody: scientific form, a filler, a day, no letter, one sign, few digits.

    binds: whether strangers of one id would be bound to one enforcer (¶13, ¶14), as debtors would; a creditor may go by
    one letter, and so may whoever is a party of a recusal (¶12).
    Nor does an IIN or BIN among words and other numbers: whoever reads it cannot say which is meant.
    """
    word = text.str.to_lowercase().str.replace_all(r"[^\p{L}0-9]+", " ").str.strip_chars()
    return (
        is_cut(text)
        | word.is_in(FILLERS)
        | ~text.str.contains(r"[\p{L}0-9]")
        | ((text.str.len_chars() < 2) if binds else pl.lit(value=False))
        | text.is_in(ONE_DIGIT)
        | text.str.contains(_DAY)
        | _solid(text).str.contains(rf"^[0-9]{{1,{ID_DIGITS - 1}}}$|^[0-9]{{{ID_DIGITS + 1},}}$")
        | ((text.str.len_chars() > ID_DIGITS) & check_digit_holds(text.str.extract(_AMONG_ALL)).fill_null(value=False))
    )
