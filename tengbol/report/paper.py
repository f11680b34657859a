"""The report on paper: PDF set by Typst in its own fonts, which have the Kazakh letters, so the bytes repeat anywhere.

It says what the page says; of the tables that the page opens on request, those that an enforcer looks himself up in.
"""

from __future__ import annotations

import datetime as dt
import json
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from tengbol import __version__
from tengbol.io.staging import staging
from tengbol.report.charts.look import FONT
from tengbol.report.words import Figure, is_sentence, mark

if TYPE_CHECKING:
    from tengbol.report.document import Document, Grid
    from tengbol.report.words import Words

#: Typst's own serif; the page's fonts may not be on the machine that prints.
_PAPER_FONT: Final = "Libertinus Serif"
_EPOCH: Final = dt.datetime(1970, 1, 1)
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
        source = folder / "report.typ"
        source.write_bytes(files("tengbol.report").joinpath("report.typ").read_bytes())
        told = json.dumps(_told(document, pictures, words), ensure_ascii=False)
        (folder / "report.json").write_text(told, encoding="utf-8")
        # Without a time given, Typst writes the clock's into the file.
        moment = 0 if document.last is None else int((document.last - _EPOCH).total_seconds())
        return typst.compile(str(source), root=str(folder), ignore_system_fonts=True, timestamp=moment)


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
    numeric = [isinstance(cell, Figure) for cell in grid.rows[0]] if grid.rows else [False] * len(grid.head)
    # A sentence wants more room than a name.
    told = [any(is_sentence(cell) for cell in column) for column in zip(*grid.rows, strict=True)]
    return {
        "told": told or numeric,
        "caption": words.plain(grid.caption),
        "head": [words.plain(title) for title in grid.head],
        "numeric": numeric,
        "rows": [[words.text(cell) for cell in row] for row in grid.rows],
    }


def _on_paper(svg: str | None) -> str | None:
    return svg and svg.replace(FONT, _PAPER_FONT)
