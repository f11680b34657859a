"""Line charts on logarithmic axes as SVG, legible without colour: every line has its own mark, dash, and name at its
end. Drawn here, so that the same figures give the same file and nothing needs a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

_WIDTH, _HEIGHT = 860, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 50, 50
#: Between the names of two lines.
_LINE: Final = 15
_DASHES: Final = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4")
#: Told apart in lightness, too.
_COLOURS: Final = ("#000000", "#b5490e", "#1f5fa8", "#5c7a12", "#8a3f8f", "#666666", "#0f7b78", "#a0153e")
_MARKS: Final = ("disc", "square", "triangle", "diamond", "ring", "cross", "box", "plus")


@dataclass(frozen=True)
class Line:
    """points: x and y, both above zero, x ascending. bold: the line that the chart is about."""

    name: str
    points: tuple[tuple[float, float], ...]
    bold: bool = False


@dataclass(frozen=True)
class _Axis:
    """A logarithmic axis from `low` to `high` (decimal logarithms) on pixels `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Powers of ten within; where there are few, halves and fifths too."""
        powers = range(floor(self.low), ceil(self.high) + 1)
        steps = (1,) if self.high - self.low > 3 else (1, 2, 5)
        values = [step * 10.0**power for power in powers for step in steps]
        inside = [value for value in values if self.low - 1e-9 <= log10(value) <= self.high + 1e-9]
        return inside[:: max(1, ceil(len(inside) / 9))]


def log_chart(title: str, x_name: str, y_name: str, lines: list[Line]) -> str:
    """Draw the lines that have points; a chart without any says so."""
    shown = [line for line in lines if line.points]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 24, title, size=15, weight="bold"),
    ]
    if not shown:
        return "\n".join([*parts, _text(_LEFT, _TOP + 20, "Nothing was measured."), "</svg>", ""])
    x = _axis([x for line in shown for x, _ in line.points], _LEFT, _WIDTH - _RIGHT)
    y = _axis([y for line in shown for _, y in line.points], _HEIGHT - _BOTTOM, _TOP)
    parts += _grid(x, y, x_name, y_name)
    # The bold line last, so that it lies on top.
    for n in sorted(range(len(shown)), key=lambda n: (shown[n].bold, n)):
        parts += _drawn(shown[n], n, x, y)
    return "\n".join([*parts, *_names(shown, x, y), "</svg>", ""])


def _axis(values: list[float], start: float, end: float) -> _Axis:
    low, high = log10(min(values)), log10(max(values))
    margin = max(0.05, 0.04 * (high - low))
    # Flat lines would sit on a scale of no extent.
    spread = max(0.0, 0.4 - (high - low)) / 2
    return _Axis(low - margin - spread, high + margin + spread, start, end)


def _grid(x: _Axis, y: _Axis, x_name: str, y_name: str) -> list[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = []
    for tick in y.ticks:
        at = y.at(tick)
        parts.append(f'<path d="M{_LEFT} {at:.1f}H{right}" stroke="#dddddd"/>')
        parts.append(_text(_LEFT - 6, at + 4, _number(tick), anchor="end"))
    for tick in x.ticks:
        at = x.at(tick)
        parts.append(f'<path d="M{at:.1f} {bottom}v5" stroke="#333333"/>')
        parts.append(_text(at, bottom + 18, _number(tick), anchor="middle"))
    parts.append(f'<path d="M{_LEFT} {_TOP}V{bottom}H{right}" stroke="#333333" fill="none"/>')
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 12, x_name, anchor="middle"))
    parts.append(_text(_LEFT, _TOP - 8, y_name))
    return parts


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.6f}".rstrip("0")


def _drawn(line: Line, number: int, x: _Axis, y: _Axis) -> list[str]:
    colour, dash = _style(line, number)
    points = [(x.at(a), y.at(b)) for a, b in line.points]
    way = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
    width = 3 if line.bold else 1.6
    path = f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}"/>'
    return [path, *(_mark(a, b, number, colour) for a, b in points)]


def _style(line: Line, number: int) -> tuple[str, str]:
    return ("#000000", "") if line.bold else (_COLOURS[number % len(_COLOURS)], _DASHES[number % len(_DASHES)])


def _mark(a: float, b: float, number: int, colour: str) -> str:
    filled, hollow = f'fill="{colour}"', f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"'
    stroke = f'fill="none" stroke="{colour}" stroke-width="2"'
    return {
        "disc": f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" {filled}/>',
        "ring": f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" {hollow}/>',
        "square": f'<rect x="{a - 3.5:.1f}" y="{b - 3.5:.1f}" width="7" height="7" {filled}/>',
        "box": f'<rect x="{a - 3.5:.1f}" y="{b - 3.5:.1f}" width="7" height="7" {hollow}/>',
        "triangle": f'<path d="M{a:.1f} {b - 5:.1f}l5 9h-10z" {filled}/>',
        "diamond": f'<path d="M{a:.1f} {b - 5:.1f}l5 5l-5 5l-5 -5z" {hollow}/>',
        "cross": f'<path d="M{a - 4:.1f} {b - 4:.1f}l8 8m0 -8l-8 8" {stroke}/>',
        "plus": f'<path d="M{a:.1f} {b - 5:.1f}v10m-5 -5h10" {stroke}/>',
    }[_MARKS[number % len(_MARKS)]]


def _names(lines: list[Line], x: _Axis, y: _Axis) -> list[str]:
    """Each line's name beside the plot, as near its end as the others let it be, and a thread between the two."""
    ends = sorted((y.at(line.points[-1][1]), n) for n, line in enumerate(lines))
    tops: list[float] = []
    for end, _ in ends:
        tops.append(max(end, tops[-1] + _LINE) if tops else end)
    # Pushed below the plot, the lowest names move up and the others before them.
    limit = _HEIGHT - _BOTTOM + 10.0
    for n in range(len(tops) - 1, -1, -1):
        tops[n] = min(tops[n], limit)
        limit = tops[n] - _LINE
    right, parts = _WIDTH - _RIGHT, []
    for (end, n), top in zip(ends, tops, strict=True):
        line = lines[n]
        colour, _ = _style(line, n)
        last = x.at(line.points[-1][0])
        thread = f"M{last + 6:.1f} {end:.1f}L{max(last + 6, right):.1f} {end:.1f}L{right + 16} {top:.1f}"
        parts.append(f'<path d="{thread}" fill="none" stroke="#bbbbbb" stroke-width="0.7"/>')
        parts.append(_mark(right + 22, top, n, colour))
        parts.append(_text(right + 32, top + 4, line.name, weight="bold" if line.bold else "normal"))
    return parts


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="#222222">{escape(text)}</text>'
    )
