"""Two charts as plain SVG: largest |excess| by month, and what whoever returns gets against the pool's mean.

Both have a logarithmic scale, for policies differ by factors, and the aim as a dashed line.
"""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 130, 50, 44
#: Colours that differ for the colour-blind as well (Okabe & Ito 2008), in the order of the policies.
_COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
_INK, _SOFT, _RULE = "#17212b", "#55626f", "#d6dce1"
_STEPS: Final = (1, 2, 5)
#: Pixels between the middles of two labels.
_LINE: Final = 16


class _Scale:
    """A logarithmic scale over `values` > 0 from pixel `start` to pixel `end`, with ticks at 1, 2 and 5 times 10ⁿ."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = min(values) / 1.15, max(values) * 1.15
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        way = log10(max(value, self.low) / self.low) / log10(self.high / self.low)
        return round(self.start + way * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[float]:
        powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        marks = [step * 10.0**power for power in powers for step in _STEPS]
        return [mark for mark in marks if self.low <= mark <= self.high]


def path(table: pl.DataFrame, title: str, aim: float) -> str:
    """Draw a line for each policy: the largest |excess| of each month, of those apart. table: `measures.path`."""
    shown = table.filter(group="apart")
    months = shown["month"].unique().sort().to_list()
    across = {month: _LEFT + (i + 0.5) * (_WIDTH - _LEFT - _RIGHT) / len(months) for i, month in enumerate(months)}
    up = _Scale([*shown["largest"].to_list(), aim], _HEIGHT - _BOTTOM, _TOP)
    parts = [_text(across[month], _HEIGHT - _BOTTOM + 18, f"{month:%b}", "middle") for month in months]
    for tick in up.ticks:
        parts += [
            _line(_LEFT, up.at(tick), _WIDTH - _RIGHT, up.at(tick), _RULE),
            _text(_LEFT - 8, up.at(tick) + 4, f"{tick:g}", "end"),
        ]
    parts += [
        _line(_LEFT, up.at(aim), _WIDTH - _RIGHT, up.at(aim), _INK, 'stroke-dasharray="5 4"'),
        _text(_LEFT + 4, up.at(aim) - 5, f"aim for tengbol: below {aim:g}", "start"),
    ]
    names = shown["policy"].unique(maintain_order=True).to_list()
    ends = {name: up.at(shown.filter(policy=name)["largest"][-1]) for name in names}
    for name, y in _apart(ends).items():
        own, colour = shown.filter(policy=name).sort("month"), _COLOURS[names.index(name) % len(_COLOURS)]
        points = " ".join(f"{across[m]:.1f},{up.at(v)}" for m, v in own.select("month", "largest").iter_rows())
        width = 3 if name == names[0] else 1.8
        parts += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>',
            _text(_WIDTH - _RIGHT + 6, y + 4, name, "start", colour),
        ]
    note = "writs, any category, each month's largest; enforcers never bound a writ, pool of one district; log scale"
    return _picture(title, note, parts, _HEIGHT)


def returns(table: pl.DataFrame, title: str, aim: float) -> str:
    """Draw a row for each policy with a ring for each return. table: `measures.returns`."""
    shown = table.drop_nulls("ratio")
    names = shown["policy"].unique(maintain_order=True).to_list()
    height, left = _TOP + 46 * len(names) + _LINE + _BOTTOM, 124
    # Who got nothing stands at the lower end; zero has no logarithm.
    across = _Scale([0.4, *shown.filter(pl.col("ratio") > 0)["ratio"].to_list(), aim], left, _WIDTH - 30)
    parts = []
    for tick in across.ticks:
        x = across.at(tick)
        parts += [_line(x, _TOP, x, height - _BOTTOM, _RULE), _text(x, height - _BOTTOM + 18, f"{tick:g}", "middle")]
    parts += [
        _line(across.at(aim), _TOP, across.at(aim), height - _BOTTOM, _INK, 'stroke-dasharray="5 4"'),
        _text(across.at(aim) + 5, height - _BOTTOM - 5, f"aim for tengbol: at most {aim:g}", "start"),
    ]
    for row, name in enumerate(names):
        y, colour = _TOP + 46 * row + 20, _COLOURS[row % len(_COLOURS)]
        parts.append(_text(left - 22, y + 4, name, "end", colour))
        for ratio in shown.filter(policy=name)["ratio"].to_list():
            parts.append(
                f'<circle cx="{across.at(ratio)}" cy="{y}" r="5" fill="{colour}" fill-opacity="0.25" '
                f'stroke="{colour}"/>'
            )
    note = "writs in the first ten working days after ten or more of absence, over the pool's mean in them; log scale"
    return _picture(title, note, parts, height)


def _apart(places: dict[str, float]) -> dict[str, float]:
    """Places of labels moved down until none covers another, from the topmost on."""
    moved: dict[str, float] = {}
    for name, y in sorted(places.items(), key=lambda one: one[1]):
        moved[name] = max([y, *(other + _LINE for other in moved.values())])
    return moved


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colour}" {more}/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = _SOFT, size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}" font-size="{size}">{escape(words)}</text>'


def _picture(title: str, note: str, parts: list[str], height: int) -> str:
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(12, 20, title, "start", _INK, 15),
        _text(12, 37, note, "start"),
    ]
    return "\n".join([*head, *parts, "</svg>"]) + "\n"
