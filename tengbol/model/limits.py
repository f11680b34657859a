"""The limits of every value that a table may hold, each stated once; in words, `docs/limits.md`.

Reading (`model.cells`, `io`) lets nothing past them, so that no later stage meets a value that it cannot carry. They
are far outside what a chamber's tables can mean, and well inside what calendars, decimals, stores, spreadsheets and
PDF carry.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

#: An amount, tenge: digits before the point and after it. What is longer is an account number typed into its column.
AMOUNT_DIGITS: Final = 15
AMOUNT_PLACES: Final = 2

#: Days and moments: from Kazakhstan's independence to the end of the century.
FIRST_DAY: Final = dt.date(1991, 12, 16)
LAST_DAY: Final = dt.date(2099, 12, 31)

#: Writs that a balance may hold at most, received or in share: a whole country's in a year. Any mistaken for a balance,
#: an IIN say, is far above it, and all sums of squares of what is below it can be computed exactly.
MOST_WRITS: Final = 1_000_000

#: Signs of an id or a name, and of any other text. PostgreSQL indexes no key that is much longer.
ID_LENGTH: Final = 200
TEXT_LENGTH: Final = 10_000

#: With these no id begins that stands in tables which are opened in spreadsheets, where it would be a formula.
FORMULA_SIGNS: Final = "=+-@"

#: Signs that cannot be seen, of which no id has any: controls, formats, ends of lines, what is no letter.
UNSEEN: Final = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\x{FFFE}\x{FFFF}]"
#: Of these, what no text may have: controls but tabs and ends of lines, and marks that turn the direction of writing.
CONTROLS: Final = (
    r"[\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}\x{061C}\x{200E}\x{200F}\x{202A}-\x{202E}"
    r"\x{2066}-\x{2069}\x{FFFE}\x{FFFF}]"
)
#: What a spreadsheet makes of an id or number that it takes for a number or a day: `1,23E+11`, `2026-02-01 00:00:00`.
SPOILT: Final = r"^(?:[0-9](?:[.,][0-9]+)?[eEеЕ]\+[0-9]{2,3}|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2})$"
