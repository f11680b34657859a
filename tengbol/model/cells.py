"""How the text of a cell is read, for every kind of column that the contract has (section 2).

Expressions over columns of text; what cannot be read, or lies outside the limits (`model.limits`), becomes null.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.model import limits
from tengbol.parameters import ID_DIGITS, ID_OTHERWISE, ID_WEIGHTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

#: How a formula that was never calculated is shown to the user.
NOT_CALCULATED: Final = "(formula not calculated)"

#: Small letters, which no such word has.
_SMALL: Final = "a-zа-яёәғқңөұүһі"


def _any_case(*words: str) -> str:
    return "|".join(dict.fromkeys(form for word in words for form in (word, word.lower(), word.upper())))


#: What a spreadsheet shows in place of a value it cannot reckon: Excel's words in any language (`#REF!`, `#ЗНАЧ!`), the
#: few without a mark at their end, LibreOffice's numbers (`Err:502`, `Ошибка:508`), and a column that is too narrow.
#: Letters are listed: a class of Unicode's, or one repeated, takes longer to prepare than a whole table to be read.
_FORMULA_ERROR: Final = (
    rf"^(?:#[^\s#!?{_SMALL}][^#!?{_SMALL}]*[!?]|#{{3,}}|{re.escape(NOT_CALCULATED)}"
    rf"|#(?:{_any_case('Н/Д', 'N/A', 'НД', 'N/D', 'NV', 'YOK', 'N/B', 'GETTING_DATA', 'ОЖИДАНИЕ_ДАННЫХ')})"
    rf"|(?:{_any_case('Err', 'Error', 'Ошибка', 'Қате', 'Помилка', 'Fehler', 'Erreur', 'Hata')}) ?: ?[0-9]{{3}})$"
)


def is_formula_error(text: pl.Expr) -> pl.Expr:
    """Whether text is what a spreadsheet shows where a formula failed."""
    return text.str.contains(_FORMULA_ERROR)


def read_text(text: pl.Expr) -> pl.Expr:
    """Take text as it stands; null where a spreadsheet shows an error instead of a value."""
    return pl.when(~is_formula_error(text)).then(text)


def read_day(text: pl.Expr) -> pl.Expr:
    """Read an ISO day (`2026-11-23`) as `Date`, else null; a midnight after it, as Excel stores days."""
    shape = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?$"
    day = pl.when(text.str.contains(shape)).then(text.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)
    return within_days(day)


def within_days(day: pl.Expr) -> pl.Expr:
    """Keep a day that lies within the limits."""
    return pl.when(day.is_between(limits.FIRST_DAY, limits.LAST_DAY)).then(day)


def read_moment(text: pl.Expr) -> pl.Expr:
    """Read an ISO moment (`2026-11-23T09:30:00`) as `Datetime("us")`, else null.

    Also with a space for the T, without seconds, with a fraction of a second, or a bare day, which is its
    midnight. A time zone is refused: moments are the chamber's local time.
    """
    shape = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)?$"
    shaped = pl.when(text.str.contains(shape)).then(text)
    full = shaped.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    other = pl.when(full.is_null()).then(shaped).str.replace(" ", "T", literal=True)
    forms = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
    rest = (other.str.to_datetime(form, time_unit="us", strict=False) for form in forms)
    return within_moments(pl.coalesce(full, *rest, other.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))))


def within_moments(moment: pl.Expr) -> pl.Expr:
    """Keep a moment of a day that lies within the limits."""
    first = dt.datetime.combine(limits.FIRST_DAY, dt.time.min)
    after = dt.datetime.combine(limits.LAST_DAY, dt.time.min) + dt.timedelta(days=1)
    return pl.when(moment.is_between(first, after, closed="left")).then(moment)


def usual_day(text: pl.Expr) -> pl.Expr:
    """As `read_day`, of days written `2026-11-23`; null for any other way."""
    shaped = text.str.contains(r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$")
    return within_days(pl.when(shaped).then(text.str.to_date("%Y-%m-%d", strict=False)))


def usual_moment(text: pl.Expr) -> pl.Expr:
    """As `read_moment`, of moments written in full, `2026-11-23T09:30:00`; null for any other way."""
    shaped = text.str.contains(r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-5][0-9]:[0-5][0-9]$")
    moment = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    return within_moments(pl.when(shaped).then(moment))


def usual_flag(text: pl.Expr) -> pl.Expr:
    """As `read_flag`, of small letters alone."""
    return pl.when(text == "true").then(True).when(text == "false").then(False)


def read_flag(text: pl.Expr) -> pl.Expr:
    """Read `true` or `false`, in any letter case, as `Boolean`, else null."""
    lower = text.str.to_lowercase()
    return pl.when(lower == "true").then(True).when(lower == "false").then(False)


#: A decimal within the limits; but `845.600` is the thousands of who writes a point between them, or 845.60.
_AMOUNT: Final = (
    rf"^(?:\+?0*(?:[0-9]{{1,{limits.AMOUNT_DIGITS}}}(?:\.(?:[0-9]{{0,{limits.AMOUNT_PLACES}}}|[0-9]{{2}}00+))?"
    rf"|\.[0-9]{{1,{limits.AMOUNT_PLACES}}}0*)"
    rf"|\+?(?:0+[0-9]{{0,{limits.AMOUNT_DIGITS}}}|[0-9]{{4,{limits.AMOUNT_DIGITS}}})\.[0-9]{{2}}0)$"
)
#: One with the noise of binary arithmetic, such as 0.30000000000000004.
_NOISY: Final = rf"^[0-9]{{1,{limits.AMOUNT_DIGITS}}}\.[0-9]{{{limits.AMOUNT_PLACES}}}(?:0{{4,}}|9{{4,}})[0-9]{{0,4}}$"


def read_amount(text: pl.Expr) -> pl.Expr:
    """Read a decimal of tenge ≥ 0 within the limits, with a point, as `Float64`, else null.

    No exponent: a spreadsheet writes one where it has rounded the number.
    """
    exact = pl.when(text.str.contains(_AMOUNT)).then(text).cast(pl.Float64, strict=False)
    noisy = pl.when(text.str.contains(_NOISY)).then(text).cast(pl.Float64, strict=False)
    return pl.coalesce(exact, noisy.round(limits.AMOUNT_PLACES))


def within_amounts(amount: pl.Expr) -> pl.Expr:
    """Keep an amount whose text `read_amount` would read as that very number; a zero is without a sign."""
    # So far every hundredth of a tenge has a float of its own; what lies beyond is judged as text.
    # Divided by a column, not by a number: by a number polars multiplies with its inverse, and one in eight is missed.
    hundred = amount * 0 + 100
    exact = amount.is_between(0, 2**53 / 100) & (amount == (amount * 100).round() / hundred)
    return pl.when(amount == 0).then(0.0).when(exact).then(amount)


def read_count(text: pl.Expr) -> pl.Expr:
    """Read a whole number of writs within the limits as `Int64`, else null; zeros after a point are allowed."""
    # But `12.000` are twelve, or twelve thousand.
    digits = text.str.extract(r"^([0-9]{1,18})(?:\.(?:0{0,2}|0{4,}))?$", 1)
    return within_balances(digits.cast(pl.Int64, strict=False))


def read_share(text: pl.Expr) -> pl.Expr:
    """Read a decimal within the limits of at most nine places as `Decimal(38, 9)` (writs), else null."""
    digits = text.str.extract(r"^([0-9]{1,18}(?:\.[0-9]{1,9})?)0*$", 1)
    whole = text.str.contains(r"^[0-9]{1,18}$")
    return within_balances(pl.when(whole).then(text).otherwise(digits).cast(pl.Decimal(38, 9), strict=False))


def within_balances(number: pl.Expr) -> pl.Expr:
    """Keep a number of writs that a balance may hold."""
    return pl.when(number.is_between(0, limits.MOST_WRITS)).then(number)


#: A person's number and nothing else.
WHOLE: Final = rf"^[0-9]{{{ID_DIGITS}}}$"


def check_digit_holds(text: pl.Expr) -> pl.Expr:
    """Whether an id of exactly twelve digits ends in the check digit of an IIN or BIN; null for any other id.

    The sum of the first eleven digits by weights 1…11 modulo 11; if that is 10, by weights 3…11, 1, 2; if
    that is 10 too, no such number is issued. All of these numbers are the law's (`ID_WEIGHTS`).
    """
    number = pl.when(text.str.contains(WHOLE)).then(text).cast(pl.Int64, strict=False)
    # An expression of polars alone: a function in Python would be called from its threads, several at once.
    parts = (number // 10**8, number // 10**4 % 10**4, number % 10**4)
    due = pl.sum_horizontal([pl.lit(sums).gather(part) for sums, part in zip(_sums(), parts, strict=True)])
    first, second = due % _BOTH % 11, due // _BOTH % 11
    # The number first, for it has the column's name.
    holds = number % 10 == pl.when(first < 10).then(first).otherwise(second.replace(10, ID_OTHERWISE))
    return pl.when(number.is_not_null()).then(holds)


def of_digits(ids: pl.Series) -> tuple[Flags, Flags]:
    """Where an id is of twelve digits and nothing else (`WHOLE`), and where such a one has another check digit.

    `check_digit_holds` over a whole column, by numpy, in a tenth of its time. Some rows after the other, so that what
    is reckoned of them stays near the processor: fresh memory for a million of each would take most of the time.
    """
    plain, wrong = np.zeros((2, len(ids)), dtype=bool)
    long = (ids.str.len_bytes() == ID_DIGITS).fill_null(value=False)
    rest = np.arange(_BOTH) % 11
    for begin in range(0, len(ids), _ROWS):
        here = slice(begin, begin + _ROWS)
        part = ids[here].filter(long[here])
        signs = np.frombuffer((part.str.join("")[0] or "").encode(), dtype=np.uint8).reshape(-1, ID_DIGITS)
        digits = np.ones(len(part), dtype=bool)
        if signs.min(initial=_NINE) < _ZERO or signs.max(initial=_ZERO) > _NINE:
            digits = np.asarray(((signs >= _ZERO) & (signs <= _NINE)).all(axis=1))
            part = part.filter(digits)
        number = part.cast(pl.Int64).to_numpy()
        high = number // 10**8
        low = number - high * 10**8
        middle = low // 10**4
        last = low - middle * 10**4
        due = sum(sums.to_numpy()[four] for sums, four in zip(_sums(), (high, middle, last), strict=True))
        first = rest[due & (_BOTH - 1)]
        second = rest[due >> (_BOTH.bit_length() - 1)]
        unlike = last - last // 10 * 10 != np.where(first < 10, first, np.where(second < 10, second, ID_OTHERWISE))
        found = long[here].to_numpy(writable=True)
        found[found] = digits
        plain[here], wrong[here][found] = found, unlike
    return plain, wrong


#: Rows that are looked at together.
_ROWS: Final = 1 << 15
_ZERO, _NINE = (ord(sign) for sign in "09")
#: A power of two above any sum of eleven weighted digits, so that two sums can travel in one number.
_BOTH: Final = 1024


@cache
def _sums() -> tuple[pl.Series, ...]:
    """Weighted sums (10,000,) of every four digits at each place of three: by the first weights, and by the second.

    The second are multiplied by `_BOTH`. Looked up, for to take a number apart into digits is ten times as slow.
    """
    weights = np.array([[0] * (11 - len(given)) + [*given, 0] for given in ID_WEIGHTS])
    digits = np.arange(10**4)[:, None] // [1000, 100, 10, 1] % 10
    sums = (digits @ weights[:, at : at + 4].T @ [1, _BOTH] for at in (0, 4, 8))
    return tuple(pl.Series(one, dtype=pl.Int64) for one in sums)
