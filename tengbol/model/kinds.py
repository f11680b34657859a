"""The kinds of columns that the contract has (section 2): how their cells are read, and what is said where they fail.

What cannot be read, or lies outside the limits (`model.limits`), has a code in `rejected` and a few words on what is
accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model import cells, limits
from tengbol.model.codes import UNREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Kind:
    """How the cells of a column are read: their type, the code when they cannot be, what is accepted.

    `kept`: of cells that have the type already, as Parquet may, those whose text would be read as that very value;
    null for any other. `usual`: as `read`, of the one way of writing that nearly all cells have, in a fraction of its
    time; null for any other. `within`, for free text: whether it lies within the limits, told in words by `bounds`.
    `codes`, of a column of codes: all that it takes, those that came later behind the others. `was`: pairs of a code
    that came after the day of a batch and the one that it was on it.
    """

    type: pl.DataType
    read: Callable[[pl.Expr], pl.Expr]
    code: str
    accepted: str
    kept: Callable[[pl.Expr], pl.Expr]
    within: Callable[[pl.Expr], pl.Expr] | None = None
    bounds: str = ""
    usual: Callable[[pl.Expr], pl.Expr] | None = None
    codes: tuple[str, ...] = ()
    was: tuple[tuple[str, str], ...] = ()

    @property
    def checks(self) -> dict[str, Callable[[pl.Expr], pl.Expr]]:
        """What a cell must pass, by the code of what does not."""
        return {self.code: self.holds} | ({} if self.within is None else {"bad_text": self.within})

    def said(self, code: str) -> str:
        """What is accepted, in words, where a cell has `code`."""
        return self.bounds if code == "bad_text" else self.accepted

    def meaning(self, text: pl.Expr) -> pl.Expr:
        """Write a value the same for every way a cell may hold it; what cannot be read stays as it is."""
        if self.was:
            return text.replace(dict(self.was))
        return text if self.type == pl.String() else pl.coalesce(self.read(text).cast(pl.String), text)

    def holds(self, text: pl.Expr) -> pl.Expr:
        """Whether the text can be read, true for null."""
        return text.is_null() | self.read(text).is_not_null()


def _text(within: Callable[[pl.Expr], pl.Expr], bounds: str) -> Kind:
    accepted = "a value, not an error of a formula,"
    return Kind(pl.String(), cells.read_text, "formula_error", accepted, cells.read_text, within, bounds)


def _short_and_seen(text: pl.Expr) -> pl.Expr:
    # Of several ids a spreadsheet may make one, and ¶13 and ¶14 bind by them.
    odd = text.str.contains(limits.UNSEEN) | text.str.contains(limits.SPOILT)
    return (text.str.len_chars() <= limits.ID_LENGTH) & ~odd


def _without_controls(length: int) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: (text.str.len_chars() <= length) & ~text.str.contains(limits.CONTROLS)


_FORMULA: Final = rf"^[{re.escape(limits.FORMULA_SIGNS)}]"

#: Ids of writs, enforcers, districts and chambers: they stand in tables that spreadsheets open.
OWN_ID: Final = _text(
    lambda text: _short_and_seen(text) & ~text.str.contains(_FORMULA),
    f"an id of at most {limits.ID_LENGTH} signs, all of which can be seen, the first none of "
    f"{' '.join(limits.FORMULA_SIGNS)}, by which a formula begins,",
)
#: Ids and numbers that others give, which begin as they please: of persons, cases, documents.
ID: Final = _text(_short_and_seen, f"an id or number of at most {limits.ID_LENGTH} signs, all of which can be seen,")
NAME: Final = _text(
    _without_controls(limits.ID_LENGTH),
    f"a name of at most {limits.ID_LENGTH} signs, without marks of control or direction,",
)
TEXT: Final = _text(
    _without_controls(limits.TEXT_LENGTH),
    f"text of at most {limits.TEXT_LENGTH} signs, without marks of control or direction,",
)
_DAYS: Final = f"from {limits.FIRST_DAY} to {limits.LAST_DAY}"
DAY: Final = Kind(
    pl.Date(),
    cells.read_day,
    "bad_date",
    f"a day such as 2026-11-23, {_DAYS},",
    cells.within_days,
    usual=cells.usual_day,
)
MOMENT: Final = Kind(
    pl.Datetime("us"),
    cells.read_moment,
    "bad_time",
    f"a local day and time such as 2026-11-23T09:30:00, {_DAYS}, without a time zone,",
    cells.within_moments,
    usual=cells.usual_moment,
)
FLAG: Final = Kind(
    pl.Boolean(), cells.read_flag, "bad_boolean", "true or false", lambda flag: flag, usual=cells.usual_flag
)
AMOUNT: Final = Kind(
    pl.Float64(),
    cells.read_amount,
    "bad_number",
    f"a number of tenge of 0 or more, with a point and no spaces, as 1500.50, of at most {limits.AMOUNT_DIGITS} digits "
    f"before the point and {limits.AMOUNT_PLACES} after it,",
    cells.within_amounts,
)
COUNT: Final = Kind(
    pl.Int64(),
    cells.read_count,
    "bad_number",
    f"a whole number from 0 to {limits.MOST_WRITS}",
    cells.within_balances,
)
SHARE: Final = Kind(
    pl.Decimal(38, 9),
    cells.read_share,
    "bad_number",
    f"a number from 0 to {limits.MOST_WRITS} with at most nine places after the point",
    cells.within_balances,
)
#: All that are told in words, but codes, which have words of their own.
KINDS: Final = (OWN_ID, ID, NAME, TEXT, DAY, MOMENT, FLAG, AMOUNT, COUNT, SHARE)


def _listed(codes: tuple[str, ...]) -> str:
    """Name codes, so many that a sentence stays short; what a book writes by itself is nobody's to write."""
    shown = [code for code in codes if code != UNREAD]
    whole = ", ".join(shown)
    while len(", ".join(shown)) > _LISTED:
        shown.pop()
    told = ", ".join(shown)
    return told if told == whole else f"{told}, … (docs/contract.md)"


#: Signs of the codes that a sentence names.
_LISTED: Final = 90


def choice_of(accepted: tuple[str, ...], was: Mapping[str, str] | None = None) -> Kind:
    """Return the kind of a column of codes. was: codes besides that came later, each with what it was before."""
    codes = (*accepted, *(was or {}))

    def read(text: pl.Expr) -> pl.Expr:
        return pl.when(text.is_in(codes)).then(text)

    return Kind(
        pl.String(),
        read,
        "bad_code",
        f"{'one of ' if len(accepted) > 1 else ''}{_listed(accepted)}, in small letters,",
        read,
        codes=codes,
        was=tuple((was or {}).items()),
    )
