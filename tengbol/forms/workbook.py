"""A form as a workbook, to be filled in and printed: what the paper says, a sheet for each of its papers.

The same form gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import TYPE_CHECKING, Any, Final

from tengbol.forms.document import cell_text
from tengbol.report.document import MARK
from tengbol.report.words import Figure, mark

if TYPE_CHECKING:
    from tengbol.forms.document import Cell, Form, Paper, Table
    from tengbol.report.words import Words

_CREATED: Final = dt.datetime(2026, 3, 2)
_WIDEST: Final = 36
_NARROWEST: Final = 7
#: Signs that the name of a sheet may not have, and how long it may be.
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME: Final = 31
#: More papers than this stand below each other in one sheet, with a page for each.
_MOST_SHEETS: Final = 200
_A4: Final = 9


def workbook(form: Form, words: Words) -> bytes:
    """Write a form in a language."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    look = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "key": book.add_format({"font_color": "#55626f", "valign": "top"}),
        "line": book.add_format({"bottom": 1}),
        "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "top"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"border": 1, "valign": "top", "num_format": "dd.mm.yyyy", "align": "left"}),
    }
    together = form.name == "notices" or len(form.papers) > _MOST_SHEETS
    names: set[str] = set()
    for papers in [form.papers] if together else [[paper] for paper in form.papers]:
        sheet = book.add_worksheet(_named(form.name if together else papers[0].key, names) if papers else form.name)
        _Sheet(sheet, look, words).fill(papers, landscape=form.landscape, mark=words(MARK) if form.example else None)
    book.close()
    return content.getvalue()


def _named(key: str, taken: set[str]) -> str:
    """A name for a sheet that no other has, whatever its letters' case."""
    name = _FORBIDDEN.sub("_", key)[:_LONGEST_NAME]
    number = 1
    while name.casefold() in taken:
        number += 1
        name = f"{_FORBIDDEN.sub('_', key)[: _LONGEST_NAME - 5]}~{number}"
    taken.add(name.casefold())
    return name


class _Sheet:
    """One sheet, filled from above."""

    def __init__(self, sheet: Any, look: dict[str, Any], words: Words) -> None:
        self.sheet, self.look, self.words, self.row = sheet, look, words, 0
        self.widths: dict[int, int] = {}

    def fill(self, papers: list[Paper], *, landscape: bool, mark: str | None = None) -> None:
        """Write papers below each other, each on a page of its own. mark: what stands over each, and on each page."""
        breaks = []
        for paper in papers:
            if self.row:
                breaks.append(self.row)
            if mark is not None:
                self._line(mark, "title")
            self._paper(paper)
        for column, width in self.widths.items():
            self.sheet.set_column(column, column, max(_NARROWEST, min(_WIDEST, width + 2)))
        self.sheet.set_paper(_A4)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_h_pagebreaks(breaks)
        self.sheet.set_footer("&L&A&R&P / &N")
        if mark is not None:
            self.sheet.set_header(f"&C&B{mark}")

    def _paper(self, paper: Paper) -> None:
        words, look = self.words, self.look
        self._line(words.plain(paper.title), "title")
        for label, value in paper.facts:
            self.sheet.write_string(self.row, 0, words.plain(label), look["key"])
            text = cell_text(value, words).replace("\n", ", ")
            self.sheet.write_string(self.row, 3, text, None if text else look["line"])
            self.row += 1
        for sentence in paper.sentences:
            self._line(words.plain(sentence))
        for table in paper.tables:
            self._table(table, alone=len(paper.tables) == 1)
        for note in paper.notes:
            self._line(words.plain(note), "key")
        self.row += 1
        for who, name in paper.signatures:
            self.sheet.write_string(self.row, 0, words.plain(who))
            for column, text in enumerate((words(mark("signature")), words(mark("full name")), words(mark("day")))):
                self.sheet.write_string(self.row, 3 + column, name if column == 1 else "", look["line"])
                self.sheet.write_string(self.row + 1, 3 + column, text, look["key"])
            self.row += 3

    def _line(self, text: str, look: str | None = None) -> None:
        self.sheet.write_string(self.row, 0, text, look and self.look[look])
        self.row += 1

    def _table(self, table: Table, *, alone: bool) -> None:
        self.row += 1
        if table.caption:
            self._line(self.words.plain(table.caption))
        for column, title in enumerate(table.head):
            text = self.words.plain(title)
            self.sheet.write_string(self.row, column, text, self.look["head"])
            self._widen(column, max(map(len, text.split())))
        if alone:
            self.sheet.repeat_rows(self.row)
        self.row += 1
        for row in table.rows:
            for column, cell in enumerate(row):
                self._cell(column, cell)
            self.row += 1

    def _cell(self, column: int, cell: Cell) -> None:
        if isinstance(cell, Figure) and cell.value is not None:
            self.sheet.write_number(self.row, column, cell.value, self.look["cell"])
        elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
            self.sheet.write_datetime(self.row, column, cell, self.look["day"])
            self._widen(column, 10)
        else:
            text = cell_text(cell, self.words, brief=True)
            self.sheet.write_string(self.row, column, text, self.look["cell"])
            self._widen(column, max(map(len, text.split("\n")), default=0))

    def _widen(self, column: int, width: int) -> None:
        self.widths[column] = max(self.widths.get(column, 0), width)
