"""`tengbol template`: a workbook to be filled in, with headers in the clerk's language, drop-downs and an example row.

What it writes is read back without a remark; the words stand in `template.toml`.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from tengbol.io.headers import words as listed
from tengbol.model.codes import CATEGORIES, CLAIMS
from tengbol.model.kinds import DAY, FLAG, MOMENT
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from tengbol.model.tables import Table

LANGUAGES: Final = ("kk", "ru")
#: Column → its codes, where the law has them.
_LAW: Final = {"category": CATEGORIES, "claim": CLAIMS}
#: Rows for which drop-downs are there.
_ROWS: Final = 1000
_PATTERNS: Final = {DAY: "dd.mm.yyyy", MOMENT: "dd.mm.yyyy hh:mm"}


def template(language: str) -> bytes:
    """Return the workbook (.xlsx) in a language."""
    import xlsxwriter

    words = listed()
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2026, 1, 1)})  # else each would differ
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDEBF7", "border": 1, "valign": "top"})
        shown = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _PATTERNS.items()}
        text = book.add_format({"num_format": "@"})
        number = book.add_format({"num_format": "#,##0.00"})
        for table in TABLES.values():
            said = words[language][table.name]
            sheet = book.add_worksheet(said["sheet"])
            sheet.freeze_panes(1, 0)
            sheet.set_row(0, 48, head)
            columns = [*table.columns, *(name for name in said["columns"] if name not in table.columns)]
            for place, column in enumerate(columns):
                kind = table.kinds.get(column)
                form = (shown.get(kind) if kind else None) or (number if column == "amount" else text)
                sheet.set_column(place, place, 20, form)
                sheet.write_string(0, place, said["columns"][column], head)
                _offer(sheet, place, _choices(table, column, words[language]))
                for row, example in enumerate(words["examples"][table.name], start=1):
                    _write(sheet, row, place, _localized(example.get(column), words[language]["values"]), form)
    return content.getvalue()


def _choices(table: Table, column: str, words: dict[str, Any]) -> list[str]:
    """What a cell may hold, where that is little."""
    kind = table.kinds.get(column)
    if kind is FLAG:
        return [words["values"]["true"], words["values"]["false"]]
    codes = _LAW.get(column) or words["choices"].get(column, ())
    return [words["values"].get(code, code) for code in codes]


def _offer(sheet: Worksheet, place: int, choices: list[str]) -> None:
    if choices:
        sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": choices, "error_type": "warning"})


def _localized(value: Any, values: dict[str, str]) -> Any:
    """A code or a flag in the language; everything else as it is."""
    return values.get(str(value).lower() if isinstance(value, bool) else value, value) if value is not None else None


def _write(sheet: Worksheet, row: int, place: int, value: Any, form: Format) -> None:
    match value:
        case None:
            sheet.write_blank(row, place, None, form)
        case dt.datetime():
            sheet.write_datetime(row, place, value, form)
        case dt.date():
            sheet.write_datetime(row, place, dt.datetime.combine(value, dt.time()), form)
        case int() | float():
            sheet.write_number(row, place, value, form)
        case _:
            sheet.write_string(row, place, value, form)
