"""A sentence that is said in the language of whoever hears it: its template, with what fills its braces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Rows named in a note at most.
_NAMED: Final = 10


class Phrase(str):
    """English text that knows its template and its values, which may be phrases themselves.

    To whoever knows nothing of languages it is the English text. Numbers stand in it without separators.
    """

    sentence: str
    values: dict[str, Any]

    def __new__(cls, sentence: str, **values: object) -> Self:
        """Fill the template; without values braces stay as they are."""
        self = super().__new__(cls, sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values
        return self

    def said(self, spoken: Callable[..., str]) -> str:
        """The sentence by way of a translator of templates."""
        return spoken(self.sentence, **{name: said(value, spoken) for name, value in self.values.items()})


def mark(sentence: str) -> str:
    """Mark a template for the catalogues where it is declared; it becomes a `Phrase` where it is said."""
    return sentence


def english(sentence: str, **values: object) -> str:
    """A sentence as it stands in the source, filled; whoever says it in another language takes this one's place."""
    return sentence.format(**values) if values else sentence


def said(value: object, spoken: Callable[..., str]) -> object:
    """A value of a sentence as it is said: phrases translated, numbers as text."""
    if isinstance(value, Phrase):
        return value.said(spoken)
    return str(value) if isinstance(value, int) else value


def joined(parts: Sequence[str], by: str = " ") -> Phrase:
    """One text of several, each said by itself."""
    named = {f"part{place}": part for place, part in enumerate(parts)}
    return Phrase(by.join(f"{{{name}}}" for name in named), **named)


def listed(rows: Sequence[int | str]) -> str:
    """Name the first of some rows."""
    shown = ", ".join(map(str, rows[:_NAMED]))
    return shown if len(rows) <= _NAMED else Phrase("{rows} and {n} more", rows=shown, n=len(rows) - _NAMED)
