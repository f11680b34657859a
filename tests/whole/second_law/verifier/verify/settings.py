"""The index that `verify` knows."""

from datetime import date

MCI = CONFIRMED = {date(2026, 1, 1): 1_000_000_000}
