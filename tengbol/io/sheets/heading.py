"""Headers of two lines, «Должник» over «ФИО» and «ИИН», as one: each column by the words of both."""

from __future__ import annotations

from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Final

from tengbol.io.aliases import beside_named, column_named, folded
from tengbol.model.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    Line = Sequence[str | None]

#: What a group of columns is of, and how it stands in a header of one line.
_OF: Final = {
    "должник": ("должника",),
    "взыскатель": ("взыскателя",),
    "исполнительный документ": ("исполнительного документа", "ид"),
    "ид": ("ид",),
    "реквизиты исполнительного документа": ("исполнительного документа", "ид"),
    "реквизиты ид": ("исполнительного документа", "ид"),
    "сведения о должнике": ("должника",),
    "данные должника": ("должника",),
    "сведения о взыскателе": ("взыскателя",),
    "данные взыскателя": ("взыскателя",),
    "борышкер туралы": ("борышкердің", "борышкер"),
    "өндіріп алушы туралы": ("өндіріп алушының", "өндіріп алушы"),
    "борышкер": ("борышкердің", "борышкер"),
    "өндіріп алушы": ("өндіріп алушының", "өндіріп алушы"),
    "атқарушылық құжат": ("атқарушылық құжаттың", "ақ"),
    "ақ": ("ақ",),
}
#: Parts of the words for persons who may stand over a group of columns.
_PERSONS: Final = ("должник", "взыск", "предст", "поруч", "ответч", "истец", "борыш", "өндіріп", "өкіл", "чси", "жсо")


def in_one_line(lines: Sequence[Line]) -> list[Line]:
    """The first lines of a sheet; where two are one header, all of it is in the second, and the first is empty."""
    found = list(lines)
    known = [_known(line) for line in lines]
    best, at = max(known, default=0), None
    for above, (upper, lower) in enumerate(pairwise(lines)):
        if _may_be(upper, lower) and (count := _known(_both(upper, lower))) >= max(best, 1):
            best, at = count, above
    if at is not None:
        found[at + 1] = _both(lines[at], lines[at + 1])
        found[at] = []
    return found


def _may_be(upper: Line, lower: Line) -> bool:
    """Whether the lower line may say more exactly what the upper says: words alone, and fewer than columns."""
    below = [word for word in lower if word]
    filled = len([word for word in upper if word])
    more = any(under and not over for over, under in zip_longest(upper, lower))
    return filled > 1 and len(below) > 1 and more and all(not any(map(str.isdigit, word)) for word in below)


def _both(upper: Line, lower: Line) -> list[str | None]:
    width = max(len(upper), len(lower))
    above, below = ([*line, *[None] * (width - len(line))] for line in (upper, lower))
    group, found = None, []
    for over, under in zip(above, below, strict=True):
        # A group goes on to the right as long as nothing else stands above and something below.
        group = over or (group if under else None)
        found.append(_of_group(group, under) if group and under else under or over)
    return found


def _of_group(group: str, word: str) -> str:
    """«Должник» over «Район»: «Район должника», if that is known; else both as they stand."""
    forms = _OF.get(folded(group), (group,))
    tried = [text for form in forms for text in (f"{word} {form}", f"{form} {word}")]
    # What is under a person's name is his, known or not: the district of a debtor's agent is not the debtor's.
    alone = word if not any(person in folded(group) for person in _PERSONS) else f"{group}: {word}"
    return next((text for text in tried if _means(text)), alone)


def _means(text: str) -> bool:
    return beside_named(text) is not None or any(column_named(text, table) for table in TABLES)


def _known(line: Line) -> int:
    """How many columns of one table a line names, of the table of which it names most."""
    words = [word for word in line if word]
    if len(words) < 2:
        return 0
    beside = {word: beside_named(word) for word in words}
    return max(
        len({column_named(word, table) or (beside[word] if table == "writs" else None) for word in words} - {None})
        for table in TABLES
    )
