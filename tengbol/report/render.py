"""From a chart to a picture: SVG, with text as text, so that it can be read aloud, searched and turned dark.

Vega's engine runs inside vl-convert: no browser, no network, the same bytes each time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tengbol.report.charts.look import styled

if TYPE_CHECKING:
    from tengbol.report.words import Words

#: Vega puts roles and labels on every mark; a reader is better served by the sentences and tables beside the picture.
_SPOKEN: Final = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
#: Places of marks, to a hundredth of a pixel; nothing that is read.
_DRAWN: Final = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height|viewBox)="[^"]*"')
#: What Vega says of every mark though it is so without it; marks without an extent; and whose font they are.
_NEEDLESS: Final = re.compile(
    r' (?:opacity="1"|pointer-events="none")|<path class="(?:back|fore)ground" d="(?:M0,0h0v0h0Z)?"[^>]*/>'
)
_FONT: Final = re.compile(r' font-family="[^"]*"')
#: A dot, which takes twice as much as a path.
_DOT: Final = re.compile(
    r'<path transform="translate\(([^,]+),([^)]+)\)" d="M([\d.]+),0A\3,\3,0,1,1,-\3,0A\3,\3,0,1,1,\3,0"'
)
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")


def svg(chart: Any, words: Words) -> str:
    """Draw a chart as one `<svg>` element, hidden from screen readers, that scales with what it stands in."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(styled(chart), format_locale=numbers(words), time_format_locale=_times(words))
    text = _SPOKEN.sub("", text[text.index("<svg") :])
    text = _DRAWN.sub(lambda drawn: _LONG.sub(_hundredth, drawn[0]), text)
    text = _DOT.sub(r'<circle cx="\1" cy="\2" r="\3"', _NEEDLESS.sub("", text))
    fonts = set(_FONT.findall(text))
    if len(fonts) == 1:  # Said once of the whole.
        text = _FONT.sub("", text).replace("<svg ", f"<svg{fonts.pop()} ", 1)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _hundredth(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def numbers(words: Words) -> dict[str, Any]:
    """How Vega writes numbers in the language."""
    symbols = words.locale.number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", ""],
        "minus": "−",
    }


def _times(words: Words) -> dict[str, Any]:
    """How Vega writes days in the language."""
    locale = words.locale
    months = [[locale.months[form][width][number] for number in range(1, 13)] for form, width in _MONTHS]
    days = [
        [locale.days["stand-alone"][width][(number - 1) % 7] for number in range(7)]
        for width in ("wide", "abbreviated")
    ]
    return {
        "dateTime": "%d.%m.%Y %H:%M",
        "date": "%d.%m.%Y",
        "time": "%H:%M:%S",
        "periods": ["", ""],
        "days": days[0],
        "shortDays": days[1],
        "months": months[0],
        "shortMonths": months[1],
    }


_MONTHS: Final = (("stand-alone", "wide"), ("stand-alone", "abbreviated"))
