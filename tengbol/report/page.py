"""The report as one HTML page that works offline: no script, nothing from elsewhere, and a policy that forbids both.

Every figure says where it stands in the report's tables, in which the number is unrounded. In a row that names table
and row (`data-at`) under a head that names the column, a cell is the figure and nothing else: a year of a region shows
twenty thousand of them. Every other figure is an element `data` with its `value`, unrounded, and `data-at`, all three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tengbol import __version__
from tengbol.report.charts import CHARTS
from tengbol.report.paper import RULES
from tengbol.report.render import svg
from tengbol.report.words import Figure, Said, is_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import jinja2
    import polars as pl

    from tengbol.report.document import Document, Grid
    from tengbol.report.words import Words


def pictures(tables: dict[str, pl.DataFrame], words: Words) -> dict[str, str]:
    """Draw the charts, by name; those that have nothing to show are left out."""
    drawn = {module.NAME: module.chart(tables, words) for module in CHARTS}
    return {name: svg(chart, words) for name, chart in drawn.items() if chart is not None}


def page(document: Document, pictures: dict[str, str], words: Words) -> str:
    """Write the document as a complete HTML page in a language."""
    return (
        _templates(words)
        .get_template("report.html")
        .render(document=document, pictures=pictures, words=words, version=__version__, rules=RULES, _=words)
    )


def marked(words: Words, value: Any) -> str:
    """A sentence or a value in it as markup: a figure says its number, unrounded, and where it stands."""
    from markupsafe import Markup, escape

    if isinstance(value, Figure):
        number = "" if value.value is None else repr(value.value)
        return Markup('<data value="{}" data-at="{}">{}</data>').format(number, value.at, words.text(value))
    if isinstance(value, Said):
        filled = {name: marked(words, inner) for name, inner in value.values.items()}
        return Markup(escape(words.template(value))).format(**filled)
    return Markup("<bdi>{}</bdi>").format(words.text(value))


def body(words: Words, grid: Grid, places: Places) -> str:
    """The rows of a grid as markup."""
    from markupsafe import Markup, escape

    def cell(value: Any, place: str, column: str) -> str:
        if isinstance(value, Figure) and place and column:
            return escape(words.text(value))
        return marked(words, value)

    def kind(value: Any) -> str:
        if isinstance(value, Figure):
            return "<td>"
        return '<td class="told">' if is_sentence(value) else '<td class="word">'

    rows = []
    for row, place in zip(grid.rows, places.rows, strict=True):
        rows.append(f'<tr data-at="{escape(place)}">' if place else "<tr>")
        for number, (value, column) in enumerate(zip(row, places.columns, strict=True)):
            if number < grid.headers:
                rows.append(f'<th scope="row">{cell(value, place, column)}</th>')
            else:
                rows.append(f"{kind(value)}{cell(value, place, column)}</td>")
        rows.append("</tr>\n")
    return Markup("".join(rows))


class Places(NamedTuple):
    """Table and row of the figures in each row of a grid, and the column of those below each head.

    "" for a row of figures of several rows, and for a head below which not all are figures of one column.
    """

    rows: list[str]
    columns: list[str]


def places_of(rows: Sequence[Sequence[Any]]) -> Places:
    """Where the figures of a grid stand, as far as a row, or a head, can say it for all."""

    def one(found: Iterable[str]) -> str:
        every = set(found)
        return every.pop() if len(every) == 1 else ""

    return Places(
        [one(f"{value.table} {value.row}" for value in row if isinstance(value, Figure)) for row in rows],
        [
            one(value.column if isinstance(value, Figure) else "" for value in column)
            for column in zip(*rows, strict=True)
        ],
    )


def _templates(words: Words) -> jinja2.Environment:
    from tengbol.report import shipped

    environment = shipped.environment(
        say=lambda value: marked(words, value), body=lambda grid, places: body(words, grid, places), places=places_of
    )
    environment.tests["figure"] = lambda value: isinstance(value, Figure)
    return environment
