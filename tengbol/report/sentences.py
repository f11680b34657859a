"""How sentences of `assignments` and `unassigned` look that were stored before decisions were columns of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tengbol.model import sentences

if TYPE_CHECKING:
    from tengbol.report.words import Words

_ID = r"(?P<{}>.+?)"


def pattern_of(text: str) -> str:
    """A regular expression of a template: numbers where `{n}` or `{alike}` stand, anything where others do."""
    parts = re.split(r"\{(\w+)\}", text)
    seen = [re.escape(parts[0])]
    for name, after in zip(parts[1::2], parts[2::2], strict=True):
        seen.append(r"(?P<n>\d+)" if name == "n" else r"(?P<alike>\d+)" if name == "alike" else _ID.format(name))
        seen.append(re.escape(after))
    return "".join(seen)


@dataclass(frozen=True)
class Form:
    """A template with named places; `one` is the form that goes with the number 1, where that differs."""

    many: str
    one: str | None = None

    def patterns(self) -> list[re.Pattern[str]]:
        """What a sentence made of it looks like."""
        return [re.compile(pattern_of(text), re.DOTALL) for text in ((self.one,) if self.one else ()) + (self.many,)]

    def said(self, words: Words, number: str | None, **values: str) -> str:
        """Say it in a language."""
        if self.one is None or number is None:
            return words(self.many).format(n=number, **values)
        return words.several(self.one, self.many, int(number)).format(n=number, **values)


#: Why an enforcer is left out or a claim fell; and by which claim a writ goes, or would have gone, to somebody.
WHYS: Final = tuple(sentences.REASONS.values())
CLAIMS: Final = tuple(dict.fromkeys(said for both in sentences.CLAIMS.values() for said in both))
FORMS: Final = {
    **{
        name: Form(text)
        for part in (sentences.GIVEN, sentences.LOT, sentences.BESIDE, sentences.WAITING)
        for name, text in part.items()
    },
    **{f"{name}_otherwise": Form(text) for name, text in sentences.WAITING_OTHERWISE.items()},
    **{name: Form(many, one) for name, (many, one) in sentences.COUNTED.items()},
}
