"""A form on paper: PDF set by Typst from `form.typ`, or from a chamber's own template of the form's name."""

from __future__ import annotations

import json
import shutil
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from tengbol.errors import UnusableInputError
from tengbol.forms.document import Code, cell_text
from tengbol.io.staging import staging
from tengbol.report.document import MARK
from tengbol.report.paper import set_grid, stamp
from tengbol.report.words import mark

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from tengbol.forms.document import Cell, Form, Paper, Table
    from tengbol.report.words import Words

#: Under the lines of whoever signs.
_SIGNING: Final = (mark("signature"), mark("full name"), mark("day"))
#: Millimetres of a column with QR codes, and how many signs of an id stand in a line under its code.
_CODE_WIDTH: Final = 17.0
_CODE_LINE: Final = 16
#: A row of longer texts may be broken between two pages.
_LONG: Final = 300
_SHIPPED: Final = (("tengbol.forms", "form.typ"), ("tengbol.report", "table.typ"))


def typeset(form: Form, words: Words, moment: dt.datetime, templates: Path | None = None) -> bytes:
    """Set a form as PDF in a language; the same arguments give the same bytes.

    moment: the file's time. templates: a folder of a chamber's own; `NAME.typ` is for the form of that name, `form.typ`
    for those that have none, and whatever they use lies beside them. Raises `UnusableInputError` where Typst does not
    understand a template.
    """
    import typst

    with staging() as folder:
        for package, name in _SHIPPED:
            (folder / name).write_bytes(files(package).joinpath(name).read_bytes())
        if templates is not None:
            shutil.copytree(templates, folder, dirs_exist_ok=True)
        own = folder / f"{form.name}.typ"
        source = own if own.exists() else folder / "form.typ"
        (folder / "form.json").write_text(json.dumps(told(form, words), ensure_ascii=False), encoding="utf-8")
        try:
            return typst.compile(str(source), root=str(folder), ignore_system_fonts=True, timestamp=stamp(moment))
        except typst.TypstError as error:
            if templates is None:
                raise
            raise UnusableInputError(
                "{templates}: Typst cannot set it: {error}", templates=templates / source.name, error=error
            ) from error


def told(form: Form, words: Words) -> dict[str, Any]:
    """What a template is made of, as `form.json` has it."""
    return {
        "form": form.name,
        "language": words.language,
        "landscape": form.landscape,
        "example": words(MARK) if form.example else None,
        "signing": [words(one) for one in _SIGNING],
        "papers": [_paper(paper, words) for paper in form.papers],
    }


def _paper(paper: Paper, words: Words) -> dict[str, Any]:
    return {
        "key": paper.key,
        "title": words.plain(paper.title),
        "facts": [[words.plain(label), cell_text(value, words) or None] for label, value in paper.facts],
        "sentences": [words.plain(sentence) for sentence in paper.sentences],
        "tables": [_table(table, words) for table in paper.tables],
        "notes": [words.plain(note) for note in paper.notes],
        "signatures": [[words.plain(who), name] for who, name in paper.signatures],
    }


def _table(table: Table, words: Words) -> dict[str, Any]:
    """As `table.typ` takes it; a QR code stands in its cell as picture and text."""
    codes = {place for row in table.rows for place, cell in enumerate(row) if isinstance(cell, Code)}
    texts = [
        ["" if isinstance(cell, Code) else cell_text(cell, words, brief=True) for cell in row] for row in table.rows
    ]
    grid = set_grid(
        [words.plain(title) for title in table.head],
        texts,
        [place in table.numeric for place in range(len(table.head))],
    )
    rows = [
        [_drawn(cell) if isinstance(cell, Code) else text for cell, text in zip(row, said, strict=True)]
        for row, said in zip(table.rows, grid["rows"], strict=True)
    ]
    return {
        **grid,
        "rows": rows,
        "caption": table.caption and words.plain(table.caption),
        "least": [_CODE_WIDTH if place in codes else 0.0 for place in range(len(table.head))],
        "whole": all(len(text) <= _LONG for row in texts for text in row),
    }


def _drawn(cell: Cell) -> dict[str, Any]:
    text = cell.public_id
    return {
        "id": text,
        "code": drawn(text),
        "lines": [text[at : at + _CODE_LINE] for at in range(0, len(text), _CODE_LINE)],
    }


@cache
def drawn(text: str) -> str:
    """A QR code as SVG; where `segno` is not installed, a picture of nothing."""
    try:
        import segno
    except ImportError:
        return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
    content = BytesIO()
    segno.make(text, micro=False, error="m").save(content, kind="svg", xmldecl=False, nl=False, border=2)
    return content.getvalue().decode()
