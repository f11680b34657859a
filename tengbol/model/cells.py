"""How the text of a cell is read, for every kind of column that the contract has (section 2).

Expressions over columns of text; what cannot be read becomes null, and its code says of what kind it should
have been.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

#: How a formula that was never calculated is shown to the user.
NOT_CALCULATED: Final = "(formula not calculated)"

#: What a spreadsheet shows in place of a value it cannot reckon, in English and Russian.
FORMULA_ERRORS: Final = (
    *(
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#NULL!",
        "#NUM!",
        "#REF!",
        "#VALUE!",
        "#SPILL!",
        "#CALC!",
        NOT_CALCULATED,
    ),
    *("#ДЕЛ/0!", "#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ССЫЛКА!", "#ЗНАЧ!"),
)


def read_text(text: pl.Expr) -> pl.Expr:
    """Take text as it stands; null where a spreadsheet shows an error instead of a value."""
    return pl.when(~text.is_in(FORMULA_ERRORS)).then(text)


def read_day(text: pl.Expr) -> pl.Expr:
    """Read an ISO day (`2026-11-23`) as `Date`, else null; a midnight after it, as Excel stores days."""
    shape = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?$"
    return pl.when(text.str.contains(shape)).then(text.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)


def read_moment(text: pl.Expr) -> pl.Expr:
    """Read an ISO moment (`2026-11-23T09:30:00`) as `Datetime("us")`, else null.

    Also with a space for the T, without seconds, with a fraction of a second, or a bare day, which is its
    midnight. A time zone is refused: moments are the chamber's local time.
    """
    shape = r"^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?)?$"
    length = text.str.len_bytes()
    full = pl.concat_str(
        text.str.replace(" ", "T", literal=True),
        pl.when(length == 10).then(pl.lit("T00:00:00")).when(length == 16).then(pl.lit(":00")).otherwise(pl.lit("")),
    )
    return (
        pl.when(text.str.contains(shape))
        .then(full)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    )


def read_flag(text: pl.Expr) -> pl.Expr:
    """Read `true` or `false`, in any letter case, as `Boolean`, else null."""
    lower = text.str.to_lowercase()
    return pl.when(lower == "true").then(True).when(lower == "false").then(False)


def read_amount(text: pl.Expr) -> pl.Expr:
    """Read a finite number of tenge ≥ 0 with a decimal point as `Float64`, else null."""
    shape = r"^\+?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
    number = pl.when(text.str.contains(shape)).then(text).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


#: Writs that a balance may hold at most, received or in share: a whole country's in a year. Any mistaken for a balance,
#: an IIN say, is far above it, and all sums of squares of what is below it can be computed exactly.
MOST: Final = 1_000_000


def read_count(text: pl.Expr) -> pl.Expr:
    """Read a whole number of writs from 0 to `MOST` as `Int64`, else null; zeros after a point are allowed."""
    digits = text.str.extract(r"^([0-9]{1,18})(?:\.0*)?$", 1)
    return _of_a_balance(digits.cast(pl.Int64, strict=False))


def read_share(text: pl.Expr) -> pl.Expr:
    """Read a decimal from 0 to `MOST` of at most nine places as `Decimal(38, 9)` (writs), else null."""
    digits = text.str.extract(r"^([0-9]{1,18}(?:\.[0-9]{1,9})?)0*$", 1)
    whole = text.str.contains(r"^[0-9]{1,18}$")
    return _of_a_balance(pl.when(whole).then(text).otherwise(digits).cast(pl.Decimal(38, 9), strict=False))


def check_digit_holds(text: pl.Expr) -> pl.Expr:
    """Whether an id of exactly twelve digits ends in the check digit of an IIN or BIN; null for any other id.

    The sum of the first eleven digits by weights 1…11 modulo 11; if that is 10, by weights 3…11, 1, 2; if
    that is 10 too, no such number is issued.
    """
    number = pl.when(text.str.contains(r"^[0-9]{12}$")).then(text).cast(pl.Int64, strict=False)
    return number.map_batches(_check_digits_hold, return_dtype=pl.Boolean)


#: Above any sum of eleven weighted digits, so that two sums can travel in one number.
_BOTH: Final = 1024


def _check_digits_hold(numbers: pl.Series) -> pl.Series:
    """The same of numbers of twelve digits; null stays null."""
    number = numbers.fill_null(0).to_numpy()
    upper, lower = number // 10**8, number % 10**8
    due = _sums(0)[upper] + _sums(1)[lower // 10**4] + _sums(2)[lower % 10**4]
    first, second = due % _BOTH % 11, due // _BOTH % 11
    holds = pl.Series(numbers.name, np.where(first < 10, first, second) == number % 10)
    return holds if not numbers.null_count() else holds.set(numbers.is_null(), None)


@cache
def _sums(part: int) -> NDArray[np.int64]:
    """Weighted sums (10,000,) of every four digits at place `part` of three: by the first weights, and by the second.

    The second are multiplied by `_BOTH`. Looked up, for to take a number apart into digits is ten times as slow.
    """
    weights = np.array([[*range(1, 12), 0], [*range(3, 12), 1, 2, 0]])[:, 4 * part : 4 * part + 4]
    digits = np.arange(10**4)[:, None] // [1000, 100, 10, 1] % 10
    first, second = digits @ weights[0], digits @ weights[1]
    return first + _BOTH * second


@dataclass(frozen=True)
class Kind:
    """How the cells of a column are read: their type, the code when they cannot be, what is accepted.

    `kept`: of cells that have the type already, as Parquet may, those whose text would be read as that very value;
    null for any other.
    """

    type: pl.DataType
    read: Callable[[pl.Expr], pl.Expr]
    code: str
    accepted: str
    kept: Callable[[pl.Expr], pl.Expr]

    def meaning(self, text: pl.Expr) -> pl.Expr:
        """Write a value the same for every way a cell may hold it; what cannot be read stays as it is."""
        return text if self.type == pl.String() else pl.coalesce(self.read(text).cast(pl.String), text)

    def holds(self, text: pl.Expr) -> pl.Expr:
        """Whether the text can be read, true for null."""
        return text.is_null() | self.read(text).is_not_null()


def _of_four_digits(day: pl.Expr) -> pl.Expr:
    return pl.when(day.dt.year().is_between(1000, 9999)).then(day)


def _of_a_balance(number: pl.Expr) -> pl.Expr:
    return pl.when(number.is_between(0, MOST)).then(number)


def _kept_amount(amount: pl.Expr) -> pl.Expr:
    # A zero with a sign is written without it.
    return pl.when(amount == 0).then(0.0).when(amount.is_finite() & (amount > 0)).then(amount)


TEXT: Final = Kind(pl.String(), read_text, "formula_error", "a value, not an error of a formula,", read_text)
DAY: Final = Kind(pl.Date(), read_day, "bad_date", "a day such as 2026-11-23", _of_four_digits)
MOMENT: Final = Kind(
    pl.Datetime("us"),
    read_moment,
    "bad_time",
    "a local time such as 2026-11-23T09:30:00, without a time zone,",
    _of_four_digits,
)
FLAG: Final = Kind(pl.Boolean(), read_flag, "bad_boolean", "true or false", lambda flag: flag)
AMOUNT: Final = Kind(
    pl.Float64(),
    read_amount,
    "bad_number",
    "a number of tenge of 0 or more, with a point and no spaces, as 1500.50,",
    _kept_amount,
)
COUNT: Final = Kind(pl.Int64(), read_count, "bad_number", "a whole number from 0 to 1000000", _of_a_balance)
SHARE: Final = Kind(
    pl.Decimal(38, 9),
    read_share,
    "bad_number",
    "a number from 0 to 1000000 with at most nine places after the point",
    _of_a_balance,
)


def choice_of(accepted: tuple[str, ...]) -> Kind:
    """Return the kind of a column of codes."""

    def read(text: pl.Expr) -> pl.Expr:
        return pl.when(text.is_in(accepted)).then(text)

    return Kind(
        pl.String(),
        read,
        "bad_code",
        f"{'one of ' if len(accepted) > 1 else ''}{', '.join(accepted)}, in small letters,",
        read,
    )
