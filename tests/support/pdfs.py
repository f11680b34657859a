"""What a PDF's text layer holds: the words of each page, each with its box."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import pypdfium2


class Word(NamedTuple):
    """A word without gaps; its box in points, from the page's lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    def over(self, other: Word) -> bool:
        """Whether two stand on each other, by more than the overhang of a letter."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 0.6
            and min(self.top, other.top) - max(self.bottom, other.bottom) > 0.6
        )


def pages(content: bytes) -> list[list[Word]]:
    """Words of each page, as they come in its text."""
    with pypdfium2.PdfDocument(content) as document:
        return [_words(document[number].get_textpage()) for number in range(len(document))]


def text(content: bytes) -> str:
    """Everything that stands in a PDF, words apart by single spaces."""
    return " ".join(word.text for page in pages(content) for word in page)


def _words(page) -> list[Word]:
    found, letters = [], []
    for at in range(page.count_chars()):
        sign = page.get_text_range(at, 1)
        box = page.get_charbox(at)
        new = letters and (box[0] < letters[-1][1][0] - 1 or box[0] - letters[-1][1][2] > 4)
        if (not sign.strip() or new) and letters:
            found.append(_word(letters))
            letters = []
        if sign.strip() and sign not in "\u200b\u2060":
            letters.append((sign, box))
    return [*found, _word(letters)] if letters else found


def _word(letters) -> Word:
    boxes = [box for _, box in letters]
    return Word(
        "".join(sign for sign, _ in letters),
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def overlapping(page: list[Word]) -> list[tuple[str, str]]:
    """Pairs of words that stand on each other."""
    near = defaultdict(list)
    for word in page:
        for band in range(int(word.bottom // 8), int(word.top // 8) + 1):
            near[band].append(word)
    pairs = {
        (one, two)
        for words in near.values()
        for place, one in enumerate(words)
        for two in words[:place]
        if one.over(two)
    }
    return sorted((one.text, two.text) for one, two in pairs)
