"""The day of the invented chambers, and how days and moments around it are drawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import numpy as np
import polars as pl

#: A Monday, and a working day; the writs to be distributed came on it and on the three days before.
DAY: Final = date(2026, 11, 23)

#: The batch's time, at the day's end: what comes later that evening waits for the next batch.
TIME: Final = datetime(2026, 11, 23, 18)

_DAY: Final = np.datetime64(DAY, "D")


def days(offsets: np.ndarray, *, known: np.ndarray | None = None) -> pl.Series:
    """Days at `offsets` (P,) days from `DAY` as `Date`; null where `known` (P,) is false."""
    moments = _DAY + offsets.astype("timedelta64[D]")
    if known is not None:
        moments[~known] = np.datetime64("NaT")
    return pl.Series(moments)


def moments(offsets: np.ndarray, seconds: np.ndarray, *, known: np.ndarray | None = None) -> pl.Series:
    """Moments at `seconds` (P,) after midnight of the days at `offsets` (P,) as `Datetime("us")`."""
    values = (_DAY + offsets.astype("timedelta64[D]")).astype("datetime64[us]") + seconds.astype("timedelta64[s]")
    if known is not None:
        values[~known] = np.datetime64("NaT")
    return pl.Series(values)
