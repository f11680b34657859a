"""Sentences, numbers and days of a report in Kazakh, Russian or English (¶15: the report is published).

English is the language of the source: every sentence stands there as it reads, and the catalogues `kk.po` and `ru.po`
beside this module translate it (gettext's format). Terms in Kazakh are those of the order's text.
Numbers and days are written as the Unicode CLDR has them for the language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tengbol.errors import UnusableInputError
from tengbol.report.catalogue import Catalogue, catalogue
from tengbol.report.wording import count, local, printable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from babel import Locale

MINUS: Final = "−"
LANGUAGES: Final = ("kk", "ru", "en")
#: Whose numbers and days: English has the day before the month, as Kazakh and Russian do.
_LOCALES: Final = {"kk": "kk", "ru": "ru", "en": "en_GB"}
#: Russian sets a space before the sign.
_PERCENT: Final = {"kk": "#,##0.0%", "ru": "#,##0.0\u00a0%", "en": "#,##0.0%"}


def mark(sentence: str) -> str:
    """Mark a sentence for the catalogues where it is declared; it is translated where it is said."""
    return sentence


@dataclass(frozen=True)
class Figure:
    """A number as it stands in a table: table, row as a spreadsheet shows it (the header is row 1) and column.

    form: how it is written, a method of `Words` (`count`, `writs`, `share`, `signed`, `index`, `percent`, `tenge`,
    `money`, `exact`).
    """

    table: str
    row: int
    column: str
    value: Decimal | float | int | None
    form: str = "count"

    @property
    def at(self) -> str:
        """Where it stands, as the page's `data-at`."""
        return f"{self.table} {self.row} {self.column}"


@dataclass(frozen=True)
class Said:
    """A sentence with what is put into it; `plural` and `number` where a count decides its form."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    number: int = 0


def is_sentence(value: object) -> bool:
    """Whether something said ends as sentences do, and wants more room than a name."""
    return isinstance(value, Said) and value.sentence.endswith((".", "?"))


class Words:
    """One language. Raises `UnusableInputError` for one that there is no catalogue of."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise UnusableInputError(
                "--lang '{language}': there are {languages}; give one of these.",
                language=language,
                languages=", ".join(LANGUAGES),
            )
        self.language = language

    @cached_property
    def locale(self) -> Locale:
        """How the language writes numbers and days."""
        from babel import Locale

        return Locale.parse(_LOCALES[self.language])

    @property
    def _catalogue(self) -> Catalogue:
        return catalogue(self.language)

    def __call__(self, sentence: str, **values: object) -> str:
        """Translate a sentence; `values` fill its braces."""
        said = self._catalogue.gettext(sentence)
        return said.format(**values) if values else said

    def several(self, one: str, many: str, number: int) -> str:
        """Translate the form of a sentence that goes with a number."""
        return self._catalogue.ngettext(one, many, number)

    def counted(self, one: str, many: str, number: int) -> str:
        """The form of a sentence that goes with a number, which fills its `{n}`."""
        return self.several(one, many, number).format(n=self.count(number))

    def plain(self, said: Said) -> str:
        """Say a sentence as text."""
        return self.template(said).format(**{name: self.text(value) for name, value in said.values.items()})

    def template(self, said: Said) -> str:
        """Translate a sentence, its braces still empty."""
        if said.plural is not None:
            return self.several(said.sentence, said.plural, said.number)
        return self._catalogue.gettext(said.sentence)

    def text(self, value: object) -> str:
        """Write a value as its kind asks: a figure, a sentence within a sentence, a day, or text as it is."""
        import datetime as dt

        if isinstance(value, Figure):
            return getattr(self, value.form)(value.value)
        if isinstance(value, Said):
            return self.plain(value)
        if isinstance(value, dt.datetime):
            return self.moment(value)
        return self.day(value) if isinstance(value, dt.date) else printable(str(value))

    def decimal(self, number: Decimal | float | None, places: int, *, least: int | None = None) -> str:
        """Write a number to so many places, trailing zeros kept down to `least`; a dash for what is not defined."""
        if number is None:
            return "–"
        # By the digits it is written with, as Babel takes it, which looks all that a language does up for each number.
        text = f"{Decimal(str(round(number, places))):z,.{places}f}".replace("-", MINUS)
        if least is not None:
            whole, _, rest = text.partition(".")
            rest = rest[:least] + rest[least:].rstrip("0")
            text = f"{whole}.{rest}" if rest else whole
        return local(text, self.language)

    def count(self, number: int | None) -> str:
        """12345 → `12,345`."""
        if isinstance(number, int):
            return local(count(number), self.language)
        return self.decimal(number, 0)

    def writs(self, number: float | None) -> str:
        """Writs to a thousandth."""
        return self.decimal(number, 3)

    def share(self, number: Decimal | None) -> str:
        """Writs to a billionth, as balances have them, so that they add up."""
        return self.decimal(number, 9, least=0)

    def signed(self, number: float | None, places: int = 3) -> str:
        """Excess in writs, to a thousandth, or another difference, with a plus before what is above zero."""
        text = self.decimal(number, places)
        return f"+{text}" if number is not None and round(number, places) > 0 else text

    def index(self, number: float | None) -> str:
        """An index without unit, to four places."""
        return self.decimal(number, 4)

    def percent(self, number: float | None) -> str:
        """A part of one as percent, to a tenth."""
        from babel.numbers import format_percent

        return "–" if number is None else format_percent(number, _PERCENT[self.language], locale=self.locale)

    def tenge(self, number: float | None) -> str:
        """Tenge, whole."""
        return self.decimal(number, 0)

    def money(self, number: Decimal | float | None) -> str:
        """A sum of tenge: whole, or with its hundredths."""
        return self.decimal(number, 0 if number is None or number == int(number) else 2)

    def exact(self, number: float | None) -> str:
        """Squared writs with all their digits."""
        return self.decimal(number, 6, least=0)

    def day(self, day: dt.date) -> str:
        """`23 November 2026`."""
        from babel.dates import format_date

        return format_date(day, "long", locale=self.locale)

    def moment(self, moment: dt.datetime) -> str:
        """`23 November 2026, 18:00`."""
        return f"{self.day(moment.date())}, {moment:%H:%M}"
