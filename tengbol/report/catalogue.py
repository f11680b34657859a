"""A language's catalogue as the terminal and the report read it: `.po` files of gettext, as Babel writes them.

Read by one expression, for to read one by Babel and compile it costs a fifth of a second, and whatever writes a note in
three languages pays it twice. A test holds every sentence to what Babel reads.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ENTRY: Final = re.compile(
    r'^(?P<fuzzy>#, .*\bfuzzy\b.*\n)?msgid "(?P<id>.*)"\n(?:msgid_plural "(?P<many>.*)"\n)?(?P<said>(?:msgstr.*\n)+)',
    re.MULTILINE,
)
_FORM: Final = re.compile(r'^msgstr(?:\[\d\])? "(.*)"$', re.MULTILINE)
_ESCAPED: Final = re.compile(r"\\(.)")
_MEANT: Final = {"n": "\n", "t": "\t", "r": "\r"}


class Catalogue:
    """Sentences and what they are in a language: `forms` of each, one, or as many as the language counts by."""

    def __init__(self, text: str) -> None:
        found = {}
        # Long strings stand in pieces, one a line.
        for entry in _ENTRY.finditer(text.replace('"\n"', "") + "\n"):
            forms = tuple(map(_plain, _FORM.findall(entry["said"])))
            if all(forms) and not entry["fuzzy"]:
                found[_plain(entry["id"])] = forms
        self.forms: dict[str, tuple[str, ...]] = found

    @property
    def _form(self) -> Callable[[int], int]:
        """Which form goes with a number, by the header's formula."""
        from gettext import c2py  # type: ignore[attr-defined]

        return c2py(self.forms[""][0].partition("plural=")[2].partition(";")[0])

    def gettext(self, sentence: str) -> str:
        """The sentence in this language, else as it is."""
        return self.forms.get(sentence, (sentence,))[0] if sentence else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The form that goes with a number, else the English one."""
        forms = self.forms.get(one)
        return (one if number == 1 else many) if forms is None else forms[self._form(number)]


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; English needs none, for its sentences are the source's."""
    from importlib.resources import files

    if language == "en":
        return Catalogue("")
    return Catalogue(files("tengbol.report").joinpath("catalogues", f"{language}.po").read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text
