"""The report on paper: PDF set by Typst in its own fonts, which have the Kazakh letters, so the bytes repeat anywhere.

It says what the page says; of the tables that the page opens on request, those that an enforcer looks himself up in.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from tengbol import __version__
from tengbol.io.staging import staging
from tengbol.report.words import Figure, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tengbol.report.document import Document, Grid
    from tengbol.report.words import Words

#: Typst's own serif; the page's fonts may not be on the machine that prints.
_PAPER_FONT: Final = "Libertinus Serif"
_EPOCH: Final = dt.datetime(1970, 1, 1)
#: Of a column's words, and of its cells, so many of the longest are measured.
_MEASURED: Final = 8
#: A sign of no width at which a line may be broken; words of more letters than this get one after every so many.
_BREAK: Final = "\u200b"
#: A sign of no width at which no line is broken: the short words of a head would be, at a hyphen or a slash.
_HYPHEN: Final = re.compile(r"[-/]")
_WHOLE: Final = "\\g<0>\u2060"
_PIECES: Final = re.compile(r".{1,14}")
_UNBROKEN: Final = re.compile(r"[^\s\u200b]{29,}")
_SPACE: Final = re.compile(r"[\s\u200b]+")
RULES: Final = mark(
    "Rules: Order No. 652 of the Minister of Justice of Kazakhstan of 29 December 2015, as rewritten by Order No. 211 "
    "of 28 February 2026; ¶ is a paragraph of its annex."
)


def can_print() -> bool:
    """Whether Typst is here: 84 MB, so an extra (`pdf`) of the installation."""
    return find_spec("typst") is not None


def paper(document: Document, pictures: dict[str, str], words: Words) -> bytes:
    """Set the document as PDF in a language; the same arguments give the same bytes."""
    import typst

    with staging() as folder:
        for name in ("report.typ", "table.typ"):
            (folder / name).write_bytes(files("tengbol.report").joinpath(name).read_bytes())
        source = folder / "report.typ"
        told = json.dumps(_told(document, pictures, words), ensure_ascii=False)
        (folder / "report.json").write_text(told, encoding="utf-8")
        moment = 0 if document.last is None else stamp(document.last)
        return typst.compile(str(source), root=str(folder), ignore_system_fonts=True, timestamp=moment)


def stamp(moment: dt.datetime) -> int:
    """The time of a PDF, in seconds: without one, Typst would write the clock's into the file."""
    return int((moment - _EPOCH).total_seconds())


def _told(document: Document, pictures: dict[str, str], words: Words) -> dict[str, Any]:
    """The document as text, for the template to set."""
    days = [moment for moment in (document.first, document.last) if moment is not None]
    span = " – ".join(dict.fromkeys(words.day(moment.date()) for moment in days))
    return {
        "language": words.language,
        "kicker": words("Distribution of writs among private court enforcers"),
        "title": words.plain(document.title),
        "facts": [text for text in (", ".join(document.chambers), span) if text],
        "tallies": [[words.text(figure), words.plain(title)] for title, figure in document.tallies],
        "sections": [
            {
                "title": words.plain(section.title),
                "sentences": [words.plain(sentence) for sentence in section.sentences],
                "picture": _on_paper(pictures.get(section.chart or "")),
                "key": words.plain(section.key) if section.key else "",
                "grids": [_grid(grid, words) for grid in section.grids if grid.printed],
                "notes": [words.plain(note) for note in section.notes],
            }
            for section in document.sections
        ],
        "footer": f"{words(RULES)} {words('Made by tengbol {version}.', version=__version__)}",
    }


def _grid(grid: Grid, words: Words) -> dict[str, Any]:
    return {
        "caption": words.plain(grid.caption),
        **set_grid(
            [words.plain(title) for title in grid.head],
            [[words.text(cell) for cell in row] for row in grid.rows],
            [isinstance(cell, Figure) for cell in grid.rows[0]] if grid.rows else [],
        ),
    }


def set_grid(head: list[str], rows: list[list[str]], numeric: Sequence[bool] = ()) -> dict[str, Any]:
    """A table for `table.typ`, with what decides how wide its columns are: their longest words and cells.

    numeric: which columns stand to the right; none where nothing is given. Words that no column has room for, such as
    long ids, may be broken anywhere.
    """
    head = [_HYPHEN.sub(_WHOLE, _broken(title)) for title in head]
    rows = [[_broken(cell) for cell in row] for row in rows]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in head]
    return {
        "head": head,
        "numeric": list(numeric) or [False] * len(head),
        "rows": rows,
        "words": [
            _longest(word for text in (title, *column) for word in _SPACE.split(text))
            for title, column in zip(head, columns, strict=True)
        ],
        "texts": [_longest(column) for column in columns],
    }


def _longest(texts: Iterable[str]) -> list[str]:
    """Those among which the widest is, as far as letters differ in width."""
    return sorted(set(texts), key=lambda text: (-len(text), text))[:_MEASURED]


def _broken(text: str) -> str:
    """Text in which a word longer than a column can be has places where it may break."""
    return _UNBROKEN.sub(lambda word: _BREAK.join(_PIECES.findall(word[0])), text)


def _on_paper(svg: str | None) -> str | None:
    # The charts' library takes half a second to load, and forms have no chart.
    from tengbol.report.charts.look import FONT

    return svg and svg.replace(FONT, _PAPER_FONT)
