"""A form before it has a language: papers of facts, sentences, tables and places to sign.

A form is one file of each kind. Each of its papers begins on a new page, and its pages are numbered by themselves.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tengbol.report.words import Said, Words

#: What a cell may hold, beside text as it is: a sentence to translate, a day, a moment, one of those below; none of
#: these is left empty, to be filled in by hand.
Cell = Any


@dataclass(frozen=True)
class Explained:
    """A sentence of a result, said again in another language by `say`."""

    sentence: str
    say: Callable[[str, Words], str]


@dataclass(frozen=True)
class Lines:
    """Cells under each other in one; those that are none are left out."""

    cells: Sequence[Cell]


@dataclass(frozen=True)
class Code:
    """A writ's public id, drawn as a QR code where it is printed."""

    public_id: str


@dataclass(frozen=True)
class Table:
    """head: titles. rows: cells. numeric: places of columns that stand to the right."""

    head: list[Said]
    rows: list[list[Cell]]
    caption: Said | None = None
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Paper:
    """One act, list or notice.

    key: what tells it from others of its form, an enforcer's id say. facts: label and value, an empty value is a line
    to write on. signatures: who signs, and his name where it is known.
    """

    key: str
    title: Said
    facts: list[tuple[Said, Cell]]
    sentences: list[Said] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    signatures: list[tuple[Said, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Form:
    """name: of its files. landscape: whether its pages lie on their long side. example: whether each has `MARK`."""

    name: str
    papers: list[Paper]
    landscape: bool = False
    example: bool = False


def short(moment: dt.date) -> str:
    """A day, or a moment, as it stands in tables: in figures, the day first."""
    return f"{moment:%d.%m.%Y %H:%M}" if isinstance(moment, dt.datetime) else f"{moment:%d.%m.%Y}"


def cell_text(cell: Cell, words: Words, *, brief: bool = False) -> str:
    """A cell in a language; brief: days in figures."""
    if cell is None:
        return ""
    if brief and isinstance(cell, dt.date):
        return short(cell)
    if isinstance(cell, Explained):
        return cell.say(cell.sentence, words)
    if isinstance(cell, Lines):
        return "\n".join(text for text in (cell_text(one, words, brief=brief) for one in cell.cells) if text)
    if isinstance(cell, Code):
        return cell.public_id
    return words.text(cell)
