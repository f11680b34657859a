"""The limits of what a table may hold (docs/limits.md), stated a second time and held against what was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from tengbol.phrase import Phrase

if TYPE_CHECKING:
    from tengbol.model.chamber import Chamber
    from tengbol.verify.findings import Findings

_TABLES: Final = ("districts", "enforcers", "attachments", "absences", "writs", "recusals", "ledger", "balances")
_OWN: Final = ("writ_id", "enforcer_id", "previous_enforcer_id", "district_id", "debtor_district_id", "chamber_id")
_OTHERS: Final = ("case_id", "debtor_id", "creditor_id", "number")
_DAYS: Final = (date(1991, 12, 16), date(2099, 12, 31))
_MOMENTS: Final = (datetime(1991, 12, 16), datetime(2099, 12, 31, 23, 59, 59, 999_999))
_COUNTS: Final = (0, 10**6)
_AMOUNTS: Final = (0, 10**15)
#: Signs that cannot be seen, that turn the direction of writing or control a terminal, that begin a formula.
_UNSEEN: Final = r"\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}"
_TURNED: Final = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[[:cntrl:]--[\\t\\n\\r]]"
_FORMULA: Final = "=+-@"
#: Cells that are looked at as one.
_ROWS: Final = 50_000
#: Texts repeat themselves where of so many first ones less than one in `_OFTEN` is another.
_SAMPLE: Final = 2_000
_OFTEN: Final = 8


def check_limits(chamber: Chamber, found: Findings) -> None:
    """Check that reading let nothing past the limits, so that every later stage could carry what there was."""
    for table in _TABLES:
        frame: pl.DataFrame = getattr(chamber, table)
        doubted = frame.select(name for name in frame.columns if _doubtful(frame[name]))
        past = doubted.select(_past(name, dtype).alias(name) for name, dtype in doubted.schema.items())
        for name in past.columns:
            rows = past[name].fill_null(False).arg_true()
            if len(rows):
                value = frame[name][int(rows[0])]
                found.broken(
                    "limits",
                    table,
                    name,
                    "docs/limits.md",
                    Phrase("{value} lies past the limits and was read", value=f"{value!r}"),
                )
    issued_later = chamber.writs.filter(pl.col("issued_on") > pl.col("received_at").dt.date())["writ_id"]
    for writ_id in issued_later:
        found.broken(
            "limits", "writs", writ_id, "docs/limits.md", Phrase("was issued after it was received and was read")
        )
    found.holds(
        "limits", "", "docs/limits.md", Phrase("Everything that was read lies within the limits of the tables.")
    )


def _doubtful(column: pl.Series) -> bool:
    """Whether any cell might be past the limits: of texts, all are looked at as one, which is many times as quick."""
    if column.dtype != pl.String:
        return True
    # Where few stand again and again, as courts do, only these are looked at.
    if column.head(_SAMPLE).n_unique() * _OFTEN < min(_SAMPLE, len(column)):
        column = column.unique()
    longest = 200 if column.name in (*_OWN, *_OTHERS, "name") else 10_000
    # No text has more letters than bytes.
    if (column.str.len_bytes() > longest).any():
        return True
    signs = _UNSEEN if column.name in (*_OWN, *_OTHERS) else _TURNED
    first = column.name in _OWN and any(column.str.starts_with(sign).any() for sign in _FORMULA)
    parts = (column.slice(begin, _ROWS) for begin in range(0, len(column), _ROWS))
    texts = (part.str.join("") for part in parts)
    return first or any(not all_seen(text[0]) and text.str.contains(signs)[0] for text in texts)


def all_seen(text: str) -> bool:
    """Whether all signs of a text are ASCII's that are seen, or blanks; none of these is past any limit."""
    if not text.isascii():
        return False
    signs = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    return len(signs) == 0 or bool(signs.min() >= ord(" ") and signs.max() <= ord("~"))


def _past(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype == pl.Date:
        return ~cell.is_between(*_DAYS)
    if dtype == pl.Datetime:
        return ~cell.is_between(*_MOMENTS)
    if name == "amount":
        hundredths = cell.cast(pl.Float64) * 100
        # Beyond 2^53 hundredths a float cannot say whether it has a third place.
        return ~cell.is_between(*_AMOUNTS) | ((hundredths < 2**53) & ((hundredths - hundredths.round()).abs() > 0.01))
    if dtype.is_numeric():
        return ~cell.is_between(*_COUNTS)
    if dtype != pl.String:
        return pl.lit(False)
    if name in (*_OWN, *_OTHERS):
        unseen = cell.str.contains(_UNSEEN) | (cell.str.len_chars() > 200)
        return unseen | cell.str.slice(0, 1).is_in(list(_FORMULA)) if name in _OWN else unseen
    return cell.str.contains(_TURNED) | (cell.str.len_chars() > (200 if name == "name" else 10_000))
