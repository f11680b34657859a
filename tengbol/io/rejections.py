"""The codes of `rejected` and the sentence of each: what stood there, and what is accepted.

A closed set. A sentence may use `{column}`, `{value}` (what the cell held), `{accepted}` (what its kind of
column takes), `{when}` (when a value is needed), `{start}` (the column a day may not precede), `{key}` and
`{known}` (a table), `{near}` (what there is that is spelt most like it).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl

from tengbol.model.limits import UNSEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "duplicate_row": "The row repeats an earlier one; only the first is kept.",
        "conflicting_rows": "Other rows have the same {key} ({value}) but differ, so none is taken.",
        "duplicate_document": "{column} is '{value}', of the same issuer, day and debtor as {first} in row {at}; a "
        "document is distributed once, so leave this row out.",
        "previous_enforcer_differs": "{column} is '{value}', and by the ledger {holder} held this writ last (¶11).",
        "missing_value": "{column} is empty; it is needed {when}.",
        "bad_code": "{column} is '{value}'; {accepted} is accepted.",
        "bad_date": "{column} is '{value}'; {accepted} is accepted.",
        "bad_time": "{column} is '{value}'; {accepted} is accepted.",
        "bad_number": "{column} is '{value}'; {accepted} is accepted.",
        "bad_boolean": "{column} is '{value}'; {accepted} is accepted.",
        "two_meanings": "{column} is '{value}', which can be {one} or {other}; write the one that is meant.",
        "no_such_day": "{column} is '{value}'; that month has no such day.",
        "cut_number": "{column} is '{value}': a spreadsheet cut the number; make the column text and type it anew.",
        "bad_id": "{column} is '{value}', which names nobody; write the IIN or BIN in full, as text, or another number "
        "with letters before it.",
        "bad_check_digit": "{column} is '{value}'; as an IIN or BIN, its check digit is wrong.",
        "formula_error": "{column} shows '{value}'; {accepted} is accepted.",
        "bad_text": "{column} is '{value}'; {accepted} is accepted.",
        "received_before_issued": "{column} is {value}, which is before {start}.",
        "later_than_clock": "{column} is '{value}', later than the clock when the row came; it has not happened yet.",
        "end_before_start": "{column} is {value}, which is before {start}.",
        "unknown_district": "{column} is '{value}', which no good row of {known} has; write a name or code "
        "of one{near}.",
        "unknown_enforcer": "{column} is '{value}', which no good row of {known} has.",
        "unreadable_row": "The line cannot be split into cells.",
    }
)

#: Why the book does not take a row that is good by itself.
BY_BOOK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "already_distributed": "The book has distributed this writ, so its row stays; `tengbol book correct` mends "
        "it. One that comes back has origin returned, forwarded or redistributed and a later received_at.",
        "duplicate_document": "The book has this document (issuer, number, day, debtor) as writ {first} ({where}); if "
        "it came back, enter it under that id.",
        "withdrawn": "The book has writ {writ_id} as withdrawn on {day}; `tengbol book mark pending {writ_id}` takes "
        "it back, then import its row.",
        "annulled": "The book has writ {writ_id} as annulled on {day}; `tengbol book revoke {writ_id}` gives it back "
        "to whoever held it.",
        "open_proceeding": "The book has another open proceeding in this writ; close that first.",
        "previous_enforcer_differs": "By the book {last} held this writ last, so it comes back from {last} (¶11).",
        "document_needed": "The book keeps its own ledger since its first batch; a proceeding from elsewhere needs "
        "--document, the paper that shows it.",
        "kept_by_book": "The book reckons this itself since its first batch, so what it holds stays.",
        "conflicting_rows": "Other rows have the same writ_id and assigned_at but differ, so none is taken.",
    }
)

#: The columns of `rejected` (contract section 4), one row for each source row left out.
REJECTED_TYPES: Final[Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "table": pl.String(),
        "row": pl.Int64(),
        "column": pl.String(),
        "code": pl.String(),
        "message": pl.String(),
    }
)

#: Signs of a message, and of a value that it tells.
LONGEST: Final = 200
_LONGEST_VALUE: Final = 40


def sentence(code: str, cell: pl.Expr | None = None, **words: str) -> pl.Expr:
    """Word `code` as a column: `words` fill the template, and `cell`'s text stands for `{value}`.

    A long value is cut, its line breaks become spaces, and what cannot be seen becomes a sign that can, so that a
    message stays one line of a table.
    """
    value = "\0"
    template = CODES[code].format(
        **{**dict.fromkeys(("when", "start", "key", "known", "near"), ""), **words, "value": value}
    )
    if cell is None or value not in template:
        return pl.lit(template)
    shown = cut(cell.str.replace_all(r"\s+", " ").str.replace_all(UNSEEN, "\ufffd")).fill_null("")
    before, after = template.split(value)
    return pl.concat_str(pl.lit(before), shown, pl.lit(after))


def cut(text: pl.Expr) -> pl.Expr:
    """A value or an id as a message tells it, so that the message stays within `LONGEST` signs."""
    return pl.when(text.str.len_chars() > _LONGEST_VALUE).then(text.str.slice(0, _LONGEST_VALUE) + "…").otherwise(text)


def together(sentences: Iterable[pl.Expr]) -> pl.Expr:
    """A message of several sentences, null where there is none: the first, and of the others what has room."""
    message = pl.concat_list(sentences).list.drop_nulls()
    short = message.list.len() > 1
    # The longest beginning that has room; one sentence alone has.
    lengths = message.list.eval((pl.element().str.len_chars() + 1).cum_sum())
    room = lengths.list.eval(pl.element() - 1 <= LONGEST).list.sum().clip(1)
    return pl.when(short).then(message.list.head(room)).otherwise(message).list.join(" ")


def no_rejections() -> pl.DataFrame:
    """`rejected` with no rows."""
    return pl.DataFrame(schema=REJECTED_TYPES)
