"""From a chart to a picture: SVG, with text as text, so that it can be read aloud, searched and turned dark.

Vega's engine runs inside vl-convert: no browser, no network, the same bytes each time.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

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
#: A dot by its place, its radius, and how it looks; and dots one after another.
_DOT: Final = re.compile(
    r'<path transform="translate\(([^)]+)\)" d="M([\d.]+),0A\2,\2,0,1,1,-\2,0A\2,\2,0,1,1,\2,0"([^>]*)/>'
)
_DOTS: Final = re.compile(f"(?:{_DOT.pattern})+")
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
#: A line or an area of many corners, each by its place.
_CORNERED: Final = re.compile(r' d="M([-\d.,L]+)(Z?)"')


def svg(chart: Any, words: Words) -> str:
    """Draw a chart as one `<svg>` element, hidden from screen readers, that scales with what it stands in."""
    import vl_convert

    text = vl_convert.vegalite_to_svg(styled(chart), format_locale=numbers(words), time_format_locale=_times(words))
    text = _SPOKEN.sub("", text[text.index("<svg") :])
    text = _DRAWN.sub(lambda drawn: _LONG.sub(_hundredth, drawn[0]), text)
    text = _CORNERED.sub(_stepwise, _dotted(_NEEDLESS.sub("", text)))
    fonts = set(_FONT.findall(text))
    if len(fonts) == 1:  # Said once of the whole.
        text = _FONT.sub("", text).replace("<svg ", f"<svg{fonts.pop()} ", 1)
    return text.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _dotted(text: str) -> str:
    """A picture whose dots of one look are the corners of one line, not an element of 70 bytes each."""
    picture, looks = f"{crc32(text.encode()):08x}", {}  # ids are of the page, which has several pictures

    def line(dots: re.Match[str]) -> str:
        lines = []
        for look, same in groupby(_DOT.findall(dots[0]), key=itemgetter(1, 2)):
            dot = f"url(#dot{looks.setdefault(look, len(looks))}-{picture})"
            corners = "L".join(place for place, *_ in same)
            lines.append(f'<path d="M{corners}" marker-start="{dot}" marker-mid="{dot}" marker-end="{dot}"/>')
        return "".join(lines)

    text = _DOTS.sub(line, text)
    markers = [
        f'<marker id="dot{number}-{picture}" markerUnits="userSpaceOnUse" overflow="visible" fill="none">'
        f'<circle r="{radius}"{look}/></marker>'
        for (radius, look), number in looks.items()
    ]
    return text.replace("><", f"><defs>{''.join(markers)}</defs><", 1) if markers else text


def _stepwise(drawn: re.Match[str]) -> str:
    """A line by the steps from corner to corner, in tenths of a pixel: half as long to write as the places."""
    corners = [tuple(round(10 * float(number)) for number in place.split(",")) for place in drawn[1].split("L")]
    said, last = [f"M{_tenths(corners[0][0])},{_tenths(corners[0][1])}"], ""
    for (x0, y0), (x1, y1) in pairwise(corners):
        across, down = _tenths(x1 - x0), _tenths(y1 - y0)
        how, step = ("h", across) if down == "0" else ("v", down) if across == "0" else ("l", f"{across},{down}")
        # A number after a number of the same command needs a space, unless its sign sets it apart.
        said.append(how + step if how != last else step if step[0] == "-" else f" {step}")
        last = how
    return f' d="{"".join(said)}{drawn[2]}"'


def _tenths(number: int) -> str:
    whole, tenth = divmod(abs(number), 10)
    return ("-" if number < 0 else "") + (f"{whole or ''}.{tenth}" if tenth else str(whole))


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
